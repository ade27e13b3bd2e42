"""Updates that wait: asked for when something changed, remembered with the day they were first seen."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from support.laptops import Laptop, on

from socle_agent.health.updates import _WAITING, StaleError
from socle_agent.health.world import World

DAY = 86_400


class Apt:
    """Stands for apt-get of a laptop whose days go by; counts how often it was asked."""

    def __init__(self, laptop: Laptop) -> None:
        self.laptop, self.asked, self.run = laptop, 0, laptop.world.run
        self.now = laptop.world.now()
        object.__setattr__(laptop.world, "run", self._asked)
        object.__setattr__(laptop.world, "now", lambda: self.now)

    def _asked(self, *words: str) -> tuple[int, str]:
        self.asked += 1
        return self.run(*words)

    def updated(self) -> None:
        """New lists have come."""
        os.utime(self.laptop.root / "var/lib/apt/lists", (self.now, self.now))

    def read(self) -> Any:
        """The group."""
        return self.laptop.read("updates")


@on("old-two-core")
def test_asked_when_something_changed(laptop: Laptop) -> None:
    """Apt is asked once for the same lists and packages; the days go on without it."""
    apt = Apt(laptop)
    assert apt.read() == {"pending": 4, "security": 2, "oldest_security_days": 0}
    apt.now += 3 * DAY
    assert apt.read() == {"pending": 4, "security": 2, "oldest_security_days": 3}
    assert apt.asked == 1
    apt.updated()
    assert apt.read()["oldest_security_days"] == 3
    assert apt.asked == 2


@on("old-two-core")
def test_an_update_that_was_installed(laptop: Laptop) -> None:
    """What no longer waits is forgotten; what came later is younger."""
    apt = Apt(laptop)
    apt.read()
    apt.now += 5 * DAY
    apt.updated()
    apt.run = lambda *_: (0, "sudo/stable-security 2 amd64 [upgradable from: 1]\n")
    assert apt.read() == {"pending": 1, "security": 1, "oldest_security_days": 0}
    apt.now += DAY
    apt.updated()
    apt.run = lambda *_: (0, "")
    assert apt.read() == {"pending": 0, "security": 0}


@on("old-two-core")
def test_no_memory(laptop: Laptop) -> None:
    """Where nothing can be kept, nobody knows since when: the days are absent, the counts are not."""
    (laptop.root / "memory").rmdir()
    assert Apt(laptop).read() == {"pending": 4, "security": 2}


@on("old-two-core")
@pytest.mark.parametrize(
    "held",
    [
        "",
        "[]",
        "{",
        "null",
        '{"stamp": [1, 2]}',
        '{"stamp": [1], "pending": "4", "security": {}}',
        '{"stamp": [1], "pending": 4, "security": []}',
        '{"stamp": [1], "pending": 4, "security": {"sudo": "then"}}',
        '{"stamp": [1], "pending": 4, "security": {}, "more": 1}',
    ],
)
def test_a_damaged_memory(laptop: Laptop, held: str) -> None:
    """A file that is none is written anew."""
    laptop.write("memory/updates.json", held)
    assert Apt(laptop).read()["pending"] == 4
    assert json.loads((laptop.root / "memory/updates.json").read_text())["pending"] == 4


@on("old-two-core")
def test_a_clock_that_was_wrong(laptop: Laptop) -> None:
    """Seen first in the future cannot be: the days are absent."""
    apt = Apt(laptop)
    apt.read()
    apt.now -= 9 * DAY
    assert apt.read() == {"pending": 4, "security": 2}
    assert laptop.dropped == ["updates/first-seen"]


@on("broken")
def test_stale_lists(laptop: Laptop) -> None:
    """Lists of six weeks ago do not tell what waits now, and the reason is given."""
    with pytest.raises(StaleError, match="47 days"):
        laptop.read("updates")


@on("virtual-machine")
def test_never_updated(laptop: Laptop) -> None:
    """Without any list nothing is known: absent, not 0."""
    assert laptop.read("updates") == {}


@on("old-two-core")
def test_apt_fails(laptop: Laptop) -> None:
    """An apt that ends with an error tells nothing, and is asked again."""
    apt = Apt(laptop)
    apt.run = lambda *_: (100, "")
    assert apt.read() == {}
    apt.run = lambda *_: (0, "")
    assert apt.read() == {"pending": 0, "security": 0}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("sudo/jammy-updates,jammy-security 2 amd64 [upgradable from: 1]", (1, 1)),
        ("sudo/jammy-security,now 2 amd64 [upgradable from: 1]", (1, 1)),
        ("security-tools/bookworm-security-tools 2 all [upgradable from: 1]", (1, 0)),
        ("sudo/stable,now 2 amd64 [installed]", (0, 0)),
        ("Listing...", (0, 0)),
    ],
)
@on("old-two-core")
def test_lines(laptop: Laptop, line: str, told: tuple[int, int]) -> None:
    """Debian's and Ubuntu's suites of security updates are known by their end."""
    apt = Apt(laptop)
    apt.run = lambda *_: (0, f"{line}\n")
    read = apt.read()
    assert (read["pending"], read["security"]) == told


def test_the_real_apt() -> None:
    """A real apt answers without root's lock and without a network, in lines of this form."""
    code, told = World().run("apt", "-qq", "list", "--upgradable")
    assert code == 0
    assert len(_WAITING.findall(told)) == len(told.splitlines())
