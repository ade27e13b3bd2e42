"""Records of utmp(5) files, laid out as the C library of this machine does."""

from __future__ import annotations

import os
import struct

_WIDE = os.uname().machine in ("aarch64", "riscv64", "loongarch64")


def record(kind: int, unix: int = 0, *, pid: int = 0, line: bytes = b"~", host: bytes = b"") -> bytes:
    """One record: type, Unix second, process, terminal, host of origin; its user is someone."""
    form = "=hxxi32s4s32s256s4xqqq16x20x4x" if _WIDE else "=hxxi32s4s32s256s4xiii16x20x"
    return struct.pack(form, kind, pid, line, b"x", b"someone", host, 0, unix, 0)
