"""A real mosquitto on a free port; it can be killed and started again on the same port."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import SystemRandom

import pytest

from socle_collector.demo import ports
from support.waiting import until

CONFIG = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence false
max_queued_messages 100000
"""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody uses now, and that no other test is likely to take next."""
    return ports.free_port(SystemRandom().randrange(10_000, 32_000))


class Broker:
    """A mosquitto of one's own."""

    host = "127.0.0.1"

    def __init__(self, folder: Path, port: int | None = None, extra: str = "") -> None:
        self.port = port or free_port()
        self._config = folder / "mosquitto.conf"
        self._config.write_text(CONFIG.format(port=self.port) + extra)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it listens; nothing happens if it runs."""
        if self._process is not None and self._process.poll() is None:
            return
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
        assert program, "mosquitto is not installed: apt install mosquitto"
        self._process = subprocess.Popen([program, "-c", str(self._config)], stderr=subprocess.DEVNULL)
        until(lambda: ports.answers(self.port), what="mosquitto listens")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it; nothing is left when this returns."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(10)
            self._process = None

    def kill(self) -> None:
        """`kill -9`."""
        self.stop(signal.SIGKILL)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A running mosquitto, ended after the test."""
    server = Broker(tmp_path)
    server.start()
    yield server
    server.stop()
