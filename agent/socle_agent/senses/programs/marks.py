"""The calls and bytes of fanotify: marks on files, ids of files, events (man 2 fanotify_mark, man 7 fanotify)."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterator

OVERFLOW = 0x4000
"""In the mask of an event: some before it were dropped."""

FileId = tuple[int, bytes]
"""File system and handle of a file, as events tell it: another file under the same name has another."""

_ADD, _REMOVE, _OPEN_EXEC, _AT_FDCWD = 0x1, 0x2, 0x1000, -100
_FOLLOW, _FOR_AN_ID = 0x400, 0x200  # the latter since Linux 6.5, for file systems that cannot open by handle
_MOST = 128
_HANDLE = struct.Struct("=Ii")  # length of what follows, type
_EVENT = struct.Struct("=IBBHQii")  # length, version, reserved, length of this part, mask, no file, pid
_PART = struct.Struct("=BBH")  # kind, pad, length
_FILE, _PIDFD = 1, 4

_libc = ctypes.CDLL(None, use_errno=True)
_libc.fanotify_mark.argtypes = (ctypes.c_int, ctypes.c_uint, ctypes.c_uint64, ctypes.c_int, ctypes.c_char_p)


def add(group: int, path: str) -> None:
    """Have starts of this file told. Raises OSError: it is not there or not readable; EXDEV, ENODEV: it has no id."""
    _mark(group, _ADD, path)


def remove(group: int, path: str) -> None:
    """Have them told no more. Raises OSError: it has no mark."""
    _mark(group, _REMOVE, path)


def file_id(path: str) -> FileId:
    """The id of a file. Raises OSError."""
    handle, mount = ctypes.create_string_buffer(_HANDLE.size + _MOST), ctypes.c_int()
    for flags in (_FOLLOW | _FOR_AN_ID, _FOLLOW):
        _HANDLE.pack_into(handle, 0, _MOST, 0)
        if _libc.name_to_handle_at(_AT_FDCWD, os.fsencode(path), handle, ctypes.byref(mount), flags) == 0:
            length, _type = _HANDLE.unpack_from(handle)
            return os.statvfs(path).f_fsid, handle.raw[: _HANDLE.size + length]
    raise _error(path)


def events(data: bytes) -> Iterator[tuple[int, FileId | None, int, int | None]]:
    """Mask, file, pid and pidfd of each event that was read.

    pidfd: negative where the process has ended; None where the kernel tells none (before 5.15).
    """
    at = 0
    while at < len(data):
        length, _version, _reserved, head, mask, _no_file, pid = _EVENT.unpack_from(data, at)
        file = pidfd = None
        part, at = at + head, at + length
        while part < at:
            kind, _pad, size = _PART.unpack_from(data, part)
            if kind == _FILE:
                file = _told(data, part + _PART.size)
            elif kind == _PIDFD:
                (pidfd,) = struct.unpack_from("=i", data, part + _PART.size)
            part += size
        yield mask, file, pid, pidfd


def _told(data: bytes, at: int) -> FileId:
    """A file system's id, eight bytes of which statvfs(3) gives an unsigned long, and a handle."""
    (file_system,) = struct.unpack_from("@L", data, at)
    length, _type = _HANDLE.unpack_from(data, at + 8)
    return file_system, data[at + 8 : at + 8 + _HANDLE.size + length]


def _mark(group: int, what: int, path: str) -> None:
    if _libc.fanotify_mark(group, what, _OPEN_EXEC, _AT_FDCWD, os.fsencode(path)) != 0:
        raise _error(path)


def _error(path: str) -> OSError:
    code = ctypes.get_errno()
    return OSError(code, os.strerror(code), path)
