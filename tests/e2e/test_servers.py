"""The collector beside servers that come late, fall and come back."""

from __future__ import annotations

from e2e.conftest import Worlds
from e2e.patience import until
from e2e.world import World


def online(world: World, times: int) -> None:
    """Wait until the collector has said so often that it is online."""
    until(lambda: world.collector.said().count("is online") >= times, say=world.say)


def test_a_collector_outlives_its_broker_and_its_database(worlds: Worlds) -> None:
    """One process comes back online after each kill -9 of mosquitto and of PostgreSQL."""
    world = worlds()
    world.collector.start()
    online(world, 1)
    for times, kill in enumerate((world.broker.kill, world.server.kill, world.broker.kill), 2):
        kill()
        world.start()
        online(world, times)
    assert world.collector.lives == 1
    assert world.collector.stop() == 0


def test_a_collector_waits_for_a_database_that_is_down_and_says_so(worlds: Worlds) -> None:
    """Started without a database it says what is missing, says nothing online, and works once there is one."""
    world = worlds()
    world.server.kill()
    world.collector.start()
    until(lambda: "database: " in world.collector.said(), say=world.say)
    assert "is online" not in world.collector.said()
    world.server.start()
    online(world, 1)
