"""The promises of the contract, over thousands of schedules of everything that can go wrong."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from model.agent import STATES, Agent
from model.check import check, check_audits
from model.collector import Install
from model.world import World
from socle_agent.ledger import Ledger
from socle_core.wire.messages import Act

which = st.integers(0, 5)
spans = st.sampled_from([7, 61, 450, 1000, 5000, 40_000])
ACTS = [f"0b6e7c1e-8f5f-4a51-9b1d-{number:012x}" for number in range(4)]


class Promises(RuleBasedStateMachine):
    """Anything happens, in any order; whenever all is given time, the collector has what the ledgers have."""

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        """Two machines, a broker, a collector."""
        self.world = World(seed)
        self.images: list[tuple[Agent, Ledger]] = []
        self.acts: dict[tuple[str, str], Install] = {}
        self.backups: list[dict[str, object]] = [self.world.collector.backup()]
        for agent in self.world.agents:
            self.world.connect(agent)

    def agent(self, number: int) -> Agent:
        """One of the machines there are."""
        return self.world.agents[number % len(self.world.agents)]

    # Use

    @rule(number=which, state=st.sampled_from(STATES), seconds=spans)
    def use(self, number: int, state: object, seconds: int) -> None:
        """A machine is used for a while; time passes for all."""
        agent = self.agent(number)
        agent.meter.advance(agent.clock.read())
        agent.meter.state = state  # type: ignore[assignment]
        self.world.pass_time(seconds)

    @rule(state=st.sampled_from(STATES), quarters=st.integers(1, 3))
    def lesson(self, state: object, quarters: int) -> None:
        """Whole quarters pass in which nothing goes wrong."""
        for _ in range(quarters):
            self.use(0, state, 900)
            self.all_report()
            self.world.flow()

    def all_report(self) -> None:
        """Everyone says what is new."""
        for agent in self.world.agents:
            self.world.say(agent, agent.report(whole=False))

    @rule(number=which)
    def commit(self, number: int) -> None:
        """A minute is over: what was measured is written down."""
        self.agent(number).checkpoint()

    @rule(number=which, whole=st.booleans())
    def report(self, number: int, whole: bool) -> None:
        """A quarter is over: what is new is sent, with or without the quarter just begun."""
        self.world.say(self.agent(number), self.agent(number).report(whole=whole))

    @rule(number=which, id=st.sampled_from(ACTS))
    def act(self, number: int, id: str) -> None:
        """A teacher notes a training; an id may come from two devices, of which one is refused."""
        install = self.world.install(self.agent(number))
        if self.acts.setdefault((install[0], id), install) == install:
            self.agent(number).disk.add_act(Act(id, "training", None, 30))

    @rule(number=which, used=st.floats(0, 1))
    def health(self, number: int, used: float) -> None:
        """An hourly health row."""
        self.agent(number).disk.add_health(int(self.world.true // 900), {"memory": {"used": round(used, 2)}})

    # Machines and their clocks

    @rule(number=which)
    def crash_agent(self, number: int) -> None:
        """`kill -9`, and a start in the same boot."""
        self.world.disconnect(self.agent(number))
        self.agent(number).start()

    @rule(number=which)
    def power_cut(self, number: int) -> None:
        """The machine goes off and comes back."""
        self.world.disconnect(self.agent(number))
        self.agent(number).boot()

    @rule(number=which, seconds=spans)
    def sleep(self, number: int, seconds: int) -> None:
        """A suspend, in order, and the resume."""
        agent = self.agent(number)
        self.world.say(agent, agent.suspend())
        self.world.disconnect(agent)
        self.world.pass_time(seconds)
        agent.resume()

    @rule(number=which, step=st.sampled_from([-(10**8), -7200, -30, 30, 7200, 10**7]))
    def wall_clock_steps(self, number: int, step: int) -> None:
        """Someone, or a flat battery, sets the clock."""
        self.agent(number).clock.wall += step
        self.agent(number).clock.ntp = False

    @rule(number=which)
    def synchronised(self, number: int) -> None:
        """NTP sets the clock right."""
        agent = self.agent(number)
        agent.clock.wall, agent.clock.ntp = self.world.true, True

    # Network and broker

    @rule(number=which)
    def connect(self, number: int) -> None:
        """A machine finds the broker, also again."""
        self.world.connect(self.agent(number))

    @rule(number=which)
    def cut(self, number: int) -> None:
        """The network is gone; what was said may still arrive, after what is said next."""
        self.world.disconnect(self.agent(number))

    @precondition(lambda self: self.world.connections)
    @rule(number=which, count=st.integers(1, 5), again=st.booleans())
    def up(self, number: int, count: int, again: bool) -> None:
        """Some messages of one connection reach the collector, the first perhaps twice."""
        connection = self.world.connections[number % len(self.world.connections)]
        if again:
            self.world.arrive(connection, again=True)
        for _ in range(count):
            if connection in self.world.connections:
                self.world.arrive(connection)

    @precondition(lambda self: self.world.connections)
    @rule(number=which, count=st.integers(1, 5))
    def down(self, number: int, count: int) -> None:
        """Some messages reach one agent."""
        for _ in range(count):
            self.world.come_down(self.world.connections[number % len(self.world.connections)])

    @rule()
    def flow(self) -> None:
        """For a while nothing goes wrong."""
        self.world.flow()

    @precondition(lambda self: self.world.heard)
    @rule(number=st.integers(0, 300))
    def replay(self, number: int) -> None:
        """Any message that ever arrived arrives again."""
        self.world.take(*self.world.heard[-1 - number % len(self.world.heard)])

    # The collector

    @precondition(lambda self: self.world.connections)
    @rule(number=which, commit=st.booleans())
    def collector_dies(self, number: int, commit: bool) -> None:
        """Killed while it takes a message in: before its commit, or between commit and ack."""
        connection = self.world.connections[number % len(self.world.connections)]
        self.world.arrive(connection, commit=commit, answer=False)
        self.world.collector_is(up=False)

    @rule(up=st.booleans())
    def collector_stops_or_starts(self, up: bool) -> None:
        """It is stopped or started."""
        self.world.collector_is(up=up)

    @rule()
    def back_up(self) -> None:
        """The database is copied."""
        self.backups.append(self.world.collector.backup())

    @rule(number=which, talking=st.booleans())
    def restore(self, number: int, talking: bool) -> None:
        """The database goes back to an older copy, under the feet of machines that are connected, perhaps talking."""
        if talking:
            self.use(number, STATES[1], 900)
            self.all_report()
        self.world.restore(self.backups[-1 - number % len(self.backups)])

    @rule(talking=st.booleans())
    def lose_everything(self, talking: bool) -> None:
        """All facts are lost, marks too."""
        if talking:
            self.use(0, STATES[1], 900)
            self.all_report()
        self.world.collector.forget_facts()

    @rule(kind=st.sampled_from(["slots", "days", "undated", "acts"]))
    def lose_facts_behind_the_mark(self, kind: str) -> None:
        """One table is emptied while the marks stay: only audits can tell."""
        self.world.lose(kind)

    @rule(days=st.integers(1, 3))
    def keep_from_moves(self, days: int) -> None:
        """The collector wants no longer what is oldest."""
        self.world.move_keep_from(days)

    # Copies

    @rule(number=which)
    def take_image(self, number: int) -> None:
        """The disk is copied; when it comes back is another matter."""
        self.images.append((self.agent(number), self.agent(number).image()))

    @precondition(lambda self: self.images)
    @rule(number=which)
    def older_image_comes_back(self, number: int) -> None:
        """A machine is set back to an older image of its own disk."""
        agent, image = self.images[number % len(self.images)]
        if agent in self.world.agents:
            self.world.set_back(agent, image)

    @rule(number=which)
    def reinstall(self, number: int) -> None:
        """A machine is installed anew."""
        self.world.reinstall(self.agent(number))

    @precondition(lambda self: len(self.world.agents) < 4)
    @rule(number=which)
    def copy_runs_too(self, number: int) -> None:
        """A copied disk runs in a second machine that could not tell, under the same name, at the same time."""
        self.world.clone(self.agent(number))

    # The promise

    @rule()
    def all_is_there(self) -> None:
        """Given time, the collector has what the ledgers have."""
        check(self.world)

    def teardown(self) -> None:
        """At the end too, and the audits say so."""
        if hasattr(self, "world"):
            check_audits(self.world)


FAULTS = int(os.environ.get("SOCLE_FAULTS", "0"))
Promises.TestCase.settings = settings(
    max_examples=100 * FAULTS or 300,
    stateful_step_count=40,
    deadline=None,
    derandomize=not FAULTS,
    print_blob=True,
    phases=[Phase.explicit, Phase.generate] if os.environ.get("X") else list(Phase),
    suppress_health_check=list(HealthCheck),
)
TestPromises = Promises.TestCase
