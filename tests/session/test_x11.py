"""Idle and focus on a real X server with a real window manager."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from support.desktops import Ear, Session, X

from socle_session.x11.display import cookie, number

Make = Callable[..., Session]
HERE = {"idle": "x11", "focus": "x11"}


def test_idle(x: X, ear: Ear, session: Make) -> None:
    """A session is idle once nothing was touched for the limit, and in use at the next touch, again and again."""
    helper = session(ear, x)
    for _ in range(3):
        helper.says(idle=True)
        x.touch()
        helper.says(idle=False)


def test_another_limit(x: X, ear: Ear, session: Make) -> None:
    """When the agent moves the limit, what counts as idle moves at once."""
    helper = session(ear, x)
    helper.says(idle=True)
    ear.idle_after_s = 3600
    ear.say(ear.settings())
    helper.says(idle=False)
    ear.idle_after_s = 1
    ear.say(ear.settings())
    helper.says(idle=True)


def test_focus(x: X, ear: Ear, session: Make) -> None:
    """The service in front is told by class, by program, and as none where it is something else."""
    helper = session(ear, x)
    x.manage()
    helper.says(means=HERE, focus="")
    first = x.window("xterm", "-class", "Tuxdessin")
    helper.says(focus="dessin")
    second = x.window(x.program("/usr/bin/xterm", "tuxcalcul"), "-class", "Plain", "-name", "plain")
    helper.says(focus="calcul")
    second.terminate()
    helper.says(focus="dessin")
    x.window("xterm")
    helper.says(focus="")
    first.terminate()
    assert {said["focus"] for said in ear.heard} == {None, "", "dessin", "calcul"}


def test_a_class_that_changes(x: X, ear: Ear, session: Make) -> None:
    """A window that becomes another program's while it is in front is told anew."""
    helper = session(ear, x)
    x.manage()
    helper.says(means=HERE, focus="")
    x.window("xterm", "-class", "Plain")
    window = x.active()
    x.run("xprop", "-id", window, "-f", "WM_CLASS", "8s", "-set", "WM_CLASS", "tuxdessin")
    helper.says(focus="dessin")
    x.run("xprop", "-id", window, "-f", "_GTK_APPLICATION_ID", "8u", "-set", "_GTK_APPLICATION_ID", "tuxcalcul")
    helper.says(focus="calcul")


def test_without_a_window_manager(x: X, ear: Ear, session: Make) -> None:
    """Without a window manager focus is unknown; it is told from the moment one comes to the moment it leaves."""
    helper = session(ear, x)
    helper.says(means={"idle": "x11", "focus": "none"}, focus=None)
    manager = x.manage()
    helper.says(means=HERE, focus="")
    manager.kill()
    helper.says(means={"idle": "x11", "focus": "none"}, focus=None)
    x.manage()
    helper.says(means=HERE, focus="")


def displays(folder: Path, **status: str) -> Path:
    """A /sys with these connectors."""
    for name, told in status.items():
        connector = folder / "class" / "drm" / f"card0-{name.replace('_', '-')}"
        connector.mkdir(parents=True, exist_ok=True)
        (connector / "status").write_text(f"{told}\n")
    return folder


def test_a_projected_film(x: X, ear: Ear, session: Make, tmp_path: Path) -> None:
    """A window that fills the screen while a second display is attached keeps the session in use, else it does not."""
    sys = displays(tmp_path / "sys", eDP_1="connected", HDMI_A_1="disconnected")
    helper = session(ear, x, sys)
    x.manage()
    helper.says(means=HERE)
    x.window("xterm", "-fullscreen")
    x.active()
    helper.says(idle=True)
    displays(sys, HDMI_A_1="connected")
    x.touch()
    helper.says(idle=False)
    count, end = len(ear.heard), time.monotonic() + 2.5
    helper.until(lambda: time.monotonic() > end)
    assert len(ear.heard) == count
    x.window("xterm")
    helper.says(idle=True)


def test_the_server_leaves(x: X, ear: Ear, session: Make) -> None:
    """When the X server ends, the session is over, once."""
    helper = session(ear, x)
    helper.says(idle=False)
    x.server.kill()
    helper.until(lambda: helper.gone)
    assert helper.gone == 1


def test_no_server(ear: Ear, session: Make) -> None:
    """A display that does not answer, is on another machine or comes over ssh tells nothing."""
    for display in (":987", "elsewhere:0", "localhost:10.0", "", "nonsense"):
        helper = session(ear, {"DISPLAY": display})
        helper.says(means={"idle": "none", "focus": "none"}, idle=None, focus=None)
        helper.until(lambda helper=helper: len(helper.log) == 2)
        assert not helper.gone
        helper.close()


def test_display_numbers() -> None:
    """Only displays of this machine have a number."""
    told = {":0": "0", ":1.0": "1", "unix:2": "2", "localhost:10.0": "", "a:0": "", "": "", ":": "", ":x": "", "0": ""}
    assert {display: number(display) for display in told} == told


def entry(family: int, address: bytes, display: bytes, name: bytes, data: bytes) -> bytes:
    """An entry of an authority file."""
    fields = b"".join(len(field).to_bytes(2, "big") + field for field in (address, display, name, data))
    return family.to_bytes(2, "big") + fields


def test_cookies(tmp_path: Path) -> None:
    """Of an authority file the cookie for this machine and display is taken; a file cut short ends where it is cut."""
    file, name = tmp_path / "authority", b"MIT-MAGIC-COOKIE-1"
    whole = entry(256, b"elsewhere", b"0", name, b"no") + entry(65535, b"", b"1", name, b"no")
    whole += entry(65535, b"", b"0", b"OTHER", b"no") + entry(65535, b"", b"0", name, b"yes")
    environ = {"XAUTHORITY": str(file)}
    assert cookie(environ, "0") == (b"", b"")
    for length in range(len(whole) + 1):
        file.write_bytes(whole[:length])
        assert cookie(environ, "0") == ((name, b"yes") if length == len(whole) else (b"", b""))


def test_a_server_that_wants_a_cookie(tmp_path: Path, ear: Ear, session: Make) -> None:
    """The cookie of the session's authority file opens a server that asks for one; without it nothing is told."""
    authority = tmp_path / "authority"
    authority.write_bytes(entry(65535, b"", b"", b"MIT-MAGIC-COOKIE-1", bytes(range(16))))
    x = X(tmp_path, "-auth", str(authority))
    try:
        stranger = session(ear, x)
        stranger.until(lambda: stranger.gone)
        guest = session(ear, {**x.environ, "XAUTHORITY": str(authority)})
        guest.says(means={"idle": "x11", "focus": "none"})
    finally:
        x.stop()
