"""A system bus of the bench's own with python-dbusmock's logind and one open session on it.

A classroom's machine has both, and to listen to them costs memory; this one may have neither.
"""

from __future__ import annotations

import subprocess

from . import debian
from .children import Children, wait_until
from .places import BUILD, DEBIAN_PYTHON

_PATH = BUILD / "bus"
_ADDRESS = f"unix:path={_PATH}"
_LOGIND = "/org/freedesktop/login1"


def start(children: Children) -> dict[str, str]:
    """Start both; the environment that shows the bus to whom it is for."""
    debian.ensure("dbus-daemon", "python3-dbusmock")
    environment = {"DBUS_SYSTEM_BUS_ADDRESS": _ADDRESS}
    bus = children.start("bus", ["dbus-daemon", "--session", "--nofork", f"--address={_ADDRESS}"])
    wait_until("the bus", _PATH.exists, bus)
    logind = children.start(
        "logind", [DEBIAN_PYTHON, "-m", "dbusmock", "--system", "--template", "logind"], environment
    )
    wait_until("logind", lambda: _call("org.freedesktop.DBus.Peer.Ping"), logind)
    session = ("string:1", "string:seat0", "uint32:1000", "string:someone", "boolean:true")
    wait_until("logind's session", lambda: _call("org.freedesktop.DBus.Mock.AddSession", *session), logind)
    return environment


def _call(method: str, *arguments: str) -> bool:
    command = ["dbus-send", f"--bus={_ADDRESS}", "--print-reply", "--dest=org.freedesktop.login1", _LOGIND]
    return subprocess.run([*command, method, *arguments], capture_output=True, check=False).returncode == 0
