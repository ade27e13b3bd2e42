"""The log on stderr: one line an event, with a priority that journald understands."""

from __future__ import annotations

import logging
import os
import sys

_PRIORITY = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}
_FRAMES = 4


class Line(logging.Formatter):
    """`<4>message` for journald, `warning: message` for a person; an exception on the same line."""

    def __init__(self, *, for_journal: bool) -> None:
        super().__init__()
        self._for_journal = for_journal

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever it tells of."""
        error = record.exc_info[1] if record.exc_info else None
        text = record.getMessage() + (f": {_described(error)}" if error else "")
        prefix = f"<{_PRIORITY.get(record.levelno, 5)}>" if self._for_journal else f"{record.levelname.lower()}: "
        return prefix + text.replace("\n", " | ")


def log_to_stderr() -> None:
    """Log from here on; what INFO tells, an administrator wants to read once."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line(for_journal="JOURNAL_STREAM" in os.environ))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def _described(error: BaseException) -> str:
    frames, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return f"{type(error).__name__}: {error} ({' > '.join(frames[-_FRAMES:])})"
