"""The few X11 requests that are made, as bytes (X Window System Protocol, appendix B). Numbers are little-endian."""

from __future__ import annotations

import struct

PROPERTY_CHANGE, STRUCTURE_NOTIFY = 1 << 22, 1 << 17
"""Masks of events: a property of the window changed; the window was destroyed."""

_ALARM_VALUES = 0x3F
"""Counter, kind of value, value, test, delta and events of an alarm are all given."""


def setup(cookie: tuple[bytes, bytes]) -> bytes:
    """The first bytes on a connection; `cookie`: name and data of the authorisation, both empty without one."""
    name, data = cookie
    return struct.pack("<BxHHHHxx", 0x6C, 11, 0, len(name), len(data)) + _padded(name) + _padded(data)


def intern_atom(name: str) -> bytes:
    """Ask for the number of a name."""
    return _request(16, 0, struct.pack("<Hxx", len(name)) + name.encode())


def get_property(window: int, atom: int, words: int) -> bytes:
    """Ask for the first so many 4-byte words of a property, of whatever type."""
    return _request(20, 0, struct.pack("<IIIII", window, atom, 0, 0, words))


def select_events(window: int, mask: int) -> bytes:
    """Be sent these events of a window; 0 for none."""
    return _request(2, 0, struct.pack("<III", window, 0x800, mask))


def query_extension(name: str) -> bytes:
    """Ask whether the server has an extension, and under which numbers."""
    return _request(98, 0, struct.pack("<Hxx", len(name)) + name.encode())


def sync_initialize(major: int) -> bytes:
    """Say which version of SYNC is spoken: 3.1. It has a reply. `major`: of the extension, here and below."""
    return _request(major, 0, struct.pack("<BBxx", 3, 1))


def sync_list_counters(major: int) -> bytes:
    """Ask for the server's own counters."""
    return _request(major, 1, b"")


def sync_query_counter(major: int, counter: int) -> bytes:
    """Ask for the value of a counter."""
    return _request(major, 5, struct.pack("<I", counter))


def sync_create_alarm(major: int, alarm: int, counter: int, value: int, *, rising: bool) -> bytes:
    """Be told each time the counter passes a value, on its way up or down."""
    absolute, test, events = 0, 0 if rising else 1, 1
    values = struct.pack("<IIiIIiII", counter, absolute, value >> 32, value & 0xFFFFFFFF, test, 0, 0, events)
    return _request(major, 8, struct.pack("<II", alarm, _ALARM_VALUES) + values)


def sync_destroy_alarm(major: int, alarm: int) -> bytes:
    """Be told no more."""
    return _request(major, 11, struct.pack("<I", alarm))


def resource_query_version(major: int) -> bytes:
    """Say which version of X-Resource is spoken: 1.2. It has a reply."""
    return _request(major, 0, struct.pack("<BBxx", 1, 2))


def resource_query_pid(major: int, window: int) -> bytes:
    """Ask for the process on this machine whose window it is."""
    return _request(major, 4, struct.pack("<III", 1, window, 2))


def _request(opcode: int, data: int, body: bytes) -> bytes:
    body = _padded(body)
    return struct.pack("<BBH", opcode, data, 1 + len(body) // 4) + body


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
