"""Names of the wire as numbers of the database, and back. The same arithmetic stands in SQL (device_number …)."""

from __future__ import annotations

from socle_core.wire.topics import DEVICE_ALPHABET

_TO_BASE_32 = str.maketrans(DEVICE_ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_SIGN = 1 << 31


def device_number(name: str) -> int:
    """The 60 bits of a well-formed device id."""
    return int(name.translate(_TO_BASE_32), 32)


def id_number(digits: str) -> int:
    """Eight hexadecimal digits (install, boot, run, ask) as a signed 32-bit number."""
    return (int(digits, 16) ^ _SIGN) - _SIGN


def id_name(number: int) -> str:
    """The eight hexadecimal digits of a signed 32-bit number."""
    return f"{number & 0xFFFFFFFF:08x}"


def device_name(number: int) -> str:
    """The twelve characters of a device's number."""
    return "".join(DEVICE_ALPHABET[number >> shift & 31] for shift in range(55, -1, -5))
