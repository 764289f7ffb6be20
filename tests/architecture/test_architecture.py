"""Where things may point, and what each model must say. Every failure says what to do."""

import ast
import re
import subprocess
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models.signals import ModelSignal, m2m_changed, post_delete, post_save, pre_delete, pre_save

from apst.tenancy.models import PublicModel
from apst.tenancy.state import tenant_models

ORDER = (
    "tenancy",
    "audit",
    "jobs",
    "web",
    "accounts",
    "places",
    "notices",
    "people",
    "referrals",
    "cases",
    "sharing",
    "reporting",
    "imports",
    "demo",
)
# Rows are only ever added. Everything else may be changed by those whom its `access` names.
APPEND_ONLY = {
    "audit.AuditEvent", "audit.AuditDetail", "audit.AccessEntry", "audit.AccessEntryPupil",
    "cases.NoteText", "cases.MeetingNote", "cases.CaseDecision",
    "referrals.EligibilityVersion", "referrals.StrategyTried", "referrals.TriageDecision",
}  # fmt: skip
ROOT = Path(settings.BASE_DIR)
OURS = [ROOT / name for name in ("apst", "referrals", "cases", "sharing", "reporting")]


def sources() -> list[Path]:
    return [path for folder in OURS for path in folder.rglob("*.py")]


def test_relations_by_name_obey_the_order_of_the_packages():
    for model in apps.get_models():
        if model._meta.app_label not in ORDER:
            continue
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model._meta.app_label in ORDER:
                here, there = ORDER.index(model._meta.app_label), ORDER.index(field.related_model._meta.app_label)
                assert there <= here, f"{model.__name__}.{field.name} points up the journey; turn it round."


def test_nobody_listens_to_models():
    for signal in (pre_save, post_save, pre_delete, post_delete, m2m_changed):
        assert isinstance(signal, ModelSignal)
        ours = [r for r in signal.receivers if any(str(ROOT) in str(part) for part in r)]
        assert ours == [], "Call the service instead of listening to a signal."
    listeners = [
        path
        for path in sources()
        if re.search(r"@receiver\(|\.connect\(", path.read_text()) and "apst/dev" not in str(path)
    ]
    assert [p.name for p in listeners if "psycopg.connect" not in p.read_text()] == []


def test_append_only_models_are_listed_and_cannot_be_changed_by_anybody():
    found = {
        m._meta.label
        for m in tenant_models()
        if m.access.change is None and m.access.remove is None and m.access.add is not None
    }
    found |= {"audit.AuditEvent", "audit.AuditDetail"}
    assert found >= APPEND_ONLY, "A listed model lets rows be changed; take `change` and `remove` out of its access."


def test_rows_with_an_address_have_a_public_id_and_no_other_uuid_key():
    for model in tenant_models():
        fields = {f.name for f in model._meta.concrete_fields}
        assert ("public_id" in fields) == issubclass(model, PublicModel), model
        assert model._meta.pk.get_internal_type() == "BigAutoField", model


def test_settings_are_never_set_for_the_session_of_a_connection():
    for path in [*sources(), *ROOT.glob("apst/tenancy/sql/*.sql")]:
        text = path.read_text()
        assert not re.search(r"set_config\([^)]*,\s*false\s*\)", text), (
            f"{path}: set_config(..., false) leaks to the next request."
        )
        assert not re.search(r"""["'\s]SET app\.""", text), path


def test_nobody_asks_guardian_for_lists_or_loops_its_checks():
    for path in sources():
        text = path.read_text()
        assert "get_objects_for_user" not in text, f"{path}: inside a context Model.objects is what the member may see."
        assert ".has_perm(" not in text, f"{path}: write a policy over the member."


def test_nothing_reads_the_folder_that_the_papers_lie_in():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in tracked:
        path = ROOT / name
        if (
            path.suffix in (".py", ".toml", ".yml", ".html", ".js", ".json")
            and path.exists()
            and "tests/architecture" not in name
        ):
            assert "../shared" not in path.read_text(errors="ignore"), name


def test_public_functions_say_what_they_take_and_give():
    bare = []
    for path in sources():
        if "migrations" in path.parts or "management" in path.parts or path.name in ("urls.py", "apps.py"):
            continue
        public = (
            node
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        )
        bare += [f"{path.relative_to(ROOT)}: {node.name}" for node in public if not ast.get_docstring(node)]
    assert bare == []


def test_the_top_level_holds_what_it_may():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    top = {name.split("/")[0] for name in tracked}
    allowed = {
        "manage.py",
        "apst",
        "cases",
        "referrals",
        "reporting",
        "sharing",
        "templates",
        "static",
        "tests",
        "docker-compose.yml",
        "pyproject.toml",
        "README.md",
        "run",
        "package.json",
        "package-lock.json",
        "LICENSE",
    }
    assert {name for name in top if not name.startswith(".")} <= allowed
