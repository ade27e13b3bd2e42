"""Promise 2: what comes twice, late or out of order changes nothing."""

from __future__ import annotations

from random import Random

from e2e.conftest import Worlds
from e2e.patience import until
from e2e.proxy import Mischief, Packet
from e2e.world import World

HOUR_S = 3600.0


def answers(world: World) -> int:
    """How many acks the collector has sent."""
    return len(world.line.published("ack", up=True))


def asking(packets: list[Packet]) -> int:
    """How many of these messages are answered by an ack."""
    return sum(packet.topic.endswith(("/hello", "/ledger", "/audit")) for packet in packets)


def test_promise_2_twice_an_hour_later_and_shuffled(worlds: Worlds) -> None:
    """Every message delivered twice, and delivered again an hour later, changes no total."""
    world = worlds(seed=2, machines=3)
    to_collector = Mischief(Random(2), 0.05, up=False)
    world.line.rule = to_collector
    for number, machine in enumerate(world.machines):
        machine.proxy.rule = Mischief(Random(number), 0.05, up=number % 2 == 0)
    world.start()
    world.use(1200)
    for machine in world.machines:
        world.at_rest(machine)
    world.line.rule = lambda packet: [(0.0, packet)]
    before = world.facts()
    world.leap(HOUR_S)
    again = to_collector.all_again()
    told = answers(world)
    world.line.inject(again, 0.5, world.rng)
    until(lambda: answers(world) >= told + asking(again), say=world.say, progress=lambda: answers(world))
    assert to_collector.doubled > 50
    assert world.facts() == before
