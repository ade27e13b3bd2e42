"""What is attached: by USB id, by what an interface does, by EDID; what cannot be told stays out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.laptops import Laptop, on

from socle_agent.health.peripherals import edid, known, usb
from socle_core.wire.fields import PERIPHERALS

USB = "sys/bus/usb/devices"


def plug(laptop: Laptop, port: str, ids: str, product: str = "", classes: tuple[str, ...] = (), **more: str) -> None:
    """Plug a USB device in."""
    vendor, _, number = ids.partition(":")
    files = {"idVendor": vendor, "idProduct": number, "removable": "removable", "product": product, **more}
    for name, text in files.items():
        laptop.write(f"{USB}/{port}/{name}", text)
    for at, each in enumerate(classes):
        laptop.write(f"{USB}/{port}/{port}:1.{at}/bInterfaceClass", each)


def screen(laptop: Laptop, connector: str, data: bytes = b"", status: str = "connected") -> None:
    """Plug a screen in."""
    laptop.write(f"sys/class/drm/card1-{connector}/status", status)
    laptop.write(f"sys/class/drm/card1-{connector}/edid", data)


def told(maker: str = "AOC", name: str = "24P1", size: tuple[int, int] = (53, 30)) -> bytes:
    """A screen's EDID."""
    data = bytearray(128)
    data[:8] = bytes.fromhex("00ffffffffffff00")
    number = 0
    for letter in maker:
        number = number << 5 | ord(letter) - 64
    data[8:10] = number.to_bytes(2, "big")
    data[21:23] = size
    data[90:108] = b"\0\0\0\xfc\0" + name.encode().ljust(13, b"\n")[:13]
    return bytes(data)


@pytest.mark.parametrize("row", known.USB, ids=lambda row: row.ids)
def test_the_table(row: known.Known) -> None:
    """Every row has well-formed ids, a word of the contract and a source, and finds what it names."""
    assert re.fullmatch(r"[0-9a-f]{4}(:[0-9a-f]{4})?", row.ids)
    assert row.kind in PERIPHERALS
    assert {each.strip() for each in row.source.split(",")} <= {"usb.ids", "hid-ids"}
    vendor, _, product = row.ids.partition(":")
    assert known.usb_kind(vendor, product or "1234") == row.kind


def test_the_source() -> None:
    """Every id that is said to be in the USB project's list is there, as installed here."""
    listed, vendor = set(), ""
    for line in Path("/usr/share/misc/usb.ids").read_text("utf-8", "replace").splitlines():
        if line.startswith("C "):  # classes follow
            break
        if re.match(r"[0-9a-f]{4}  ", line):
            vendor = line[:4]
            listed.add(vendor)
        elif re.match(r"\t[0-9a-f]{4}  ", line):
            listed.add(f"{vendor}:{line[1:5]}")
    assert {row.ids for row in known.USB if "usb.ids" in row.source} <= listed


@on("virtual-machine")
@pytest.mark.parametrize(
    ("device", "words"),
    [
        (("0617:000a",), ["robot"]),
        (("1a86:7523", "USB Serial"), []),  # mBot, and a thousand other things
        (("07b4:0001", "Lumens Document Camera", ("0e",)), ["visualiser"]),
        (("046d:0825", "", ("0e", "01")), ["camera"]),
        (("04f9:0042", "", ("07",)), ["printer"]),
        (("1111:2222", "Casque USB", ("01", "03")), ["headset"]),
        (("1111:2222", "USB Speaker", ("01", "03")), []),
        (("1111:2222", "Headset charger", ("ff",)), []),
        (("413c:0001", "Dell Universal Dock D6000", ("09",)), ["dock"]),
        (("1111:2222", "Docker's keyboard", ("03",)), []),
        (("zzzz:", "\udcff".encode("utf-8", "replace").decode()), []),
    ],
)
def test_devices(laptop: Laptop, device: tuple[object, ...], words: list[str]) -> None:
    """A device is what its id, its interfaces or its name say, else nothing."""
    plug(laptop, "1-4", *device)  # type: ignore[arg-type]
    assert laptop.read("peripherals") == words


@on("virtual-machine")
@pytest.mark.parametrize(
    ("removable", "chassis", "words"),
    [("fixed", "3", []), ("removable", "10", ["camera"]), ("unknown", "10", []), ("unknown", "3", ["camera"])],
)
def test_a_camera_of_its_own(laptop: Laptop, removable: str, chassis: str, words: list[str]) -> None:
    """A camera that the machine is made with is no peripheral; where nobody says, a laptop's may be its own."""
    laptop.write("sys/class/dmi/id/chassis_type", chassis)
    plug(laptop, "1-4", "30c9:0050", "HD Webcam", ("0e",), removable=removable)
    assert laptop.read("peripherals") == words


@on("convertible-two-batteries")
def test_a_headset_by_its_terminals(laptop: Laptop) -> None:
    """A sound device whose name says nothing is a headset by what its descriptors say it feeds."""
    assert "headset" in laptop.read("peripherals")
    laptop.write(f"{USB}/1-2.4/descriptors", bytes.fromhex("0904000000010100000924030201030000"))
    assert "headset" not in laptop.read("peripherals")


@given(st.binary(max_size=300))
def test_any_descriptors(data: bytes) -> None:
    """Descriptors of any shape are read to their end."""
    assert usb._is_worn(data) in (True, False)


@on("virtual-machine")
@pytest.mark.parametrize(
    ("screens", "words"),
    [
        ([("eDP-1", told())], []),
        ([("eDP-1", told()), ("HDMI-A-1", told())], ["display"]),
        ([("eDP-1", told()), ("HDMI-A-1", told("SEC", "EPSON PJ", (0, 0)))], ["projector"]),
        ([("eDP-1", told()), ("VGA-1", told("XXX", "", (0, 0)))], ["projector"]),
        ([("eDP-1", told()), ("VGA-1", told("OTM", "XGA", (30, 20)))], ["projector"]),
        ([("eDP-1", told()), ("VGA-1", told("ACR", "ACER PROJ", (30, 20)))], ["projector"]),
        ([("eDP-1", told()), ("HDMI-A-1", told("SMT", "SMART MX265"))], ["interactive-board"]),
        ([("eDP-1", told()), ("HDMI-A-1", b"")], ["display"]),
        ([("HDMI-A-1", told())], []),
        ([("HDMI-A-1", told()), ("HDMI-A-2", told("SEC", "EPSON PJ", (0, 0)))], ["projector"]),
        ([("HDMI-A-1", told()), ("DP-1", told()), ("DP-2", told())], ["display"]),
        ([("HDMI-A-1", told("SEC", "EPSON PJ", (0, 0)))], ["projector"]),
        ([], []),
    ],
)
def test_screens(laptop: Laptop, screens: list[tuple[str, bytes]], words: list[str]) -> None:
    """A projector is known by its name, its maker or its want of a size; a screen counts beside the machine's own."""
    laptop.write("sys/class/drm/card0-Virtual-1/status", "disconnected")
    for connector, data in screens:
        screen(laptop, connector, data)
    assert laptop.read("peripherals") == words


def test_edid() -> None:
    """Maker, name and size, and None for what is no EDID."""
    assert edid.parse(told()) == edid.Edid("AOC", "24P1", 53, 30)
    assert edid.parse(told(name="")) == edid.Edid("AOC", "", 53, 30)
    assert edid.parse(None) is edid.parse(b"") is edid.parse(bytes(128)) is None


@given(st.binary(min_size=120, max_size=128))
def test_any_edid(rest: bytes) -> None:
    """A block of any content is read or refused, never an error."""
    edid.parse(bytes.fromhex("00ffffffffffff00") + rest)


@on("virtual-machine")
@pytest.mark.parametrize(
    "files",
    [
        {"sys/bus/thunderbolt/devices/0-1/device_name": "TB16 Dock"},
        {"sys/devices/platform/dock.2/type": "dock_station", "sys/devices/platform/dock.2/docked": "1"},
    ],
)
def test_docks(laptop: Laptop, files: dict[str, str]) -> None:
    """A Thunderbolt dock by its name, an old one by ACPI."""
    assert laptop.read("peripherals") == []
    for path, text in files.items():
        laptop.write(path, text)
    assert laptop.read("peripherals") == ["dock"]
