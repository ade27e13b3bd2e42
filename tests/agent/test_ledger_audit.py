"""What a ledger tells of itself, to be compared with what the collector holds."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.ledgers import ASK, D, T, acked, act, day, everything, fresh, slot

from socle_agent.growth import Growth, Use
from socle_core.wire.encode import encode
from socle_core.wire.messages import Rejected


def month(number: int) -> int:
    """The first quarter of a month of 2026."""
    return int(datetime(2026, number, 1, tzinfo=timezone.utc).timestamp()) // 900


def test_sums_by_month() -> None:
    """Slots are summed by the UTC month of `t`, days by that of `d`, unknown counting as 0; the run is head's."""
    ledger = fresh()
    growth = slot(month(11) - 1, powered=900, observed=800, open=700, active=600)
    growth.slot(month(11), "powered", 10)
    growth.day(month(11) // 96, "pupil", Use(50, 20, {"lumni": [30, 20], "gcompris": [5, None]}))
    growth.day(month(11) // 96, "teacher", Use())
    ledger.commit(growth, T)
    ledger.begin("cccccccc", "bbbbbbbb")
    audit = ledger.audit(ASK)
    assert audit is not None
    assert (audit.rev, audit.run, audit.undated, audit.acts) == (4, "aaaaaaaa", 0, 0)
    nothing = dict.fromkeys(("slots", "powered", "observed", "open", "active", "days", "present", "focus"), 0)
    assert audit.months == {
        "2026-10": nothing | {"slots": 1, "powered": 900, "observed": 800, "open": 700, "active": 600},
        "2026-11": nothing | {"slots": 1, "powered": 10, "days": 2, "present": 35, "focus": 20},
    }


def test_undated_use_counts_once_it_is_sent() -> None:
    """The sum of undated rows holds those of boots that have ended; acts are counted."""
    ledger = fresh()
    growth = Growth()
    growth.undated["pupil"] = Use(5)
    ledger.commit(growth, None)
    ledger.add_act(act(1))
    audit = ledger.audit(ASK)
    assert audit is not None
    assert (audit.undated, audit.acts) == (0, 1)


def test_no_audit_where_no_run_issued_the_head() -> None:
    """A ledger that has issued nothing, or met a mark that is none of its own, has nothing to compare."""
    ledger = fresh()
    assert ledger.audit(ASK) is None
    ledger.reissue(50)
    assert ledger.audit(ASK) is None


@pytest.mark.parametrize(("keep_from", "told"), [(0, {"2026-10", "2026-11"}), (1, {"2026-10", "2026-11"})])
def test_months_wholly_after_keep_from(keep_from: int, told: set[str]) -> None:
    """Only months wholly at or after `keep_from` are told."""
    ledger = fresh()
    for t in (month(10) + 500, month(11)):
        ledger.commit(slot(t), t)
    ledger.forget_before(month(10) * keep_from)
    audit = ledger.audit(ASK)
    assert audit is not None
    assert set(audit.months) == told


def test_a_month_of_which_rows_were_forgotten_is_not_whole() -> None:
    """A month is left out when `keep_from` lies within it, and also when it once lay there and went back."""
    ledger = fresh()
    for t in (month(10), month(10) + 500, month(11)):
        ledger.commit(slot(t), t)
    ledger.forget_before(month(10) + 100)
    for _ in range(2):
        audit = ledger.audit(ASK)
        assert audit is not None
        assert set(audit.months) == {"2026-11"}
        ledger.forget_before(0)


def test_rows_that_were_refused_are_left_out() -> None:
    """Rows that an ack named as refused are in no sum, nor counted, until they are delivered again and taken."""
    ledger = fresh()
    ledger.commit(slot(T), T)
    ledger.commit(slot(T + 1), T)
    ledger.commit(day(D, lumni=5), T)
    ledger.add_act(act(1))
    refused = (
        Rejected("slots", [T], "x"),
        Rejected("days", [D, "pupil"], "x"),
        Rejected("acts", [act(1).id], "x"),
        Rejected("health", [T], "not ours"),
    )
    acked(ledger, *refused, total=4)
    audit = ledger.audit(ASK)
    assert audit is not None
    assert audit.months["2026-11"] | {"observed": 0} == {
        **dict.fromkeys(("observed", "open", "active", "days", "present", "focus"), 0),
        "slots": 1,
        "powered": 60,
    }
    assert audit.acts == 0
    acked(ledger)
    audit = ledger.audit(ASK)
    assert audit is not None
    assert (audit.months["2026-11"]["slots"], audit.months["2026-11"]["days"], audit.acts) == (2, 1, 1)


def test_a_refused_row_that_grows_counts_again() -> None:
    """A row that was refused and grew since is a new one: it is told unless refused again."""
    ledger = fresh()
    ledger.commit(slot(T), T)
    acked(ledger, Rejected("slots", [T], "x"))
    ledger.commit(slot(T), T)
    audit = ledger.audit(ASK)
    assert audit is not None
    assert audit.months["2026-11"]["powered"] == 120


def test_where_not_all_refused_rows_are_named_nothing_concerned_is_told() -> None:
    """When more rows were refused than named, the months and totals of the message are left out, and no others."""
    ledger = fresh()
    ledger.commit(slot(month(10)), T)
    acked(ledger)
    ledger.commit(slot(month(11)), T)
    ledger.commit(day(month(12) // 96), T)
    ledger.add_act(act(1))
    message = everything(ledger)[-1]
    acked(ledger, Rejected("slots", [month(11)], "x"), total=2)
    assert message.rev == ledger.head
    audit = ledger.audit(ASK)
    assert audit is not None
    assert (set(audit.months), audit.acts, audit.undated) == (set(), None, 0)
    ledger.commit(slot(month(10) + 1), T)
    audit = ledger.audit(ASK)
    assert audit is not None
    assert set(audit.months) == set()


@given(
    st.lists(
        st.builds(
            Rejected,
            st.sampled_from(["slots", "days", "undated", "health", "acts", "meta", "slots; DROP TABLE slots", ""]),
            st.none() | st.lists(st.integers() | st.text(max_size=64), max_size=3),
            st.text(),
        ),
        max_size=5,
    ),
    st.none() | st.integers(),
)
def test_no_refusal_of_whatever_harms_the_ledger(refused: list[Rejected], total: int | None) -> None:
    """Refusals of rows that are not there, of no kind, or with absurd keys change nothing but what an audit tells."""
    ledger = fresh()
    ledger.commit(slot(T), T)
    before = ledger.totals()
    acked(ledger, *refused, total=total)
    assert ledger.totals() == before
    assert ledger.audit(ASK) is not None


def test_an_audit_of_ten_years_fits_a_message() -> None:
    """Even ten years of months are a small message."""
    ledger = fresh()
    growth = Growth()
    for number in range(120):
        growth.slot(T + number * 96 * 31, "powered", 900)
    ledger.commit(growth, None)
    audit = ledger.audit(ASK)
    assert audit is not None
    assert len(audit.months) >= 118
    assert len(encode(audit)) < 30_000
