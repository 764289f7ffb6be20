"""Which of the models that a migration works with are built again after each of its steps.

Django builds again every model that has to do with the changed one, in either direction, and their neighbours. Here
every model points to Taskforce, so each of hundreds of steps built them all: nine tenths of the time that a new
database took. Only a model that points to the changed one, itself or through others, holds a class that is gone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db.migrations.state import ProjectState

Key = tuple[str, str]


def _stale(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[Key]:
    """The changed model and all that point to it, in place of Django's own choice (`_find_reload_model`)."""
    state.is_delayed = True  # a data migration has everything built anew before it runs
    changed = (app_label, model_name)
    found, waiting = {changed}, [changed]
    while waiting:
        for pointing in state.relations[waiting.pop()].keys() - found:
            found.add(pointing)
            waiting.append(pointing)
    return found


@contextmanager
def only_stale_models_built_again() -> Iterator[None]:
    """Within it, a step of a migration builds again what it made stale and nothing else."""
    with patch.object(ProjectState, "_find_reload_model", _stale):
        yield
