"""Finding the one message at fault."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle_collector.ingest.poison import blames_database, isolate, where


@given(st.lists(st.integers(0, 9), max_size=30))
def test_only_the_culprits(items: list[int]) -> None:
    """Every item is stored once or given up once, in order, whichever are at fault."""
    stored: list[int] = []
    given_up: list[int] = []

    def attempt(some: Sequence[int]) -> None:
        if any(item > 6 for item in some):
            raise psycopg.DataError
        stored.extend(some)

    isolate(items, attempt, lambda item, _: given_up.append(item))
    assert stored == [item for item in items if item <= 6]
    assert given_up == [item for item in items if item > 6]


@pytest.mark.parametrize(
    ("error", "blamed"),
    [
        (psycopg.OperationalError(), True),
        (psycopg.InterfaceError(), True),
        (psycopg.errors.DiskFull(), True),
        (psycopg.errors.UndefinedTable(), True),
        (psycopg.errors.ReadOnlySqlTransaction(), True),
        (psycopg.errors.DeadlockDetected(), True),
        (psycopg.errors.DatatypeMismatch(), False),
        (psycopg.errors.NumericValueOutOfRange(), False),
        (psycopg.errors.UniqueViolation(), False),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, ""), False),
        (KeyError("a"), False),
    ],
)
def test_who_is_to_blame(error: Exception, blamed: bool) -> None:
    """A database that is away, full or without tables is not a message's fault; a value that it refuses is."""
    assert blames_database(error) is blamed

    def attempt(_: Sequence[int]) -> None:
        raise error

    given_up: list[int] = []
    if blamed:
        with pytest.raises(type(error)):
            isolate([1, 2], attempt, lambda item, _: given_up.append(item))
    else:
        isolate([1, 2], attempt, lambda item, _: given_up.append(item))
        assert given_up == [1, 2]


def test_where_it_failed() -> None:
    """What is told of an error names the place, and nothing of the value."""
    try:
        {}["Dupont"]  # type: ignore[index]
    except KeyError as error:
        assert where(error).startswith("KeyError at test_poison.py:")
    assert where(ValueError("Dupont")) == "ValueError"
