"""What systemd is told."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from socle_agent.notify import notify, watchdog_s


def test_systemd_hears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word arrives on the socket that systemd named; when nobody listens any more, nothing happens."""
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(path))
        notify("READY=1")
        assert manager.recv(100) == b"READY=1"
    notify("WATCHDOG=1")


def test_without_systemd_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without NOTIFY_SOCKET there is nobody to tell, and no watchdog."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.setenv("WATCHDOG_USEC", "60000000")
    notify("READY=1")
    assert watchdog_s() is None
    monkeypatch.setenv("NOTIFY_SOCKET", "/somewhere")
    assert watchdog_s() == 30
