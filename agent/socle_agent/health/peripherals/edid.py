"""What a screen says of itself: VESA Enhanced EDID 1.3 and 1.4, block 0. Its serial number is not looked at."""

from __future__ import annotations

from typing import NamedTuple

_HEADER = bytes.fromhex("00ffffffffffff00")
_DESCRIPTORS = range(54, 126, 18)
_NAME_TAG = bytes.fromhex("000000fc00")


class Edid(NamedTuple):
    """The maker's PnP id, the product's name or "", the picture's size in cm (0 × 0: it has none, as a projector's)."""

    maker: str
    name: str
    width_cm: int
    height_cm: int


def parse(data: bytes | None) -> Edid | None:
    """None for what is no EDID. A wrong checksum is common and harms nothing here."""
    if data is None or len(data) < 128 or data[:8] != _HEADER:
        return None
    word = int.from_bytes(data[8:10], "big")
    maker = "".join(chr(64 + (word >> shift & 31)) for shift in (10, 5, 0))
    names = [data[at + 5 : at + 18] for at in _DESCRIPTORS if data[at : at + 5] == _NAME_TAG]
    name = names[0].partition(b"\n")[0].decode("cp437").strip() if names else ""
    return Edid(maker, name, data[21], data[22])
