"""Whether a payload can be read at all: bytes in, the object that they spell out.

Python's json is laxer than the contract: it guesses UTF-16, takes NaN, recurses as deep as it is told and
fails on whole numbers of 5,000 digits. All of that is settled here, before anyone looks at a key.
"""

from __future__ import annotations

import re
from json import JSONDecoder
from math import isfinite

from socle_core.wire.limits import ID, MAX_BYTES, MAX_KEY_TEXT, MAX_LEVELS, MAX_REV, VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeGuard

_NOT_BRACKETS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[^][{}"]+', re.DOTALL)
"""Strings and all else that cannot nest. A string may lack its end: no backtracking, whatever comes."""
_LEAVES = re.compile(rb"\[\]|\{\}")


class Unreadable(ValueError):  # noqa: N818  (the contract's word)
    """A payload that is kept with this reason and never answered. The reason quotes nothing of it."""


class Unwieldy(str):
    """A number that nothing can count with (1e999, or of more than 64 digits), kept as it was written."""

    __slots__ = ()


def open_payload(payload: bytes) -> dict[str, object]:
    """The object in a payload of version 1; Unreadable if there is none."""
    if len(payload) > MAX_BYTES:
        raise Unreadable(f"longer than {MAX_BYTES} bytes")
    if too_deep(payload):
        raise Unreadable(f"more than {MAX_LEVELS} levels, or brackets that do not match")
    try:
        document: object = _decoder.decode(payload.decode("utf-8"))
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None
    except ValueError:
        raise Unreadable("not JSON") from None
    if not isinstance(document, dict):
        raise Unreadable("not an object")
    version = document.get("v")
    if type(version) is not int or version != VERSION:
        raise Unreadable(f"v is not {VERSION}")
    return document


def too_deep(payload: bytes) -> bool:
    """Whether objects and lists nest deeper than 32 levels, the outermost being the first.

    Found without parsing: all but brackets is taken out, then the innermost pairs, 32 times. What then is
    left lies deeper, or was never JSON.
    """
    if payload.count(b"[") + payload.count(b"{") <= MAX_LEVELS:
        return False
    brackets = _NOT_BRACKETS.sub(b"", payload)
    for _ in range(MAX_LEVELS):
        brackets, taken = _LEAVES.subn(b"", brackets)
        if not taken:
            break
    return bool(brackets)


def identifier(document: dict[str, object], name: str) -> str:
    """An install, boot, run or ask; Unreadable if it is not well-formed."""
    value = document.get(name)
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise Unreadable(f"{name} is not 8 hexadecimal digits")
    return value


def revision(document: dict[str, object], name: str) -> int:
    """A whole number from 0 to 2^53; Unreadable if it is anything else, or absent."""
    value = document.get(name)
    if not is_whole(value):
        raise Unreadable(f"{name} is not a whole number from 0 to 2^53")
    return value


def is_whole(value: object, top: int = MAX_REV) -> TypeGuard[int]:
    """Whether this is a whole number from 0 to `top`; 12.0 and booleans are not."""
    return type(value) is int and 0 <= value <= top


def word(value: object, words: tuple[str, ...]) -> str | None:
    """The value if it is one of these words, else None."""
    return value if isinstance(value, str) and value in words else None


def _whole(digits: str) -> int | Unwieldy:
    return int(digits) if len(digits) <= MAX_KEY_TEXT else Unwieldy(f"number {digits}")


def _fraction(digits: str) -> float | Unwieldy:
    value = float(digits)
    return value if isfinite(value) else Unwieldy(f"number {digits}")


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is not JSON")


_decoder = JSONDecoder(parse_int=_whole, parse_float=_fraction, parse_constant=_refuse)
