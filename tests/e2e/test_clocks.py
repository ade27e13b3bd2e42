"""Promise 5: no clock moves use to a wrong day."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from random import Random

from e2e.catalogue import SERVICES
from e2e.conftest import Worlds
from e2e.machine import Machine
from e2e.patience import until
from e2e.world import World
from e2e.year import PARIS

HOUR_S, YEAR_S = 3600.0, 365 * 86_400.0
RATE, WORLDS = 200.0, 4
SLACK_S = 0.3 * RATE
"""How late an agent may be on a busy machine: 0.3 real seconds."""
START_S = 3 * RATE
"""How long its start may take there: three seconds."""
ERRORS = (-3 * YEAR_S, -YEAR_S, -26 * HOUR_S, -5 * HOUR_S, -300.0, 300.0, 5 * HOUR_S, 26 * HOUR_S, YEAR_S, 9 * YEAR_S)


def local_day(unix: float) -> int:
    """The local day since 1970 of a moment."""
    return datetime.fromtimestamp(unix, PARIS).toordinal() - datetime(1970, 1, 1).toordinal()


def rows(machine: Machine, query: str) -> list[tuple[int, ...]]:
    """Ask the ledger."""
    with closing(sqlite3.connect(f"file:{machine.ledger}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


def misplaced(machine: Machine, now: float) -> list[str]:
    """Quarters and days of the ledger that hold what did not happen then."""
    wrong = []
    for t, powered in rows(machine, "SELECT t, powered FROM slots"):
        awake = sum(max(0.0, min((t + 1) * 900, end or now) - max(t * 900, start)) for start, end in machine.powered)
        if powered > awake + SLACK_S:
            wrong.append(f"quarter {t}: {powered} s, but {awake:.0f} s were lived")
    days = {local_day(at) for run in machine.used for at in range(int(run.start - 60), int(run.end or now) + 60, 60)}
    wrong += [f"day {d}" for (d,) in rows(machine, "SELECT d FROM days WHERE services != '{}'") if d not in days]
    return wrong


def step(world: World, machine: Machine, rng: Random) -> None:
    """Somebody, or a flat battery, sets the clock."""
    machine.clock.set(wrong=rng.choice(ERRORS), synchronised=False)


def heal(world: World, machine: Machine, rng: Random) -> None:
    """The machine's NTP client finds a server."""
    machine.clock.set(wrong=0.0, synchronised=True)


def cut(world: World, machine: Machine, rng: Random) -> None:
    """No network."""
    machine.proxy.cut()


def mend(world: World, machine: Machine, rng: Random) -> None:
    """Network."""
    machine.proxy.mend()


def stay_on(world: World, machine: Machine, rng: Random) -> None:
    """Hours pass, the machine stays on."""
    world.leap(rng.uniform(1, 5) * HOUR_S)


def off_and_on(world: World, machine: Machine, rng: Random) -> None:
    """It is switched off, with or without a warning, and on again hours or days later."""
    if rng.random() < 0.5:
        machine.agent.stop()
    machine.switch_off()
    world.leap(rng.uniform(1, 40) * HOUR_S)
    if rng.random() < 0.5:
        step(world, machine, rng)
    machine.switch_on()


def fall(world: World, machine: Machine, rng: Random) -> None:
    """The agent is killed and started again."""
    machine.agent.kill()
    machine.switch_on()


EVENTS = (step, step, step, heal, cut, mend, stay_on, off_and_on, fall)


def test_promise_5_no_clock_moves_use_to_a_wrong_day(worlds: Worlds) -> None:
    """Wrong by hours and years, stepping to and fro before and after proofs: each second stays on its day."""
    made = [worlds(seed=50 + seed, rate=RATE, machines=2) for seed in range(WORLDS)]
    with ThreadPoolExecutor(WORLDS) as pool:
        for done in [pool.submit(live_through, world) for world in made]:
            done.result()


def live_through(world: World) -> None:
    """Have two machines with bad clocks live through some days."""
    rng = Random(world.seed)
    for machine in world.machines:
        machine.clock.set(wrong=rng.choice(ERRORS), synchronised=False)
    world.start()
    happened = []
    for _ in range(12):
        world.use(rng.uniform(60, 300))
        event, machine = rng.choice(EVENTS), rng.choice(world.machines)
        until(lambda: all(one.measuring for one in world.machines), say=world.say)  # no time leaps before it began
        event(world, machine, rng)
        happened.append(f"{event.__name__} {machine.name}")
    for machine in world.machines:
        machine.proxy.mend()
    world.start()
    world.use(300)
    world.caught_up()
    for machine in world.machines:
        assert not misplaced(machine, world.truth.now()), f"{happened}\n{world.say()}"
        lived = sum((end or world.truth.now()) - start for start, end in machine.powered)
        told = counted(machine)
        assert lived - (60 + START_S) * len(machine.powered) <= told <= lived + SLACK_S, f"{happened}\n{world.say()}"


def counted(machine: Machine) -> int:
    """Seconds powered that the ledger knows of, with or without a date."""
    found = rows(
        machine,
        "SELECT (SELECT coalesce(sum(powered), 0) FROM slots) + (SELECT coalesce(sum(powered), 0) FROM undated)"
        " + (SELECT coalesce(sum(end - start), 0) FROM spans)",
    )
    return found[0][0]


def test_promise_5_a_boot_without_any_proof_is_counted_without_a_day(worlds: Worlds) -> None:
    """A machine that never learns the date keeps its use by boot, and sends it undated once that boot has ended."""
    world = worlds(seed=60, rate=RATE)
    (machine,) = world.machines
    machine.clock.set(wrong=-3 * YEAR_S, synchronised=False)
    machine.proxy.cut()
    world.start()
    world.use(900)
    until(lambda: machine.present(SERVICES[0]) or machine.present(SERVICES[1]), say=world.say)
    machine.agent.stop()
    lived = world.truth.now() - machine.began
    machine.switch_off()
    world.leap(20 * HOUR_S)
    machine.proxy.mend()
    machine.switch_on()
    world.caught_up()
    totals = machine.totals()
    assert totals and lived - START_S <= totals["undated"] <= lived + SLACK_S
    assert not misplaced(machine, world.truth.now())
    assert world.ask("SELECT sum(powered) FROM undated") == [(totals["undated"],)]
