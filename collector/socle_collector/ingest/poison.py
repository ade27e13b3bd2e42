"""One message that the database does not take must not cost the others their place."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import psycopg

T = TypeVar("T")

_NO_SCHEMA = ("42P01", "42703", "42883", "42501", "3F000")
"""A table, column, function or schema that is not there or not ours: no message is to blame."""


def blames_database(error: Exception) -> bool:
    """Whether an error of psycopg says that the database is unavailable, not that a value is wrong."""
    if isinstance(error, psycopg.ProgrammingError):
        return error.sqlstate in _NO_SCHEMA
    return isinstance(error, psycopg.Error) and not isinstance(error, psycopg.DataError | psycopg.IntegrityError)


def isolate(
    items: Sequence[T], attempt: Callable[[Sequence[T]], None], give_up: Callable[[T, Exception], None]
) -> None:
    """Call `attempt` with all items; where it fails, with each half, and so on down to the item at fault.

    That one is handed to `give_up`. An error that blames the database is raised.
    """
    failed = _error_of(items, attempt)
    if failed is None:
        return
    if len(items) == 1:
        give_up(items[0], failed)
        return
    middle = len(items) // 2
    isolate(items[:middle], attempt, give_up)
    isolate(items[middle:], attempt, give_up)


def _error_of(items: Sequence[T], attempt: Callable[[Sequence[T]], None]) -> Exception | None:
    try:
        attempt(items)
    except Exception as error:
        if blames_database(error):
            raise
        return error
    return None


def where(error: Exception) -> str:
    """Say in one line what failed and in which line of ours or of a library; nothing of what it was about."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
