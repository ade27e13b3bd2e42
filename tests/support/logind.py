"""python-dbusmock's logind on a private bus: a real bus and no real sessions."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.waiting import until

PYTHON = "/usr/bin/python3"
NEEDS = "apt install dbus python3-dbusmock"

_HAND = """
import json, sys, dbus, dbusmock
bus = dbus.bus.BusConnection(sys.argv[1])
manager = bus.get_object("org.freedesktop.login1", "/org/freedesktop/login1")
def do(what, *args):
    if what == "add":
        number, seat, uid, active = args
        manager.AddSession(number, seat, dbus.UInt32(uid), "someone", active, dbus_interface=dbusmock.MOCK_IFACE)
    if what == "set":
        number, properties = args
        path = "/org/freedesktop/login1/session/" + number
        held = {k: dbus.Boolean(v, variant_level=1) if isinstance(v, bool) else v for k, v in properties.items()}
        session = bus.get_object("org.freedesktop.login1", path)
        session.UpdateProperties("org.freedesktop.login1.Session", held, dbus_interface=dbusmock.MOCK_IFACE)
    if what == "no seat":
        session = bus.get_object("org.freedesktop.login1", "/org/freedesktop/login1/session/" + args[0])
        none = dbus.Struct(("", dbus.ObjectPath("/")), signature="so")
        session.Set("org.freedesktop.login1.Session", "Seat", none, dbus_interface="org.freedesktop.DBus.Properties")
    if what == "remove":
        manager.RemoveObject("/org/freedesktop/login1/session/" + args[0], dbus_interface=dbusmock.MOCK_IFACE)
    if what == "emit":
        name, signature, values = args
        manager.EmitSignal("org.freedesktop.login1.Manager", name, signature,
                           dbus.Array(values, signature="v"), dbus_interface=dbusmock.MOCK_IFACE)
    if what == "locks":
        return len(manager.ListInhibitors(dbus_interface="org.freedesktop.login1.Manager"))
    if what == "intrude":
        bus.send_message(intruder(*args))
def intruder(destination):
    message = dbus.lowlevel.SignalMessage(manager.object_path, "org.freedesktop.login1.Manager", "PrepareForSleep")
    message.append(True, signature="b")
    message.set_destination(destination)
    return message
import dbus.lowlevel
for line in sys.stdin:
    print(json.dumps(do(*json.loads(line))), flush=True)
"""


class MockLogind:
    """A bus at `address` (a path), and on it a logind whose sessions a test makes."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "bus"
        self._env = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.path}"}
        self._bus: subprocess.Popen[Any] | None = None
        self._logind: subprocess.Popen[Any] | None = None
        self._hand: subprocess.Popen[str] | None = None

    def start_bus(self) -> None:
        """Start the bus alone."""
        self.path.unlink(missing_ok=True)
        command = ["dbus-daemon", "--session", "--nofork", f"--address=unix:path={self.path}"]
        self._bus = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        until(self.path.exists, what="the bus listens")

    def start_logind(self) -> None:
        """Start logind on the bus."""
        command = [PYTHON, "-m", "dbusmock", "--system", "--template", "logind"]
        self._logind = subprocess.Popen(command, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        ask = ["dbus-send", f"--bus=unix:path={self.path}", "--print-reply", "--dest=org.freedesktop.login1"]
        ping = [*ask, "/org/freedesktop/login1", "org.freedesktop.DBus.Peer.Ping"]
        until(lambda: subprocess.run(ping, capture_output=True, check=False).returncode == 0, what="logind answers")
        self._hand = subprocess.Popen(
            [PYTHON, "-c", _HAND, f"unix:path={self.path}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def stop_logind(self) -> None:
        """End logind and the hand that moves it."""
        _end(self._hand, self._logind)
        self._hand = self._logind = None

    def stop(self) -> None:
        """End everything."""
        self.stop_logind()
        _end(self._bus)
        self._bus = None

    def do(self, *command: Any) -> Any:
        """Move logind: add (number, seat, uid, active), set (number, properties), no seat, remove, emit, locks."""
        assert self._hand is not None
        assert self._hand.stdin is not None
        assert self._hand.stdout is not None
        print(json.dumps(command), file=self._hand.stdin, flush=True)
        return json.loads(self._hand.stdout.readline())

    def add(self, number: str, *, seat: str = "seat0", uid: int = 1000, active: bool = True) -> None:
        """A new session, announced as logind does."""
        self.do("add", number, seat, uid, active)
        self.do("emit", "SessionNew", "so", [number, f"/org/freedesktop/login1/session/{number}"])

    def remove(self, number: str) -> None:
        """End a session, announced as logind does."""
        self.do("remove", number)
        self.do("emit", "SessionRemoved", "so", [number, f"/org/freedesktop/login1/session/{number}"])


def _end(*processes: subprocess.Popen[Any] | None) -> None:
    for process in processes:
        if process is not None:
            process.kill()
            process.wait(10)
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()


@pytest.fixture
def logind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MockLogind]:
    """A private bus with a logind that has no session; its address is the system bus's for the test."""
    probe = subprocess.run([PYTHON, "-c", "import dbusmock"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip(f"no python-dbusmock for {PYTHON}: {NEEDS}")
    made = MockLogind(tmp_path)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={made.path}")
    made.start_bus()
    made.start_logind()
    yield made
    made.stop()
