"""Whether the machine has external power, and whether its lid is shut.

Both change a few times a day and cost microseconds to read, so they are looked at once a checkpoint: listening to
the kernel's events would wake the agent at each percent of a battery.
Sources: Linux Documentation/ABI/testing/sysfs-class-power; drivers/acpi/button.c.
"""

from __future__ import annotations

import glob

from socle_core.displays import read_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


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


def shut(proc: Path) -> bool:
    """Whether the lid is closed; a machine without a lid is never."""
    return any("closed" in read_word(path) for path in glob.glob(f"{proc}/acpi/button/lid/*/state"))


def _supply(path: str) -> dict[str, str]:
    names = ("type", "online", "status", "scope", "present")
    return {name: value for name in names if (value := read_word(f"{path}/{name}"))}
