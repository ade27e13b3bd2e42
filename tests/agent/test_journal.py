"""The log: one line an event."""

from __future__ import annotations

import logging
import sys

import pytest

from socle_agent.journal import Line


def record(level: int, text: str, *values: object, error: BaseException | None = None) -> logging.LogRecord:
    """An event."""
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("socle", level, "file.py", 1, text, values, info)


@pytest.mark.parametrize(("level", "prefix"), [(logging.INFO, "<6>"), (logging.WARNING, "<4>"), (logging.ERROR, "<3>")])
def test_journald_is_told_the_priority(level: int, prefix: str) -> None:
    """Under systemd a line begins with its priority; for a person with a word."""
    event = record(level, "ledger: %s", "full")
    assert Line(for_journal=True).format(event) == f"{prefix}ledger: full"
    assert Line(for_journal=False).format(event) == f"{event.levelname.lower()}: ledger: full"


def test_an_exception_stays_on_its_line() -> None:
    """An exception is told with where it came from, and no line break of anybody's makes two events of one."""
    try:
        raise ValueError("two\nlines")
    except ValueError:
        line = Line(for_journal=True).format(record(logging.ERROR, "a sense failed", error=sys.exc_info()[1]))
    assert line.startswith("<3>a sense failed: ValueError: two | lines (test_journal.py:")
    assert "\n" not in line
