"""One virtual laptop: a real agent with clocks, programs, sessions and a line of its own."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from e2e import catalogue
from e2e.children import Child, python
from e2e.fast import Faults, MachineClock, TrueTime
from e2e.proxy import Proxy
from socle_agent.ask import NotRunningError, RefusedError, ask
from socle_agent.ledger import Ledger
from socle_core.wire.topics import new_id

UTMP = struct.Struct("=hxxi32s4s32s256s52x")
CANARY_USER = "camille.durand"
"""The account of whoever sits there: it must never be read, kept or sent."""
_TAGS = itertools.count(1)
"""So that no machine takes another's programs for its own: all of them see the same /proc."""
BOARD = "sys/class/dmi/id"
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

    def __init__(self, root: Path, truth: TrueTime, device: str, line: Proxy, rng: Random, server: str) -> None:
        self.root, self.device, self.name = root, device, root.name
        self.tag = f"{os.getpid() % 46656:x}"[-2:] + f"{next(_TAGS):03x}"
        self._rng, self._truth = rng, truth
        for folder in ("run", "etc", "sys", "bin", "state"):
            (root / folder).mkdir(parents=True)
        (root / "etc/os-release").write_text('ID=debian\nVERSION_ID="12"\n')
        self._catalogue = catalogue.write(root / "catalogue.toml", self.tag)
        self._give_identity(rng)
        for service in catalogue.SERVICES:
            shutil.copy(SLEEP, root / "bin" / catalogue.executable(service, self.tag))
        self.clock = MachineClock(root / "clock.json", truth, Faults(booted=truth.now() - 30, boot_id=new_id(rng)))
        self.proxy = line
        self.config = root / "agent.toml"
        self.agent = Child(
            f"agent-{self.name}", python("e2e.run_agent", truth.path, self.clock.path, root, self.config), root
        )
        self.suspends = 0
        self.powered: list[tuple[float, float | None]] = []
        self.used: list[Run] = []
        self._person: subprocess.Popen[bytes] | None = None
        (root / "run/utmp").write_bytes(b"")
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.measure: dict[str, str] = {"report_every_quarters": "0"}
        self.server = server
        self.configure()

    def _give_identity(self, rng: Random) -> None:
        """What tells this machine from others: machine-id, mainboard, disk."""
        device = self.root.stat().st_dev
        block = self.root / f"sys/dev/block/{os.major(device)}:{os.minor(device)}"
        for folder, name in ((self.root / "etc", "machine-id"), (self.root / BOARD, "product_uuid"), (block, "wwid")):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(f"{rng.getrandbits(128):032x}\n")

    @property
    def began(self) -> float:
        """True time at which the agent was first started."""
        return self.powered[0][0]

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
        with suppress(sqlite3.Error), closing(Ledger.read(self.ledger)) as ledger:
            return {"install": ledger.install, **ledger.totals()}
        return None

    def meta(self, key: str) -> Any:
        """A value of the ledger's own notes, such as head or install; None while there is none."""
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True)) as db:
            found = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
            return json.loads(found[0]) if found else None
        return None

    def head(self) -> int:
        """The highest revision that the ledger has issued."""
        return int(self.meta("head") or 0)

    def install(self) -> str | None:
        """The install of the ledger."""
        told = self.meta("install")
        return None if told is None else str(told)

    def flush(self) -> None:
        """Have the agent write down and send all, also of the quarter that has just begun, if it answers."""
        with suppress(NotRunningError, RefusedError):
            ask(self.root / "run/socket", "flush")

    def begin(self, service: str) -> None:
        """Start a program of the catalogue, if it does not run."""
        if service not in self._running:
            program = self.root / "bin" / catalogue.executable(service, self.tag)
            self.used.append(Run(service, self._truth.now()))
            self._running[service] = subprocess.Popen([str(program), "3600"], stdin=subprocess.DEVNULL)

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

    def sit_down(self) -> None:
        """Open a session: a login record of a process that lives."""
        if self._person is None:
            self._person = subprocess.Popen([SLEEP, "3600"], stdin=subprocess.DEVNULL)
            self._write_utmp(UTMP.pack(7, self._person.pid, b"tty1", b"1", CANARY_USER.encode(), b""))

    def leave(self) -> None:
        """End the session."""
        if self._person is not None:
            self._write_utmp(UTMP.pack(8, self._person.pid, b"tty1", b"1", b"", b""))
            self._person.kill()
            self._person.wait(5)
            self._person = None

    def sit_or_leave(self) -> None:
        """Open a session, or end it."""
        if self._person is None:
            self.sit_down()
        else:
            self.leave()

    def _write_utmp(self, record: bytes) -> None:
        with (self.root / "run/utmp").open("r+b") as file:
            file.write(record)

    def lived(self, service: str) -> float:
        """Seconds of true time during which a program ran up to now."""
        return sum((run.end or self._truth.now()) - run.start for run in self.used if run.service == service)

    def uncounted(self) -> int | None:
        """Seconds awake of this boot that the ledger does not know: those before its first life. None without a ledger.

        While a machine stays on it never changes: a second lost makes it more, a second counted twice makes it less.
        """
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True)) as db:
            found = db.execute(
                "SELECT (SELECT value FROM meta WHERE key = 'position'),"
                " (SELECT coalesce(sum(powered), 0) FROM slots) + (SELECT coalesce(sum(end - start), 0) FROM spans)"
            ).fetchone()
            if found[0] is not None:
                return int(json.loads(found[0])["at"]) - int(found[1]) - round(self.clock.faults.slept)
        return None

    def unobserved(self) -> int:
        """Seconds of this boot, dated or not yet, in which no agent measured."""
        with closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True)) as db:
            (dated,) = db.execute("SELECT coalesce(sum(powered - observed), 0) FROM slots").fetchone()
            spans = db.execute("SELECT end - start, state FROM spans").fetchall()
        return int(dated) + sum(seconds for seconds, state in spans if not json.loads(state)["observed"])

    def runs(self, service: str) -> int:
        """How often a program was started."""
        return sum(run.service == service for run in self.used)

    def present(self, service: str) -> int:
        """Seconds that the ledger holds of a service, of all days, dated or not."""
        with closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True)) as db:
            texts = [
                row for table in ("days", "undated", "held") for row in db.execute(f"SELECT services FROM {table}")
            ]
        return sum(json.loads(text).get(service, [0])[0] for (text,) in texts)

    def switch_on(self) -> None:
        """Start the agent, after a boot if the machine was off."""
        if not self.powered or self.powered[-1][1] is not None:
            self.clock.reboot(new_id(self._rng))
            self.powered.append((self._truth.now(), None))
        self.agent.start()

    @property
    def measuring(self) -> bool:
        """Whether the agent, in its present life, has said that it measures."""
        return "measuring:" in self.agent.said().rpartition("--- ")[2]

    def switch_off(self) -> None:
        """As a power cut does it: the agent and all programs end at once."""
        self.agent.kill()
        self.powered[-1] = self.powered[-1][0], self._truth.now()
        self.leave()
        for service in list(self._running):
            self.end(service)

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Freeze the agent and its programs, as the kernel does before a suspend."""
        pids = [self.agent.pid, *(program.pid for program in self._running.values())] if self.agent.alive else []
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        self.suspends += 1
        with self.clock.suspended():
            yield
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        """End everything of this machine."""
        self.agent.kill()
        self.leave()
        for service in list(self._running):
            self.end(service)
        self.proxy.close()
