"""One virtual laptop: a real agent with clocks, programs, sessions and a line of its own."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from e2e.children import Child, python
from e2e.fast import Faults, MachineClock, TrueTime
from e2e.proxy import Proxy
from socle_agent.ledger import Ledger
from socle_core.wire.topics import new_id

SLEEP = shutil.which("sleep", path="/bin:/usr/bin") or "/bin/sleep"
CONFIG = """\
[identity]
device = "{device}"
realm = "{realm}"
kind = "cart"
[server]
host = "127.0.0.1"
port = {port}
{server}
[measure]
{measure}
catalogue = ["{catalogue}"]
[paths]
state = "{root}/state"
socket = "{root}/run/socket"
"""


@dataclass
class Run:
    """One life of a program, in true time; `end` None while it runs."""

    service: str
    start: float
    end: float | None = None


class Machine:
    """A laptop. `root`: its fake /run, /etc, /sys, its programs and its agent's state."""

    def __init__(self, root: Path, truth: TrueTime, device: str, port: int, catalogue: Path, rng: Random) -> None:
        self.root, self.device, self.name = root, device, root.name
        self._rng, self._truth, self._catalogue = rng, truth, catalogue
        for folder in ("run", "etc", "sys", "bin", "state"):
            (root / folder).mkdir(parents=True)
        (root / "etc/machine-id").write_text(f"{rng.getrandbits(128):032x}\n")
        (root / "etc/os-release").write_text('ID=debian\nVERSION_ID="12"\n')
        self.clock = MachineClock(
            root / "clock.json", truth, Faults(booted=truth.now() - 30 - rng.random() * 60, boot_id=new_id(rng))
        )
        self.proxy = Proxy(port)
        self.config = root / "agent.toml"
        self.agent = Child(
            f"agent-{self.name}", python("e2e.run_agent", truth.path, self.clock.path, root, self.config), root
        )
        self.used: list[Run] = []
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.measure: dict[str, str] = {"report_every_quarters": "0", "programs": '"proc"'}
        self.server = "tls = false"
        self.configure()

    def configure(self, **measure: str) -> None:
        """Write the configuration; `measure`: settings of that section, as TOML."""
        self.measure.update(measure)
        self.config.write_text(
            CONFIG.format(
                device=self.device,
                realm="test",
                port=self.proxy.port,
                server=self.server,
                measure="\n".join(f"{key} = {value}" for key, value in self.measure.items()),
                catalogue=self._catalogue,
                root=self.root,
            )
        )

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.root / "state/ledger.db"

    def totals(self) -> dict[str, Any] | None:
        """Totals of the ledger as its file holds it now, with `install`; None while there is none."""
        if not self.ledger.exists():
            return None
        with suppress(sqlite3.OperationalError), closing(Ledger.read(self.ledger)) as ledger:
            ledger._db.execute("BEGIN")  # one state of the file for all its sums
            return {"install": ledger.install, **ledger.totals()}
        return None

    def begin(self, service: str) -> None:
        """Start a program of the catalogue, if it does not run."""
        if service not in self._running:
            program = self.root / "bin" / f"{service}-{self.name}"
            if not program.exists():
                shutil.copy(SLEEP, program)
            self._running[service] = subprocess.Popen([str(program), "3600"], stdin=subprocess.DEVNULL)
            self.used.append(Run(service, self._truth.now()))

    def end(self, service: str) -> None:
        """End a program, if it runs."""
        program = self._running.pop(service, None)
        if program is not None:
            program.kill()
            program.wait(5)
            next(run for run in reversed(self.used) if run.service == service).end = self._truth.now()

    def toggle(self, service: str) -> None:
        """Start a program, or end it."""
        if service in self._running:
            self.end(service)
        else:
            self.begin(service)

    def lived(self, service: str) -> float:
        """Seconds of true time during which a program ran up to now."""
        return sum((run.end or self._truth.now()) - run.start for run in self.used if run.service == service)

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Freeze the agent and its programs, as the kernel does before a suspend."""
        pids = [self.agent.pid, *(program.pid for program in self._running.values())] if self.agent.alive else []
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        with self.clock.suspended():
            yield
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        """End everything of this machine."""
        self.agent.kill()
        for service in list(self._running):
            self.end(service)
        self.proxy.close()
