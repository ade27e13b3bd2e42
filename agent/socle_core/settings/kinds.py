"""The kinds of values that settings have: numbers, words, texts, paths, and lists of them."""

from __future__ import annotations

import re
from pathlib import Path

from socle_core.generic import T
from socle_core.mistakes import BadValueError, did_you_mean, gather
from socle_core.settings.declare import Kind


def whole(low: int, high: int) -> Kind[int]:
    """Return the kind of whole numbers from `low` to `high`, both included."""

    def parse(raw: object) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise BadValueError(f"{_shown(raw)} is not a whole number")
        if not low <= raw <= high:
            raise BadValueError(f"{raw} is not between {low} and {high}")
        return raw

    return Kind(f"whole number, {low} to {high}", parse, same)


def flag() -> Kind[bool]:
    """Return the kind of `true` and `false`."""

    def parse(raw: object) -> bool:
        if not isinstance(raw, bool):
            raise BadValueError(f"{_shown(raw)} is neither true nor false (without quotes)")
        return raw

    return Kind("true or false", parse, same)


def word(*words: str) -> Kind[str]:
    """Return the kind of one word out of a list."""
    listed = ", ".join(f'"{each}"' for each in words)

    def parse(raw: object) -> str:
        found = string(raw)
        if found not in words:
            raise BadValueError(f"'{found}' is not one of {listed}{did_you_mean(found, words)}")
        return found

    return Kind(f"one of {listed}", parse, same)


def text(form: str, pattern: str, *, empty: bool = False, secret: bool = False) -> Kind[str]:
    """Return the kind of strings that match `pattern` wholly; a `secret` one is not repeated in errors."""
    compiled = re.compile(pattern, re.ASCII)

    def parse(raw: object) -> str:
        found = string(raw, secret=secret)
        if not (compiled.fullmatch(found) or (empty and not found)):
            raise BadValueError(f"{'the value' if secret else _shown(raw)} is not of the form: {form}")
        return found

    return Kind(f"{form}, or empty" if empty else form, parse, same)


def path() -> Kind[Path]:
    """Return the kind of absolute paths; nothing is looked up."""
    return Kind("absolute path", _path, str)


def path_or_none() -> Kind[Path | None]:
    """Return the kind of absolute paths that may be empty, which is None."""
    return Kind(
        "absolute path, or empty",
        lambda raw: None if raw == "" else _path(raw),
        lambda value: "" if value is None else str(value),
    )


def several(one: Kind[T]) -> Kind[tuple[T, ...]]:
    """Return the kind of lists of another kind; every wrong item is told."""

    def parse(raw: object) -> tuple[T, ...]:
        if not isinstance(raw, list):
            raise BadValueError(f'{_shown(raw)} is not a list, as in ["…", "…"]')
        return tuple(gather(one.parse, raw))

    return Kind(f"list of: {one.form}", parse, lambda value: [one.dump(item) for item in value])


def _path(raw: object) -> Path:
    found = Path(string(raw))
    if not found.is_absolute() or "\0" in str(found):
        raise BadValueError(f"'{found}' is not an absolute path: begin it with /")
    return found


def string(raw: object, *, secret: bool = False) -> str:
    """Return what is a string; the error does not repeat a secret."""
    if not isinstance(raw, str):
        raise BadValueError(f"{'the value' if secret else _shown(raw)} is not a string: put it in quotes")
    return raw


def _shown(raw: object) -> str:
    shown = repr(raw)
    return shown if len(shown) <= 60 else shown[:57] + "…"


def same(value: T) -> T:
    """Dump a value that TOML writes as it is."""
    return value
