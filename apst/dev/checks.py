"""`./run lint`: every check that runs no test, all of them even when the first fails."""

import subprocess
import time

from apst.dev.folder import ROOT
from apst.dev.foreground import show_command
from apst.dev.services import PYTHON, Services

DEPLOY = "apst/deploy"


def commands() -> dict[str, list[str]]:
    """Each check by its name."""
    programs = PYTHON.parent
    python, ruff, djlint = str(PYTHON), str(programs / "ruff"), str(programs / "djlint")
    return {
        "format": [ruff, "format", "--check", "."],
        "ruff": [ruff, "check", "."],
        "types": [str(programs / "mypy")],
        "templates": [djlint, "templates", "--lint", "--check", "--quiet"],
        "imports": [str(programs / "lint-imports"), "--no-cache"],
        "migrate": [python, "manage.py", "migrate", "-v", "0"],
        "migrations": [python, "manage.py", "makemigrations", "--check", "--dry-run"],
        "system": [python, "manage.py", "check", "--fail-level", "WARNING"],
        "row-level security": [str(programs / "pgrls"), "lint", "--config", "apst/tenancy/pgrls.toml"],
        "compose": [
            str(programs / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml",
        ],
        "Dockerfile": [str(programs / "hadolint"), f"{DEPLOY}/Dockerfile"],
        "Caddyfile": [
            str(programs / "caddy"), "validate", "--config", f"{DEPLOY}/Caddyfile", "--adapter", "caddyfile",
        ],
    }  # fmt: skip


def lint(services: Services) -> int:
    """Run them all, on a database migrated on the way. Prints what a failing one said. Returns 1 when one failed."""
    environment = services.environment | {"SITE_ADDRESS": "localhost"}
    if services.postgres is not None:  # its rules read the catalogue of roles too, so as the superuser
        row_level_security = {"DATABASE_URL": services.postgres.url("postgres", "postgres")}
    else:
        row_level_security = {"DATABASE_URL": environment["MIGRATE_DATABASE_URL"]}
    failed = []
    for name, command in commands().items():
        began = time.monotonic()
        env = environment | (row_level_security if name == "row-level security" else {})
        done = subprocess.run(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        seconds = time.monotonic() - began
        print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({seconds:.1f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print(f"$ {show_command(command)}\n{done.stdout}{done.stderr}", flush=True)
    if failed:
        print(f"Lint failed: {', '.join(failed)}.")
    return 1 if failed else 0
