"""How stretches without an agent fill quarters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from socle_agent.boots.fill import fill
from socle_agent.growth import Growth

T0 = 1_995_000
START = T0 * 900
FAR = START + 10**9


def powered(growth: Growth) -> dict[int, int]:
    """Seconds powered by quarter, counted from T0."""
    return {t - T0: row["powered"] for t, row in growth.slots.items()}


def test_a_stretch_is_cut_at_quarters() -> None:
    """A stretch counts in each quarter that it touches, as powered and not observed."""
    growth, left_out = fill([(START + 600, START + 2000)], [], FAR, lambda _t: 0)
    assert (powered(growth), left_out) == ({0: 300, 1: 900, 2: 200}, 0)
    assert all(row["observed"] == 0 for row in growth.slots.values())


def test_a_quarter_takes_no_more_than_it_has_room_for() -> None:
    """What the ledger holds and what was added leave the rest of 900 seconds; more is left out and told."""
    growth, left_out = fill([(START, START + 600), (START + 100, START + 900)], [], FAR, {T0: 200}.__getitem__)
    assert (powered(growth), left_out) == ({0: 700}, 700)


def test_nothing_is_after_the_start_of_this_boot() -> None:
    """What contradicts the date of the present is left out and told, and makes nothing else be left out."""
    growth, left_out = fill([(START, START + 50), (START + 90, START + 200)], [], START + 100, lambda _t: 0)
    assert (powered(growth), left_out) == ({0: 60}, 100)
    assert fill([(START + 5, START + 9)], [(START + 5, START + 9)], START, lambda _t: 0) == (Growth(), 4)


def test_rough_stretches_fill_only_what_nobody_knows() -> None:
    """A stretch known by the wall clock alone adds nothing to a quarter that the ledger or an exact one knows."""
    known = {T0: 1, T0 + 1: 0, T0 + 2: 0}
    growth, _ = fill([(START + 900, START + 910)], [(START, START + 2700)], FAR, known.__getitem__)
    assert powered(growth) == {1: 10, 2: 900}


STRETCH = st.tuples(st.integers(-2000, 9000), st.integers(0, 4000)).map(lambda s: (START + s[0], START + s[0] + s[1]))
STRETCHES = st.lists(STRETCH, max_size=8)


@given(STRETCHES, STRETCHES, st.dictionaries(st.integers(T0 - 3, T0 + 15), st.integers(0, 900)), st.integers(0, 9000))
def test_no_quarter_is_above_its_limit(
    exact: list[tuple[int, int]], rough: list[tuple[int, int]], held: dict[int, int], until: int
) -> None:
    """Whatever is told, a quarter holds 900 seconds at most, and none of this boot; the rest is told."""
    growth, left_out = fill(exact, rough, START + until, lambda t: held.get(t, 0))
    for t, row in growth.slots.items():
        assert 0 < row["powered"] <= 900 - held.get(t, 0)
        assert t * 900 < START + until
    asked = sum(end - start for start, end in [*exact, *rough])
    assert 0 <= left_out <= asked - sum(powered(growth).values())
