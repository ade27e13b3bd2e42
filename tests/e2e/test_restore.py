"""Promise 3: the fleet is the collector's backup."""

from __future__ import annotations

from pathlib import Path

from e2e import backup
from e2e.conftest import Worlds
from e2e.proxy import CONNECT
from e2e.world import World


def connects(world: World) -> int:
    """How often agents have connected."""
    return sum(packet.kind == CONNECT for machine in world.machines for packet in list(machine.proxy.seen))


def test_promise_3_an_older_database_regains_what_came_after(worlds: Worlds, tmp_path: Path) -> None:
    """A collector set back to an older copy regains the time since, from laptops that stay connected throughout."""
    world = worlds(seed=3, machines=2)
    world.start()
    world.use(600)
    world.caught_up()
    backup.save(world, tmp_path / "backup")
    world.use(600)
    world.caught_up()
    connected, since = connects(world), [machine.totals() for machine in world.machines]
    backup.restore(world, tmp_path / "backup")
    world.caught_up()
    for machine, totals in zip(world.machines, since, strict=True):
        held = world.held(machine, totals["install"]) if totals else None
        assert held and totals and held["powered"] >= totals["powered"]
    assert connects(world) == connected
    assert [machine.agent.lives for machine in world.machines] == [1, 1]


def test_promise_3_emptied_facts_come_back(worlds: Worlds) -> None:
    """With its registry kept, a collector that lost every fact regains all, also what is of an earlier day."""
    world = worlds(seed=4, machines=2)
    world.start()
    world.use(600)
    world.leap(86_400)
    world.use(600)
    world.caught_up()
    connected = connects(world)
    world.empty_facts()
    world.caught_up()
    assert connects(world) == connected
    assert len(world.ask("SELECT DISTINCT d FROM days")) == 2
