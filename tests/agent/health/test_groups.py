"""All groups together: each for itself, each with its report."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from support.laptops import Laptop, on

from socle_agent.health.groups import PARTS, examine
from socle_core.wire.fields import HEALTH


@pytest.fixture
def broken() -> Iterator[ModuleType]:
    """A group that a test breaks, as `health.broken`."""
    module = ModuleType("broken")
    sys.modules["health.broken"] = module
    yield module
    del sys.modules["health.broken"]


def test_every_group_of_the_contract() -> None:
    """The hourly part reads all groups, in a module each; the disks' own part is the disk's."""
    assert PARTS["hourly"].keys() == {*HEALTH, "peripherals"}
    assert PARTS["smart"].keys() == {"disk"}


@on("old-two-core")
@pytest.mark.parametrize(
    ("told", "why"),
    [
        (OSError(errno.EIO, "/home/secret"), "EIO"),
        (ModuleNotFoundError("secret"), "ModuleNotFoundError"),
        ({"charge": 1.5}, "battery.charge is above 1"),
        ({"cycles": 2.5}, "battery.cycles is not a whole number"),
        ({"state": "secret"}, "battery.state is not a word of its list"),
        (7, "battery is not an object"),
    ],
)
def test_a_group_that_fails(laptop: Laptop, broken: ModuleType, told: Any, why: str) -> None:
    """It is left out with its reason, which quotes no path and no value; the others are read all the same."""

    def read(_: object) -> Any:
        if isinstance(told, Exception):
            raise told
        return told

    broken.read = read  # type: ignore[attr-defined]
    groups, report = examine(laptop.world, {"battery": "health.broken", "memory": "socle_agent.health.memory"})
    assert groups.keys() == {"memory"}
    assert report["memory"]["ok"] is True
    assert (report["battery"]["ok"], report["battery"]["why"]) == (False, why)


@on("broken")
def test_the_report(laptop: Laptop) -> None:
    """Success, duration in milliseconds, how many absurd values were dropped, and which attributes told them."""
    _groups, report = examine(laptop.world, PARTS["hourly"])
    assert all(of["ms"] >= 0 for of in report.values())
    assert report["battery"]["absent"] == 5
    assert "BAT0/cycle_count" in report["battery"]["dropped"]
    assert [name for name, of in report.items() if not of["ok"]] == ["updates"]
