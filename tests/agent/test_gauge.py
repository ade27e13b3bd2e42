"""Meter and ledger together: restarts, suspends, dates, and ledgers that cannot be written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from support.clocks import HandClock

from socle_agent.gauge import MOST_MOMENTS, Gauge
from socle_agent.ledger import Ledger
from socle_agent.meter import Session
from socle_core.settings.agent import AgentSettings

SETTINGS = AgentSettings(hours=AgentSettings.hours.check("mo-su 00:00-24:00"))


class Machine:
    """A machine with a ledger in a file; `start` begins another run of its agent."""

    def __init__(self, path: Path) -> None:
        self.path, self.clock = path, HandClock()
        self._numbers = count(1)
        self.ledger: Ledger | None = None

    def start(self) -> Gauge:
        """Start, also after a kill."""
        if self.ledger is not None:
            self.ledger.close()
        self.ledger = Ledger.open(self.path, self._new_id)
        return Gauge(self.clock, self.ledger, SETTINGS, self._new_id)

    def totals(self) -> dict[str, Any]:
        """Sums of the ledger."""
        assert self.ledger is not None
        return self.ledger.totals()

    def _new_id(self) -> str:
        return f"{next(self._numbers):08x}"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A new machine, switched on 1000 s ago."""
    made = Machine(tmp_path / "ledger.db")
    yield made
    if made.ledger is not None:
        made.ledger.close()


def test_use_is_written_down(machine: Machine) -> None:
    """What the senses say between two checkpoints is in the ledger after the second."""
    machine.clock.ntp = True
    gauge = machine.start()
    gauge.tell(sessions=(Session("pupil", True),), programs=frozenset())
    gauge.checkpoint()
    machine.clock.advance(30)
    gauge.tell(programs=frozenset({("tuxpaint", "pupil")}))
    machine.clock.advance(20)
    gauge.tell(programs=frozenset())
    machine.clock.advance(10)
    assert gauge.checkpoint()
    sums = machine.totals()
    assert (sums["powered"], sums["observed"], sums["open"], sums["present"]) == (60, 60, 60, 20)


def test_a_kill_shows_as_not_observed(machine: Machine) -> None:
    """What a killed agent had not committed, and the time until its next start, is powered and not observed."""
    machine.clock.ntp = True
    gauge = machine.start()
    machine.clock.advance(60)
    gauge.checkpoint()
    machine.clock.advance(45)
    gauge = machine.start()
    machine.clock.advance(15)
    gauge.checkpoint()
    sums = machine.totals()
    assert (sums["powered"], sums["observed"]) == (120, 75)


def test_no_second_is_lost_to_rounding(machine: Machine) -> None:
    """Started and killed a hundred times at fractions of a second, awake and asleep, it knows every second awake."""
    machine.clock.ntp = True
    gauge = machine.start()
    gauge.checkpoint()
    for number in range(100):
        machine.clock.advance(7.39)
        if number % 3 == 0:
            machine.clock.suspend(20)
        if number % 2:
            gauge.checkpoint()
            machine.clock.advance(1.13)
        gauge = machine.start()
    gauge.checkpoint()
    assert abs(machine.totals()["powered"] - (100 * 7.39 + 50 * 1.13)) <= 1


def test_the_start_of_the_machine_counts_from_the_second_boot_on(machine: Machine) -> None:
    """A fresh install does not claim what was before it; after a reboot the seconds before the agent's start count."""
    machine.clock.ntp = True
    gauge = machine.start()
    machine.clock.advance(10)
    gauge.checkpoint()
    assert machine.totals()["powered"] == 10
    machine.clock.boot = machine.clock.mono = 25.0
    machine.clock.boot_id = lambda: "b0071d01"  # type: ignore[method-assign]
    machine.clock.wall += 3600
    gauge = machine.start()
    machine.clock.advance(5)
    gauge.checkpoint()
    sums = machine.totals()
    assert (sums["powered"], sums["observed"]) == (40, 15)


def test_a_proof_from_the_network_dates(machine: Machine) -> None:
    """Without NTP use is held; the collector's time dates it, unless its answer came too late."""
    gauge = machine.start()
    machine.clock.advance(60)
    gauge.checkpoint()
    assert (gauge.trusted, machine.totals()["powered"]) == (False, 0)
    gauge.prove(machine.clock.wall - 86_400, late=61)
    assert not gauge.trusted
    gauge.prove(machine.clock.wall - 86_400, late=2)
    gauge.checkpoint()
    assert gauge.trusted
    assert machine.totals()["powered"] == 60
    assert machine.ledger is not None
    assert machine.ledger.message(0, "0" * 8).slots[0].t == int(machine.clock.wall - 86_400 - 60) // 900


def test_a_proof_outlives_a_restart_of_the_agent(machine: Machine) -> None:
    """In the same boot, with the wall clock unmoved, a restarted agent knows the date that its predecessor knew."""
    gauge = machine.start()
    gauge.prove(machine.clock.wall, late=0)
    gauge.checkpoint()
    assert machine.start().trusted
    machine.clock.wall += 5000
    assert not machine.start().trusted


def test_a_set_clock_suspends_trust(machine: Machine) -> None:
    """A step of the wall clock is seen at the next checkpoint, and moves nothing that was dated."""
    gauge = machine.start()
    gauge.prove(machine.clock.wall, late=0)
    machine.clock.wall -= 7200
    gauge.checkpoint()
    assert not gauge.trusted


def test_a_suspend_begins_a_new_run(machine: Machine) -> None:
    """A gap between the clocks is a suspend: told once, and revisions are issued under another run from then on."""
    gauge = machine.start()
    run = gauge.ledger.run
    machine.clock.advance(60)
    assert not gauge.woke()
    machine.clock.suspend(3600)
    assert gauge.woke()
    assert not gauge.woke()
    assert gauge.ledger.run != run


class Failing:
    """A ledger whose commits fail for as long as `error` is set."""

    def __init__(self, ledger: Ledger) -> None:
        self._commit, self.error = ledger.commit, None
        ledger.commit = self.commit  # type: ignore[method-assign]

    error: Exception | None

    def commit(self, *args: Any, **named: Any) -> None:
        """Commit, or fail."""
        if self.error is not None:
            raise self.error
        self._commit(*args, **named)


def test_a_full_disk_loses_nothing(machine: Machine) -> None:
    """While commits fail what is measured is kept, `trouble` says why, and it is written when there is room again."""
    machine.clock.ntp = True
    gauge = machine.start()
    gauge.checkpoint()
    failing = Failing(gauge.ledger)
    failing.error = sqlite3.OperationalError("database or disk is full")
    gauge.tell(programs=frozenset({("tuxpaint", "pupil")}))
    for _ in range(5):
        machine.clock.advance(60)
        assert not gauge.checkpoint()
        assert gauge.trouble == "database or disk is full"
    failing.error = None
    machine.clock.advance(60)
    assert gauge.checkpoint()
    assert gauge.trouble == ""
    sums = machine.totals()
    assert (sums["powered"], sums["present"]) == (360, 360)


def test_what_a_sense_says_while_the_ledger_cannot_be_read_is_not_lost(machine: Machine) -> None:
    """What the meter could not be told waits with its time, however much it is."""
    machine.clock.ntp = True
    gauge = machine.start()
    gauge.checkpoint()
    powered: Callable[[int], int] = gauge.meter._room._stored

    def broken(_quarter: int) -> int:
        raise sqlite3.OperationalError("disk I/O error")

    gauge.meter._room._stored = broken
    gauge.meter._room.reset(gauge.meter._growth)
    for _ in range(2 * MOST_MOMENTS):
        machine.clock.advance(0.01)
        gauge.tell(programs=frozenset())
    machine.clock.advance(1)
    gauge.tell(programs=frozenset({("tuxpaint", "pupil")}))
    assert not gauge.checkpoint()
    assert gauge.trouble == "disk I/O error"
    assert len(gauge._untold) == MOST_MOMENTS
    machine.clock.advance(10)
    gauge.meter._room._stored = powered
    assert gauge.checkpoint()
    machine.clock.advance(30)
    gauge.checkpoint()
    assert machine.totals()["present"] == 40


def test_a_damaged_ledger_is_not_lived_with(machine: Machine) -> None:
    """Damage is raised: the daemon ends, and its next start sets the file aside."""
    gauge = machine.start()
    Failing(gauge.ledger).error = sqlite3.DatabaseError("database disk image is malformed")
    with pytest.raises(sqlite3.DatabaseError):
        gauge.checkpoint()


def test_other_settings_hold_from_now_on(machine: Machine) -> None:
    """Hours that the collector changes apply to what follows."""
    machine.clock.ntp = True
    gauge = machine.start()
    gauge.tell(sessions=(Session("pupil", True),))
    gauge.checkpoint()
    machine.clock.advance(10)
    gauge.obey(SETTINGS.changed(hours=AgentSettings.hours.check("mo 00:00-00:01")))
    machine.clock.advance(10)
    gauge.checkpoint()
    assert machine.totals()["open"] == 10
