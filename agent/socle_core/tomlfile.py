"""Read TOML, in this process or, for one that stays for weeks, in a child that takes the parser away with it.

The parser and `typing`, which it imports, would stay in the memory of every classroom's machine: 1 MiB for a
file that is read once.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from socle_core import apart
from socle_core.generic import Any

Parse = Callable[[str], "dict[str, Any]"]


class TomlFileError(ValueError):
    """A file that cannot be read as TOML: why, at which `line` (from 1) where known, and whether it is `absent`."""

    def __init__(self, why: str, line: int | None = None, *, absent: bool = False) -> None:
        self.line, self.absent = line, absent
        super().__init__(why)


def read(path: Path, parse: Parse) -> tuple[str, dict[str, Any]]:
    """Return the text of a file and what it holds; TomlFileError when it cannot be read or is not TOML.

    `parse` is `parse` or `parse_apart` of this module.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise TomlFileError(f"it is not UTF-8 text (byte {error.start + 1})") from None
    except OSError as error:
        raise _unreadable(error) from None
    return text, parse(text)


def files_in(folder: Path) -> list[Path]:
    """Return the `*.toml` files of a folder in order of name, none where it is absent.

    TomlFileError when it cannot be listed: a file that nobody may see is not a file that says nothing.
    """
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == ".toml")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unreadable(error) from None


def _unreadable(error: OSError) -> TomlFileError:
    if isinstance(error, FileNotFoundError):
        return TomlFileError("there is no such file", absent=True)
    if isinstance(error, PermissionError):
        return TomlFileError("this user may not read it: run as the service's user, or as root")
    return TomlFileError(f"it cannot be read ({error.strerror})")


def parse(text: str) -> dict[str, Any]:
    """Return what a TOML text holds; TomlFileError says at which line it is not TOML."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        table: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        why, _, place = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        raise TomlFileError(f"not TOML: {why}", int(line[1]) if line else None) from None
    return table


def parse_apart(text: str) -> dict[str, Any]:
    """Do what `parse` does in a child process. For a process without threads; dates come back as text."""
    try:
        table, why, line = apart.answered(lambda: _told(text))
    except apart.DiedError as error:
        raise TomlFileError(str(error)) from None
    if why:
        raise TomlFileError(why, line)
    held: dict[str, Any] = table
    return held


def _told(text: str) -> tuple[dict[str, Any], str, int | None]:
    """What the text holds, or what is wrong with it and at which line."""
    try:
        return parse(text), "", None
    except TomlFileError as error:
        return {}, str(error), error.line
