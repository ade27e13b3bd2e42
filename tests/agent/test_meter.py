"""What the meter counts, where and how often."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.machine import MONDAY, Machine

from socle_agent.meter import FOCUS, IDLE, PROGRAMS, SESSION, Session

PUPIL = Session("pupil", open=True, active=True, focus="gcompris")
LOCKED = Session("pupil", open=False, active=False)
ALL = SESSION | IDLE | PROGRAMS | FOCUS
HOUR = 3600


def using(*services: str, profile: str = "pupil") -> frozenset[tuple[str, str]]:
    """These services run."""
    return frozenset((service, profile) for service in services)


def test_the_example_at_the_top_of_the_module() -> None:
    """A session opened, a program begun and a lock are seen in the quarter, day and seconds that they took."""
    machine = Machine()
    machine.use(sessions=(PUPIL,), programs=frozenset(), senses=SESSION)
    machine.run(300)
    machine.use(programs=using("gcompris"))
    machine.run(600)
    machine.use(sessions=(LOCKED,), programs=frozenset())
    machine.run(400)
    first, second = machine.slots()[0], machine.slots()[1]
    assert (first.powered, first.open, second.powered, second.open) == (900, 900, 400, 0)
    day = machine.days()[0, "pupil"]
    assert (day.open, day.active, day.services) == (900, 900, {"gcompris": (600, None)})


def test_unknown_is_absent_and_known_is_a_number() -> None:
    """What no sense tells is absent from the row, and what a sense tells is there, be it 0."""
    machine = Machine()
    machine.run(60)
    blind = machine.slots()[0]
    assert (blind.open, blind.active, blind.display, blind.charging) == (None, None, None, None)
    machine.use(sessions=(), charging=False, display=True)
    machine.run(60)
    seeing = machine.slots()[0]
    assert (seeing.open, seeing.active, seeing.display, seeing.charging) == (0, None, 0, 0)


def test_two_windows_and_two_people_are_a_union() -> None:
    """Seconds in which two sessions are open count once for the machine, and once for each profile."""
    machine = Machine()
    teacher = Session("teacher", open=True, active=False)
    machine.use(sessions=(PUPIL, PUPIL, teacher), programs=using("gcompris") | using("gcompris", profile="teacher"))
    machine.run(100)
    assert machine.slots()[0].open == 100
    assert machine.days()[0, "pupil"].open == 100
    assert machine.days()[0, "pupil"].services["gcompris"][0] == 100
    assert (machine.days()[0, "teacher"].open, machine.days()[0, "teacher"].active) == (100, 0)


def test_focus_is_within_present_and_unknown_without_its_sense() -> None:
    """Seconds in front are those of the service in front; without the sense they are null, not 0."""
    machine = Machine()
    machine.use(sessions=(PUPIL,), programs=using("gcompris", "lumni"), senses=ALL)
    machine.run(40)
    machine.use(sessions=(LOCKED,))
    machine.run(10)
    services = machine.days()[0, "pupil"].services
    assert services == {"gcompris": (50, 40), "lumni": (50, 0)}
    machine.use(senses=PROGRAMS, programs=using("tuxpaint"))
    machine.run(10)
    assert machine.days()[0, "pupil"].services["tuxpaint"] == (10, None)


@pytest.mark.parametrize(
    ("begins", "hours", "timezone", "open_s"),
    [
        (MONDAY, "mo-sa 08:00-17:00", "Europe/Paris", {0: 900, 1: 900, 2: 900, 3: 900}),
        (MONDAY - HOUR - 600, "mo-sa 08:00-17:00", "Europe/Paris", {-4: 900, -3: 900, -2: 900, -1: 300}),
        (MONDAY, "mo 09:20-09:40; mo 09:45-09:46", "Europe/Paris", {1: 600, 2: 600, 3: 60}),
        (MONDAY, "mo-sa 08:00-17:00", "Indian/Mayotte", {0: 900, 1: 900, 2: 900, 3: 900}),
        (MONDAY + 5.5 * HOUR, "mo-sa 08:00-17:00", "Indian/Mayotte", {22: 900, 23: 900}),
        (MONDAY - 24 * HOUR, "mo-sa 08:00-17:00", "Europe/Paris", {}),
        # Summer time ended on 25 October 2026: on the 26th, 08:00 in Paris is 07:00 UTC, two days earlier 06:00 UTC.
        (MONDAY - 28 * 24 * HOUR - 1.5 * HOUR, "mo-sa 08:00-17:00", "Europe/Paris", {-2692: 900, -2691: 900}),
        (MONDAY - 30 * 24 * HOUR - 2.5 * HOUR, "mo-sa 08:00-17:00", "Europe/Paris", {-2888: 900, -2887: 900}),
    ],
)
def test_sessions_are_written_down_in_hours_only(
    begins: float, hours: str, timezone: str, open_s: dict[int, int]
) -> None:
    """`open`, `active` and `display` are absent outside the hours, in the machine's time zone, whatever the season."""
    machine = Machine(begins, hours=hours, timezone=timezone)
    machine.use(sessions=(PUPIL,), display=True)
    machine.run(HOUR)
    slots = machine.slots()
    assert {t: slot.open for t, slot in slots.items() if slot.open is not None} == open_s
    assert all(slot.open == slot.active == slot.display for slot in slots.values())
    assert sum(slot.powered or 0 for slot in slots.values()) == HOUR


@pytest.mark.parametrize(
    ("timezone", "midnight"),
    [("Europe/Paris", MONDAY + 15 * HOUR), ("Indian/Mayotte", MONDAY + 13 * HOUR), ("Etc/UTC", MONDAY + 16 * HOUR)],
)
def test_a_day_ends_at_local_midnight(timezone: str, midnight: int) -> None:
    """Use before local midnight is of one day, use after it of the next, also outside the hours."""
    machine = Machine(midnight - 100, timezone=timezone)
    machine.use(sessions=(PUPIL,), programs=using("gcompris"))
    machine.run(150)
    days = machine.days()
    assert (days[0, "pupil"].open, days[1, "pupil"].open) == (100, 50)
    assert (days[0, "pupil"].services["gcompris"][0], days[1, "pupil"].services["gcompris"][0]) == (100, 50)


@pytest.mark.parametrize(("sunday", "hours"), [(MONDAY - 29 * 24 * HOUR, 25), (MONDAY + 125 * 24 * HOUR, 23)])
def test_days_of_23_and_25_hours(sunday: int, hours: int) -> None:
    """The days on which summer time begins and ends are as long as they are."""
    machine = Machine(sunday - 15 * HOUR)
    machine.use(sessions=(PUPIL,))
    machine.run(60 * HOUR)
    opened = {day: row.open for (day, _), row in machine.days().items()}
    whole = (sunday - MONDAY) // (24 * HOUR)
    assert opened[whole] == hours * HOUR
    assert sum(second or 0 for second in opened.values()) == 60 * HOUR


def test_a_stretch_across_a_suspend_belongs_to_where_it_began() -> None:
    """What a tick finds to have been awake before and after a suspend counts where the stretch began, once."""
    machine = Machine()
    machine.use(sessions=(PUPIL,), programs=using("gcompris"))
    machine.clock.advance(20)
    machine.sleep(5 * HOUR)
    machine.run(10)
    slots = machine.slots()
    assert {t: slot.powered for t, slot in slots.items()} == {0: 30}
    machine.run(10)
    assert {t: slot.powered for t, slot in machine.slots().items()} == {0: 30, 20: 10}
    assert machine.days()[0, "pupil"].services["gcompris"][0] == 40


def test_seconds_beyond_a_full_quarter_go_to_the_next() -> None:
    """Where a proof sets the date back, seconds that a quarter cannot hold go on to the next, and none is lost."""
    machine = Machine()
    machine.run(900)
    machine.prove(machine.clock.wall - 600)
    machine.run(1000)
    assert {t: slot.powered for t, slot in machine.slots().items()} == {0: 900, 1: 900, 2: 100}


def test_no_growth_is_above_a_quarter_however_long_ago_it_was_filled() -> None:
    """The seconds that a quarter holds are known also after hundreds of others and a restart."""
    machine = Machine()
    machine.run(300 * 900)
    machine.commit()
    machine.restart()
    machine.prove(float(MONDAY))
    machine.run(450)
    slots = machine.slots()
    assert all(slot.powered == 900 for t, slot in slots.items() if t < 300)
    assert slots[300].powered == 450


@given(st.lists(st.floats(0.01, 4000), max_size=12), st.lists(st.floats(0.01, 40_000), max_size=12), st.booleans())
@example([10.5, 10.5, 10.5], [0.5, 0.5, 0.5], True)
def test_every_second_awake_is_counted_once(awake: list[float], asleep: list[float], dated: bool) -> None:
    """The seconds counted are the seconds awake, to one, however many suspends of whatever length lie between."""
    machine = Machine(proved=dated)
    for number, seconds in enumerate(awake):
        machine.run(seconds)
        machine.sleep(asleep[number] if number < len(asleep) else 0)
        if number % 3 == 1:
            machine.commit()
    machine.run(1)
    machine.prove()
    slots = machine.slots().values()
    assert abs(sum(slot.powered or 0 for slot in slots) - sum(awake) - 1) <= 1
    assert all(0 <= (slot.observed or 0) == (slot.powered or 0) <= 900 for slot in slots)


@given(start=st.floats(0, 900), length=st.just(30.0), step=st.floats(0.1, 20))
def test_a_program_of_30_seconds_shows_30(start: float, length: float, step: float) -> None:
    """A program that runs from any moment for 30 s shows 30 s, give or take one, however often it was looked at."""
    machine = Machine()
    machine.run(start)
    machine.use(programs=using("gcompris"))
    end = machine.clock.boot + length
    while machine.clock.boot < end:
        machine.run(min(step, end - machine.clock.boot))
    machine.use(programs=frozenset())
    machine.run(100)
    assert abs(machine.days()[0, "pupil"].services["gcompris"][0] - 30) <= 1


def test_the_time_before_a_late_found_start_counts() -> None:
    """Seconds that a program ran before a scan found it count with it, told before or after the change."""
    machine = Machine()
    machine.run(100)
    machine.meter.ran("gcompris", "pupil", 6.4)
    machine.use(programs=using("gcompris"))
    machine.run(10)
    machine.use(programs=using("gcompris", "lumni"))
    machine.meter.ran("lumni", "pupil", 7)
    machine.run(10)
    services = machine.days()[0, "pupil"].services
    assert (services["gcompris"][0], services["lumni"][0]) == (26, 17)


def test_late_found_starts_are_a_union_too() -> None:
    """A second process of a service, one just ended, or the time before the agent is not counted twice."""
    machine = Machine()
    machine.meter.ran("lumni", "pupil", 3600)
    machine.use(programs=using("gcompris"))
    machine.run(50)
    machine.meter.ran("gcompris", "pupil", 8)
    machine.use(programs=frozenset())
    machine.run(4)
    machine.meter.ran("gcompris", "pupil", 8)
    machine.meter.ran("gcompris", "pupil", 8)
    day = machine.days()[0, "pupil"]
    assert day.services == {"gcompris": (54, None)}


def test_time_without_an_agent_is_powered_and_not_observed() -> None:
    """After a kill, what was not committed shows as powered and not observed, and nothing is counted twice."""
    machine = Machine()
    machine.use(sessions=(PUPIL,))
    machine.run(100)
    machine.commit()
    machine.run(40)
    machine.restart(away=20)
    machine.use(sessions=(PUPIL,))
    machine.run(10)
    slot = machine.slots()[0]
    assert (slot.powered, slot.observed, slot.open) == (170, 110, 110)


def test_bits_of_senses_are_set_when_the_quarter_has_ended() -> None:
    """A sense that worked for nine tenths of the seconds observed has its bit set, once the quarter is over."""
    machine = Machine()
    machine.use(senses=SESSION | PROGRAMS)
    machine.run(90)
    machine.use(senses=SESSION)
    machine.run(809)
    assert machine.slots()[0].senses is None
    machine.run(1)
    assert machine.slots()[0].senses == SESSION
    machine.use(senses=0)
    machine.run(900)
    assert machine.slots()[1].senses == 0


def test_a_quarter_that_ended_without_the_agent_has_its_bits() -> None:
    """Bits are set also when the agent was not running at the end of the quarter, from the seconds it observed."""
    machine = Machine()
    machine.use(senses=SESSION)
    machine.run(300)
    machine.commit()
    machine.restart(away=1000)
    machine.run(1)
    assert machine.slots()[0].senses == SESSION
    assert machine.slots()[0].observed == 300


@dataclass
class Broken:
    """A ledger that cannot be read for a while."""

    broken: bool = False

    def powered(self, quarter: int) -> int:
        """As the ledger's, or an error."""
        if self.broken:
            raise OSError
        return 0


@given(st.lists(st.tuples(st.integers(1, 3000), st.booleans()), min_size=1, max_size=8), st.booleans())
def test_an_error_of_the_ledger_spends_nothing(steps: list[tuple[int, bool]], dated: bool) -> None:
    """Where the ledger cannot be read no second is spent, so that the next advance counts all of them once."""
    machine = Machine(proved=dated)
    ledger = Broken()
    machine.meter._room._stored = ledger.powered
    for seconds, ledger.broken in steps:
        machine.clock.advance(seconds)
        try:
            machine.meter.advance(machine.clock.read())
            machine.prove()
        except OSError:
            assert ledger.broken
    ledger.broken = False
    machine.meter.advance(machine.clock.read())
    machine.prove()
    growth = machine.meter.take()
    assert sum(row["powered"] for row in growth.slots.values()) == sum(seconds for seconds, _ in steps)
