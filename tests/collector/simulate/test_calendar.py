"""School days of the simulated commune."""

from datetime import date, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from socle_collector.simulate.calendar import Calendar

PARIS = ZoneInfo("Europe/Paris")
TODAYS = st.dates(date(2024, 1, 1), date(2030, 1, 1))


@given(TODAYS)
def test_four_days_a_week(today: date) -> None:
    """Classes are held on Monday, Tuesday, Thursday and Friday only."""
    calendar = Calendar.of_past_weeks(today, 8, PARIS)
    taught = [day for day in islice(calendar.days(), 56) if calendar.has_class(day)]
    assert {day.weekday() for day in taught} == {0, 1, 3, 4}


@given(TODAYS, st.integers(6, 40))
def test_a_fortnight_off(today: date, weeks: int) -> None:
    """Two whole school weeks of the past ones are holidays, and lie before today."""
    calendar = Calendar.of_past_weeks(today, weeks, PARIS)
    ((off, back),) = calendar.holidays
    assert (off.weekday(), back.weekday(), back - off) == (5, 0, timedelta(days=16))
    assert calendar.first <= off < back <= today


def test_few_weeks_have_no_holidays() -> None:
    """A commune of two past weeks is at school in both."""
    assert Calendar.of_past_weeks(date(2026, 11, 23), 2, PARIS).holidays == ()


def test_local_times() -> None:
    """Half past eight stays half past eight when the clocks change."""
    calendar = Calendar(date(2026, 10, 1), (), PARIS)
    before, after = (calendar.unix(day, time(8, 30)) for day in (date(2026, 10, 24), date(2026, 10, 25)))
    assert after - before == 25 * 3600
