"""One message that the database does not take must not cost the others their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    try:
        attempt(items)
    except Exception as error:
        if blames_database(error):
            raise
        if len(items) == 1:
            give_up(items[0], error)
        elif items:
            middle = len(items) // 2
            isolate(items[:middle], attempt, give_up)
            isolate(items[middle:], attempt, give_up)
        else:
            raise
