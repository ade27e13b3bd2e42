"""Read TOML, in this process or, for one that stays for weeks, in a child that takes the parser away with it.

The parser and `typing`, which it imports, would stay in the memory of every classroom's machine: 1 MiB for a
file that is read once.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

from socle_core.generic import Any

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

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
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(text, writing)
    os.close(writing)
    with open(reading, encoding="utf-8") as pipe:  # noqa: PTH123 - a descriptor, not a path
        answer = pipe.read()
    os.waitpid(child, 0)
    if not answer:
        raise TomlFileError("its reader died: is there memory left?")
    table, why, line = json.loads(answer)
    if why:
        raise TomlFileError(why, line)
    held: dict[str, Any] = table
    return held


def _answer(text: str, writing: int) -> NoReturn:
    """Write what the text holds, or what is wrong with it, and end the child without its parent's clean-up."""
    try:
        try:
            answer: tuple[dict[str, Any], str, int | None] = parse(text), "", None
        except TomlFileError as error:
            answer = {}, str(error), error.line
        with open(writing, "w", encoding="utf-8") as pipe:
            json.dump(answer, pipe, default=str)
    finally:
        os._exit(0)
