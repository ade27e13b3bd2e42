"""Boots without the agent, from a journal to the ledger."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clocks import HandClock
from support.journals import Boot, need_journals, write_journal
from support.looping import run_until

from socle_agent.boots import Boots
from socle_agent.gauge import Gauge
from socle_agent.ledger import Ledger
from socle_agent.loop import Loop
from socle_agent.roots import Roots
from socle_core.clock import Clock
from socle_core.settings.agent import AgentSettings

NOON = 1_795_435_200
HOUR = 3600


class Machine:
    """A machine whose boots are written in a journal, and whose agent runs in some of them."""

    def __init__(self, folder: Path) -> None:
        need_journals()
        self.roots = Roots(var=folder / "var", etc=folder / "etc")
        self.folder, self.clock, self._numbers = folder, HandClock(NOON, boot=0), count(1)
        self.clock.ntp = True
        self.boots = [Boot(1, NOON)]
        self.ledger: Ledger | None = None
        self.loop = Loop(Clock())

    def runs(self, seconds: float) -> None:
        """Be awake."""
        self.clock.advance(seconds)
        self.boots[-1].run(seconds)

    def reboots(self, off: float = HOUR) -> None:
        """Be off for a while, and start."""
        self.clock.wall += off
        self.clock.mono = self.clock.boot = 0.0
        self.boots.append(Boot(len(self.boots) + 1, self.clock.wall))

    def starts_the_agent(self) -> Gauge:
        """Start an agent, also after a kill."""
        code = self.boots[-1].code
        self.clock.boot_id = lambda: code  # type: ignore[method-assign]
        if self.ledger is not None:
            self.ledger.close()
        self.ledger = Ledger.open(self.folder / "ledger.db", lambda: f"{next(self._numbers):08x}")
        return Gauge(self.clock, self.ledger, AgentSettings(), lambda: f"{next(self._numbers):08x}")

    def measures(self, seconds: float) -> None:
        """Run the agent for so long, then kill it."""
        gauge = self.starts_the_agent()
        self.runs(seconds)
        gauge.checkpoint()

    def looks(self, gauge: Gauge) -> Boots:
        """Look for boots without the agent, to the end."""
        write_journal(self.folder, *self.boots)
        boots = Boots(self.loop, gauge, self.roots)
        boots.tick()
        run_until(self.loop, lambda: boots._pipe < 0, what="the child answers")
        return boots

    def powered(self) -> tuple[int, int]:
        """Seconds powered and seconds observed in the ledger."""
        assert self.ledger is not None
        sums = self.ledger.totals()
        return sums["powered"], sums["observed"]

    def slots(self) -> dict[int, tuple[int | None, int | None]]:
        """Of each quarter since noon: seconds powered and observed."""
        assert self.ledger is not None
        slots = self.ledger.message(0, "0" * 8).slots
        return {slot.t - NOON // 900: (slot.powered, slot.observed) for slot in slots}


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine that starts at noon."""
    made = Machine(tmp_path)
    yield made
    made.loop.close()
    if made.ledger is not None:
        made.ledger.close()


def test_no_row_means_off(machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    """A package stopped within a boot, for a whole boot and at the start of the next shows as powered, not observed."""
    caplog.set_level(logging.INFO)
    machine.measures(600)
    machine.runs(900)
    machine.reboots(off=2100)
    machine.runs(1800)
    machine.reboots(off=2700)
    machine.runs(100)
    gauge = machine.starts_the_agent()
    gauge.checkpoint()
    machine.looks(gauge)
    assert machine.slots() == {0: (900, 600), 1: (600, 0), 4: (900, 0), 5: (900, 0), 9: (100, 0)}
    assert machine.powered() == (600 + 900 + 1800 + 100, 600)
    assert "2700 s powered, not observed; 0 s left out" in caplog.text


def test_what_was_before_the_ledger_is_not_its_business(machine: Machine) -> None:
    """Boots before a fresh install, and its own before it, are not counted."""
    machine.runs(900)
    machine.reboots()
    machine.runs(300)
    machine.measures(60)
    machine.reboots()
    gauge = machine.starts_the_agent()
    gauge.checkpoint()
    machine.looks(gauge)
    assert machine.powered() == (60, 60)


def test_nothing_is_looked_for_twice(machine: Machine) -> None:
    """Found once, told to the ledger once: not again in the same run, at the next start nor after the next boot."""
    machine.measures(60)
    machine.reboots()
    machine.runs(500)
    machine.reboots()
    gauge = machine.starts_the_agent()
    gauge.checkpoint()
    machine.looks(gauge).tick()
    assert machine.ledger is not None
    assert machine.ledger.left_boots == []
    gauge = machine.starts_the_agent()
    gauge.checkpoint()
    machine.looks(gauge)
    machine.reboots()
    gauge = machine.starts_the_agent()
    gauge.checkpoint()
    machine.looks(gauge)
    assert machine.powered() == (560, 60)


def test_nothing_is_said_before_the_date_is_known(machine: Machine) -> None:
    """Boots without the agent wait, over any number of boots, until the present can be dated."""
    machine.measures(60)
    machine.clock.ntp = False
    for _ in range(3):
        machine.reboots()
        machine.runs(500)
        machine.reboots()
        machine.measures(60)
    gauge = machine.starts_the_agent()
    machine.looks(gauge)
    assert machine.powered() == (60, 60)
    gauge.prove(machine.clock.wall, late=0)
    machine.looks(gauge)
    gauge.checkpoint()
    assert machine.powered() == (60 + 3 * 500 + 60, 60 + 60)


def test_a_kill_while_looking_counts_nothing_and_loses_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agent killed before, or a ledger full when, what was found is written looks for it again."""
    machine.measures(60)
    machine.reboots()
    machine.runs(500)
    machine.reboots()
    gauge = machine.starts_the_agent()
    gauge.checkpoint()
    write_journal(machine.folder, *machine.boots)
    boots = Boots(machine.loop, gauge, machine.roots)
    boots.tick()
    boots.close()
    assert machine.powered() == (60, 60)
    gauge = machine.starts_the_agent()
    gauge.checkpoint()

    def full(_growth: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(gauge.ledger, "account_for_boots", full)
        boots = machine.looks(gauge)
    assert (machine.powered(), gauge.trouble) == ((60, 60), "database or disk is full")
    boots.tick()
    run_until(machine.loop, lambda: boots._pipe < 0)
    assert machine.powered() == (560, 60)


def test_a_reader_that_dies_is_told(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the child gives no answer nothing is counted, and the next start looks again."""
    machine.measures(60)
    machine.reboots()
    machine.runs(500)
    machine.reboots()
    gauge = machine.starts_the_agent()
    gauge.checkpoint()
    with monkeypatch.context() as patched:
        patched.setattr("socle_agent.boots._look", lambda *_: os._exit(1))
        machine.looks(gauge)
    assert "was to answer died" in caplog.text
    gauge = machine.starts_the_agent()
    gauge.checkpoint()
    machine.looks(gauge)
    assert machine.powered() == (560, 60)


def test_a_quarter_shared_by_three_boots(machine: Machine) -> None:
    """A boot without the agent between two with it, all within one quarter, fills what was not off."""
    machine.measures(100)
    machine.reboots(off=50)
    machine.runs(200)
    machine.reboots(off=50)
    gauge = machine.starts_the_agent()
    gauge.checkpoint()
    machine.runs(300)
    machine.looks(gauge)
    assert machine.slots() == {0: (600, 400)}


LIVES = st.lists(
    st.tuples(st.integers(0, 2000), st.sampled_from(["agent", "none", "boot", "sleep"])), min_size=1, max_size=8
)


@given(LIVES)
@settings(max_examples=25)
def test_every_second_awake_is_in_the_ledger(
    tmp_path_factory: pytest.TempPathFactory, life: list[tuple[int, str]]
) -> None:
    """Whatever ran when since the agent's first minute, the ledger holds each second awake, and no other."""
    machine = Machine(tmp_path_factory.mktemp("life"))
    machine.measures(60)
    awake = 60
    for seconds, what in life:
        if what == "boot":
            machine.reboots(seconds + 1)
        elif what == "sleep":
            machine.clock.suspend(seconds)
            machine.boots[-1].sleep(seconds)
        elif what == "agent":
            machine.measures(seconds)
        else:
            machine.runs(seconds)
        awake += seconds * (what in ("agent", "none"))
    machine.reboots()
    gauge = machine.starts_the_agent()
    gauge.checkpoint()
    machine.looks(gauge)
    powered, observed = machine.powered()
    machine.loop.close()
    assert machine.ledger is not None
    machine.ledger.close()
    assert abs(powered - awake) <= len(life)
    assert observed == 60 + sum(seconds for seconds, what in life if what == "agent")
    shutil.rmtree(machine.folder)  # journals are of 8 MiB
