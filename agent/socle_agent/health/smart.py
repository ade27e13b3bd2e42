"""What disks and SSDs say of themselves. Needs root: a process of its own, once a day.

Sources: smartctl(8) of smartmontools, `--json`; NVMe base specification, SMART / Health Information; the names of
attributes in smartmontools' drivedb. Neither model nor serial number is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from socle_agent.health.reader import Reader

LEFT = (231, 202, 233, 177, 173)
"""SATA attributes whose normalised value falls from 100 as flash wears out: life left, lifetime remaining, media
wear-out, wear levelling. The first that is there counts."""
UNCORRECTABLE = (187, 198)
"""SATA attributes whose raw value counts reads that failed: reported, else found offline."""
MOST_HOURS = 200_000
"""More than 22 years: the firmware counts something else."""


class NoSmartError(Exception):
    """No disk could be asked; the text says why."""


def read(reader: Reader) -> dict[str, object]:
    """The rest of the group disk, over all fixed disks. Raises NoSmartError."""
    disks = [told for name in _disks(reader) if (told := _ask(reader, name))]
    verdicts = [passed for disk in disks if (passed := disk.get("smart_status", {}).get("passed")) is not None]
    worn, errors, hours = (
        [value for disk in disks if (value := key(reader, disk)) is not None] for key in (_wear, _errors, _hours)
    )
    return {
        "smart": ("ok" if all(verdicts) else "failing") if verdicts else None,
        "wear": max(worn, default=None),
        "read_errors": int(sum(errors)) if errors else None,
        "hours": max(hours, default=None),
    }


def _disks(reader: Reader) -> Iterator[str]:
    """Names of the disks that smartctl knows how to ask and that stay in the machine."""
    for block in reader.folders(reader.roots.sys / "block"):
        where = block.resolve().parts
        if block.name.startswith(("sd", "nvme")) and not any(part.startswith("usb") for part in where):
            yield block.name


def _ask(reader: Reader, name: str) -> dict[str, Any]:
    """One disk's answer; empty where it sleeps or does not know SMART. The exit code repeats what the answer says."""
    told = reader.run("smartctl", "--json=c", "--nocheck=standby,0", "-H", "-A", f"/dev/{name}", codes=None)
    if told is None:
        raise NoSmartError("smartctl is not installed (package smartmontools)")
    answer = json.loads(told or "{}")
    if not isinstance(answer, dict):
        return {}
    if answer.get("smartctl", {}).get("exit_status", 0) & 2 and not answer.get("smart_status"):
        raise NoSmartError("a disk could not be opened: this part needs root")
    return answer


def _wear(reader: Reader, disk: dict[str, Any]) -> float | None:
    """0–1. An NVMe disk goes on counting beyond what its maker promised."""
    used = disk.get("nvme_smart_health_information_log", {}).get("percentage_used")
    if used is not None:
        sane = reader.sane("nvme/percentage_used", used, 0, 255)
        return None if sane is None else min(1.0, sane / 100)
    row = _attribute(disk, LEFT)
    left = reader.sane(f"sata/{row['id']}", row.get("value", -1), 0, 100) if row else None
    return None if left is None else round(1 - left / 100, 2)


def _errors(reader: Reader, disk: dict[str, Any]) -> float | None:
    told = disk.get("nvme_smart_health_information_log", {}).get("media_errors")
    row = _attribute(disk, UNCORRECTABLE)
    if told is None and row:
        told = row.get("raw", {}).get("value")
    return None if told is None else reader.sane("disk/read_errors", told, 0, 2**32 - 2)


def _hours(reader: Reader, disk: dict[str, Any]) -> float | None:
    told = disk.get("power_on_time", {}).get("hours")
    return None if told is None else reader.sane("disk/hours", told, 0, MOST_HOURS)


def _attribute(disk: dict[str, Any], numbers: tuple[int, ...]) -> dict[str, Any] | None:
    rows = {row.get("id"): row for row in disk.get("ata_smart_attributes", {}).get("table", [])}
    return next((rows[number] for number in numbers if number in rows), None)
