"""What quarters say of sessions inside the hours, what they keep silent outside, and what clock changes do to both."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.machine import MONDAY, Machine

from socle_agent.meter import Session
from socle_core.hours import Hours

PUPIL = Session("pupil", open=True, active=True)
HOUR = 3600
IN_HOURS = ("open", "active", "display")


def moment(local: str, timezone: str = "Europe/Paris") -> int:
    """The Unix second of a local date and time; of one that is there twice, the first."""
    return int(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(timezone)).timestamp())


def told(machine: Machine) -> dict[str, int]:
    """Seconds of each of the fields that are told inside the hours only, over all slots."""
    return {name: sum(getattr(slot, name) or 0 for slot in machine.slots().values()) for name in IN_HOURS}


@pytest.mark.parametrize(
    ("begins", "lasts_h", "hours", "inside_h"),
    [
        ("2027-03-28T00:00", 6, "su 02:00-03:00", 0),  # an hour that this night does not have
        ("2027-03-28T00:00", 6, "su 01:30-03:30", 1),
        ("2026-10-25T00:00", 6, "su 02:00-03:00", 2),  # an hour that this night has twice
        ("2026-10-25T00:00", 6, "su 01:30-03:30", 3),
        ("2027-03-27T00:00", 24, "mo-sa 08:00-17:00", 9),
        ("2027-03-28T00:00", 23, "su 00:00-24:00", 23),
        ("2027-03-29T00:00", 24, "mo-sa 08:00-17:00", 9),
        ("2026-10-25T00:00", 25, "su 00:00-24:00", 25),
        ("2026-10-26T00:00", 24, "mo-sa 08:00-17:00", 9),
    ],
)
def test_hours_across_a_change_of_the_clock(begins: str, lasts_h: int, hours: str, inside_h: int) -> None:
    """The hours are those of the clock on the wall, before, within and after the nights on which it is changed."""
    machine = Machine(moment(begins), hours=hours)
    machine.use(sessions=(PUPIL,), display=True)
    machine.run(lasts_h * HOUR)
    assert told(machine) == dict.fromkeys(IN_HOURS, inside_h * HOUR)


@pytest.mark.parametrize("fields", [{"sessions": (PUPIL,)}, {"sessions": ()}, {"sessions": (PUPIL,), "display": False}])
def test_outside_the_hours_nothing_is_said(fields: dict[str, object]) -> None:
    """Outside, all three are absent, not 0: neither that somebody was there is told, nor that nobody was."""
    machine = Machine(MONDAY - 4 * HOUR)
    machine.use(**fields)
    machine.run(2 * HOUR)
    slots = machine.slots().values()
    assert len(slots) == 8
    assert {getattr(slot, name) for slot in slots for name in IN_HOURS} == {None}
    assert all(slot.powered == slot.observed == 900 for slot in slots)


def test_what_is_dated_late_is_inside_or_outside_by_its_own_time() -> None:
    """A proof that comes at ten tells of the hours since eight, and not of the ones before."""
    machine = Machine(MONDAY - 3 * HOUR, proved=False)
    machine.use(sessions=(PUPIL,), display=True)
    machine.run(4 * HOUR)
    machine.prove()
    assert told(machine) == dict.fromkeys(IN_HOURS, 2 * HOUR)
    assert min(t for t, slot in machine.slots().items() if slot.open is not None) == -4


def test_a_quarter_that_the_hours_cut_says_its_part() -> None:
    """Where the hours begin or end within a quarter, it tells of the seconds inside alone."""
    machine = Machine(MONDAY, hours="mo 09:05-09:10; mo 09:12-09:13")
    machine.use(sessions=(PUPIL,), display=True)
    machine.run(900)
    assert told(machine) == dict.fromkeys(IN_HOURS, 360)
    assert machine.slots()[0].powered == 900


def test_a_day_does_not_know_the_hours() -> None:
    """Days tell what was used outside the hours too: they have no time of day to be found by."""
    machine = Machine(MONDAY + 7 * HOUR)
    machine.use(sessions=(PUPIL,), programs=frozenset({("gcompris", "pupil")}))
    machine.run(2 * HOUR)
    day = machine.days()[0, "pupil"]
    assert (day.open, day.active, day.services["gcompris"][0]) == (2 * HOUR, 2 * HOUR, 2 * HOUR)
    assert told(machine)["open"] == HOUR


NIGHTS = st.sampled_from(["2027-03-28T00:30", "2026-10-25T00:30", "2026-04-05T01:30", "2026-11-23T07:30"])
ZONES = st.sampled_from(
    ["Europe/Paris", "Indian/Reunion", "America/Miquelon", "Pacific/Chatham", "Australia/Lord_Howe"]
)
WEEKS = st.sampled_from(["mo-su 00:00-24:00", "mo-sa 08:00-17:00", "su 01:20-02:40; mo 07:45-08:05; su 02:50-03:10"])


@settings(max_examples=40)
@given(night=NIGHTS, timezone=ZONES, hours=WEEKS, ahead=st.integers(0, 4000), lasts=st.integers(1, 12_000))
def test_equal_to_asking_the_clock_on_the_wall(night: str, timezone: str, hours: str, ahead: int, lasts: int) -> None:
    """In any zone, also where clocks change by half an hour or lie a quarter apart, each second is told by its own."""
    begins, zone, parsed = moment(night, timezone) + ahead, ZoneInfo(timezone), Hours.parse(hours)
    machine = Machine(begins, hours=hours, timezone=timezone)
    machine.use(sessions=(PUPIL,), display=True)
    machine.run(lasts)
    expected: dict[int, int] = {}
    for unix in range(begins, begins + lasts):
        local = datetime.fromtimestamp(unix, zone)
        if parsed.contains(local.weekday(), local.hour * HOUR + local.minute * 60 + local.second):
            expected[unix // 900 - MONDAY // 900] = expected.get(unix // 900 - MONDAY // 900, 0) + 1
    for name in IN_HOURS:
        assert {t: getattr(slot, name) for t, slot in machine.slots().items() if getattr(slot, name)} == expected
