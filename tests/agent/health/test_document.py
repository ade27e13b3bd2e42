"""docs/health.md says what the code reads."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from socle_agent.health.document import PAGE, main, page
from socle_agent.health.groups import PARTS
from socle_core.wire.fields import HEALTH, PERIPHERALS


def test_the_page_is_that_of_the_code() -> None:
    """The page in the project is what the code says; else run the generator."""
    assert PAGE.read_text("utf-8") == page(), "run python -m socle_agent.health.document"


@pytest.mark.parametrize("name", [*HEALTH, "peripherals"])
def test_every_key_has_a_source(name: str) -> None:
    """Each key of the contract, and each kind of device, has its line in the table."""
    keys = PERIPHERALS if name == "peripherals" else [field.name for field in HEALTH[name]]
    assert set(import_module(PARTS["hourly"][name]).SOURCES) == set(keys)


def test_a_page_that_differs(tmp_path: Path) -> None:
    """`--check` tells it by 1 and writes nothing; without it the page is written."""
    path = tmp_path / "health.md"
    assert main(["--check"], path) == 1
    assert not path.exists()
    assert main([], path) == main(["--check"], path) == 0
    assert path.read_text("utf-8") == page()
