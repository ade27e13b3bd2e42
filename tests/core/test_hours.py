"""The hours in which a session's state may be written down."""

import doctest
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle_core import hours as module
from socle_core.hours import DAYS, Hours
from socle_core.mistakes import BadValueError

DAY = 86400


def windows() -> st.SearchStrategy[str]:
    """Texts of one window, any days and any minutes."""
    minutes = st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True).map(sorted)
    days = st.lists(st.sampled_from(DAYS), min_size=1, max_size=7)
    return st.builds(
        lambda days, times: f"{','.join(days)} " + "-".join(f"{m // 60:02}:{m % 60:02}" for m in times),
        days,
        minutes,
    )


def texts() -> st.SearchStrategy[str]:
    """Texts of hours, one to five windows that may overlap."""
    return st.lists(windows(), min_size=1, max_size=5).map("; ".join)


def test_the_example_in_the_module_is_true() -> None:
    """What the top of the module shows is what happens."""
    assert doctest.testmod(module).failed == 0


def test_default_hours() -> None:
    """Monday to Saturday from eight to five: Saturday is inside, Sunday and the minute after five are not."""
    hours = Hours.parse("mo-sa 08:00-17:00")
    assert hours.contains(5, 8 * 3600)
    assert not hours.contains(5, 17 * 3600)
    assert not hours.contains(6, 12 * 3600)
    assert hours.seconds_in(0, 0, DAY) == 9 * 3600


def test_days_may_be_listed() -> None:
    """A list of days and spans names each of them and no other."""
    hours = Hours.parse("mo,tu,th-fr 08:30-11:30")
    assert [day for day in range(7) if hours.contains(day, 9 * 3600)] == [0, 1, 3, 4]


def test_a_window_may_end_at_midnight() -> None:
    """24:00 is the end of the day, and the whole day can be inside."""
    assert Hours.parse("su 00:00-24:00").seconds_in(6, 0, DAY) == DAY


def test_overlapping_windows_count_once() -> None:
    """A second inside two windows is counted once."""
    assert Hours.parse("mo 08:00-12:00; mo-tu 10:00-14:00").seconds_in(0, 0, DAY) == 6 * 3600


@given(texts())
def test_text_round_trip(text: str) -> None:
    """Hours written out are read back as the same hours."""
    hours = Hours.parse(text)
    assert Hours.parse(str(hours)) == hours


@given(texts(), st.integers(0, 6), st.lists(st.integers(0, DAY), max_size=6))
def test_parts_of_a_day_add_up_to_the_day(text: str, weekday: int, cuts: list[int]) -> None:
    """However a day is cut, the seconds inside of its parts are those of the whole."""
    hours = Hours.parse(text)
    edges = [0, *sorted(cuts), DAY]
    parts = [hours.seconds_in(weekday, start, end) for start, end in pairwise(edges)]
    assert sum(parts) == hours.seconds_in(weekday, 0, DAY)


@given(texts(), st.integers(0, 6), st.integers(0, DAY - 1))
def test_a_second_is_inside_when_it_counts(text: str, weekday: int, second: int) -> None:
    """`contains` and `seconds_in` agree about every second."""
    hours = Hours.parse(text)
    assert hours.seconds_in(weekday, second, second + 1) == int(hours.contains(weekday, second))


def test_a_span_backwards_holds_nothing() -> None:
    """Seconds between a later and an earlier moment are none, not a negative number."""
    assert Hours.parse("mo 08:00-17:00").seconds_in(0, 16 * 3600, 9 * 3600) == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not of the form"),
        ("08:00-17:00", "not of the form"),
        ("mo-fr 8:00-17:00", "'8:00-17:00' is not of the form"),
        ("mo-fr 08:00-17:00;", "not of the form"),
        ("mo-fr 08:00-24:01", "no clock shows"),
        ("mo-fr 08:60-17:00", "no clock shows"),
        ("mo-fr 17:00-08:00", "stays within one day"),
        ("mo-fr 08:00-08:00", "stays within one day"),
        ("sa-mo 08:00-17:00", "list the days, as in 'sa,mo'"),
        ("lu-ve 08:00-17:00", "'lu' is not one of the days mo tu we th fr sa su"),
        ("mo--fr 08:00-17:00", "'-fr' is not one of the days"),
        ("mo-fr ٠٨:٠٠-١٧:٠٠", "not of the form"),
    ],
)
def test_a_mistake_says_what_is_wrong(text: str, words: str) -> None:
    """Each kind of mistake is told in words that show what to write."""
    with pytest.raises(BadValueError, match=words):
        Hours.parse(text)


def test_all_mistakes_are_told_at_once() -> None:
    """Wrong days and wrong times of every window come in one error."""
    with pytest.raises(BadValueError) as caught:
        Hours.parse("xx,mo 25:00-26:00; tu 9-10; we 08:00-09:00; th-yy 08:00-07:00")
    assert len(caught.value.reasons) == 5


@given(st.text())
def test_no_text_escapes_as_another_error(text: str) -> None:
    """Whatever is written, it is hours or a BadValueError."""
    try:
        Hours.parse(text)
    except BadValueError as error:
        assert error.reasons
