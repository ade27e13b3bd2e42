"""What is attached to the machine, in the contract's words; what cannot be told for sure is left out.

Only what somebody plugs in counts: not the panel, webcam or touch screen that the machine is made with.
"""

from __future__ import annotations

from socle_agent.health.peripherals import docks, screens, usb
from socle_agent.health.reader import Reader

SOURCES = {
    "display": "`/sys/class/drm/*/status`: a screen beside the machine's own panel, or a desktop's second",
    "projector": "the screen's EDID: its name, its maker, or a picture without a size (0 × 0 cm, as VESA has it)",
    "interactive-board": "USB ids of its controller, or the name in the screen's EDID",
    "camera": "a USB video interface (class 0e) that is not built in",
    "visualiser": "the same, whose product name says so",
    "headset": "a USB sound device with a headset or headphones among its terminals, or whose name says so",
    "printer": "a USB printer interface (class 07)",
    "dock": "an ACPI dock, a Thunderbolt device or a USB device whose name says so, USB ids",
    "robot": "USB ids",
}


def read(reader: Reader) -> list[str]:
    """The group: each kind once, however many of it there are."""
    return sorted({*screens.attached(reader), *usb.attached(reader), *docks.attached(reader)})
