"""Idle and focus on a real compositor of the wlroots family, and the standard's idle protocol against a written one."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from pathlib import Path

from support.desktops import Ear, Session, Sway

Make = Callable[..., Session]
HERE = {"idle": "wayland", "focus": "wayland"}


def test_idle(sway: Sway, ear: Ear, session: Make) -> None:
    """A session is idle once nothing was touched for the limit, and in use at the next key, again and again."""
    helper = session(ear, sway)
    for _ in range(2):
        helper.says(means=HERE, idle=True)
        sway.touch()
        helper.says(idle=False)


def test_focus(sway: Sway, ear: Ear, session: Make) -> None:
    """The service in front is told by application id, and as none where it is something else or nothing."""
    helper = session(ear, sway)
    helper.says(means=HERE, focus="")
    first = sway.window("foot", "-a", "org.example.Dessin")
    helper.says(focus="dessin")
    sway.window("foot", "-a", "tuxcalcul")
    helper.says(focus="calcul")
    sway.window("foot", "-a", "autre")
    helper.says(focus="")
    sway.ask('[app_id="org.example.Dessin"] focus')
    helper.says(focus="dessin")
    first.terminate()
    helper.says(focus="")


def test_a_projected_film(sway: Sway, ear: Ear, session: Make, tmp_path: Path) -> None:
    """A window that fills the screen while a second display is attached keeps the session in use."""
    for name in ("eDP-1", "HDMI-A-1"):
        connector = tmp_path / "class" / "drm" / f"card0-{name}"
        connector.mkdir(parents=True)
        (connector / "status").write_text("connected\n")
    helper = session(ear, sway, tmp_path)
    sway.window("foot", "-a", "tuxcalcul")
    helper.says(focus="calcul", idle=True)
    sway.ask("fullscreen enable")
    helper.says(idle=False)
    sway.ask("fullscreen disable")
    helper.says(idle=True)


def test_the_compositor_leaves(sway: Sway, ear: Ear, session: Make) -> None:
    """When the compositor ends, the session is over, once."""
    helper = session(ear, sway)
    helper.says(means=HERE)
    sway.server.kill()
    helper.until(lambda: helper.gone)
    assert helper.gone == 1


class Compositor:
    """Speaks just enough Wayland to offer these globals, and to be told what is asked of it."""

    def __init__(self, folder: Path, *offers: str) -> None:
        self.environ = {
            "XDG_RUNTIME_DIR": str(folder),
            "WAYLAND_DISPLAY": "wl",
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/no",
        }
        self.asked: list[tuple[int, int, bytes]] = []
        self._offers = offers
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / "wl"))
        self._listening.listen()
        self._client: socket.socket | None = None
        self._data = b""

    def send(self, to: int, opcode: int, arguments: bytes = b"") -> None:
        """An event."""
        assert self._client is not None
        self._client.sendall(struct.pack("=IHH", to, opcode, 8 + len(arguments)) + arguments)

    def serve(self) -> list[tuple[int, int, bytes]]:
        """Take what was asked so far: object, opcode, arguments."""
        if self._client is None:
            self._client, _address = self._listening.accept()
            self._client.setblocking(False)
        try:
            self._data += self._client.recv(65536)
        except BlockingIOError:
            return self.asked
        while self._data:
            to, opcode, length = struct.unpack_from("=IHH", self._data)
            self.asked.append((to, opcode, self._data[8:length]))
            self._data = self._data[length:]
            if (to, opcode) == (1, 1):
                self._offer(struct.unpack("=I", self.asked[-1][2])[0])
            elif (to, opcode) == (1, 0):
                self.send(struct.unpack("=I", self.asked[-1][2])[0], 0, bytes(4))
        return self.asked

    def _offer(self, registry: int) -> None:
        for name, interface in enumerate(self._offers, 1):
            data = interface.encode() + b"\0"
            text = struct.pack("=I", len(data)) + data + bytes(-len(data) % 4)
            self.send(registry, 0, struct.pack("=I", name) + text + struct.pack("=I", 9))


def test_the_standard_s_idle_protocol(tmp_path: Path, ear: Ear, session: Make) -> None:
    """Of both protocols the standard's is used, with the limit in milliseconds; a moved limit asks anew."""
    compositor = Compositor(tmp_path, "wl_seat", "org_kde_kwin_idle", "ext_idle_notifier_v1")
    helper = session(ear, compositor.environ)

    def notifications() -> list[tuple[int, int, int]]:
        asked = [args for to, opcode, args in compositor.serve() if (to, opcode) == (4, 1) and len(args) == 12]
        return [struct.unpack("=III", args) for args in asked]

    helper.until(lambda: [limit for _made, limit, _seat in notifications()][-1:] == [1000])
    made, _limit, seat = notifications()[-1]
    assert (2, 0, 1) in [(to, opcode, args[0]) for to, opcode, args in compositor.asked if args and to == 2]
    assert seat == 5
    helper.says(means={"idle": "wayland", "focus": "none"}, idle=False)
    compositor.send(made, 0)
    helper.says(idle=True, focus=None)
    compositor.send(made, 1)
    helper.says(idle=False)
    ear.idle_after_s = 60
    ear.say(ear.settings())
    helper.until(lambda: notifications()[-1][1] == 60_000)
    assert (made, 0, b"") in compositor.asked
    compositor.send(made, 0)  # of the one that was destroyed: on its way when it was
    compositor.send(notifications()[-1][0], 0)
    helper.says(idle=True)


def test_a_compositor_that_tells_nothing(tmp_path: Path, ear: Ear, session: Make) -> None:
    """Where neither compositor nor Mutter tells, all is unknown, and nothing else is tried."""
    compositor = Compositor(tmp_path, "wl_seat")
    helper = session(ear, compositor.environ)
    helper.until(lambda: compositor.serve() and any("idle none" in line for line in helper.log))
    helper.says(means={"idle": "none", "focus": "none"}, idle=None, focus=None)
