"""Agents, a broker that does everything a broker and a network may do, and the collector of the model."""

from __future__ import annotations

from collections import deque
from random import Random
from typing import Any

from model.agent import Agent, Said
from model.collector import Collector, Install
from socle_agent.ledger import Ledger
from socle_core.wire.encode import encode

BEGIN = 1_795_420_800.0
"""Monday 23 November 2026, 09:00 in Paris."""
DEVICES = ("aaaaaaaaaaaa", "bbbbbbbbbbbb")
DAY_S = 86_400.0


class Connection:
    """One TCP connection of an agent. When it is `cut`, what is under way up may still arrive; down, nothing does."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.cut = False
        self.up: deque[Said] = deque()
        self.down: deque[tuple[str, bytes, bool]] = deque()


class World:
    """All of it, at `true` Unix time. What is awaited is in the connections' queues; `heard` is all that ever arrived.

    `collector_up`: whether its process runs. `many`: installs with several histories. `behind`: facts were lost
    behind a mark, so that only audits tell. `moved`: `keep_from` was. `two_dates`: use may have been dated twice.
    """

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.true = BEGIN
        self.collector = Collector(set(DEVICES), keep_from=int(BEGIN // 900) - 96 * 80)
        self.collector_up = True
        self.connections: list[Connection] = []
        self.connected: dict[Agent, Connection] = {}
        self.heard: list[tuple[str, str, bytes]] = []
        self.agents = [Agent(device, self.true, self.rng) for device in DEVICES]
        self.gone: list[Agent] = []
        self.many: set[Install] = set()
        self.moved = self.two_dates = self.behind = False

    def pass_time(self, seconds: float) -> None:
        """Time passes for all; waits that end meanwhile end one after the other, and questions go unanswered."""
        end = self.true + seconds
        while True:
            waits = [a.sync.deadline - a.clock.boot for a in self.agents if a.sync.deadline and not a.asleep]
            step = max(0.0, min([end - self.true, *waits]))
            self.true += step
            for agent in self.agents:
                agent.pass_time(step)
            if self.true >= end:
                return
            for agent in self.agents:
                if not agent.asleep and agent.sync.deadline is not None and agent.sync.deadline <= agent.clock.boot:
                    self.say(agent, agent.due())

    def say(self, agent: Agent, messages: list[Said]) -> None:
        """An agent publishes."""
        if agent in self.connected:
            self.connected[agent].up.extend(messages)

    def connect(self, agent: Agent) -> None:
        """An agent connects; the broker ends an older connection of the same name."""
        for other in self.agents:
            if other.device == agent.device:
                self.disconnect(other)
        connection = self.connected[agent] = Connection(agent)
        self.connections.append(connection)
        connection.down.append(("collector", b"online" if self.collector_up else b"lost", True))
        self.say(agent, agent.connected())

    def disconnect(self, agent: Agent) -> None:
        """Its connection breaks. Nothing more comes down; what it said may still arrive."""
        connection = self.connected.pop(agent, None)
        if connection is not None:
            connection.cut = True
            connection.down.clear()
        agent.sync.disconnected()

    def arrive(self, connection: Connection, *, commit: bool = True, answer: bool = True, again: bool = False) -> None:
        """The next message of a connection comes to the collector, which may die before its commit or its ack."""
        if connection.up:
            kind, payload = connection.up[0] if again else connection.up.popleft()
            self.heard.append((connection.agent.device, kind, payload))
            self.take(connection.agent.device, kind, payload, commit=commit, answer=answer)
        if connection.cut and not connection.up:
            self.connections.remove(connection)

    def take(self, device: str, kind: str, payload: bytes, *, commit: bool = True, answer: bool = True) -> None:
        """The collector takes a message in, if it runs, and publishes its ack."""
        if not (self.collector_up and commit):
            return
        ack = self.collector.receive(device, kind, payload, self.true)
        if ack is not None and answer:
            for connection in self.connections:
                if connection.agent.device == device and not connection.cut:
                    connection.down.append(("ack", encode(ack), False))

    def come_down(self, connection: Connection) -> None:
        """The next message comes down to the agent."""
        if connection.down and not connection.cut and not connection.agent.asleep:
            self.say(connection.agent, connection.agent.hear(*connection.down.popleft()))

    def collector_is(self, up: bool) -> None:
        """The collector starts or dies, and its word is published."""
        if up != self.collector_up:
            self.collector_up = up
            for connection in self.connections:
                if not connection.cut:
                    connection.down.append(("collector", b"online" if up else b"lost", False))

    def flow(self) -> None:
        """Let everything under way arrive, both ways, until there is nothing more to say."""
        for _ in range(2000):
            waiting = [c for c in self.connections if c.up or c.down or c.cut]
            if not waiting:
                return
            for connection in waiting:
                self.arrive(connection)
                self.come_down(connection)
        raise AssertionError("the conversation does not end")

    def catch_up(self) -> None:
        """Everything runs; every machine, one after the other, connects and says all it has."""
        self.collector_is(up=True)
        self.flow()
        for agent in self.agents:
            if agent.asleep:
                agent.resume()
            self.connect(agent)
            self.flow()
            self.say(agent, agent.report())
            self.flow()
            for _ in range(40):
                if agent.sync.caught_up():
                    break
                self.pass_time(min(1800, max(0, (agent.sync.deadline or 0) - agent.clock.boot)))
                self.say(agent, agent.report())
                self.flow()
            else:
                raise AssertionError("a machine does not catch up")

    def install(self, agent: Agent) -> Install:
        """The device and install of an agent."""
        return agent.device, agent.disk.install

    def awake_s(self) -> dict[str, float]:
        """Device → seconds that its machines were awake, with one for each start, for rounding."""
        seconds = dict.fromkeys(DEVICES, 0.0)
        for agent in self.agents + self.gone:
            seconds[agent.device] += agent.awake_s + agent.starts
        return seconds

    def restore(self, backup: dict[str, Any]) -> None:
        """The collector's database goes back to a copy."""
        self.collector.restore(backup)
        self.behind = self.behind or bool(self.many)

    def lose(self, kind: str) -> None:
        """A table of the collector's is emptied, the marks stay."""
        self.collector.rows[kind].clear()
        self.behind = True

    def move_keep_from(self, days: int) -> None:
        """The collector wants only what is later."""
        self.collector.keep_from = min(self.collector.keep_from + days * 96, int(self.true // 900))
        self.moved = True

    def second_history(self, device: str, image: Ledger) -> None:
        """An image of a disk comes to life.

        Use that it holds without a date may be dated by the other history: nobody can know, and it is counted as both.
        """
        self.many.add((device, image.install))
        self.two_dates = self.two_dates or image._db.execute("SELECT 1 FROM spans").fetchone() is not None

    def set_back(self, agent: Agent, image: Ledger) -> None:
        """A machine starts from an older image of its disk."""
        self.disconnect(agent)
        self.second_history(agent.device, image)
        agent.disk = image
        agent.boot()

    def reinstall(self, agent: Agent) -> None:
        """A machine gets a new disk."""
        self.disconnect(agent)
        self.agents.remove(agent)
        self.gone.append(agent)
        self.agents.append(Agent(agent.device, self.true, self.rng))

    def clone(self, agent: Agent) -> None:
        """A copy of a disk starts in another machine."""
        image = agent.image()
        self.second_history(agent.device, image)
        self.agents.append(Agent(agent.device, self.true, self.rng, image))
