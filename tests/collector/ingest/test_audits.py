"""Audits against what is stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.desk import DEVICE, INSTALL, OTHER, RUN, HandDesk
from support.wire import ACT, KEEP_FROM, D, T

from socle_core.wire.messages import Ack

DAY_S = 86_400
SEPTEMBER_T, SEPTEMBER_D = KEEP_FROM, KEEP_FROM // 96
MONTHS = {
    "2026-11": {"slots": 2, "powered": 1700, "observed": 1600, "open": 900, "active": 100, "days": 1, "present": 70,
                "focus": 10},
    "2026-09": {"slots": 1, "powered": 5, "observed": 0, "open": 0, "active": 0, "days": 0, "present": 0, "focus": 0},
}  # fmt: skip
ROWS: dict[str, list[Any]] = {
    "slots": [
        {"t": T, "powered": 900, "observed": 900, "open": 900, "active": 100},
        {"t": T + 1, "powered": 800, "observed": 700},
        {"t": SEPTEMBER_T, "powered": 5},
    ],
    "days": [{"d": D, "profile": "pupil", "services": {"a": [60, 10], "b": [10, None]}}],
    "undated": [{"boot": "00000001", "profile": "shared", "powered": 40}],
    "acts": [{"id": ACT, "kind": "visit"}],
}


def audit(desk: HandDesk, rev: int = 9, run: str = RUN, device: str = DEVICE, **told: object) -> Ack:
    """Send an audit."""
    document = {"v": 1, "install": INSTALL, "run": run, "ask": desk.ask(), "rev": rev, "months": MONTHS, **told}
    return desk.send("audit", json.dumps(document).encode(), device)


def state(desk: HandDesk) -> tuple[Any, ...]:
    """What is noted of the last audit."""
    ((reconciled, difference, resets),) = desk.query("SELECT reconciled, difference, resets FROM marks LIMIT 1")
    return reconciled, difference, resets


@pytest.fixture
def stored(desk: HandDesk) -> HandDesk:
    """A desk that holds ROWS at revision 9."""
    desk.tell(rev=9, **ROWS)
    return desk


def test_reconciled(stored: HandDesk) -> None:
    """Equal sums are reconciled, the mark stays, and the audit is acked like a Ledger."""
    assert stored.totals()["reconciled"] is None
    answer = audit(stored, undated=40, acts=1)
    assert (answer.rev, answer.run) == (9, RUN)
    assert state(stored) == (True, None, 0)
    assert stored.totals()["reconciled"] is True


def test_more_is_held(stored: HandDesk) -> None:
    """More held than told is reconciled too; the surplus is shown."""
    audit(stored, months={"2026-11": {"powered": 1699}}, undated=0, acts=0)
    assert state(stored) == (True, {"missing": {}, "surplus": {"2026-11 powered": 1, "undated": 40, "acts": 1}}, 0)


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("name", MONTHS["2026-11"])
def test_every_sum_of_a_month(stored: HandDesk, month: str, name: str) -> None:
    """One more told than held, of any sum, and everything is asked for again."""
    months = {**MONTHS, month: {**MONTHS[month], name: MONTHS[month][name] + 1}}
    answer = audit(stored, months=months)
    assert (answer.rev, answer.run) == (0, None)
    assert state(stored) == (False, {"missing": {f"{month} {name}": 1}, "surplus": {}}, 1)


@pytest.mark.parametrize(("name", "value"), [("undated", 41), ("acts", 2)])
def test_every_total(stored: HandDesk, name: str, value: int) -> None:
    """The totals over all time are compared as well."""
    assert audit(stored, **{name: value}).rev == 0
    assert state(stored) == (False, {"missing": {name: 1}, "surplus": {}}, 1)


@pytest.mark.parametrize(("rev", "run"), [(8, RUN), (10, RUN), (9, "000000bb")])
def test_not_compared(stored: HandDesk, rev: int, run: str) -> None:
    """At another revision or run nothing is compared; it is acked with the mark."""
    assert audit(stored, rev, run, undated=10**9).rev == 9
    assert state(stored) == (None, None, 0)


def test_not_compared_at_mark_0(stored: HandDesk) -> None:
    """After a reset nothing is compared until a Ledger came."""
    audit(stored, undated=10**9)
    assert audit(stored, 0, undated=10**9).rev == 0
    assert state(stored)[2] == 1
    assert audit(stored, device=OTHER, undated=10**9).rev == 0, "nor for an install that sent nothing"


@pytest.mark.parametrize("month", ["2026-08", "2020-01", "0000-01", "1969-12"])
def test_months_before_keep_from(stored: HandDesk, month: str) -> None:
    """A month that is not wholly wanted any more is left out."""
    audit(stored, months={month: {"slots": 10**9}})
    assert state(stored) == (True, None, 0)


def test_months_to_come(stored: HandDesk) -> None:
    """A month of the future is compared like any other."""
    audit(stored, months={"9999-12": {"slots": 1}})
    assert state(stored)[1] == {"missing": {"9999-12 slots": 1}, "surplus": {}}


def test_only_this_install(desk: HandDesk) -> None:
    """What another install or device sent does not count."""
    desk.tell(rev=9, install="000000ff", **{**ROWS, "acts": []})
    desk.tell(OTHER, rev=9, **ROWS)
    desk.tell(rev=9)
    answer = audit(desk)
    assert answer.rev == 0
    ((difference,),) = desk.query("SELECT difference FROM marks WHERE reconciled IS NOT NULL")
    assert difference["missing"]["2026-11 powered"] == 1700


def test_in_one_batch(desk: HandDesk) -> None:
    """An audit sees the Ledger before it, and a Ledger behind it meets the mark that it left."""
    keys = {"v": 1, "install": INSTALL, "run": RUN}
    messages = [
        ("ledger", {**keys, "ask": "00000001", "after": 0, "rev": 9, **ROWS}),
        ("audit", {**keys, "ask": "00000002", "rev": 9, "months": MONTHS}),
        ("audit", {**keys, "ask": "00000003", "rev": 9, "undated": 10**9}),
        ("ledger", {**keys, "ask": "00000004", "after": 9, "rev": 10}),
        ("ledger", {**keys, "ask": "00000005", "after": 0, "rev": 10}),
    ]
    answers = desk.handle(*(desk.letter(kind, json.dumps(told).encode()) for kind, told in messages))
    assert [(a.ask[-1], a.rev) for a in answers] == [("1", 9), ("2", 9), ("3", 0), ("4", 0), ("5", 10)]


def test_resets_in_a_row(stored: HandDesk) -> None:
    """The second reset comes two days after the first at the earliest, the third four days later; then one agrees."""

    def fails() -> bool:
        """Send all again, then an audit that cannot be met; tell whether the mark was reset."""
        stored.tell(rev=9, **ROWS)
        return audit(stored, undated=10**9).rev == 0

    assert fails()
    stored.clock.advance(2 * DAY_S - 1)
    assert not fails()
    assert state(stored)[0] is False, "what it found is kept all the same"
    stored.clock.advance(1)
    assert fails()
    stored.clock.advance(4 * DAY_S - 1)
    assert not fails()
    stored.clock.advance(1)
    assert fails()
    assert state(stored)[2] == 3
    stored.tell(rev=9, **ROWS)
    audit(stored)
    assert state(stored) == (True, None, 0)
    assert fails(), "the row has ended"
