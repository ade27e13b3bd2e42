"""A virtual machine in virtual time."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from socle_agent.ledger import Ledger
from socle_collector.simulate import life
from socle_collector.simulate.calendar import WEEK, Calendar
from socle_collector.simulate.commune import DESKTOPS, Machine, draw
from socle_collector.simulate.device import VirtualDevice
from socle_core.wire.health import judge_groups
from socle_core.wire.messages import Ack

CALENDAR = Calendar.of_past_weeks(date(2026, 11, 23), 8, ZoneInfo("Europe/Paris"))
END = CALENDAR.unix(CALENDAR.first + 8 * WEEK, time(0))
FRONT = next(
    m
    for m in draw("socle", 36, 3, CALENDAR.first, 8)
    if m.kind == "front" and m.desktop == "xfce" and m.web and m.clock
)


def device(machine: Machine = FRONT, seed: str = "x") -> VirtualDevice:
    """A device that has lived nothing yet."""
    return VirtualDevice(seed, machine, CALENDAR)


def sums(ledger: Ledger) -> dict[str, int]:
    """Its totals but for revisions, which depend on how often it was written down."""
    return {name: number for name, number in ledger.totals().items() if name != "rev"}


def test_eight_weeks_of_a_classroom() -> None:
    """A classroom's laptop is on for weeks, open for part of that and used for part of that; all is dated."""
    one = device()
    one.advance(END)
    held = one.ledger.totals()
    assert 20 * 3600 < held["active"] < held["open"] < held["powered"] == held["observed"] < 24 * 7 * 3600
    assert 0 < held["focus"] < held["present"]
    assert 10 <= held["days"] <= 24 and held["undated"] == 0 and not one.awake


def all_rows(one: VirtualDevice, kind: str) -> list[Any]:
    """All rows of a kind that it holds."""
    rows, after = [], 0
    while (part := one.ledger.message(after, "00000000")).rev > after:
        rows += getattr(part, kind)
        after = part.rev
    return rows


def test_health() -> None:
    """While it is on, its hardware is looked at: at most hourly, at least once a day, and a row is good and is news."""
    one = device()
    one.advance(END)
    rows = sorted(all_rows(one, "health"), key=lambda row: row.t)
    assert all(judge_groups(row.groups) == row.groups for row in rows)
    assert all(after.t - before.t >= 4 for before, after in pairwise(rows))
    assert {row.t // 96 for row in rows} == {slot.t // 96 for slot in all_rows(one, "slots")}
    assert all(before.groups != after.groups or after.t - before.t >= 96 for before, after in pairwise(rows))


def test_pages() -> None:
    """Pages are counted where the extension is, present and in front alike; elsewhere there are none."""
    one, blind = device(), device(replace(FRONT, web=False))
    one.advance(END)
    blind.advance(END)
    counted = [use for day in all_rows(one, "days") for name, use in day.services.items() if name in life.PAGES]
    assert counted and all(present == focus > 0 for present, focus in counted)
    assert not [name for day in all_rows(blind, "days") for name in day.services if name in life.PAGES]


@pytest.mark.parametrize("desktop", list(DESKTOPS))
def test_desktops(desktop: str) -> None:
    """What a desktop does not tell is absent: nobody active, nothing known in front; pages are counted all the same."""
    machine = replace(FRONT, desktop=desktop)
    one = device(machine)
    one.advance(END)
    slots, days = all_rows(one, "slots"), all_rows(one, "days")
    assert all((slot.active is None) == (machine.senses["idle"] == "none") for slot in slots if slot.open)
    programs = [use for day in days for name, use in day.services.items() if name not in life.PAGES]
    assert all((focus is None) == (machine.senses["focus"] == "none") for _, focus in programs)
    assert any(name in life.PAGES for day in days for name in day.services)


def test_in_small_steps() -> None:
    """Written down every hour or once at the end, the same seconds are in the ledger."""
    hourly, once = device(), device()
    for unix in range(CALENDAR.unix(CALENDAR.first, time(0)), END + 1, 3600):
        hourly.advance(unix)
    once.advance(END)
    assert sums(hourly.ledger) == sums(once.ledger)


def test_the_same_again() -> None:
    """The same seed gives the same ledger, row by row and under the same ids; another seed another."""
    first, second, other = device(), device(), device(seed="y")
    for one in (first, second, other):
        one.advance(END)
    assert first.ledger.message(0, "00000000") == second.ledger.message(0, "00000000")
    assert first.totals() == second.totals() != other.totals()


def test_a_wrong_clock() -> None:
    """A machine whose clock cannot be trusted sends its use without dates, boot by boot."""
    one = device(replace(FRONT, clock=False))
    one.advance(END)
    held, right = one.ledger.totals(), device()
    right.advance(END)
    assert held["slots"] == held["days"] == 0
    assert held["undated"] == right.ledger.totals()["powered"] - last_boot(right)
    assert one.sync.connected(0.0)[1].clock == "untrusted"  # type: ignore[union-attr]


def last_boot(one: VirtualDevice) -> int:
    """Seconds powered on its last day: an undated boot is sent when the next begins."""
    rows = one.ledger.message(0, "00000000")
    slots = list(rows.slots)
    while (more := one.ledger.message(rows.rev, "00000000")).rev > rows.rev:
        rows = more
        slots += rows.slots
    last = max(slot.t for slot in slots) // 96
    return sum(slot.powered or 0 for slot in {slot.t: slot for slot in slots}.values() if slot.t // 96 == last)


def test_an_ack_dates() -> None:
    """An ack while it runs dates what this boot has measured."""
    one = device(replace(FRONT, clock=False))
    monday = CALENDAR.first + timedelta(days=-CALENDAR.first.weekday() % 7)
    noon = CALENDAR.unix(monday, time(11, 0))
    one.advance(noon)
    while not one.awake:
        noon += 86_400
        one.advance(noon)
    before = one.ledger.totals()["powered"]
    one.received(Ack(one.ledger.install, "00000000", 0, float(noon), 0), noon)
    assert before == 0 < one.ledger.totals()["powered"]


def test_installed_anew() -> None:
    """A new installation begins a ledger of its own; the totals tell of both."""
    one = device()
    one.advance(END - 4 * 7 * 86_400)
    old = one.ledger.install
    one.reinstall()
    one.advance(END)
    assert list(one.totals()) == [old, one.ledger.install]
    assert all(held["powered"] for held in one.totals().values())


def test_a_copy() -> None:
    """A copy has the install and the past of its original, another run, and a life of its own."""
    one = device()
    one.advance(END - 4 * 7 * 86_400)
    two = one.copy("y")
    assert sums(two.ledger) == sums(one.ledger)
    assert (two.ledger.install, two.ledger.run) != (one.ledger.install, one.ledger.run)
    for half in (one, two):
        half.advance(END)
    assert two.ledger.install == one.ledger.install
    assert sums(two.ledger) != sums(one.ledger)


def test_no_network() -> None:
    """A machine out of reach writes down that it was never online."""
    one = device(replace(FRONT, unreached=CALENDAR.first + 8 * WEEK))
    one.advance(END)
    slots = one.ledger.message(0, "00000000").slots
    assert slots and all(slot.online == 0 for slot in slots)
    assert not one.reached(END - 1) and one.reached(END)


@pytest.mark.parametrize("draw_of", range(5))
def test_any_machine(draw_of: int) -> None:
    """Whatever its fate, active is within open, open within powered, focus within present."""
    machines = draw(f"{draw_of}", 36, 3, CALENDAR.first, 8)
    for machine in Random(draw_of).sample(machines, 6):
        one = device(machine)
        one.advance(END)
        held = one.ledger.totals()
        assert held["active"] <= held["open"] <= held["powered"] and held["focus"] <= held["present"]
