"""Docks that are not known by their USB side: Thunderbolt (its device names itself) and the old ones of ACPI.

Sources: Linux, Documentation/ABI/testing/sysfs-bus-thunderbolt (`device_name`), sysfs-platform-dock (`docked`).
"""

from __future__ import annotations

from collections.abc import Iterator

from socle_agent.health.peripherals.known import DOCK_NAME
from socle_agent.health.reader import Reader


def attached(reader: Reader) -> Iterator[str]:
    """`dock` for each that is there."""
    for device in reader.folders(reader.roots.sys / "bus/thunderbolt/devices"):
        if DOCK_NAME.search(reader.text(device / "device_name") or ""):
            yield "dock"
    for device in reader.folders(reader.roots.sys / "devices/platform", "dock.*"):
        if reader.text(device / "type") == "dock_station" and reader.text(device / "docked") == "1":
            yield "dock"
