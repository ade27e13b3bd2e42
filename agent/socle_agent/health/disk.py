"""How full the disks are, and what soldered flash says of itself. What disks and SSDs say: smart.py, once a day.

Sources: proc(5) on mountinfo; Linux, Documentation/ABI/stable/sysfs-block and driver-api/mmc/mmc-dev-attrs.rst;
JEDEC JESD84-B51, 7.4.40 to 7.4.42 (life time of eMMC in steps of a tenth).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from socle_agent.health.reader import Reader

SOURCES = {
    "used": "`/proc/self/mountinfo` and statvfs(3), as df counts; writable file systems on disks that are neither"
    " removable nor on USB, and the root's",
    "smart": "`smartctl`, once a day as root; eMMC: `pre_eol_info`",
    "wear": "`smartctl`: NVMe `percentage_used`, SATA what is left of attribute 231, 202, 233, 177 or 173;"
    " eMMC: the upper end of `life_time`",
    "read_errors": "`smartctl`: NVMe `media_errors`, SATA attribute 187, else 198; the sum of all disks",
    "hours": "`smartctl`: `power_on_time`; the oldest disk",
}

_WORN_OUT = 11
"""Value of life_time above the last tenth."""


def read(reader: Reader) -> dict[str, object]:
    """The group as far as anybody may read it; smart.py has the rest."""
    fullest = [used for mount in _mounts(reader) if (used := _used(reader, mount)) is not None]
    return {"used": max(fullest, default=None), **_flash(reader)}


def _used(reader: Reader, mount: str) -> float | None:
    try:
        return reader.sane(f"used/{Path(mount).name or 'root'}", round(reader.world.used(mount), 4), 0, 1)
    except OSError:  # hidden from this process, or gone meanwhile
        return None


def _mounts(reader: Reader) -> list[str]:
    """A mount point of each fixed file system that can fill up."""
    found: dict[str, str] = {}
    for line in (reader.text(reader.roots.proc / "self/mountinfo") or "").splitlines():
        before, _, after = (part.split() for part in line.partition(" - "))
        if len(before) < 6 or len(after) < 3:
            continue
        device, mount, source = before[2], _unescaped(before[4]), after[1]
        writable = "rw" in after[2].split(",") and source.startswith("/dev/") and not source.startswith("/dev/loop")
        if writable and (mount == "/" or _is_fixed(reader, _block(reader, device, source))):
            found.setdefault(source, mount)
    return list(found.values())


def _block(reader: Reader, device: str, source: str) -> Path:
    """Its folder in sysfs; by name where the file system has a number of its own, as btrfs has."""
    numbered = reader.roots.sys / "dev/block" / device
    return (numbered if numbered.exists() else reader.roots.sys / "class/block" / Path(source).name).resolve()


def _is_fixed(reader: Reader, block: Path) -> bool:
    """Whether it stays in the machine; a volume does where all that it lies on do."""
    below = reader.folders(block / "slaves")
    if below:
        return all(_is_fixed(reader, slave.resolve()) for slave in below)
    disk = block if (block / "removable").exists() else block.parent
    stays = reader.text(disk / "removable") == "0" and reader.text(disk / "device/type") != "SD"
    return stays and not any(part.startswith("usb") for part in block.relative_to(reader.roots.sys.resolve()).parts)


def _unescaped(mount: str) -> str:
    for code, sign in ((r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", "\\")):
        mount = mount.replace(code, sign)
    return mount


def _flash(reader: Reader) -> dict[str, object]:
    cards = [path / "device" for path in reader.folders(reader.roots.sys / "block", "mmcblk?")]
    chips = [card for card in cards if reader.text(card / "type") == "MMC"]
    worn = [tenths / 10 for chip in chips for tenths in _life(reader, chip)]
    ends = [reader.text(chip / "pre_eol_info") for chip in chips]
    verdicts = ["failing" if end == "0x03" else "ok" for end in ends if end in ("0x01", "0x02", "0x03")]
    return {
        "wear": min(1.0, max(worn)) if worn else None,
        "smart": ("failing" if "failing" in verdicts else "ok") if verdicts else None,
    }


def _life(reader: Reader, chip: Path) -> Iterator[float]:
    """Tenths of life used by each kind of its cells; 0 says that the chip does not tell."""
    for told in (reader.text(chip / "life_time") or "").split():
        tenths = int(told, 16) if told.startswith("0x") and len(told) == 4 else -1
        if tenths and reader.sane("mmc/life_time", tenths, 1, _WORN_OUT):
            yield tenths
