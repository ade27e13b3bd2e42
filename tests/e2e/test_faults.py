"""Promise 1: whatever is killed, whenever, the totals are equal to the second once all runs again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from support.postgres import TEMPLATE, migrate, own_postgres

from e2e.catalogue import SERVICES
from e2e.machine import Machine
from e2e.patience import until
from e2e.schedule import Schedule
from e2e.world import World, running_world

SCHEDULES = int(os.environ.get("SOCLE_FAULTS", "30"))
SEED = int(os.environ.get("SOCLE_SEED", "1"))
RATE = 300.0
SLACK_S = 0.3 * RATE
"""How late an agent may be on a busy machine: 0.3 real seconds."""
WORLDS = 2
EVENTS = 10


def test_promise_1_nothing_that_is_killed_loses_a_second(tmp_path: Path) -> None:
    """Whatever is killed, whenever, in any order: when all run again, the totals are equal to the second."""
    seeds = range(SEED, SEED + SCHEDULES)
    with ThreadPoolExecutor(WORLDS) as pool:
        lived = [pool.submit(live_through, seeds[n::WORLDS], tmp_path / str(n)) for n in range(WORLDS)]
        assert sum(done.result() for done in lived) == SCHEDULES


def live_through(seeds: Sequence[int], folder: Path) -> int:
    """Have one world suffer these schedules, one after the other; return how many."""
    folder.mkdir()
    with own_postgres() as server:
        with server.admin() as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        migrate(server.url(TEMPLATE), folder)
        with running_world(server, TEMPLATE, seed=seeds[0], rate=RATE, machines=3) as world:
            world.machines[1].configure(report_every_quarters="1")
            world.start()
            until(lambda: all(machine.uncounted() is not None for machine in world.machines), say=world.say)
            before = [machine.uncounted() for machine in world.machines]
            for seed in seeds:
                suffer(world, seed)
            for machine, uncounted in zip(world.machines, before, strict=True):
                judge(world, machine, uncounted)
    return len(seeds)


def suffer(world: World, seed: int) -> None:
    """One schedule; its seed is told if it fails."""
    world.seed = seed
    schedule = Schedule(world, Random(seed))
    try:
        schedule.run(EVENTS)
        world.leap(900)
        world.caught_up()
    except Exception as error:
        raise AssertionError(f"schedule {seed}: {', '.join(schedule.happened)}\n{error}") from error


def judge(world: World, machine: Machine, uncounted: int | None) -> None:
    """What the ledger says is what happened: no second lost but those unobserved, none counted twice."""
    lost = (machine.uncounted() or 0) - (uncounted or 0)
    assert abs(lost) <= machine.suspends + 1, f"{machine.name}: {lost} s lost\n{world.say()}"
    totals = machine.totals()
    assert totals is not None
    unseen = totals["powered"] - totals["observed"]
    for service in SERVICES:
        present, lived = machine.present(service), machine.lived(service)
        slack = SLACK_S * (1 + machine.runs(service))
        assert lived - unseen - 60 - slack <= present <= lived + slack, (service, present, lived, unseen, world.say())
