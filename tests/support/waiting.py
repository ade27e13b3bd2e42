"""Waiting for what another process does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], timeout: float = 15.0, what: str = "") -> T:
    """Ask `condition` every 20 ms until its answer is true and return it; fail after `timeout` real seconds."""
    pause = threading.Event()
    end = time.monotonic() + timeout
    while not (answer := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {timeout:.0f} s: {what or condition}")
        pause.wait(0.02)
    return answer
