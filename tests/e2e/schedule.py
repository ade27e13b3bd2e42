"""Seeded schedules of misfortune: kills, cuts and breaks in random order while the machines are used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from e2e.catalogue import SERVICES
from e2e.machine import Machine
from e2e.patience import pause
from e2e.world import World

LONGEST_GAP_S = 0.12
"""Real seconds between two events."""


@dataclass
class Schedule:
    """What happened in one schedule, for the one who has to understand its failure."""

    world: World
    rng: Random
    happened: list[str] = field(default_factory=list)
    _down: list[tuple[int, str, Callable[[], None]]] = field(default_factory=list)

    def run(self, events: int) -> None:
        """Let so many events happen, among them a kill of each of the four; then everything stands again."""
        kinds = ["agent", "broker", "collector", "database", *self.rng.choices(KINDS, WEIGHTS, k=max(0, events - 4))]
        self.rng.shuffle(kinds)
        for number, kind in enumerate(kinds):
            self._use()
            EVENTS[kind](self)
            self._note(kind)
            pause(self.rng.uniform(0, LONGEST_GAP_S))
            self._repair(number)
        self._repair(len(kinds) + 100)
        self.world.start()
        for machine in self.world.machines:
            machine.proxy.mend()

    def _use(self) -> None:
        """Somebody starts or ends a program, or comes and goes."""
        machine = self._machine()
        if self.rng.random() < 0.3:
            machine.sit_or_leave()
        else:
            machine.toggle(self.rng.choice(SERVICES))

    def _machine(self) -> Machine:
        return self.rng.choice(self.world.machines)

    def _note(self, what: str) -> None:
        self.happened.append(what)

    def _later(self, what: str, repair: Callable[[], None]) -> None:
        """Repair after at most five further events, at once in every third case."""
        self._down.append((len(self.happened) + self.rng.choice((0, 0, 1, 2, 3, 5)), what, repair))

    def _repair(self, number: int) -> None:
        due = [down for down in self._down if down[0] <= number]
        self._down = [down for down in self._down if down[0] > number]
        for _, what, repair in due:
            repair()
            self._note(f"{what} again")

    def agent(self) -> None:
        """`kill -9` of an agent."""
        machine = self._machine()
        machine.agent.kill()
        self._later(f"agent of {machine.name}", machine.agent.start)

    def stop(self) -> None:
        """An agent is asked to stop."""
        machine = self._machine()
        if machine.agent.alive:
            machine.agent.stop()
        self._later(f"agent of {machine.name}", machine.agent.start)

    def broker(self) -> None:
        """`kill -9` of the broker."""
        self.world.broker.kill()
        self._later("broker", self.world.broker.start)

    def collector(self) -> None:
        """`kill -9` of the collector."""
        self.world.collector.kill()
        self._later("collector", self.world.collector.start)

    def database(self) -> None:
        """`kill -9` of PostgreSQL."""
        self.world.server.kill()
        self._later("database", self.world.server.start)

    def cut(self) -> None:
        """A machine, or the collector, loses its line."""
        proxy = self.rng.choice([*(machine.proxy for machine in self.world.machines), self.world.line])
        proxy.cut()
        self._later("line", proxy.mend)

    def freeze(self) -> None:
        """A line passes nothing on, and does not end."""
        proxy = self.rng.choice([*(machine.proxy for machine in self.world.machines), self.world.line])
        proxy.freeze()
        self._later("frozen line", proxy.mend)

    def tear(self) -> None:
        """A line ends within the next message."""
        proxy = self.rng.choice([*(machine.proxy for machine in self.world.machines), self.world.line])
        proxy.break_within(up=self.rng.random() < 0.5, share=self.rng.random())

    def sleep(self) -> None:
        """A machine is suspended for a while."""
        with self._machine().suspended():
            pause(self.rng.uniform(0, 0.1))

    def step(self) -> None:
        """A wall clock is set wrong, by minutes or by years."""
        self._machine().clock.set(wrong=self.rng.choice((-1, 1)) * 10 ** self.rng.uniform(2, 8), synchronised=False)

    def heal(self) -> None:
        """A machine's NTP client sets its clock."""
        self._machine().clock.set(wrong=0.0, synchronised=True)


EVENTS: dict[str, Callable[[Schedule], None]] = {
    name: getattr(Schedule, name)
    for name in ("agent", "stop", "broker", "collector", "database", "cut", "freeze", "tear", "sleep", "step", "heal")
}
KINDS = tuple(EVENTS)
WEIGHTS = (4, 1, 2, 3, 2, 3, 2, 4, 1, 1, 1)
