"""Worlds that suffer schedules of misfortune, and what must be true of them afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random

from support.postgres import TEMPLATE, Postgres, migrate, own_postgres

from e2e.catalogue import SERVICES
from e2e.machine import Machine
from e2e.patience import until
from e2e.schedule import Schedule
from e2e.world import World, running_world

WORLDS, MACHINES = 2, 3
RATES = (300.0, 200.0)
LATE_S = 0.3
"""How late an agent may be on a busy machine, in real seconds."""
PER_WORLD = 15
"""Schedules that one world suffers before a new one is made."""
LEAST_EVENTS, MOST_EVENTS = 6, 16

Tell = Callable[[int, Schedule], None]


def suffer_all(seeds: Sequence[int], folder: Path, tell: Tell = lambda *_: None) -> int:
    """Have two worlds at a time suffer the schedules of these seeds; return how many. `tell` is called after each."""
    parts = [seeds[at : at + PER_WORLD] for at in range(0, len(seeds), PER_WORLD)]
    with ThreadPoolExecutor(WORLDS) as pool:
        lives = [pool.submit(live_through, part, folder / str(part[0]), tell) for part in parts]
        try:
            return sum(life.result() for life in lives)
        finally:
            for life in lives:
                life.cancel()


def live_through(seeds: Sequence[int], folder: Path, tell: Tell) -> int:
    """Have one world suffer these schedules, one after the other; return how many."""
    folder.mkdir(parents=True)
    rate = RATES[seeds[0] // PER_WORLD % len(RATES)]
    with (
        mortal(folder) as server,
        running_world(server, TEMPLATE, seed=seeds[0], rate=rate, machines=MACHINES) as world,
    ):
        world.machines[1].configure(report_every_quarters="1")
        world.start()
        until(lambda: all(machine.uncounted() is not None for machine in world.machines), say=world.say)
        before = [machine.uncounted() for machine in world.machines]
        for seed in seeds:
            tell(seed, suffer(world, seed))
        for machine, uncounted in zip(world.machines, before, strict=True):
            judge(world, machine, uncounted)
    return len(seeds)


@contextmanager
def mortal(folder: Path) -> Iterator[Postgres]:
    """A PostgreSQL of one world's own, with a template."""
    with own_postgres() as server:
        with server.admin() as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        migrate(server.url(TEMPLATE), folder)
        yield server


def suffer(world: World, seed: int) -> Schedule:
    """One schedule; its seed and what happened are told if it fails."""
    world.seed = seed
    rng = Random(seed)
    schedule = Schedule(world, rng)
    try:
        schedule.run(rng.randint(LEAST_EVENTS, MOST_EVENTS))
        world.leap(900)
        world.caught_up()
    except Exception as error:
        raise AssertionError(f"schedule {seed}: {', '.join(schedule.happened)}\n{error}") from error
    return schedule


def judge(world: World, machine: Machine, uncounted: int | None) -> None:
    """What the ledger says is what happened: no second lost but those unobserved, none counted twice."""
    lost = (machine.uncounted() or 0) - (uncounted or 0)
    assert abs(lost) <= machine.suspends + 1, f"{machine.name}: {lost} s lost\n{world.say()}"
    unseen = machine.unobserved()
    for service in SERVICES:
        present, lived = machine.present(service), machine.lived(service)
        slack = LATE_S * world.truth.rate * (1 + machine.runs(service))
        told = f"{machine.name}: {service} was {present} s present, lived {lived:.0f} s, {unseen} s unobserved"
        assert lived - unseen - 60 - slack <= present <= lived + slack, f"{told}\n{world.say()}"
