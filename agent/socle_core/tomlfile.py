"""Read TOML without keeping the parser: an agent reads its files once, and stays for weeks."""

import re
import sys
from pathlib import Path
from typing import Any


class TomlFileError(ValueError):
    """A file that cannot be read as TOML: why, and at which `line`, counted from 1, where that is known."""

    def __init__(self, why: str, line: int | None = None) -> None:
        self.line = line
        super().__init__(why)


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the text of a file and what it holds; TomlFileError when it cannot be read or is not TOML."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise TomlFileError("there is no such file") from None
    except PermissionError:
        raise TomlFileError("this user may not read it") from None
    except OSError as error:
        raise TomlFileError(f"it cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise TomlFileError(f"it is not UTF-8 text (byte {error.start + 1})") from None
    return text, parse(text)


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
