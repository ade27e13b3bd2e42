"""Use that cannot be dated yet: held by boot, dated by a proof in it, undated without."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.machine import MONDAY, Machine

from socle_agent.meter import Session

PUPIL = Session("pupil", open=True, active=True)
TEACHER = Session("teacher", open=True, active=False)
GCOMPRIS = frozenset({("gcompris", "pupil")})
HOUR = 3600


def lesson(machine: Machine) -> None:
    """Half an hour with a pupil and a program, ten minutes with nobody, five with a teacher."""
    machine.use(sessions=(PUPIL,), programs=GCOMPRIS)
    machine.run(1800)
    machine.use(sessions=(), programs=frozenset())
    machine.run(600)
    machine.use(sessions=(TEACHER,))
    machine.run(300)


def test_a_proof_dates_what_its_boot_held() -> None:
    """A proof puts everything held into the rows in which it would have been with a right clock from the start."""
    late, early = Machine(proved=False), Machine()
    for machine in (late, early):
        lesson(machine)
    late.prove()
    assert late.slots() == early.slots()
    assert late.days() == early.days()


def test_a_wrong_clock_dates_nothing() -> None:
    """However wrong the wall clock is, no row bears its date, and the proof gives each its own."""
    machine = Machine(wall=86_400.0, proved=False)
    lesson(machine)
    assert (machine.slots(), machine.days(), machine.undated()) == ({}, {}, {})
    machine.clock.wall = MONDAY + 2700
    machine.prove()
    assert {t: slot.powered for t, slot in machine.slots().items()} == {0: 900, 1: 900, 2: 900}
    assert machine.days()[0, "pupil"].services == {"gcompris": (1800, None)}


def test_a_proof_dates_what_an_earlier_agent_held_in_its_boot(tmp_path: Path) -> None:
    """What was committed before the agent was killed is dated by a proof that comes to the next agent of that boot."""
    machine = Machine(proved=False, file=tmp_path / "ledger.db")
    lesson(machine)
    machine.commit()
    machine.restart(away=100)
    machine.use(sessions=(PUPIL,))
    machine.run(200)
    machine.prove()
    slots = machine.slots()
    assert {t: slot.powered for t, slot in slots.items()} == {0: 900, 1: 900, 2: 900, 3: 300}
    assert {t: slot.observed for t, slot in slots.items()} == {0: 900, 1: 900, 2: 900, 3: 200}
    assert machine.days()[0, "pupil"].open == 2000


def test_a_boot_without_a_proof_becomes_undated_when_it_has_ended() -> None:
    """Without a proof, use is sent as undated once its boot has ended: each powered second under one profile."""
    machine = Machine(proved=False)
    boot = machine.boot_id
    lesson(machine)
    machine.commit()
    assert machine.undated() == {}
    machine.reboot()
    rows = machine.undated()
    assert set(rows) == {(boot, "pupil"), (boot, "teacher"), (boot, "shared")}
    assert {profile: row.powered for (_, profile), row in rows.items()} == {
        "pupil": 1800,
        "teacher": 300,
        "shared": 600,
    }
    pupil = rows[boot, "pupil"]
    assert (pupil.open, pupil.active, pupil.services) == (1800, 1800, {"gcompris": (1800, None)})
    assert rows[boot, "shared"].open is None


def test_a_proof_in_another_boot_dates_nothing_of_the_one_before() -> None:
    """A proof says nothing of the boot before: its use is undated, that of the present boot dated."""
    machine = Machine(proved=False)
    lesson(machine)
    machine.commit()
    machine.reboot()
    machine.use(sessions=(PUPIL,))
    machine.run(60)
    machine.prove()
    assert sum(row.powered or 0 for row in machine.undated().values()) == 2700
    assert sum(slot.powered or 0 for slot in machine.slots().values()) == 60


def test_programs_of_two_days_have_no_day() -> None:
    """Programs have no moments: held over a midnight they are of no day, while the quarters are dated."""
    machine = Machine(MONDAY + 15 * HOUR - 600, proved=False)
    boot = machine.boot_id
    machine.use(sessions=(PUPIL,), programs=GCOMPRIS)
    machine.run(1200)
    machine.prove()
    machine.run(60)
    assert {t: slot.powered for t, slot in machine.slots().items()} == {59: 600, 60: 660}
    assert machine.days()[1, "pupil"].services == {"gcompris": (60, None)}
    machine.reboot()
    row = machine.undated()[boot, "pupil"]
    assert (row.powered, row.open, row.services) == (0, 1200, {"gcompris": (1200, None)})


@pytest.mark.parametrize("step", [-10 * 365 * 86_400, -2 * HOUR, 2 * HOUR, 365 * 86_400])
def test_a_step_of_the_wall_clock_moves_no_use(step: int) -> None:
    """Use after an unproved step waits for a proof, and then has its own date, whatever the wall clock said."""
    machine = Machine()
    machine.use(sessions=(PUPIL,), programs=GCOMPRIS)
    machine.run(450)
    machine.clock.wall += step
    assert machine.meter.distrust(machine.clock.read())
    machine.run(900)
    machine.commit()
    assert {t: slot.powered for t, slot in machine.slots().items()} == {0: 450}
    machine.prove(MONDAY + 1350)
    assert {t: slot.powered for t, slot in machine.slots().items()} == {0: 900, 1: 450}
    assert machine.days()[0, "pupil"].services == {"gcompris": (1350, None)}


def test_a_step_while_the_agent_was_away_suspends_trust_too() -> None:
    """An agent that starts again in a boot takes over its dates only where the wall clock stayed where it was."""
    machine = Machine()
    machine.run(100)
    machine.commit()
    machine.clock.wall -= HOUR
    machine.restart()
    machine.run(50)
    machine.commit()
    assert {t: slot.powered for t, slot in machine.slots().items()} == {0: 100}
    machine.prove(MONDAY + 150)
    assert {t: slot.powered for t, slot in machine.slots().items()} == {0: 150}


def test_two_proofs_count_nothing_twice() -> None:
    """A second proof before the next commit, and one after, find nothing more to date."""
    machine = Machine(proved=False)
    lesson(machine)
    machine.commit()
    machine.prove()
    machine.prove()
    assert sum(slot.powered or 0 for slot in machine.slots().values()) == 2700
    machine.prove()
    assert sum(slot.powered or 0 for slot in machine.slots().values()) == 2700
    assert machine.days()[0, "pupil"].services == {"gcompris": (1800, None)}


def test_a_proof_whose_commit_fails_dates_once() -> None:
    """What a proof dated is given back after a failed commit and dated once, also where trust was lost meanwhile."""
    machine = Machine(proved=False)
    lesson(machine)
    machine.commit()
    machine.prove()
    machine.meter.give_back(machine.meter.take())
    machine.clock.wall += HOUR
    machine.meter.distrust(machine.clock.read())
    machine.run(100)
    machine.prove(MONDAY + 2800)
    machine.commit()
    assert sum(slot.powered or 0 for slot in machine.slots().values()) == 2800
    assert machine.days()[0, "pupil"].services == {"gcompris": (1800, None)}


def test_late_found_starts_are_held_too() -> None:
    """Seconds of a program found late while there is no date are dated with the rest."""
    machine = Machine(proved=False)
    machine.run(100)
    machine.meter.ran("lumni", "pupil", 5)
    machine.prove()
    assert machine.days()[0, "pupil"].services == {"lumni": (5, None)}


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(["run", "sleep", "commit", "restart", "reboot", "step", "prove", "session", "program"]),
        min_size=1,
        max_size=25,
    )
)
def test_held_use_is_dated_or_undated_and_never_both(steps: list[str]) -> None:
    """Over any boots, restarts, steps and proofs, all that was committed is counted once: in slots or in undated."""
    machine = Machine(MONDAY, proved=False)
    true = float(MONDAY) - machine.clock.boot
    powered = present = 0
    running = False
    for number, step in enumerate([*steps, "commit", "reboot"]):
        if step == "run":
            machine.run(100 + 17 * number)
            powered, present = powered + 100 + 17 * number, present + (100 + 17 * number) * running
        elif step == "sleep":
            machine.sleep(5000)
        elif step == "commit":
            machine.commit()
        elif step == "restart":
            machine.commit()
            machine.restart()
            running = False
        elif step == "reboot":
            machine.commit()
            before = machine.clock.wall
            machine.reboot()
            true += machine.clock.wall - before
            running = False
        elif step == "step":
            machine.clock.wall += 5000
            machine.meter.distrust(machine.clock.read())
        elif step == "prove":
            machine.prove(true + machine.clock.boot)
        elif step == "session":
            machine.use(sessions=(PUPIL,))
        else:
            machine.use(programs=GCOMPRIS)
            running = True
    totals = machine.ledger.totals()
    services = [row.services.get("gcompris", (0, None))[0] for row in machine.undated().values()]
    assert totals["powered"] + totals["undated"] == powered
    assert totals["present"] + sum(services) == present


def test_use_told_before_a_second_has_passed_is_of_the_day_of_the_proof() -> None:
    """Time on pages that is told as the agent starts belongs to the day that the proof gives, not to no day."""
    machine = Machine(proved=False)
    machine.meter.visited("pupil", {"lumni": 30})
    machine.prove()
    machine.commit()
    assert [row.services for row in machine.days().values()] == [{"lumni": (30, 30)}]


def test_time_on_pages_is_present_and_in_front() -> None:
    """It is of the day in which it is told, beside what programs add; a service with nothing is not named."""
    machine = Machine()
    machine.run(60)
    machine.meter.visited("pupil", {"lumni": 30, "arte": 0})
    machine.meter.visited("pupil", {"lumni": 20})
    machine.commit()
    assert [row.services for row in machine.days().values()] == [{"lumni": (50, 50)}]
