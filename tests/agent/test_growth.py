"""What grows between two commits, and that it tells no hour at which something was used."""

from __future__ import annotations

import copy
import dataclasses
import re
import sqlite3
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.machine import MONDAY, Machine

from socle_agent.growth import Growth, Span, Use
from socle_agent.meter import Session

SERVICES = ("gcompris", "lumni", "tuxpaint")
seconds = st.integers(0, 5000)
known = st.none() | seconds


def uses() -> st.SearchStrategy[Use]:
    """Use of any kind."""
    pairs = st.tuples(seconds, known).map(list)
    return st.builds(Use, known, known, st.dictionaries(st.sampled_from(SERVICES), pairs))


def growths() -> st.SearchStrategy[Growth]:
    """Growth of any kind, but for its spans."""
    profiles = st.sampled_from(["pupil", "teacher"])
    quarters = st.integers(10, 13)
    return st.builds(
        Growth,
        st.dictionaries(quarters, st.dictionaries(st.sampled_from(["powered", "open"]), seconds)),
        st.dictionaries(st.tuples(st.integers(1, 2), profiles), uses()),
        st.dictionaries(quarters, st.dictionaries(st.sampled_from([0, 1, 4]), seconds)),
        held=st.dictionaries(profiles, uses()),
        undated=st.dictionaries(profiles, uses()),
        dated=st.booleans(),
    )


def summed(*parts: Growth) -> Growth:
    """All parts, one after the other, as one."""
    whole = Growth()
    for part in parts:
        whole.add(copy.deepcopy(part))
    return whole


@given(growths(), growths(), growths())
def test_growth_may_be_put_together_in_any_steps(one: Growth, two: Growth, three: Growth) -> None:
    """Growth that waits for a commit adds up the same in whatever portions it is put together."""
    assert summed(one, two, three) == summed(summed(one, two), three) == summed(one, summed(two, three))


@given(uses(), uses())
def test_use_adds_up(one: Use, two: Use) -> None:
    """Sums are sums, in either order; unknown and known is known, unknown and unknown stays unknown."""
    left, right = copy.deepcopy(one), copy.deepcopy(two)
    left.add(two)
    right.add(one)
    assert left == right
    assert left.open == (None if one.open is two.open is None else (one.open or 0) + (two.open or 0))
    assert left.services.keys() == one.services.keys() | two.services.keys()


def test_a_stretch_of_one_state_is_one_span() -> None:
    """A stretch that goes on in the same state prolongs the span; a gap or a change begins another."""
    growth = Growth()
    for start, end, state in [(0, 10, True), (10, 20, True), (20, 30, False), (40, 50, False)]:
        growth.hold(Span(start, end, "pupil", 1, {"open": state}))
    assert [(span.start, span.end) for span in growth.spans] == [(0, 20), (20, 30), (40, 50)]


def busy_machine(file: Path, *, proved: bool) -> Machine:
    """A machine on which each service was used for some minutes, in the morning and in the afternoon."""
    machine = Machine(proved=proved, file=file)
    for number, service in enumerate(SERVICES * 2):
        session = Session("pupil", open=True, active=True, focus=service)
        machine.use(sessions=(session,), programs=frozenset({(service, "pupil")}), senses=31)
        machine.run(1234 + number * 100)
        machine.meter.ran("scratch", "teacher", 5)
        machine.use(programs=frozenset())
        machine.run(3600)
    return machine


def mentions(value: Any, service: str) -> bool:
    """Whether a value, at any depth, names the service."""
    return service in repr(value)


def test_growth_tells_no_time_of_day_of_a_service(tmp_path: Path) -> None:
    """In a growth, dated or not, a service stands under a day or a boot and a profile, never beside a moment."""
    for proved in (True, False):
        growth = busy_machine(tmp_path / f"{proved}.db", proved=proved).meter.take()
        named = {one.name for one in dataclasses.fields(growth) if mentions(getattr(growth, one.name), "gcompris")}
        assert named == ({"days"} if proved else {"held"})
        assert all(isinstance(day, int) and profile in {"pupil", "teacher"} for day, profile in growth.days)
        assert set(growth.held) <= {"pupil", "teacher"}
        assert {one.name for one in dataclasses.fields(Use)} == {"open", "active", "services"}
        assert all(len(pair) == 2 for use in growth.held.values() for pair in use.services.values())


def test_the_ledger_tells_no_time_of_day_of_a_service(tmp_path: Path) -> None:
    """In the ledger's file, services stand only in rows whose key is a day or a boot and a profile."""
    for proved in (True, False):
        machine = busy_machine(tmp_path / f"{proved}.db", proved=proved)
        machine.commit()
        machine.restart()
        machine.run(60)
        machine.commit()
        machine.reboot()
        machine.ledger.close()
        db = sqlite3.connect(tmp_path / f"{proved}.db")
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        telling = {name for name in tables if mentions(db.execute(f"SELECT * FROM {name}").fetchall(), "gcompris")}
        assert telling == ({"days"} if proved else {"undated"})
        for name in tables:
            columns = {column for _, column, *_ in db.execute(f"PRAGMA table_info({name})")}
            if "services" in columns:
                moments = columns - {"services", "profile", "rev", "rejected", "powered", "observed", "open", "active"}
                assert moments <= {"d", "boot"}
        db.close()


def test_the_ledger_holds_no_wall_clock_time(tmp_path: Path) -> None:
    """No number in the ledger's file is a moment of the wall clock: quarters and days are the finest there is."""
    machine = busy_machine(tmp_path / "ledger.db", proved=True)
    machine.commit()
    machine.ledger.close()
    db = sqlite3.connect(tmp_path / "ledger.db")
    text = "\n".join(line for line in db.iterdump() if '"offset"' not in line and "'position'" not in line)
    numbers = {int(number) for number in re.findall(r"\d{9,}", text)}
    assert not [number for number in numbers if MONDAY - 86_400 < number < MONDAY + 7 * 86_400]
    db.close()
