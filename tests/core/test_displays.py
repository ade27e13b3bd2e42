"""Displays beside the machine's own, read from trees like those of real machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from socle_core.displays import display


@pytest.mark.parametrize(
    ("connectors", "expected"),
    [
        ({}, None),
        ({"card0-eDP-1": "connected", "card0-HDMI-A-1": "disconnected"}, False),
        ({"card0-eDP-1": "connected", "card0-HDMI-A-1": "connected"}, True),
        ({"card1-LVDS-1": "connected", "card1-VGA-1": "connected"}, True),
        ({"card0-eDP-1": "disconnected", "card0-DP-1": "connected"}, False),
        ({"card0-HDMI-A-1": "connected"}, False),
        ({"card0-HDMI-A-1": "connected", "card0-DP-2": "connected"}, True),
        ({"card0-DSI-1": "connected"}, False),
        ({"card0-Virtual-1": "connected"}, False),
        ({"card0-VGA-1": "unknown"}, None),
    ],
)
def test_a_second_display(connectors: dict[str, str], expected: bool | None, tmp_path: Path) -> None:
    """A display beside the panel, or a desktop's second one; no driver, no answer."""
    for name, status in connectors.items():
        (tmp_path / "class/drm" / name).mkdir(parents=True)
        (tmp_path / "class/drm" / name / "status").write_text(f"{status}\n")
    assert display(tmp_path) is expected
