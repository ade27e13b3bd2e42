"""Logs to stderr, a line for each event, as journald likes them."""

from __future__ import annotations

import logging
import os
import sys

_PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}


class _Journal(logging.Formatter):
    """Puts the priority in front, as sd-daemon(3) wants it, on each line."""

    def format(self, record: logging.LogRecord) -> str:
        mark = f"<{_PRIORITIES.get(record.levelno, 6)}>"
        return "\n".join(mark + line for line in super().format(record).splitlines())


def set_up(level: int = logging.INFO) -> None:
    """Log to stderr: with priorities where the journal listens, with times and words elsewhere."""
    handler = logging.StreamHandler(sys.stderr)
    journal = "JOURNAL_STREAM" in os.environ
    handler.setFormatter(_Journal("%(message)s") if journal else logging.Formatter(_FOR_PEOPLE, "%H:%M:%S"))
    logging.basicConfig(level=level, handlers=[handler], force=True)


_FOR_PEOPLE = "%(asctime)s %(levelname)s %(message)s"
