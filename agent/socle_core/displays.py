"""Displays beside the machine's own, read from /sys.

Source: drm_sysfs.c of Linux (`status` is what the driver last saw).
"""

from __future__ import annotations

import glob
import os

_PANELS = ("eDP", "LVDS", "DSI", "DPI")
"""Connectors of panels that are part of the machine."""


def display(sys: str | os.PathLike[str]) -> bool | None:
    """Whether a display beside the machine's own is attached; None where no driver tells. `sys`: where /sys is.

    A desktop's own is the first one.
    """
    connected, known = [], False
    for path in glob.glob(f"{sys}/class/drm/card*-*"):
        status = read_word(f"{path}/status")
        known = known or status in ("connected", "disconnected")
        if status == "connected":
            connected.append(os.path.basename(path).partition("-")[2])
    if not known:
        return None
    return len(connected) - max(1, sum(name.startswith(_PANELS) for name in connected)) > 0


def read_word(path: str) -> str:
    """What a small file of /sys or /proc says, without blanks around it; empty where it cannot be read."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read(64).strip()
    except OSError:
        return ""
