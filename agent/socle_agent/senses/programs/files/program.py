"""Which file is a program of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

_SHARED = frozenset((
    "ash", "bash", "dash", "sh", "zsh", "busybox", "env",
    "dotnet", "electron", "gjs", "gjs-console", "guile", "java", "javaw", "lua", "mono", "mono-sgen", "node", "nodejs",
    "perl", "php", "pypy", "python", "qml", "ruby", "tclsh", "wine", "wine-preloader", "wish",
    "bwrap", "firejail", "flatpak", "snap", "dbus-launch", "dbus-run-session", "systemd-run", "gksu", "pkexec",
    "su", "sudo",
    "exo-open", "gapplication", "gio", "gtk-launch", "kde-open", "kioclient", "kstart", "open", "xdg-open",
    "x-terminal-emulator", "x-www-browser", "xterm",
))  # fmt: skip
"""Programs that start others: to count one would count everything that it starts."""
_VERSION = "0123456789.-"
_COMMON = ("bin", "games", "lib", "lib64", "libexec", "local", "opt", "sbin", "share", "tmp")


def program(path: str) -> str | None:
    """The executable file behind a path, links followed; None where there is none, or where it only starts others."""
    found = os.path.realpath(path)
    if is_shared(found) or not os.path.isfile(found) or not os.access(found, os.X_OK):
        return None
    return found


def is_shared(path: str) -> bool:
    """Whether this is an interpreter or a starter, whatever its version (python3.11, wish8.6, wine64)."""
    name = os.path.basename(path)
    return name in _SHARED or name.rstrip(_VERSION) in _SHARED


def is_private(folder: str) -> bool:
    """Whether a folder holds one application alone, so that what lies in it belongs together."""
    return os.path.basename(folder) not in _COMMON


def located(word: str, folders: list[str]) -> str:
    """The path that a command's first word means: itself, or the first file of that name in `folders`."""
    if "/" in word:
        return word
    paths = (os.path.join(folder, word) for folder in folders)
    return next((path for path in paths if os.access(path, os.X_OK)), word)


def text(path: str, beginning: bytes = b"") -> str:
    """The first 64 KiB of a text file; empty where it cannot be read or begins otherwise."""
    try:
        with open(path, "rb", buffering=0) as file:
            first = file.read(len(beginning))
            rest = file.read(65536) if first == beginning else b""
    except OSError:
        return ""
    return (first + rest).replace(b"\0", b"").decode("utf-8", "replace") if rest else ""  # no path may hold a NUL


def entries(folder: str) -> Iterator[str]:
    """What a folder holds: asked once, not name by name for 200 names that it mostly does not hold.

    One after the other: a list of thousands of names would stay as a hole in the memory of a process that stays.
    """
    try:
        with os.scandir(folder) as held:
            yield from (entry.name for entry in held)
    except OSError:
        return
