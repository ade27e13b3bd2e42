"""Screens: what is connected where, and what it is by its EDID. Source: Linux, drm_sysfs.c (`status`, `edid`)."""

from __future__ import annotations

from pathlib import Path

from socle_agent.health.peripherals import edid
from socle_agent.health.peripherals.known import BOARD_NAME, PROJECTOR_MAKERS, PROJECTOR_NAME
from socle_agent.health.reader import Reader

PANELS = ("eDP", "LVDS", "DSI", "DPI")
"""Connectors of panels that are part of the machine."""


def attached(reader: Reader) -> list[str]:
    """A word for each screen that is not the machine's own. A desktop's own is its first plain screen."""
    connectors = reader.folders(reader.roots.sys / "class/drm", "card*-*")
    connected = [path for path in connectors if reader.text(path / "status") == "connected"]
    plugged = [path for path in connected if not _connector(path).startswith(PANELS)]
    kinds = sorted(_kind(reader, path) for path in plugged)
    if kinds and len(plugged) == len(connected) and "display" in kinds:
        kinds.remove("display")
    return kinds


def _connector(path: Path) -> str:
    return path.name.partition("-")[2]


def _kind(reader: Reader, path: Path) -> str:
    told = edid.parse(reader.bytes(path / "edid"))
    if told is None:
        return "display"
    if BOARD_NAME.search(told.name):
        return "interactive-board"
    sizeless = told.width_cm == told.height_cm == 0
    return "projector" if sizeless or told.maker in PROJECTOR_MAKERS or PROJECTOR_NAME.search(told.name) else "display"
