"""Disks: which file systems count, and what soldered flash says."""

from __future__ import annotations

import pytest
from support.laptops import Laptop, on

MMC = "sys/block/mmcblk0/device"


@on("old-two-core")
def test_a_stick_is_not_the_machine(laptop: Laptop) -> None:
    """A full USB stick changes nothing; the fullest fixed file system counts, wherever it is."""
    assert laptop.read("disk") == {"used": 0.914}
    assert laptop.world.used("/media/usb stick") == 0.99


@on("convertible-two-batteries")
def test_volumes_and_images(laptop: Laptop) -> None:
    """A volume on LUKS on NVMe is fixed; an image of snapd, always full, is no file system that fills up."""
    assert laptop.read("disk") == {"used": 0.612}


@on("desktop")
def test_one_file_system_at_several_places(laptop: Laptop) -> None:
    """Subvolumes of btrfs, whose device number is their own, are found by name and looked at once."""
    asked: list[str] = []
    used = laptop.world.used
    object.__setattr__(laptop.world, "used", lambda mount: asked.append(mount) or used(mount))
    assert laptop.read("disk") == {"used": 0.223}
    assert asked == ["/", "/boot/efi"]


@on("arm-tablet")
def test_a_card_is_not_the_machine(laptop: Laptop) -> None:
    """An SD card in its slot is not counted, though the kernel calls it fixed; a machine that runs from it has it."""
    assert laptop.read("disk")["used"] == 0.688
    laptop.write("proc/self/mountinfo", "28 1 179:33 / / rw shared:1 - ext4 /dev/mmcblk1p1 rw\n")
    assert laptop.read("disk")["used"] == 0.688


@on("arm-tablet")
@pytest.mark.parametrize(
    ("life", "end", "told"),
    [
        ("0x01 0x01", "0x01", {"wear": 0.1, "smart": "ok"}),
        ("0x05 0x0a", "0x02", {"wear": 1.0, "smart": "ok"}),
        ("0x0b 0x02", "0x03", {"wear": 1.0, "smart": "failing"}),
        ("0x00 0x00", "0x00", {}),
        ("0xff junk", "0x09", {}),
    ],
)
def test_flash(laptop: Laptop, life: str, end: str, told: dict[str, object]) -> None:
    """EMMC tells tenths of its life, the worse of its two kinds of cells, and that its end is near."""
    laptop.write(f"{MMC}/life_time", life)
    laptop.write(f"{MMC}/pre_eol_info", end)
    assert {key: value for key, value in laptop.read("disk").items() if key != "used"} == told


@on("broken")
def test_nothing_to_be_known(laptop: Laptop) -> None:
    """Lines that are none, a file system that is hidden, chips that talk nonsense: absent, not 0."""
    assert laptop.read("disk") == {}
    assert laptop.dropped == ["mmc/life_time"]
