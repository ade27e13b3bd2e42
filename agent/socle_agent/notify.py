"""Tells systemd how the agent is (sd_notify(3)); nothing at all without a systemd that wants to know."""

from __future__ import annotations

import os
import socket


def notify(word: str) -> None:
    """Send `READY=1`, `WATCHDOG=1`, `STATUS=…`; a service manager that does not listen is no error."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    where = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as manager:
        try:
            manager.sendto(word.encode(), where)
        except OSError:
            return


def watchdog_s() -> float | None:
    """How often systemd wants a sign of life, halved; None when it does not."""
    told = os.environ.get("WATCHDOG_USEC", "")
    return int(told) / 2e6 if told.isdecimal() and os.environ.get("NOTIFY_SOCKET") else None
