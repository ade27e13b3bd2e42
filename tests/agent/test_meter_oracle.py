"""The meter against one that is too slow to be used: it looks at every single second."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.machine import Machine

from socle_agent.growth import Growth
from socle_agent.meter import FOCUS, Session
from socle_agent.state import State
from socle_core.clock import Reading

SERVICES, PROFILES = ("gcompris", "lumni", "tuxpaint"), ("pupil", "teacher", "shared")
MOMENTS = {
    "a quarter's end": "2026-11-23T09:44:50",
    "before the hours": "2026-11-23T07:55:00",
    "after the hours": "2026-11-28T16:52:10",
    "midnight": "2026-11-23T23:51:00",
    "summer time begins": "2027-03-28T01:50:00",
    "summer time ends": "2026-10-25T02:52:00",
    "the year's end": "2026-12-31T23:55:00",
}

Cells = Counter[tuple[object, ...]]
"""Seconds by where they are counted: ("slot", quarter, name) or ("day", day, profile, name or service, …)."""


def sessions() -> st.SearchStrategy[tuple[Session, ...] | None]:
    """None, or up to three sessions."""
    focus = st.none() | st.sampled_from(SERVICES)
    one = st.builds(Session, st.sampled_from(PROFILES), st.booleans(), st.none() | st.booleans(), focus)
    return st.none() | st.lists(one, max_size=3).map(tuple)


def states() -> st.SearchStrategy[State]:
    """Anything that the senses may tell."""
    program = st.tuples(st.sampled_from(SERVICES), st.sampled_from(PROFILES))
    flag = st.none() | st.booleans()
    return st.builds(
        State,
        sessions=sessions(),
        programs=st.none() | st.frozensets(program, max_size=4),
        online=st.booleans(),
        charging=flag,
        display=flag,
        senses=st.sampled_from([0, FOCUS, 31]),
    )


def count_second(cells: Cells, state: State, unix: int, timezone: object, zero: set[tuple[object, ...]]) -> None:
    """Count one second of a state; `zero` collects what is known, be it 0."""
    local = datetime.fromtimestamp(unix, timezone)  # type: ignore[arg-type]
    in_hours = local.weekday() < 6 and 8 <= local.hour < 17
    day = (local.date() - datetime(1970, 1, 1).date()) // timedelta(days=1)
    people = state.sessions
    told: dict[str, bool | None] = {
        "powered": True,
        "observed": True,
        "online": state.online,
        "charging": state.charging,
    }
    if in_hours and people is not None:
        told["open"] = any(p.open for p in people)
        if any(p.active is not None for p in people):
            told["active"] = any(p.open and p.active for p in people)
        if state.display is not None:
            told["display"] = state.display and told["open"]
    for name, holds in told.items():
        if holds is not None:
            cells["slot", unix // 900, name] += bool(holds)
            zero.add(("slot", unix // 900, name))
    for profile in {p.profile for p in people or () if p.open}:
        mine = [p for p in people or () if p.open and p.profile == profile]
        cells["day", day, profile, "open"] += 1
        zero.add(("day", day, profile, "open"))
        if any(p.active is not None for p in mine):
            cells["day", day, profile, "active"] += any(p.active for p in mine)
            zero.add(("day", day, profile, "active"))
    for service, profile in state.programs or ():
        cells["day", day, profile, service, "present"] += 1
        zero.add(("day", day, profile, service, "present"))
        if state.senses & FOCUS:
            front = any(p.open and p.focus == service and p.profile == profile for p in people or ())
            cells["day", day, profile, service, "focus"] += front
            zero.add(("day", day, profile, service, "focus"))


def flattened(growth: Growth) -> dict[tuple[object, ...], int]:
    """The cells of a growth."""
    cells: dict[tuple[object, ...], int | None] = {
        ("slot", quarter, name): seconds for quarter, row in growth.slots.items() for name, seconds in row.items()
    }
    for (day, profile), use in growth.days.items():
        cells |= {("day", day, profile, "open"): use.open, ("day", day, profile, "active"): use.active}
        for service, (present, focus) in use.services.items():
            cells["day", day, profile, service, "present"] = present
            cells["day", day, profile, service, "focus"] = focus
    return {cell: seconds for cell, seconds in cells.items() if seconds is not None}


@pytest.mark.parametrize("begins", MOMENTS.values(), ids=MOMENTS.keys())
@settings(max_examples=15)
@given(life=st.lists(st.tuples(states(), st.integers(0, 400)), min_size=1, max_size=6))
def test_equal_to_looking_at_every_second(begins: str, life: list[tuple[State, int]]) -> None:
    """Whatever the senses tell and whenever, each second is in its quarter, its day and its hours."""
    machine = Machine()
    at = int(datetime.fromisoformat(begins).replace(tzinfo=machine.timezone).timestamp())
    machine = Machine(at)
    cells: Cells = Counter()
    zero: set[tuple[object, ...]] = set()
    for state, seconds in life:
        machine.meter.advance(machine.clock.read())
        machine.meter.state = state
        machine.run(seconds)
        for _ in range(seconds):
            count_second(cells, state, at, machine.timezone, zero)
            at += 1
    assert flattened(machine.meter.take()) == {cell: cells[cell] for cell in zero}


@settings(max_examples=60)
@given(
    life=st.lists(st.tuples(states(), st.integers(0, 3000), st.integers(0, 5000)), min_size=1, max_size=8),
    commits=st.lists(st.booleans(), min_size=8, max_size=8),
)
def test_the_inequalities_hold(life: list[tuple[State, int, int]], commits: list[bool]) -> None:
    """No row is above its limit or breaks an inequality, whatever the senses tell and whenever the agent is killed."""
    machine = Machine()
    for number, (state, awake, asleep) in enumerate(life):
        machine.meter.advance(machine.clock.read())
        machine.meter.state = state
        machine.run(awake)
        machine.sleep(asleep)
        if commits[number]:
            machine.commit()
        else:
            machine.restart(away=awake % 7)
    for slot in machine.slots().values():
        assert 0 <= (slot.observed or 0) <= (slot.powered or 0) <= 900
        assert slot.active is None or slot.active <= (slot.open or 0)
        assert slot.display is None or slot.display <= (slot.open or 0)
        assert (slot.open or 0) <= (slot.powered or 0)
    for day in machine.days().values():
        assert day.active is None or day.active <= (day.open or 0)
        assert all(focus is None or focus <= present for present, focus in day.services.values())


@settings(max_examples=60)
@given(
    life=st.lists(st.tuples(states(), st.integers(0, 2000)), min_size=1, max_size=10),
    fails=st.lists(st.booleans(), min_size=10, max_size=10),
    dated=st.booleans(),
)
def test_commits_that_fail_change_nothing(life: list[tuple[State, int]], fails: list[bool], dated: bool) -> None:
    """What is given back after a failed commit is committed with the next, once: the rows are as if none had failed."""
    one, other = Machine(proved=dated), Machine(proved=dated)
    for (state, seconds), fail in zip(life, fails, strict=False):
        for machine in (one, other):
            machine.meter.advance(machine.clock.read())
            machine.meter.state = state
            machine.run(seconds)
        one.commit()
        if fail:
            other.meter.give_back(other.meter.take())
        else:
            other.commit()
        if seconds % 3 == 0:
            one.prove()
            other.prove()
    for machine in (one, other):
        machine.run(1000)
        machine.commit()
        machine.reboot()
    assert one.ledger.totals() | {"rev": 0} == other.ledger.totals() | {"rev": 0}
    assert one.slots() == other.slots()
    assert one.days() == other.days()
    assert {p: row for (_, p), row in one.undated().items()} == {p: row for (_, p), row in other.undated().items()}


def test_the_clock_that_is_read_twice_at_once_counts_nothing() -> None:
    """Two readings of one moment, or one that is late, change nothing."""
    machine = Machine()
    machine.run(100)
    before = machine.clock.read()
    machine.meter.advance(Reading(before.wall - 5, before.mono - 5, before.boot - 5))
    machine.meter.advance(before)
    machine.run(1)
    assert machine.slots()[0].powered == 101
