"""The ledger's rows and revisions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.ledgers import ASK, D, T, act, fresh, slot

from socle_agent.growth import Growth, Use
from socle_agent.ledger import Ledger
from socle_core.wire import limits
from socle_core.wire.encode import encode
from socle_core.wire.messages import Day, Health, Slot


def revisions(ledger: Ledger) -> dict[int, tuple[str, object]]:
    """Revision → kind and key of every row to be sent, read without the ledger's own code."""
    keys = {"slots": "t", "days": "d || profile", "undated": "boot || profile", "health": "t", "acts": "id"}
    rows = [
        (rev, kind, key)
        for kind, column in keys.items()
        for rev, key in ledger._db.execute(f"SELECT rev, {column} FROM {kind} WHERE rev > 0")
    ]
    assert len({rev for rev, _, _ in rows}) == len(rows), "two rows of one revision"
    return {rev: (kind, key) for rev, kind, key in rows}


def test_seconds_add_up_in_rows() -> None:
    """Growth of one quarter or day adds to its row; what was not told stays unknown."""
    ledger = fresh()
    ledger.commit(slot(T, powered=60, open=0), T)
    ledger.commit(slot(T, powered=40), T)
    growth = Growth()
    growth.day(D, "pupil", Use(60, 30, {"lumni": [10, None]}))
    ledger.commit(growth, T)
    ledger.commit(growth, T)
    message = ledger.message(0, ASK)
    assert message.slots == (Slot(T, powered=100, open=0),)
    assert message.days == (Day(D, "pupil", 120, 60, {"lumni": (20, None)}),)


def test_no_number_is_above_its_limit() -> None:
    """A row that would grow above its limit stops there, and is not sent again for nothing."""
    ledger = fresh()
    growth = Growth()
    growth.slot(T, "powered", 5000)
    growth.day(D, "pupil", Use(100_000, 95_000, {"lumni": [90_001, 1]}))
    growth.undated["pupil"] = Use(2**31, 5, {"lumni": [2**33, None]})
    ledger.commit(growth, T)
    head = ledger.head
    ledger.commit(slot(T, powered=5), T)
    assert ledger.head == head
    ledger.begin("aaaaaaaa", "cccccccc")
    message = ledger.message(0, ASK)
    assert message.slots[0].powered == limits.SLOT_MAX_S
    assert message.days == (Day(D, "pupil", 90_000, 90_000, {"lumni": (90_000, 1)}),)
    assert message.undated[0].services == {"lumni": (limits.UNDATED_MAX_S, None)}
    assert message.undated[0].open == limits.UNDATED_MAX_S


def test_each_change_takes_the_next_revision_and_no_change_takes_none() -> None:
    """A changed row has a new revision above all others; growth of nothing changes nothing."""
    ledger = fresh()
    ledger.commit(slot(T), T)
    ledger.commit(slot(T + 1), T + 1)
    ledger.commit(slot(T), T + 1)
    assert revisions(ledger) == {2: ("slots", T + 1), 3: ("slots", T)}
    ledger.commit(slot(T, powered=0), T + 1)
    ledger.commit(Growth(), T + 1)
    assert ledger.head == 3


def test_a_run_is_known_by_the_revisions_it_issued() -> None:
    """The ledger knows which run issued a revision, over restarts, and which it never issued."""
    ledger = fresh()
    ledger.commit(slot(T), T)
    ledger.commit(slot(T + 1), T + 1)
    ledger.begin("cccccccc", "bbbbbbbb")
    ledger.begin("dddddddd", "bbbbbbbb")
    ledger.commit(slot(T + 2), T + 2)
    assert [ledger.issued(rev, "aaaaaaaa") for rev in range(5)] == [False, True, True, False, False]
    assert [ledger.issued(rev, "dddddddd") for rev in range(5)] == [False, False, False, True, False]
    assert not ledger.issued(1, "cccccccc")
    assert not ledger.issued(1, None)


def test_a_message_bears_the_run_of_its_last_revision() -> None:
    """After a restart with a backlog, a message bears the run that issued its rows, not the present one."""
    ledger = fresh()
    ledger.commit(slot(T), T)
    ledger.begin("cccccccc", "bbbbbbbb")
    assert ledger.message(0, ASK).run == "aaaaaaaa"
    ledger.commit(slot(T + 1), T + 1)
    assert ledger.message(0, ASK).run == "cccccccc"


@pytest.mark.parametrize("above", [0, 1, 2, 3, 1000])
def test_reissue_lifts_every_row_above_both_sides(above: int) -> None:
    """After an older image came back every row has a revision above max(head, mark), and the old ones are unknown."""
    ledger = fresh()
    for t in (T, T + 1, T + 2):
        ledger.commit(slot(t), t)
    ledger.commit(slot(T), T + 2)
    ledger.begin("cccccccc", "bbbbbbbb")
    before = [row for _, row in sorted(revisions(ledger).items())]
    ledger.reissue(above)
    after = revisions(ledger)
    assert min(after) == max(4, above) + 1
    assert [row for _, row in sorted(after.items())] == before
    assert all(ledger.issued(rev, "cccccccc") for rev in after)
    assert above in range(1, 5) or not ledger.issued(above, "aaaaaaaa")
    ledger.commit(slot(T + 3), T + 3)
    assert max(revisions(ledger)) == ledger.head > max(after)


def test_reissue_of_an_empty_ledger_leaves_the_mark_behind() -> None:
    """A new ledger that meets an unknown mark begins above it."""
    ledger = fresh()
    ledger.reissue(50)
    ledger.commit(slot(T), T)
    assert revisions(ledger) == {51: ("slots", T)}
    assert ledger.issued(51, "aaaaaaaa")
    assert not ledger.issued(50, "aaaaaaaa")


def test_what_does_not_commit_leaves_no_trace() -> None:
    """After an error within a transaction, rows, head and runs are as before, and revisions go on without a gap."""
    ledger = fresh()
    ledger.commit(slot(T), T)
    bad = slot(T + 1)
    bad.slots[T + 2] = {"powered": "x"}  # type: ignore[dict-item]
    for _ in range(2):
        with pytest.raises(TypeError):
            ledger.commit(bad, T + 1)
    assert (ledger.head, revisions(ledger)) == (1, {1: ("slots", T)})
    ledger.commit(slot(T + 1), T + 1)
    assert revisions(ledger) == {1: ("slots", T), 2: ("slots", T + 1)}


def test_health_is_replaced_and_acts_are_not() -> None:
    """The last health row of a quarter stands, under a new revision; an act that is there stays as it is."""
    ledger = fresh()
    ledger.add_health(T, {"memory": {"used": 0.5}})
    ledger.add_act(act(1))
    ledger.add_health(T, {"memory": {"used": 0.6}})
    ledger.add_act(act(1, d=None))
    message = ledger.message(0, ASK)
    assert message.health == (Health(T, {"memory": {"used": 0.6}}),)
    assert message.acts == (act(1),)
    assert ledger.head == message.rev == 3


def test_nothing_before_keep_from_is_kept() -> None:
    """Rows before `keep_from` are deleted and not taken in again; those after, and undated ones, stay."""
    ledger = fresh()
    growth = Growth()
    growth.undated["pupil"] = Use(5)
    ledger.commit(growth, T)
    ledger.begin("aaaaaaaa", "cccccccc")
    for day in (D - 1, D, D + 1):
        growth = slot(day * 96)
        growth.day(day, "pupil", Use(60))
        ledger.commit(growth, day * 96)
        ledger.add_health(day * 96, {})
        ledger.add_act(act(day, d=day))
    ledger.forget_before(D * 96)
    late = slot(D * 96 - 1)
    late.day(D - 1, "pupil", Use(60))
    ledger.commit(late, T)
    ledger.add_health(D * 96 - 1, {})
    message = ledger.message(0, ASK)
    assert [row.t for row in message.slots] == [row.t for row in message.health] == [D * 96, (D + 1) * 96]
    assert [row.d for row in message.days] == [row.d for row in message.acts] == [D, D + 1]
    assert len(message.undated) == 1


def test_a_keep_from_in_error_does_not_stop_the_ledger() -> None:
    """A collector that once wanted only the far future, and then thought better of it, gets what comes after."""
    ledger = fresh()
    ledger.forget_before(T + 100_000)
    ledger.commit(slot(T), T)
    ledger.forget_before(T - 1000)
    ledger.commit(slot(T), T)
    assert [row.t for row in ledger.message(0, ASK).slots] == [T]


def test_bits_of_a_forgotten_quarter_make_no_row() -> None:
    """The end of a quarter that was forgotten meanwhile does not bring its row back."""
    ledger = fresh()
    growth = slot(T, powered=60, observed=60)
    growth.work(T, 5, 60)
    ledger.commit(growth, T)
    ledger.forget_before(T + 1)
    ledger.forget_before(0)
    ledger.commit(Growth(), T + 1)
    assert ledger.message(0, ASK).slots == ()


def test_totals_in_the_words_of_both_programs() -> None:
    """The totals are sums over all rows that are sent, and the highest revision."""
    ledger = fresh()
    growth = slot(T, powered=900, observed=800, open=700, active=600, charging=5)
    growth.day(D, "pupil", Use(700, 600, {"lumni": [100, 50], "gcompris": [30, None]}))
    growth.day(D, "teacher", Use(0, 0, {}))
    growth.undated["shared"] = Use(1)
    ledger.commit(growth, T)
    ledger.add_health(T, {})
    ledger.add_act(act(1))
    assert ledger.totals() == {
        "rev": 5,
        "slots": 1,
        "powered": 900,
        "observed": 800,
        "open": 700,
        "active": 600,
        "days": 2,
        "present": 130,
        "focus": 50,
        "undated": 0,
        "health": 1,
        "acts": 1,
        "reconciled": None,
    }


services = st.dictionaries(
    st.text("abcdefghij-", min_size=1, max_size=64), st.tuples(st.integers(0, 900), st.none()).map(list), max_size=300
)
steps = st.one_of(
    st.tuples(st.just("slot"), st.integers(T, T + 60)),
    st.tuples(st.just("day"), st.integers(D, D + 20), services),
    st.tuples(st.just("health"), st.integers(T, T + 60), st.integers(1, 9000)),
    st.tuples(st.just("act"), st.integers(0, 20)),
    st.tuples(st.just("undated"), services),
    st.tuples(st.just("boot"), st.integers(0, 2**32 - 1)),
    st.tuples(st.just("reissue"), st.integers(0, 500)),
    st.tuples(st.just("forget"), st.integers(T - 5, T + 20)),
)


def apply(ledger: Ledger, step: tuple[object, ...]) -> None:
    """Do to the ledger what a step says."""
    growth = Growth()
    match step:
        case ("slot", int(t)):
            ledger.commit(slot(t), t)
        case ("day", int(d), dict(used)):
            growth.day(d, "pupil", Use(1, 1, used))
            ledger.commit(growth, T)
        case ("undated", dict(used)):
            growth.undated["pupil"] = Use(1, 1, used)
            ledger.commit(growth, T)
        case ("health", int(t), int(size)):
            ledger.add_health(t, {"note": {"x": "y" * size}})
        case ("act", int(number)):
            ledger.add_act(act(number))
        case ("boot", int(number)):
            ledger.begin(f"{number:08x}", f"{number:08x}")
        case ("reissue", int(above)):
            ledger.reissue(above)
        case ("forget", int(keep_from)):
            ledger.forget_before(keep_from)


@settings(max_examples=60)
@given(st.lists(steps, max_size=40), st.floats(0, 1))
def test_a_message_holds_every_row_above_after_and_fits(life: list[tuple[object, ...]], where: float) -> None:
    """From any `after` on, messages hold every row once, in order, each with all of (after, rev], none above 64 KiB."""
    ledger = fresh()
    for step in life:
        apply(ledger, step)
    expected = revisions(ledger)
    after = int(where * ledger.head)
    while after < ledger.head:
        message = ledger.message(after, ASK)
        assert after < message.rev <= ledger.head
        assert len(encode(message)) <= limits.MAX_BYTES
        assert message.run == (ledger._revisions.run_of(message.rev) or ledger.run)
        sent = sorted(
            [("slots", row.t) for row in message.slots]
            + [("days", f"{row.d}{row.profile}") for row in message.days]
            + [("undated", row.boot + row.profile) for row in message.undated]
            + [("health", row.t) for row in message.health]
            + [("acts", row.id) for row in message.acts],
            key=repr,
        )
        held = [expected[rev] for rev in expected if after < rev <= message.rev]
        assert sent == sorted(held, key=repr)
        after = message.rev


def test_the_largest_row_fits_a_message() -> None:
    """A day on which every service of a catalogue of 500 long names was used is one message."""
    ledger = fresh()
    growth = Growth()
    growth.day(D, "pupil", Use(90_000, 90_000, {f"{n:03}{'x' * 61}": [90_000, 90_000] for n in range(500)}))
    ledger.commit(growth, T)
    assert len(encode(ledger.message(0, ASK))) <= limits.MAX_BYTES
