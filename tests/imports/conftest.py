"""A way to import text into Northgate, and another into Southgate."""

import pytest

from tests.imports.bringing import Bringer


@pytest.fixture
def bring(northgate, tmp_path) -> Bringer:
    return Bringer(northgate, tmp_path)


@pytest.fixture
def bring_to_southgate(southgate, tmp_path) -> Bringer:
    folder = tmp_path / "south"
    folder.mkdir()
    return Bringer(southgate, folder)
