"""The sense of sessions on a booted machine: real logins through PAM, a real logind, and what it does not say."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from support.booted import Booted
from support.waiting import until

ELEVE, PROF = 1000, 1001
SEEN = "/run/seen"


class Eyes:
    """The sense, running inside the machine."""

    def __init__(self, machine: Booted) -> None:
        self._machine = machine
        machine.start("eyes", "support.see_sessions", SEEN)

    def see(self, means: str, *sessions: tuple[int, bool]) -> None:
        """Wait until this is what is seen."""
        expected = [means, sorted(map(list, sessions))]
        until(lambda: self.last() == expected, timeout=60, what=f"{expected} is seen")

    def last(self) -> list[object]:
        """What was seen last: by which means, and the sessions."""
        said = self._machine.run("tail", "-n", "1", SEEN)
        means, found = json.loads(said or "[null, null]")
        return [means, found if found is None else sorted(found)]


@pytest.fixture
def eyes(booted: Booted) -> Iterator[Eyes]:
    """The sense on a machine where nobody is logged in."""
    made = Eyes(booted)
    try:
        made.see("logind")
        yield made
    finally:
        booted.log_everybody_out()
        booted.stop("eyes")


def test_a_session_from_login_to_logout(booted: Booted, eyes: Eyes) -> None:
    """Open from login to logout, but while its desktop says that it is locked; to ask for a lock locks nothing."""
    booted.log_in("pupil", "eleve")
    eyes.see("logind", (ELEVE, True))
    booted.run("loginctl", "lock-session", booted.session("eleve"))
    booted.lock("eleve", locked=True)
    eyes.see("logind", (ELEVE, False))
    booted.lock("eleve", locked=False)
    eyes.see("logind", (ELEVE, True))
    booted.stop("pupil")
    eyes.see("logind")


def test_a_switch_of_users(booted: Booted, eyes: Eyes) -> None:
    """Of two people at one seat the session in front is open, and the other again when it is back in front."""
    booted.log_in("pupil", "eleve")
    booted.log_in("teacher", "prof")
    eyes.see("logind", (ELEVE, False), (PROF, True))
    booted.run("loginctl", "activate", booted.session("eleve"))
    eyes.see("logind", (ELEVE, True), (PROF, False))
    booted.stop("teacher")
    eyes.see("logind", (ELEVE, True))
    booted.stop("pupil")
    eyes.see("logind")


def test_who_is_nobody_here(booted: Booted, eyes: Eyes) -> None:
    """A login screen, a background session and one without a seat are not told; a bare console is."""
    booted.log_in("greeter", "prof", **{"class": "greeter"})
    booted.log_in("background", "prof", **{"class": "background"}, type="unspecified")
    booted.log_in("nowhere", "prof", seat="")
    booted.log_in("console", "eleve", type="tty")
    eyes.see("logind", (ELEVE, True))


def test_a_session_that_leaves_something_behind(booted: Booted, eyes: Eyes) -> None:
    """A session whose first process ended is over, though something of it runs on, of which logind says nothing."""
    booted.log_in("pupil", "eleve", ("sh", "-c", "setsid sleep infinity >/dev/null 2>&1 & sleep 1"))
    eyes.see("logind", (ELEVE, True))
    eyes.see("logind", (ELEVE, False))
    assert booted.run("loginctl", "show-session", "-p", "State", booted.session("eleve")) == "State=closing\n"
    booted.run("loginctl", "kill-session", booted.session("eleve"))
    eyes.see("logind")


def test_a_machine_without_logind(booted: Booted, eyes: Eyes) -> None:
    """Without logind utmp tells, where there is one, and without both nothing does; logind is taken when it is back."""
    booted.log_in("pupil", "eleve")
    eyes.see("logind", (ELEVE, True))
    booted.run("systemctl", "mask", "--runtime", "--now", "--quiet", "systemd-logind")
    booted.run("touch", "/run/utmp")  # Debian 13 has none
    eyes.see("utmp")
    booted.run("rm", "/run/utmp")
    until(lambda: eyes.last() == ["none", None], timeout=60)
    booted.run("systemctl", "unmask", "--runtime", "--quiet", "systemd-logind")
    booted.run("systemctl", "start", "systemd-logind")
    until(lambda: eyes.last()[0] == "logind", timeout=60)  # Debian 13's has forgotten its sessions
