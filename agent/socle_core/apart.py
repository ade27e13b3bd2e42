"""Answer a question in a child process, which takes with it what answering leaves in memory.

For processes that stay for weeks, and have no threads. What is answered must be what JSON can say.
"""

from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Callable

from socle_core.generic import Any

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_log = logging.getLogger(__name__)

Question = Callable[[], Any]


class DiedError(Exception):
    """The child died without an answer; it has logged why, if it could."""


def answered(question: Question) -> Any:
    """Wait for the answer. Raises DiedError, OSError."""
    child, reading = begin(question)
    with open(reading, "rb") as pipe:  # noqa: PTH123 - a descriptor, not a path
        said = pipe.read()
    os.waitpid(child, 0)
    return understood(said)


def begin(question: Question) -> tuple[int, int]:
    """Have a child begin to answer: its process id, and a pipe that holds the whole answer when it has ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(question, writing)
    os.close(writing)
    return child, reading


def understood(said: bytes) -> Any:
    """The answer that the pipe held. Raises DiedError where it held none."""
    if not said:
        raise DiedError("the process that was to answer died: is there memory left?")
    return json.loads(said)


def _answer(question: Question, writing: int) -> NoReturn:
    """Answer, and end without the parent's clean-up; the parent's signals are its own."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        said = json.dumps(question(), default=str)
        with open(writing, "w", encoding="utf-8") as pipe:
            pipe.write(said)
    except Exception:
        _log.exception("a process apart failed")
    finally:
        os._exit(0)
