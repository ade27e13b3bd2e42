"""The sense of sessions, with a logind on a real bus, with utmp files, and with neither."""

from __future__ import annotations

import os
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.logind import MockLogind
from support.looping import run_until

from socle_agent.loop import Loop
from socle_agent.roots import Roots
from socle_agent.senses.sessions import Found, Sessions
from socle_agent.senses.sessions.leaders import Leaders
from socle_core.clock import Clock


class Sense:
    """The sense with its loop, and what it told."""

    def __init__(self, run: Path) -> None:
        self.loop = Loop(Clock())
        self.told: list[Found | None] = []
        self.slept: list[bool] = []
        self.sense = Sessions(self.loop, Roots(run=run), self.told.append, self.slept.append)

    def until(self, condition: Callable[[], object]) -> None:
        """Serve until then."""
        run_until(self.loop, condition)

    def sees(self, *expected: tuple[int, bool]) -> None:
        """Serve until these sessions are the last that were told."""
        self.until(lambda: self.told and self.told[-1] is not None and sorted(self.told[-1]) == sorted(expected))


@pytest.fixture
def sense(tmp_path: Path) -> Iterator[Sense]:
    """A sense that has not looked yet."""
    made = Sense(tmp_path)
    yield made
    made.sense.close()
    made.loop.close()


def test_sessions_come_lock_and_go(logind: MockLogind, sense: Sense) -> None:
    """A session is open while it is active and not locked, from its beginning to its end."""
    logind.add("1")
    sense.sense.tick()
    sense.sees((1000, True))
    assert sense.sense.means == "logind"
    logind.do("set", "1", {"LockedHint": True})
    sense.sees((1000, False))
    logind.do("set", "1", {"LockedHint": False})
    sense.sees((1000, True))
    logind.add("2", uid=1001)
    sense.sees((1000, True), (1001, True))
    logind.remove("1")
    sense.sees((1001, True))
    logind.remove("2")
    sense.sees()


def test_only_the_session_in_front_is_open(logind: MockLogind, sense: Sense) -> None:
    """After a switch of users the session in the background is not open."""
    logind.add("1", uid=1000)
    logind.add("2", uid=1001, active=False)
    sense.sense.tick()
    sense.sees((1000, True), (1001, False))
    logind.do("set", "1", {"Active": False, "State": "online"})
    logind.do("set", "2", {"Active": True, "State": "active"})
    sense.sees((1000, False), (1001, True))


def test_greeters_services_and_distant_people_are_nobody_here(logind: MockLogind, sense: Sense) -> None:
    """A login screen, a background session and a connection from elsewhere are not sessions at this machine."""
    for number, properties in (
        ("1", {"Class": "greeter"}),
        ("2", {"Class": "background"}),
        ("3", {"Remote": True}),
        ("4", {"Class": "user"}),
    ):
        logind.add(number, uid=1000 + int(number))
        logind.do("set", number, properties)
    sense.sense.tick()
    sense.sees((1004, True))


def test_each_seat_has_its_open_session(logind: MockLogind, sense: Sense) -> None:
    """Of two people at two seats both sessions are open; of two at one seat, only the one in front."""
    logind.add("1", uid=1001)
    logind.add("2", uid=1002, seat="seat1")
    logind.add("3", uid=1003, active=False)
    sense.sense.tick()
    sense.sees((1001, True), (1002, True), (1003, False))
    logind.do("set", "2", {"LockedHint": True})
    sense.sees((1001, True), (1002, False), (1003, False))


def test_a_console_is_a_seat_and_the_network_is_none(logind: MockLogind, sense: Sense) -> None:
    """A person at a text console has a session; one without a seat, as of a remote desktop, is nobody here."""
    logind.add("1", uid=1001)
    logind.do("set", "1", {"Type": "tty"})
    logind.add("2", uid=1002)
    logind.do("no seat", "2")
    sense.sense.tick()
    sense.sees((1001, True))


def test_the_end_of_a_first_process_is_told_once() -> None:
    """When a session's first process ends its name is told, unless it was forgotten; one that is gone is no error."""
    loop, told = Loop(Clock()), list[str]()
    leaders = Leaders(loop, told.append)
    with subprocess.Popen(["sleep", "100"]) as first, subprocess.Popen(["sleep", "100"]) as second:
        for session, pid in (("1", first.pid), ("1", first.pid), ("2", second.pid), ("3", 2**22 + 1), ("4", 0)):
            leaders.follow(session, pid)
        leaders.forget("2")
        first.kill()
        second.kill()
    run_until(loop, lambda: told)
    leaders.close()
    loop.close()
    assert told == ["1"]


def test_a_suspend_waits_until_it_may_come(logind: MockLogind, sense: Sense) -> None:
    """A lock delays the suspend until `let_sleep`, is taken anew after it, and both moments are told."""
    sense.sense.tick()
    sense.until(lambda: logind.do("locks") == 1)
    logind.do("emit", "PrepareForSleep", "b", [True])
    sense.until(lambda: sense.slept == [True])
    assert logind.do("locks") == 1
    sense.sense.let_sleep()
    sense.until(lambda: logind.do("locks") == 0)
    logind.do("emit", "PrepareForSleep", "b", [False])
    sense.until(lambda: sense.slept == [True, False] and logind.do("locks") == 1)


def test_a_stranger_on_the_bus_is_not_believed(logind: MockLogind, sense: Sense) -> None:
    """A signal that looks like logind's and is sent by another program changes nothing."""
    logind.add("1")
    sense.sense.tick()
    sense.sees((1000, True))
    names = subprocess.run(
        ["dbus-send", f"--bus=unix:path={logind.path}", "--print-reply", "--dest=org.freedesktop.DBus",
         "/", "org.freedesktop.DBus.ListNames"], capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in names.split('"')[1::2]:
        if name.startswith(":"):
            logind.do("intrude", name)
    logind.do("set", "1", {"LockedHint": True})
    sense.sees((1000, False))
    assert sense.slept == []


def test_a_restart_of_logind_is_survived(logind: MockLogind, sense: Sense) -> None:
    """While logind is away nothing is known; when it is back its sessions are, without a new connection."""
    logind.add("1")
    sense.sense.tick()
    sense.sees((1000, True))
    logind.stop_logind()
    sense.until(lambda: sense.told[-1] is None)
    assert sense.sense.means == "none"
    logind.start_logind()
    logind.add("7", uid=1007)
    sense.sees((1007, True))


def test_a_restart_of_the_bus_is_survived(logind: MockLogind, sense: Sense) -> None:
    """When the bus itself comes back it is connected to again."""
    logind.add("1")
    sense.sense.tick()
    sense.sees((1000, True))
    logind.stop()
    sense.until(lambda: sense.told[-1] is None)
    logind.start_bus()
    logind.start_logind()
    logind.add("2", uid=1002)
    sense.sense.tick()
    sense.sees((1002, True))


def record(line: bytes, pid: int, kind: int = 7, host: bytes = b"") -> bytes:
    """A utmp record."""
    return struct.pack("=hxxi32s4s32s256s52x", kind, pid, line, b"x", b"someone", host)


@pytest.fixture
def no_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    """No system bus anywhere."""
    monkeypatch.delenv("DBUS_SYSTEM_BUS_ADDRESS", raising=False)


@pytest.mark.usefixtures("no_bus")
def test_without_anything_nothing_is_known(sense: Sense) -> None:
    """With neither bus nor utmp the sense says so; it does not say "nobody"."""
    sense.sense.tick()
    sense.sense.tick()
    assert (sense.sense.means, sense.told) == ("none", [])


@pytest.mark.usefixtures("no_bus")
def test_utmp_tells_who_sits_here(sense: Sense, tmp_path: Path) -> None:
    """A living login at a console or display of this machine is an open session; others are not."""
    me = os.getpid()
    (tmp_path / "utmp").write_bytes(
        record(b"tty7", me)
        + record(b"pts/0", me, host=b"somewhere.example")
        + record(b"tty1", me, kind=6)
        + record(b"tty2", 2**22 + 1)
        + b"half a record"
    )
    sense.sense.tick()
    assert (sense.sense.means, sense.told) == ("utmp", [[(os.getuid(), True)]])


@pytest.mark.usefixtures("no_bus")
def test_utmp_is_read_again_when_it_changes(sense: Sense, tmp_path: Path) -> None:
    """Logins and logouts are seen as the file is written, also when it is replaced, or when a process just ends."""
    file = tmp_path / "utmp"
    sleeper = subprocess.Popen(["sleep", "100"])
    file.write_bytes(b"")
    sense.sense.tick()
    assert sense.told == [[]]
    file.write_bytes(record(b":0", sleeper.pid))
    sense.sees((os.getuid(), True))
    (tmp_path / "new").write_bytes(record(b"tty1", sleeper.pid, kind=8))
    (tmp_path / "new").rename(file)
    sense.sees()
    file.write_bytes(record(b"", sleeper.pid, host=b":0"))
    sense.sees((os.getuid(), True))
    sleeper.kill()
    sleeper.wait()
    sense.sense.tick()
    assert sense.told[-1] == []
    file.unlink()
    sense.sense.tick()
    assert (sense.sense.means, sense.told[-1]) == ("none", None)


def test_logind_is_preferred_when_it_comes(logind: MockLogind, sense: Sense, tmp_path: Path) -> None:
    """A machine whose bus starts late goes from utmp to logind, and back when it is gone."""
    (tmp_path / "utmp").write_bytes(record(b"tty7", os.getpid()))
    logind.stop()
    logind.path.unlink(missing_ok=True)
    sense.sense.tick()
    assert sense.sense.means == "utmp"
    logind.start_bus()
    logind.start_logind()
    logind.add("1", uid=1001)
    sense.sense.tick()
    sense.sees((1001, True))
    logind.stop()
    sense.sees((os.getuid(), True))
    assert sense.sense.means == "utmp"
