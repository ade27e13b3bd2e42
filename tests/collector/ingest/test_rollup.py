"""Hours per device and day."""

from __future__ import annotations

from typing import Any

from support.desk import DEVICE, HandDesk
from support.wire import D, T

MIDNIGHT = 1_994_876
"""The quarter with which 2026-11-23 begins in Paris."""


def device_days(desk: HandDesk) -> list[tuple[Any, ...]]:
    """Do the chores; the roll-up."""
    desk.clock.advance(1)
    desk.chores.run(desk.connection)
    assert desk.query("SELECT count(*) FROM changed") == [(0,)]
    return desk.query(
        "SELECT d, powered, observed, open, active, present, focus FROM device_days"
        " WHERE device = device_number(%s) ORDER BY d",
        DEVICE,
    )


def test_a_day(desk: HandDesk) -> None:
    """Quarters are summed by local date, services over profiles; what nobody told is not 0."""
    slots = [
        {"t": MIDNIGHT - 1, "powered": 1},
        {"t": MIDNIGHT, "powered": 20, "observed": 10},
        {"t": MIDNIGHT + 95, "powered": 300, "open": 200, "active": 100},
        {"t": MIDNIGHT + 96, "powered": 400},
    ]
    days = [
        {"d": D, "profile": "pupil", "services": {"a": [60, 50], "b": [5, None]}},
        {"d": D, "profile": "teacher", "services": {"a": [100, 0]}},
    ]
    desk.tell(rev=5, slots=slots, days=days)
    assert device_days(desk) == [
        (D - 1, 1, None, None, None, None, None),
        (D, 320, 10, 200, 100, 165, 50),
        (D + 1, 400, None, None, None, None, None),
    ]


def test_recomputed_when_it_grows(desk: HandDesk) -> None:
    """A row that grew, late or again, gives the right sums; an unchanged day is not touched."""
    desk.tell(rev=5, slots=[{"t": T, "powered": 100}])
    assert device_days(desk)[0][1] == 100
    desk.tell(after=5, rev=6, slots=[{"t": T, "powered": 150}, {"t": T + 1, "powered": 7}])
    desk.tell(after=5, rev=6, slots=[{"t": T, "powered": 150}])
    assert device_days(desk)[0][1] == 157


def test_over_installs(desk: HandDesk) -> None:
    """Two copies at once: a quarter holds at most 900 s, a service of a profile at most 90,000 s a day."""
    day = {"d": D, "profile": "pupil", "services": {"a": [50_000, 50_000], "b": [1, None]}}
    for install in ("00000001", "00000002"):
        desk.tell(install=install, rev=5, slots=[{"t": T, "powered": 600, "observed": 400}], days=[day])
    assert device_days(desk) == [(D, 900, 800, None, None, 90_002, 90_000)]


def test_days_of_23_and_25_hours(desk: HandDesk) -> None:
    """On the days on which the clocks change, each quarter still belongs to its local date."""
    quarters = range(1_991_900, 1_992_500)  # around 2026-10-25, the day of 25 hours
    rows = [{"t": t, "powered": 900} for t in quarters]
    desk.tell(rev=5, slots=rows)
    hours = {row[0]: row[1] / 3600 for row in device_days(desk)}
    change = 20_751
    assert [hours[d] for d in (change - 1, change, change + 1)] == [24, 25, 24]


def test_a_long_queue(desk: HandDesk) -> None:
    """However many days changed, all are done, some at a time."""
    desk.connection.execute("INSERT INTO changed SELECT device_number(%s), generate_series(1, 1200)", (DEVICE,))
    for _ in range(3):
        desk.clock.advance(1)
        desk.chores.run(desk.connection)
    assert desk.query("SELECT count(*) FROM changed") == [(0,)]
    assert desk.query("SELECT count(*) FROM device_days") == [(1200,)]
