"""The senses joined: what sessions, helpers and the lid say together, and which bits of `senses` that makes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from support.clocks import HandClock

from socle_agent.gauge import Gauge
from socle_agent.ledger import Ledger
from socle_agent.loop import Loop
from socle_agent.meter import FOCUS, IDLE, SESSION, WEB, Session
from socle_agent.observe import Observer
from socle_agent.roots import Roots
from socle_core.catalogue.model import Catalogue, Service
from socle_core.settings.agent import AgentSettings

CATALOGUE = Catalogue(
    "2026.11",
    [
        Service("tuxpaint", {"fr": "Tux Paint"}, "resources", "arts"),
        Service("firefox", {"fr": "Firefox"}, "resources", "navigateur"),
    ],
)
X11 = {"idle": "x11", "focus": "x11"}
PUPIL, TEACHER = 1001, 1002


class Machine:
    """A cart's laptop below a folder, with the senses that a test plays."""

    def __init__(self, root: Path) -> None:
        self.root, numbers = root, count(1)
        for name in ("proc", "sys", "run", "etc"):
            (root / name).mkdir(exist_ok=True)
        (root / "etc/passwd").write_text(f"eleve:x:{PUPIL}:1::/:/bin/sh\nmaitre:x:{TEACHER}:1::/:/bin/sh\n")
        self.clock = HandClock()
        self.clock.ntp = True
        self.ledger = Ledger.open(root / "ledger.db", lambda: f"{next(numbers):08x}")
        self.settings = AgentSettings(kind="cart", accounts=AgentSettings.accounts.check(["maitre: teacher"]))
        self.gauge = Gauge(self.clock, self.ledger, self.settings, lambda: f"{next(numbers):08x}")
        self.gauge.checkpoint()
        self.loop = Loop(self.clock)
        roots = Roots(root / "proc", root / "sys", root / "run", root / "etc", programs=())
        self.observer = Observer(self.loop, self.clock, roots, CATALOGUE, self.gauge, on_sleep=lambda _: None)
        self.observer.sessions.means = "logind"

    def sessions(self, *found: tuple[int, bool]) -> None:
        """Logind tells these sessions."""
        self.observer._sessions_found(list(found))

    def helper(self, uid: int, *, idle: bool | None = False, focus: str | None = "", **more: Any) -> None:
        """The helper of an account says its state."""
        said = {"means": X11, "idle": idle, "focus": focus, **more}
        self.observer.helpers.tell(uid, uid, said)

    def state(self) -> tuple[Session, ...] | None:
        """What the meter was told last of sessions."""
        self.gauge.checkpoint()
        return self.gauge.meter.state.sessions

    def close(self) -> None:
        """Give all back."""
        self.observer.close()
        self.loop.close()
        self.ledger.close()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine that is switched on."""
    made = Machine(tmp_path)
    yield made
    made.close()


def test_each_session_has_its_own_helper(machine: Machine) -> None:
    """Idle and focus are joined to the session of the helper's account, and to no other."""
    machine.sessions((PUPIL, True), (TEACHER, True))
    machine.helper(PUPIL, focus="tuxpaint")
    assert machine.state() == (Session("pupil", True, True, "tuxpaint"), Session("teacher", True))
    assert machine.observer.bits == SESSION
    machine.helper(TEACHER, idle=True)
    assert machine.state() == (Session("pupil", True, True, "tuxpaint"), Session("teacher", True, False))
    assert machine.observer.bits == SESSION | IDLE | FOCUS


def test_a_helper_that_leaves_leaves_nothing_known(machine: Machine) -> None:
    """Without its helper an open session is neither active nor idle, and the senses stop working."""
    machine.sessions((PUPIL, True))
    machine.helper(PUPIL)
    machine.observer.helpers.leave(PUPIL)
    assert machine.state() == (Session("pupil", True),)
    assert machine.observer.bits == SESSION


def test_between_sessions_the_senses_stay_what_they_were(tmp_path: Path) -> None:
    """While nobody has a session open there is nothing to miss; the bits do not tell when somebody logs in."""
    machine = Machine(tmp_path)
    machine.sessions((PUPIL, True))
    machine.helper(PUPIL)
    machine.sessions()
    machine.observer.helpers.leave(PUPIL)
    assert machine.observer.bits == SESSION | IDLE | FOCUS
    assert machine.observer.means()["idle"] == "x11"
    machine.close()
    again = Machine(tmp_path)
    again.sessions()
    assert again.observer.bits == SESSION | IDLE | FOCUS
    again.close()


def test_a_helper_that_cannot_tell_says_none(machine: Machine) -> None:
    """On a desktop where nothing works both senses are none, and active is unknown, not 0."""
    machine.sessions((PUPIL, True))
    machine.helper(PUPIL, means={"idle": "none", "focus": "none"}, idle=None, focus=None)
    assert machine.state() == (Session("pupil", True),)
    assert (machine.observer.bits, machine.observer.means()["idle"]) == (SESSION, "none")


def test_nobody_sits_before_a_closed_lid(machine: Machine) -> None:
    """With the lid closed a session is not active, unless a second display shows it."""
    lid, screen = machine.root / "proc/acpi/button/lid/LID/state", machine.root / "sys/class/drm/card0-HDMI-A-1/status"
    panel = machine.root / "sys/class/drm/card0-eDP-1/status"
    for file, text in {lid: "state:  closed", screen: "disconnected", panel: "connected"}.items():
        file.parent.mkdir(parents=True)
        file.write_text(text)
    machine.sessions((PUPIL, True))
    machine.helper(PUPIL)
    machine.observer.tick()
    machine.sessions((PUPIL, True))
    assert machine.state() == (Session("pupil", True, False),)
    screen.write_text("connected")
    machine.observer._look_at_power()
    assert machine.state() == (Session("pupil", True, True),)
    assert machine.gauge.meter.state.display is True


def test_time_on_pages_is_of_the_account_s_profile(machine: Machine) -> None:
    """What the host of an account tells is counted under that account's profile, and the bit of web is set."""
    machine.clock.advance(60)
    assert machine.observer.visited(TEACHER, {"tuxpaint": 30}) == {"tuxpaint": 30}
    machine.gauge.checkpoint()
    days = machine.ledger.message(0, "0" * 8).days
    assert [(row.profile, row.services) for row in days if row.services] == [("teacher", {"tuxpaint": (30, 30)})]
    assert machine.observer.bits & WEB


def test_a_browser_without_its_extension_is_found(machine: Machine) -> None:
    """A browser that runs and says nothing makes the sense of web fail from the next day on."""
    machine.observer.visited(PUPIL, {})
    machine.observer._programs_changed(frozenset({("firefox", PUPIL)}))
    machine.clock.advance(600)
    machine.observer.tick()
    machine.sessions()
    assert machine.observer.bits & WEB
    machine.clock.advance(86_400)
    machine.observer.tick()
    assert not machine.observer.bits & WEB
