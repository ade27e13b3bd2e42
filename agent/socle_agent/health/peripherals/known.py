"""What is known by name: USB ids, and words that makers write into their devices.

A vendor's id alone stands for all its products, where it makes nothing else that a school would plug in. Sources:
"usb.ids": the Linux USB project's list (package usb.ids); "hid-ids": Linux, drivers/hid/hid-ids.h. What shows no id of
its own stays unseen: Bee-Bot (charges only), Blue-Bot (Bluetooth), mBot (a CH340 serial chip like countless others).
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Known(NamedTuple):
    """USB ids (`vendor` or `vendor:product`, hexadecimal), what they are, whose, and who says so."""

    ids: str
    kind: str
    name: str
    source: str


USB = (
    Known("0b8c", "interactive-board", "SMART Technologies: SMART Board, Sympodium", "usb.ids"),
    Known("0d48", "interactive-board", "Promethean: ActivBoard, ActivPanel", "usb.ids"),
    Known("2650:1311", "interactive-board", "Luidia: eBeam", "usb.ids"),
    Known("078c:0400", "interactive-board", "GTCO CalComp: Interwrite", "usb.ids"),
    Known("04da:1044", "interactive-board", "Panasonic: Panaboard UB-T780", "hid-ids"),
    Known("04da:104d", "interactive-board", "Panasonic: Panaboard UB-T880", "usb.ids, hid-ids"),
    Known("1ff7:0013", "interactive-board", "CVTE: CVTouch, in the panels of many makers", "usb.ids, hid-ids"),
    Known("595a", "interactive-board", "IRTOUCH: infrared frames", "usb.ids"),
    Known("6615", "interactive-board", "IRTOUCH: infrared frames", "usb.ids, hid-ids"),
    Known("202e", "interactive-board", "Lumio: CrystalTouch, optical frames", "hid-ids"),
    Known("0839:1012", "visualiser", "Samsung Techwin: 6500 Document Camera", "usb.ids"),
    Known("0617:000a", "robot", "Mobsya: Thymio II", "usb.ids"),
    Known("0617:000c", "robot", "Mobsya: Thymio II, wireless", "usb.ids"),
    Known("0694", "robot", "LEGO: Mindstorms, WeDo, SPIKE", "usb.ids"),
    Known("03f0:484a", "dock", "HP: Elite Dock G4", "usb.ids"),
    Known("045e:0900", "dock", "Microsoft: Surface Dock", "usb.ids"),
    Known("045e:0901", "dock", "Microsoft: Surface Dock", "usb.ids"),
    Known("045e:0902", "dock", "Microsoft: Surface Dock", "usb.ids"),
    Known("045e:0903", "dock", "Microsoft: Surface Dock", "usb.ids"),
    Known("17e9:430f", "dock", "Kensington: dock", "usb.ids"),
    Known("17e9:436e", "dock", "Dell: D3100", "usb.ids"),
    Known("17ef:100a", "dock", "Lenovo: ThinkPad Mini Dock Plus", "usb.ids"),
    Known("17ef:100f", "dock", "Lenovo: ThinkPad Ultra Dock", "usb.ids"),
    Known("17ef:1010", "dock", "Lenovo: ThinkPad Ultra Dock", "usb.ids"),
    Known("17ef:1020", "dock", "Lenovo: ThinkPad Dock", "usb.ids"),
    Known("17ef:1021", "dock", "Lenovo: ThinkPad Dock", "usb.ids"),
    Known("17ef:304f", "dock", "Lenovo: ThinkPad OneLink Pro Dock", "usb.ids"),
    Known("17ef:3062", "dock", "Lenovo: ThinkPad Dock", "usb.ids"),
)
_BY_ID = {row.ids: row.kind for row in USB}

DOCK_NAME = re.compile(r"\bdock(?:ing)?\b", re.IGNORECASE)
VISUALISER_NAME = re.compile(r"document cam|visuali[sz]er|\bIPEVO\b|\bELPDC", re.IGNORECASE)
HEADSET_NAME = re.compile(r"headset|headphone|earphone|\bcasque\b", re.IGNORECASE)
BUILT_IN_NAME = re.compile(r"integrated|built-?in|internal", re.IGNORECASE)
PROJECTOR_NAME = re.compile(r"projector|\bPROJ\b|\bPJ|\bBEAMER\b", re.IGNORECASE)
"""Most makers write `EPSON PJ`, `BenQ PJ`, `ACER PROJ` … into the EDID."""
PROJECTOR_MAKERS = {"OTM": "Optoma", "IFS": "InFocus", "VVT": "Vivitek"}
"""Makers of projectors alone, by their PnP id."""
BOARD_NAME = re.compile(
    r"activ(?:panel|board)|\bSMART\b|\bSBID\b|view ?board|speechi|clevertouch|\bCTOUCH\b|i3touch", re.IGNORECASE
)


def usb_kind(vendor: str, product: str) -> str | None:
    """What a USB device is by its ids, four hexadecimal digits each."""
    return _BY_ID.get(f"{vendor}:{product}") or _BY_ID.get(vendor)
