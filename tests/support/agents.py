"""A real agent as a process, with its own folder, and programs that it counts."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from socle_agent.ask import ask
from support.waiting import until

DEVICE = "abcdefgh2345"
CATALOGUE = """\
version = "2026.11"
[[service]]
id = "{service}"
label = {{ fr = "Un logiciel" }}
strand = "resources"
category = "arts"
executables = ["{program}"]
"""
CONFIG = """\
[identity]
device = "{device}"
realm = "test"
kind = "{kind}"
[server]
host = "127.0.0.1"
port = {port}
tls = false
[measure]
catalogue = ["{root}/catalogue.toml"]
programs = "{programs}"
hours = "{hours}"
[paths]
state = "{root}/state"
socket = "{root}/run/socket"
"""


class Agent:
    """An agent below `root`, which speaks to the broker of `port`."""

    def __init__(self, root: Path, port: int, **settings: str) -> None:
        self.root = root
        self.config = root / "agent.toml"
        self._settings = {"device": DEVICE, "kind": "cart", "programs": "auto", "root": str(root), "port": str(port)}
        self._settings["hours"] = "mo-sa 08:00-17:00"
        (root / "bin").mkdir(parents=True, exist_ok=True)
        self.service = f"test-{os.getpid()}"
        self.program = root / "bin" / f"socle-{self.service}"
        shutil.copy("/bin/sleep", self.program)
        (root / "catalogue.toml").write_text(CATALOGUE.format(service=self.service, program=self.program.name))
        self.configure(**settings)
        self.log = root / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def configure(self, **settings: str) -> None:
        """Write agent.toml with other settings."""
        self._settings.update(settings)
        self.config.write_text(CONFIG.format(**self._settings))

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The running, or last, process."""
        assert self._process is not None
        return self._process

    @property
    def socket(self) -> Path:
        """Its local socket."""
        return self.root / "run" / "socket"

    def start(self, *through: str) -> Agent:
        """Start, `through` another command if given, and wait until it answers."""
        self.spawn(*through)
        until(lambda: self.process.poll() is not None or self.socket.exists(), what="the agent answers")
        assert self.process.poll() is None, self.said()
        return self

    def spawn(self, *through: str) -> subprocess.Popen[bytes]:
        """Start without waiting."""
        environment = {**os.environ, "PATH": f"{self.root}/bin:{os.environ['PATH']}"}
        with self.log.open("ab") as log:
            command = [*through, *self._command("run")]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        return self._process

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another of its commands."""
        return subprocess.run(self._command(*words), capture_output=True, text=True, timeout=20, check=False)

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "socle_agent.cli", *words, "--config", str(self.config)]

    def status(self) -> dict[str, Any]:
        """What it says of itself."""
        return ask(self.socket, "status")

    def flush(self) -> None:
        """Have it write down and report now."""
        ask(self.socket, "flush")

    def use(self, seconds: float) -> subprocess.Popen[bytes]:
        """Start the program that its catalogue names."""
        return subprocess.Popen([str(self.program), str(seconds)])

    def totals(self) -> dict[str, Any]:
        """Sums of its only install."""
        held = json.loads(self.command("totals", "--json").stdout)["devices"]
        (installs,) = held.values()
        (sums,) = installs.values()
        return dict(sums)

    def said(self) -> str:
        """Its log."""
        return self.log.read_text()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(20)

    def close(self) -> None:
        """Leave nothing running."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)
