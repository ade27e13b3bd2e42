"""Everything that stands behind the promises, running: PostgreSQL, mosquitto, the collector and some machines."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from support.broker import Broker
from support.postgres import Postgres

from e2e import catalogue
from e2e.children import Child, python
from e2e.fast import TrueTime
from e2e.machine import Machine
from e2e.patience import pause, until
from e2e.proxy import Proxy
from socle_core.wire.topics import new_device

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Europe/Paris")).timestamp()
FLUSH_S = 0.2
SLOWER = 10.0
SETTLE_S = 0.15
FACTS = ("slots", "days", "undated", "health", "acts")
FIELDS = ("slots", "powered", "observed", "open", "active", "days", "present", "focus", "undated", "health", "acts")
CONFIG = """\
[realm]
name = "test"
[broker]
host = "127.0.0.1"
port = {port}
{server}
[database]
url = "{url}"
[page]
secret_key_file = "{folder}/secret"
[catalogue]
paths = ["{catalogue}"]
"""


@dataclass(frozen=True)
class Wire:
    """How all reach the broker. `listener`: lines for mosquitto; `client`: settings of agents and collector.

    `framed`: whether the proxies can read it.
    """

    listener: str = ""
    client: str = "tls = false"
    framed: bool = True


PLAIN = Wire()


class World:
    """`truth`: the time of all. `line`: the proxy between collector and broker; each machine has its own.

    `rate`: true seconds in a real one. `database`: made by the caller, with the collector's tables.
    """

    def __init__(
        self, folder: Path, server: Postgres, database: str, *, seed: int, rate: float, begins: float, wire: Wire
    ) -> None:
        self.folder, self.server, self.database, self.seed = folder, server, database, seed
        self.rng = Random(seed)
        self.truth = TrueTime.begin(folder / "truth.json", begins, rate)
        self.wire = wire
        self.broker = Broker(folder, extra=wire.listener)
        self.line = Proxy(self.broker.port, framed=wire.framed)
        self.machines: list[Machine] = []
        self.catalogue = catalogue.write(folder / "catalogue.toml", "everywhere")
        config = folder / "collector.toml"
        config.write_text(
            CONFIG.format(
                port=self.line.port, server=wire.client, url=database, folder=folder, catalogue=self.catalogue
            )
        )
        self.collector = Child("collector", python("e2e.run_collector", self.truth.path, config), folder)
        self.broker.start()

    def add_machine(self, device: str | None = None) -> Machine:
        """Enrol a machine and make it; its agent is not started."""
        name = f"m{len(self.machines) + 1}"
        device = device or self.enrol()
        line = Proxy(self.broker.port, framed=self.wire.framed)
        machine = Machine(self.folder / name, self.truth, device, line, Random(self.rng.random()), self.wire.client)
        self.machines.append(machine)
        return machine

    def enrol(self) -> str:
        """Give a new device to the registry."""
        device = new_device(self.rng)
        with psycopg.connect(self.database) as connection:
            connection.execute("INSERT INTO devices (id, realm) VALUES (%s, 'test')", (device,))
        return device

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            return connection.execute(query, values).fetchall()

    def mark(self, machine: Machine, install: str) -> int:
        """The collector's mark of an install; -1 while it cannot be asked."""
        with suppress(psycopg.OperationalError):
            found = self.ask("SELECT rev FROM mark WHERE device = %s AND install = %s", machine.device, install)
            return int(found[0][0]) if found else 0
        return -1

    def held(self, machine: Machine, install: str) -> dict[str, Any] | None:
        """What the database holds of one install, in one moment, in the words of `totals`; None without an answer."""
        with suppress(psycopg.OperationalError):
            found = self.ask(HELD, machine.device, install)
            return dict(zip(("rev", *FIELDS), map(int, found[0]), strict=True))
        return None

    def difference(self, machine: Machine) -> dict[str, tuple[int, int]] | None:
        """Fields in which the ledger and the database differ at the same revision; None while revisions differ."""
        mine = machine.totals()
        if mine is None or not 0 < mine["rev"] == self.mark(machine, mine["install"]):
            return None
        held = self.held(machine, mine["install"])
        if held is None or mine["rev"] != held["rev"]:
            return None
        return {name: (mine[name], held[name]) for name in FIELDS if mine[name] != held[name]}

    def caught_up(self, *machines: Machine, patience_s: float = 20.0) -> None:
        """Wait until the database has all of these machines' ledgers (of all, if none is named), to the second.

        First at full speed until it has what the ledgers hold now; then slowly, so that there is a moment in which
        nothing is on its way. At one revision both must always be equal: the first difference fails.
        """
        behind = list(machines or self.machines)
        heads = {machine.name: machine.head() for machine in behind}
        self._until(lambda: all(self._has(machine, heads[machine.name]) for machine in behind), behind, patience_s)
        rate = self.truth.rate
        self.truth.pace(rate / SLOWER)
        self._until(lambda: not self._differing(behind), behind, patience_s)
        self.truth.pace(rate)

    def at_rest(self, machine: Machine) -> None:
        """End an agent at a moment at which the database has all of its ledger."""
        for _ in range(10):
            self.caught_up(machine)
            machine.agent.kill()
            if self.difference(machine) == {}:
                return
            machine.switch_on()
        raise AssertionError(f"{machine.name} was never still\n{self.say()}")

    def _has(self, machine: Machine, head: int) -> bool:
        install = machine.install()
        return install is not None and self.mark(machine, install) >= max(head, 1)

    def _differing(self, behind: list[Machine]) -> list[Machine]:
        """Take those that are found equal off the list; what is left of it."""
        for machine in list(behind):
            difference = self.difference(machine)
            assert not difference, f"{machine.name}, ledger and database differ: {difference}\n{self.say()}"
            if difference is not None:
                behind.remove(machine)
        return behind

    def _until(self, condition: Callable[[], bool], behind: list[Machine], patience_s: float) -> None:
        """Wait; agents are asked meanwhile to send what a report at a quarter's end leaves out."""
        asked = 0.0

        def look() -> bool:
            nonlocal asked
            if time.monotonic() > asked + FLUSH_S:
                self._all_live(behind)
                for machine in behind:
                    machine.flush()
                asked = time.monotonic()
            return condition()

        def marks() -> list[int]:
            return [self.mark(machine, machine.install() or "") for machine in behind]

        until(look, patience_s, lambda: f"{[m.name for m in behind]} did not catch up\n{self.say()}", progress=marks)

    def _all_live(self, machines: list[Machine]) -> None:
        for child in (self.collector, *(machine.agent for machine in machines)):
            assert child.alive, f"{child.name} ended\n{self.say()}"

    def facts(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the facts and every mark, but for when it was written."""
        tables = {table: f"SELECT * FROM {table} ORDER BY 1, 2, 3" for table in FACTS}
        tables["marks"] = "SELECT device, install, rev, run FROM marks ORDER BY 1, 2"
        return {table: self.ask(query) for table, query in tables.items()}

    def empty_facts(self) -> None:
        """Lose every fact and every mark, but not the registry."""
        with psycopg.connect(self.database) as connection:
            connection.execute("TRUNCATE slots, days, undated, health, acts, services, marks, runs, presence")

    def use(self, seconds: float) -> None:
        """Let about so many seconds of true time pass while programs start and end on all machines."""
        end = self.truth.now() + seconds
        while self.truth.now() < end:
            machine = self.rng.choice(self.machines)
            machine.toggle(self.rng.choice(catalogue.SERVICES))
            pause(min(0.05, seconds / 4 / self.truth.rate))

    def leap(self, seconds: float) -> None:
        """Let time leap, once all agents have heard of what just happened: else it would have lasted until then."""
        pause(SETTLE_S)
        self.truth.leap(seconds)

    def start(self, *machines: Machine) -> None:
        """Start whatever does not run."""
        self.server.start()
        self.broker.start()
        self.collector.start()
        for machine in machines or self.machines:
            machine.switch_on()

    def say(self) -> str:
        """What one needs to know when something failed: the seed, the revisions and the end of each log."""
        lines = [f"seed {self.seed}, rate {self.truth.rate:.0f}, folder {self.folder}"]
        for machine in self.machines:
            mine = machine.totals()
            lines.append(f"{machine.name}: ledger {mine}")
            lines.append(f"{machine.name}: database {self.held(machine, mine['install']) if mine else None}")
        children = (self.collector, *(machine.agent for machine in self.machines))
        return "\n".join([*lines, *(child.tail() for child in children)])

    def close(self) -> None:
        """End everything but the PostgreSQL; AssertionError if a process is left."""
        for machine in self.machines:
            machine.close()
        self.collector.kill()
        self.line.close()
        self.broker.stop()


@contextmanager
def running_world(
    server: Postgres,
    template: str,
    *,
    seed: int = 1,
    rate: float = 400.0,
    begins: float = MONDAY,
    machines: int = 1,
    wire: Wire = PLAIN,
) -> Iterator[World]:
    """A world of so many machines, everything started; put away after use, its logs told if something failed."""
    folder = Path(tempfile.mkdtemp(prefix="socle-"))  # short: a Unix socket's path has at most 107 characters
    database = server.create(template)
    world = World(folder, server, database, seed=seed, rate=rate, begins=begins, wire=wire)
    try:
        for _ in range(machines):
            world.add_machine()
        yield world
    except BaseException:
        sys.stderr.write(world.say() + "\n")
        raise
    finally:
        world.close()
        server.start()
        server.drop(database)
        shutil.rmtree(folder, ignore_errors=True)


HELD = """
WITH me AS (SELECT device_number(%s) AS device, id_number(%s) AS install),
s AS (SELECT slots.* FROM slots, me WHERE (slots.device, slots.install) = (me.device, me.install)),
d AS (SELECT days.* FROM days, me WHERE (days.device, days.install) = (me.device, me.install)),
u AS (SELECT sum(value) FILTER (WHERE place %% 3 = 2) AS present,
          sum(greatest(value, 0)) FILTER (WHERE place %% 3 = 0) AS focus
      FROM d, unnest(services) WITH ORDINALITY AS triples (value, place))
SELECT coalesce((SELECT rev FROM marks, me WHERE (marks.device, marks.install) = (me.device, me.install)), 0),
    (SELECT count(*) FROM s), (SELECT coalesce(sum(powered), 0) FROM s), (SELECT coalesce(sum(observed), 0) FROM s),
    (SELECT coalesce(sum(open), 0) FROM s), (SELECT coalesce(sum(active), 0) FROM s),
    (SELECT count(*) FROM d), (SELECT coalesce(present, 0) FROM u), (SELECT coalesce(focus, 0) FROM u),
    (SELECT coalesce(sum(powered), 0) FROM undated, me
        WHERE (undated.device, undated.install) = (me.device, me.install)),
    (SELECT count(*) FROM health, me WHERE (health.device, health.install) = (me.device, me.install)),
    (SELECT count(*) FROM acts, me WHERE (acts.device, acts.install) = (me.device, me.install))
"""
