"""Which X server a session means, and the cookie that lets us in (X(7), Xsecurity(7), Xau's file format)."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_COOKIE = b"MIT-MAGIC-COOKIE-1"
_LOCAL, _WILD = 256, 65535


def number(display: str) -> str:
    """`0` of `:0` or `unix:0.0`; "" of one on another machine or over ssh, which is nobody's desktop here."""
    host, colon, rest = display.rpartition(":")
    told = rest.partition(".")[0]
    return told if colon and host in ("", "unix") and told.isdecimal() else ""


def sockets(display_number: str) -> tuple[str, str]:
    """Where that server may listen: first the socket that a sandbox cannot hide, then the file."""
    path = f"/tmp/.X11-unix/X{display_number}"  # noqa: S108 - where X has always been
    return "\0" + path, path


def cookie(environ: dict[str, str], display_number: str) -> tuple[bytes, bytes]:
    """Name and data of the authorisation for that server; both empty where the user has none."""
    path = environ.get("XAUTHORITY") or os.path.join(environ.get("HOME", "/"), ".Xauthority")
    try:
        with open(path, "rb") as file:
            entries = list(_entries(file.read(1 << 20)))
    except OSError:
        return b"", b""
    here, told = os.uname().nodename.encode(), display_number.encode()
    for family, address, its_number, name, data in entries:
        is_ours = family == _WILD or (family == _LOCAL and address == here)
        if is_ours and its_number in (b"", told) and name == _COOKIE:
            return name, data
    return b"", b""


def _entries(data: bytes) -> Iterator[tuple[int, bytes, bytes, bytes, bytes]]:
    """Family, address, number, name and data of each entry, up to the first that is cut."""
    at = 0
    while at + 2 <= len(data):
        family = int.from_bytes(data[at : at + 2], "big")
        at += 2
        fields = []
        for _ in range(4):
            begin = at + 2
            at = begin + int.from_bytes(data[at:begin], "big")
            if max(begin, at) > len(data):
                return
            fields.append(data[begin:at])
        yield family, fields[0], fields[1], fields[2], fields[3]
