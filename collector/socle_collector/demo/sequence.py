"""The demo, step by step: what is started after what, and in which order it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from socle_collector.demo import files
from socle_collector.demo.children import Child, Children
from socle_collector.demo.compare import Comparison, compare
from socle_collector.demo.folder import Folder
from socle_collector.demo.ports import HERE, answers, free_port
from socle_collector.demo.postgres import Cluster
from socle_collector.demo.presence import is_online
from socle_collector.demo.words import say
from socle_collector.simulate import commune
from socle_collector.totals import totals

DEVICES, SCHOOLS, WEEKS = 36, 3, 8
READY_S, FAREWELL_S, AGREE_S = 60.0, 40.0, 30.0


class CommandFailedError(Exception):
    """A command of the project failed; the message holds what it said."""


class Demo:
    """One demonstration in `folder`. `catalogue`: its file. `tell` shows a line to the person."""

    def __init__(self, folder: Folder, children: Children, catalogue: Path, tell: Callable[[str], None]) -> None:
        self._folder = folder
        self._children = children
        self._catalogue = catalogue
        self._tell = tell
        self._broker_port = self._port(1883)
        self._page_port = self._port(8000)
        self._cluster = Cluster(folder / "postgres", free_port(15_000 + os.getpid() % 15_000))
        self._collector_toml, self._agent_toml = str(folder / "collector.toml"), str(folder / "agent.toml")
        self._page = f"http://{HERE}:{self._page_port}/"

    def start(self, socket: Path) -> None:
        """Start all; when this returns, the page is full. `socket`: the agent's.

        Raises Stopped, ChildError, CommandFailedError, PostgresError.
        """
        self._tell(say("database"))
        self._start_servers()
        self._tell(say("collector"))
        self._start_collector()
        self._tell(say("agent"))
        device = self._start_agent(socket)
        self._tell(say("commune", schools=SCHOOLS, devices=DEVICES, weeks=WEEKS))
        self._start_commune()
        self._folder.write("demo.json", self._description())
        self._tell(say("ready", page=self._page, device=device, logs=self._folder / "log"))

    def compare(self) -> Comparison:
        """End the machines in order, then compare their totals with the collector's until they agree, or too long."""
        self._children.end(["agent", "commune"], FAREWELL_S)
        mine = json.loads(run("socle_agent.cli", "totals", "--json", "--config", self._agent_toml))
        theirs = json.loads((self._folder / "totals.json").read_text(encoding="utf-8"))
        ledgers = {**mine["devices"], **theirs["devices"]}
        with psycopg.connect(self._cluster.url, autocommit=True) as connection:
            return self._children.wait_until(
                lambda: compare(ledgers, totals(connection)["devices"]), lambda told: told.equal, AGREE_S
            )

    def _start_servers(self) -> None:
        broker = self._start("broker", "socle_collector.demo.broker", HERE, str(self._broker_port))
        self._cluster.create()
        postgres = self._children.start("postgres", self._cluster.command(), signal.SIGINT)
        self._children.wait_for(lambda: self._cluster.ready(postgres.process.pid), postgres, READY_S)
        self._children.wait_for(lambda: answers(self._broker_port), broker, READY_S)

    def _start_collector(self) -> None:
        text = files.collector(self._folder.root, self._catalogue, self._ports, self._cluster.url, WEEKS)
        self._folder.write("collector.toml", text)
        run("socle_collector.cli", "migrate", "--config", self._collector_toml)
        one = self._start("collector", "socle_collector.cli", "run", "--config", self._collector_toml)
        self._children.wait_for(lambda: is_online(HERE, self._broker_port, files.REALM), one, READY_S)
        self._children.wait_for(lambda: answers(self._page_port), one, READY_S)

    def _start_agent(self, socket: Path) -> str:
        place = ("--realm", files.REALM, "--kind", "front", "--school", commune.code(1))
        added = run("socle_collector.cli", "device", "add", *place, "--json", "--config", self._collector_toml)
        device: str = json.loads(added)["device"]
        text = files.agent(self._folder.root, self._catalogue, self._broker_port, device, socket)
        self._folder.write("agent.toml", text)
        self._start("agent", "socle_agent.cli", "run", "--config", self._agent_toml)
        return device

    def _start_commune(self) -> None:
        written = self._folder / "totals.json"
        size = (f"--devices={DEVICES}", f"--schools={SCHOOLS}", f"--weeks={WEEKS}", f"--title={say('weeks')}")
        command = ("simulate", "--config", self._collector_toml, *size, "--stay", f"--totals={written}")
        one = self._start("commune", "socle_collector.cli", *command, shows_progress=True)
        self._children.wait_for(written.exists, one, READY_S * 2)

    def _start(self, name: str, module: str, *arguments: str, shows_progress: bool = False) -> Child:
        return self._children.start(name, [sys.executable, "-m", module, *arguments], shows_progress=shows_progress)

    def _port(self, wanted: int) -> int:
        port = free_port(wanted)
        if port != wanted:
            self._tell(say("port", wanted=wanted, port=port))
        return port

    @property
    def _ports(self) -> dict[str, int]:
        return {"broker": self._broker_port, "page": self._page_port}

    def _description(self) -> dict[str, Any]:
        return {
            "broker_host": HERE,
            "broker_port": self._broker_port,
            "realm": files.REALM,
            "database_url": self._cluster.url,
            "page_url": self._page,
            "pids": {"demo": os.getpid(), **self._children.pids},
        }


def run(module: str, *arguments: str) -> str:
    """Run a command of the project to its end and return what it printed. Raises CommandFailedError."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandFailedError(f"{say('failed', command=' '.join([module, *arguments]))}\n{done.stderr}{done.stdout}")
    return done.stdout
