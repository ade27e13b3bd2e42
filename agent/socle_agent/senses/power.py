"""Whether the machine has external power, whether its lid is shut, and whether a second display shows its picture.

All change a few times a day and cost microseconds to read, so they are looked at once a checkpoint: listening to
the kernel's events would wake the agent at each percent of a battery.
Sources: Linux Documentation/ABI/testing/sysfs-class-power; drm_sysfs.c (`status` is what the driver last saw).
"""

from __future__ import annotations

import glob
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_PANELS = ("eDP", "LVDS", "DSI", "DPI")
"""Connectors of panels that are part of the machine."""


def charging(sys: Path) -> bool | None:
    """Whether the machine runs on external power; None where its batteries do not say.

    Any supply of the machine that is online will do; else its batteries tell by what they do. A machine without
    batteries has nothing else to run on. Batteries of mice and pens do not count.
    """
    supplies = [_supply(path) for path in sorted(glob.glob(f"{sys}/class/power_supply/*"))]
    own = [supply for supply in supplies if supply.get("scope") != "Device"]
    if any(supply.get("online", "0") != "0" for supply in own if supply.get("type") != "Battery"):
        return True
    batteries = [supply for supply in own if supply.get("type") == "Battery" and supply.get("present") != "0"]
    if not batteries:
        return True
    states = {supply.get("status", "Unknown") for supply in batteries}
    if "Discharging" in states:
        return False
    if not states.isdisjoint(("Charging", "Full")):
        return True
    if any("online" in supply for supply in own):
        return False
    return True if "Not charging" in states else None


def display(sys: Path) -> bool | None:
    """Whether a display beside the machine's own is attached; None where no driver tells.

    A desktop's own is the first one.
    """
    connected, known = [], False
    for path in glob.glob(f"{sys}/class/drm/card*-*"):
        status = _read(f"{path}/status")
        known = known or status in ("connected", "disconnected")
        if status == "connected":
            connected.append(os.path.basename(path).partition("-")[2])
    if not known:
        return None
    return len(connected) - max(1, sum(name.startswith(_PANELS) for name in connected)) > 0


def shut(proc: Path) -> bool:
    """Whether the lid is closed; a machine without a lid is never. Source: drivers/acpi/button.c."""
    return any("closed" in _read(path) for path in glob.glob(f"{proc}/acpi/button/lid/*/state"))


def _supply(path: str) -> dict[str, str]:
    names = ("type", "online", "status", "scope", "present")
    return {name: value for name in names if (value := _read(f"{path}/{name}"))}


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read(64).strip()
    except OSError:
        return ""
