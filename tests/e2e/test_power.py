"""Promise 1: a cut of the power, on a disk that forgets what was not fsynced; and a disk that is full."""

from __future__ import annotations

import json
import resource
import shutil
import signal
from contextlib import closing
from pathlib import Path

import pytest

from e2e import mounts
from e2e.conftest import Worlds
from e2e.machine import Machine
from e2e.patience import until
from e2e.world import World
from socle_agent.ledger import Ledger

RATE = 100.0
SLACK_S = 0.3 * RATE


def cut_now(machine: Machine, image: Path, copy: Path) -> int:
    """Copy the disk as it would be after a cut now; return the highest revision that has left the machine."""
    machine.agent.signal(signal.SIGSTOP)
    sent = [json.loads(packet.payload)["rev"] for packet in machine.proxy.published("ledger")]
    shutil.copyfile(image, copy)
    machine.agent.signal(signal.SIGCONT)
    return max(sent, default=0)


def on_disk(copy: Path, place: Path) -> tuple[int, int]:
    """Head and seconds powered of the ledger on a disk after a cut."""
    place.mkdir(exist_ok=True)
    with mounts.disk(copy, place), closing(Ledger.open(place / "ledger.db", lambda: "0" * 8)) as ledger:
        return ledger.head, ledger.totals()["powered"]


def test_promise_1_a_power_cut_loses_at_most_a_minute(worlds: Worlds) -> None:
    """After a cut the disk holds all that was sent, and all that was measured up to a minute before."""
    world = worlds(seed=20, rate=RATE)
    (machine,) = world.machines
    image, copy = world.folder / "disk", world.folder / "copy"
    with mounts.disk(image, machine.root / "state"):
        world.start()
        until(lambda: machine.uncounted() is not None, say=world.say)
        before = machine.uncounted() or 0
        for _ in range(5):
            world.use(60 + 60 * world.rng.random())
            sent = cut_now(machine, image, copy)
            lived = world.truth.now() - machine.clock.faults.booted - before
            head, powered = on_disk(copy, world.folder / "place")
            assert sent <= head
            assert lived - 60 - SLACK_S <= powered <= lived + 1
        machine.switch_off()
    with mounts.disk(copy, machine.root / "state"):
        machine.switch_on()
        world.use(120)
        world.at_rest(machine)
        machine.agent.kill()
    assert not missing_after_the_cut(world, machine, powered)


def missing_after_the_cut(world: World, machine: Machine, powered: int) -> bool:
    """Whether the database has less than the disk had after the cut."""
    (held,) = world.ask("SELECT sum(powered) FROM slots WHERE device = device_number(%s)", machine.device)[0]
    return int(held) < powered


def test_a_killed_agent_leaves_its_absence_as_not_observed(worlds: Worlds) -> None:
    """What was not committed, and the time until its next start, is powered and not observed."""
    world = worlds(seed=21, rate=RATE)
    (machine,) = world.machines
    world.start()
    world.use(200)
    world.caught_up()
    killed = world.truth.now()
    machine.agent.kill()
    world.leap(300)
    machine.agent.start()
    back = world.truth.now()
    world.use(100)
    world.caught_up()
    totals = machine.totals()
    assert totals
    unseen = totals["powered"] - totals["observed"]
    assert back - killed - 1 <= unseen <= back - killed + 60 + RATE


def fill_tmpfs(machine: Machine) -> None:
    """Write until there is no room."""
    with (machine.root / "state/filler").open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"x" * 512)
        except OSError:
            return


def empty_tmpfs(machine: Machine) -> None:
    """Make room again."""
    (machine.root / "state/filler").unlink()


def limit_files(machine: Machine) -> None:
    """Let the agent make no file longer."""
    resource.prlimit(machine.agent.pid, resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))


def free_files(machine: Machine) -> None:
    """Lift that limit."""
    resource.prlimit(machine.agent.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def go_through_a_full_disk(world: World, machine: Machine, *, tmpfs: bool) -> None:
    """Measure, have no room for some minutes, have room again: not a second is lost or unobserved."""
    world.start()
    world.use(120)
    world.caught_up()
    before = machine.uncounted()
    (fill_tmpfs if tmpfs else limit_files)(machine)
    until(lambda: "cannot be written" in machine.agent.said(), say=machine.agent.tail)
    world.use(300)
    assert machine.agent.alive
    (empty_tmpfs if tmpfs else free_files)(machine)
    until(lambda: "written again" in machine.agent.said(), say=machine.agent.tail)
    world.caught_up()
    totals = machine.totals()
    assert totals and totals["observed"] == totals["powered"]
    assert machine.uncounted() == before


@pytest.mark.parametrize("kind", ["tmpfs", "limit"])
def test_promise_4_a_full_disk_loses_nothing(worlds: Worlds, kind: str) -> None:
    """While the ledger cannot be written the agent measures in memory, and writes it all down afterwards."""
    world = worlds(seed=22, rate=RATE)
    (machine,) = world.machines
    if kind == "limit":
        go_through_a_full_disk(world, machine, tmpfs=False)
        return
    with mounts.small_tmpfs(machine.root / "state", "256k"):
        go_through_a_full_disk(world, machine, tmpfs=True)
        machine.agent.kill()
