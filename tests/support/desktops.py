"""Real display servers without a screen, each started for one test, and an agent that only listens."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from socle_session.helper import Helper
from socle_session.loop import Loop
from support.waiting import until

CATALOGUE = """\
version = "2026.11"
[[service]]
id = "dessin"
label = { fr = "Dessin" }
strand = "resources"
category = "arts"
desktop_ids = ["org.example.Dessin.desktop"]
executables = ["tuxdessin"]
[[service]]
id = "calcul"
label = { fr = "Calcul" }
strand = "resources"
category = "maths"
executables = ["tuxcalcul"]
"""


class Ear:
    """A local socket that hears helpers as the agent does, and tells each the settings at every message."""

    def __init__(self, folder: Path, idle_after_s: int = 1) -> None:
        self.path = folder / "agent.socket"
        self.catalogue = folder / "catalogue.toml"
        self.catalogue.write_text(CATALOGUE)
        self.idle_after_s = idle_after_s
        self.refuses: set[str] = set()
        self.heard: list[dict[str, Any]] = []
        self.lines: list[bytes] = []
        self._clients: list[socket.socket] = []
        self.listen()

    def listen(self) -> None:
        """Begin, or begin again."""
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(self.path))
        self._socket.listen()
        threading.Thread(target=self._accept, args=(self._socket,), daemon=True).start()

    def close(self) -> None:
        """Go away, as an agent that is stopped."""
        self.path.unlink(missing_ok=True)
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for client in self._clients:
            client.shutdown(socket.SHUT_RDWR)
        self._clients.clear()

    def settings(self) -> bytes:
        """The line that it tells."""
        return json.dumps({"idle_after_s": self.idle_after_s, "catalogue": [str(self.catalogue)]}).encode() + b"\n"

    def say(self, line: bytes) -> None:
        """Tell all helpers something unasked."""
        for client in self._clients:
            client.sendall(line)

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _address = listening.accept()
            except OSError:
                return
            self._clients.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            for line in client.makefile("rb"):
                said = json.loads(line)
                self.lines.append(line)
                self.heard.append(said)
                client.sendall(b'{"error":"no"}\n' if said["focus"] in self.refuses else self.settings())
        except OSError:
            return


class Session:
    """A helper in this process, with its loop and its log."""

    def __init__(self, ear: Ear, environ: dict[str, str], sys: Path | None = None) -> None:
        self.ear, self.loop = ear, Loop()
        self.log: list[str] = []
        self.gone = 0
        self.helper = Helper(
            self.loop, environ, log=self.log.append, gone=self._left, socket=str(ear.path), sys=str(sys or "/nowhere")
        )

    def _left(self) -> None:
        self.gone += 1

    def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Serve until then."""
        serve(self.loop, condition, what)

    def says(self, **expected: object) -> None:
        """Serve until the agent's last word is this."""
        self.until(lambda: expected.items() <= self._last().items(), f"{expected}, after {self._last()}")

    def _last(self) -> dict[str, Any]:
        return self.ear.heard[-1] if self.ear.heard else {}

    def close(self) -> None:
        """Leave."""
        self.helper.close()


def serve(loop: Loop, condition: Callable[[], object], what: str = "") -> None:
    """Turn a helper's loop until `condition` holds, at most 15 seconds."""

    def turn() -> object:
        loop.after("test", 0, lambda: None)
        loop.turn()
        return condition()

    until(turn, what=what)


class Display:
    """A display server with what runs in it, ended together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {"HOME": str(folder), "PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(folder)}
        self.environ |= {
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
            "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nowhere",
        }
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str, **more: Any) -> subprocess.Popen[bytes]:
        """Run a program in it."""
        log = (self.folder / "log").open("ab")
        with log:
            process = subprocess.Popen(command, env=self.environ, stdout=log, stderr=log, **more)
        self._running.append(process)
        return process

    def run(self, *command: str) -> str:
        """Run a command in it to its end."""
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, check=True, timeout=20).stdout

    def window(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program with a window."""
        return self.start(*command)

    def program(self, source: str, name: str) -> str:
        """A copy of a program under another name."""
        copy = self.folder / name
        shutil.copy(source, copy)
        return str(copy)

    def stop(self) -> None:
        """End all, the latest first."""
        for process in reversed(self._running):
            process.kill()
            process.wait(10)
        self._running.clear()


class X(Display):
    """Xvfb, with openbox once `manage` was called."""

    def __init__(self, folder: Path, *options: str) -> None:
        super().__init__(folder)
        reading, writing = os.pipe()
        screen = ("-screen", "0", "640x480x24", "-nolisten", "tcp")
        self.server = self.start("Xvfb", "-displayfd", str(writing), *screen, *options, pass_fds=[writing])
        os.close(writing)
        with open(reading) as told:
            self.environ["DISPLAY"] = ":" + told.readline().strip()

    def manage(self) -> subprocess.Popen[bytes]:
        """Start the window manager."""
        return self.start("openbox", "--sm-disable")

    def active(self) -> str:
        """The number of the window in front, once there is one."""
        command = ("xdotool", "getactivewindow")

        def ask() -> str:
            return subprocess.run(command, env=self.environ, capture_output=True, text=True, check=False).stdout.strip()

        return until(ask, what="a window is in front")

    def touch(self) -> None:
        """Move the mouse, there and back."""
        self.run("xdotool", "mousemove", "10", "10", "mousemove", "200", "200")


class Sway(Display):
    """A sway that draws nowhere; as root it runs as nobody, for it refuses root."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.environ |= {"WLR_BACKENDS": "headless", "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman"}
        (folder / "config").write_text("output HEADLESS-1 resolution 640x480\nxwayland disable\n")
        who: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.server = self.start("sway", "-c", str(folder / "config"), **who)
        until(lambda: list(folder.glob("wayland-?")), what="sway listens")
        self.environ["WAYLAND_DISPLAY"] = next(folder.glob("wayland-?")).name
        self.environ["SWAYSOCK"] = str(until(lambda: next(folder.glob("sway-ipc*"), None)))

    def touch(self) -> None:
        """Press a key."""
        self.run("wtype", "x")

    def ask(self, command: str) -> None:
        """Have sway do something."""
        self.run("swaymsg", command)


class Mutter(Display):
    """GNOME's compositor on a session bus of its own, without a shell."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        bus = f"unix:path={folder}/session-bus"
        self.environ |= {"DBUS_SESSION_BUS_ADDRESS": bus, "WAYLAND_DISPLAY": "wl-test", "GSETTINGS_BACKEND": "memory"}
        self.environ |= {"LIBGL_ALWAYS_SOFTWARE": "1", "MUTTER_DEBUG_RESET_IDLETIME": "1"}
        self.bus = self.start("dbus-daemon", "--session", "--nofork", f"--address={bus}")
        until((folder / "session-bus").exists, what="the session's bus listens")
        server = ("--headless", "--virtual-monitor", "640x480", "--no-x11", "--wayland-display", "wl-test")
        self.server = self.start("mutter", *server)
        until((folder / "wl-test").exists, what="mutter listens")

    def touch(self) -> None:
        """Be active, as far as Mutter's monitor is concerned."""
        where = ("--dest=org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core")
        self.run("dbus-send", "--session", "--print-reply", *where, "org.gnome.Mutter.IdleMonitor.ResetIdletime")


def helper_process(display: Display, ear: Ear, *, python: str = sys.executable) -> subprocess.Popen[bytes]:
    """A helper of its own in that session; its log is `helper.log` beside the display's."""
    with (display.folder / "helper.log").open("ab") as log:
        command = [python, "-m", "socle_session", "--socket", str(ear.path)]
        process = subprocess.Popen(command, env={**display.environ, "PYTHONDONTWRITEBYTECODE": "1"}, stderr=log)
    display._running.append(process)
    return process


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[Ear]:
    """An agent that only listens."""
    made = Ear(tmp_path)
    yield made
    made.close()


def _short(factory: pytest.TempPathFactory) -> Path:
    """A folder that another user may enter, with a path short enough for sockets."""
    folder = factory.mktemp("d")
    for part in (folder, *folder.parents[:2]):
        if part != Path("/tmp"):
            part.chmod(0o755)
    folder.chmod(0o700)
    return folder


@pytest.fixture
def x(tmp_path_factory: pytest.TempPathFactory) -> Iterator[X]:
    """An X server without a window manager."""
    made = X(_short(tmp_path_factory))
    yield made
    made.stop()


@pytest.fixture
def sway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sway]:
    """A Wayland compositor of the wlroots family."""
    made = Sway(_short(tmp_path_factory))
    yield made
    made.stop()


@pytest.fixture
def mutter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mutter]:
    """GNOME's compositor."""
    made = Mutter(_short(tmp_path_factory))
    yield made
    made.stop()


@pytest.fixture
def session() -> Iterator[Callable[..., Session]]:
    """Makes helpers in this process."""
    made: list[Session] = []

    def make(ear: Ear, display: Display | dict[str, str], sys: Path | None = None) -> Session:
        made.append(Session(ear, display.environ if isinstance(display, Display) else display, sys))
        return made[-1]

    yield make
    for one in made:
        one.close()
