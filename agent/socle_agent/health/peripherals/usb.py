"""What is on USB: known by its ids, by what its interfaces do, by its name. Its serial number is not looked at.

Sources: Linux, Documentation/ABI/testing/sysfs-bus-usb and stable/sysfs-bus-usb (`removable`); USB-IF, Defined Class
Codes; Device Class Definition for Terminal Types 1.0 and for Audio Devices 1.0, 4.3.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from socle_agent.health.peripherals.known import (
    BUILT_IN_NAME,
    DOCK_NAME,
    HEADSET_NAME,
    VISUALISER_NAME,
    usb_kind,
)
from socle_agent.health.reader import Reader

_AUDIO, _PRINTER, _VIDEO = "01", "07", "0e"
_AUDIO_CONTROL = (0x01, 0x01)
_INTERFACE, _CS_INTERFACE = 0x04, 0x24
_TERMINALS = (0x02, 0x03)
_WORN = (0x0302, 0x0306, 0x0402)
"""Terminal types: headphones, headphones of a communication headset, headset."""
_PORTABLE = ("8", "9", "10", "11", "14", "30", "31", "32")
"""Chassis that may have a camera of their own: SMBIOS 3.6, 7.4.1."""


def attached(reader: Reader) -> Iterator[str]:
    """A word for each device that is known."""
    for device in reader.folders(reader.roots.sys / "bus/usb/devices", "[0-9]*"):
        if ":" not in device.name:
            yield from _kinds(reader, device)


def _kinds(reader: Reader, device: Path) -> Iterator[str]:
    name = reader.text(device / "product") or ""
    classes = {reader.text(path / "bInterfaceClass") for path in reader.folders(device, f"{device.name}:*")}
    known = usb_kind(reader.text(device / "idVendor") or "", reader.text(device / "idProduct") or "")
    if known:
        yield known
    if DOCK_NAME.search(name):
        yield "dock"
    if _PRINTER in classes:
        yield "printer"
    if _AUDIO in classes and (HEADSET_NAME.search(name) or _is_worn(reader.bytes(device / "descriptors") or b"")):
        yield "headset"
    if _VIDEO in classes and known != "visualiser" and not _is_built_in(reader, device, name):
        yield "visualiser" if VISUALISER_NAME.search(name) else "camera"


def _is_built_in(reader: Reader, device: Path, name: str) -> bool:
    """Firmware says so; where it says nothing, a camera on a portable machine may be its own."""
    told = reader.text(device / "removable")
    if told in ("fixed", "removable"):
        return told == "fixed"
    portable = reader.text(reader.roots.sys / "class/dmi/id/chassis_type") in _PORTABLE
    return portable or bool(BUILT_IN_NAME.search(name))


def _is_worn(descriptors: bytes) -> bool:
    """Whether one of the terminals of its sound is something to wear."""
    at, controls, worn = 0, False, False
    while at + 2 <= len(descriptors) and descriptors[at] >= 2:
        row = descriptors[at : at + descriptors[at]]
        if row[1] == _INTERFACE and len(row) >= 9:
            controls = (row[5], row[6]) == _AUDIO_CONTROL
        elif controls and row[1] == _CS_INTERFACE and len(row) >= 6 and row[2] in _TERMINALS:
            worn = worn or int.from_bytes(row[4:6], "little") in _WORN
        at += descriptors[at]
    return worn
