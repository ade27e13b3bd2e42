"""Promise 4: a school year without network, and what becomes of a ledger that is full."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from random import Random

from e2e import year
from e2e.conftest import Worlds
from e2e.machine import Machine
from socle_agent.growth import Growth, Use
from socle_agent.ledger import Ledger
from socle_core.wire.topics import new_id

LIMIT_BYTES = 16 * 1024 * 1024
RATE = 60.0
"""Slow enough for acks of full messages to be in time."""
LAST_DAY = datetime(2027, 6, 30, 17, 0, tzinfo=year.PARIS)
FIRST_DAY = datetime(2026, 9, 1, tzinfo=year.PARIS)


def test_promise_4_a_school_year_without_network_loses_nothing(worlds: Worlds) -> None:
    """138 school days of 24 quarters fit into far less than 16 MiB, and all of it arrives once there is a network."""
    world = worlds(seed=5, begins=LAST_DAY.timestamp(), rate=RATE)
    machine, rng = world.machines[0], Random(5)
    with closing(Ledger.open(machine.ledger, lambda: new_id(rng))) as ledger:
        powered = year.live_through(ledger, list(year.school_days(FIRST_DAY)), rng)
        assert year.file_bytes(machine.ledger) < 3 * 1024 * 1024 < LIMIT_BYTES
    assert powered == year.DAYS * year.QUARTERS * 900
    world.start()
    world.caught_up()
    (months,) = world.ask("SELECT count(DISTINCT to_char(begins AT TIME ZONE 'UTC', 'YYYY-MM')) FROM slot")[0]
    assert months >= 9
    totals = machine.totals()
    assert totals and powered <= totals["powered"] <= powered + 3600


def test_promise_4_a_full_ledger_drops_whole_oldest_months_and_says_so(worlds: Worlds) -> None:
    """With far more than a year's rows the file stays below 16 MiB; what it still holds arrives in full."""
    world = worlds(seed=6, begins=LAST_DAY.timestamp(), rate=RATE)
    machine, rng = world.machines[0], Random(6)
    with closing(Ledger.open(machine.ledger, lambda: new_id(rng))) as ledger:
        largest = overfill(ledger, rng, machine)
        dropped = ledger.notes()["dropped"]
    assert largest < LIMIT_BYTES
    assert dropped == sorted(dropped)[: len(dropped)] and dropped[0] == "2026-09"
    world.start()
    world.caught_up(patience_s=30)
    months = {month for (month,) in world.ask("SELECT DISTINCT to_char(date, 'YYYY-MM') FROM day")}
    assert months.isdisjoint(dropped)
    assert "2027-06" in months


def overfill(ledger: Ledger, rng: Random, machine: Machine) -> int:
    """Write days of 900 services until months had to go; return the largest size that the files ever had."""
    names = [f"service-{number:04}.{rng.getrandbits(64):016x}" for number in range(900)]
    first = FIRST_DAY.toordinal() - datetime(1970, 1, 1).toordinal()
    ledger.begin(new_id(rng), new_id(rng))
    largest = 0
    for day in range(first, first + 300):
        use = Use(3600, None, {name: [rng.randrange(1, 9000), None] for name in names})
        ledger.commit(Growth(days={(day, "pupil"): use}), day * 96 + 40)
        largest = max(largest, year.file_bytes(machine.ledger))
    return largest
