"""Waiting for what other processes do, as long as they make progress."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_LONGEST = 5


def until(
    condition: Callable[[], T],
    patience_s: float = 15.0,
    say: Callable[[], object] = lambda: "",
    *,
    progress: Callable[[], object] = lambda: None,
) -> T:
    """Ask `condition` every 20 ms until its answer is true, and return it.

    Fails after `patience_s` real seconds in which the answer of `progress` did not change (five times as many in
    all), with what `say` says then.
    """
    start = moved = time.monotonic()
    seen = progress()
    while not (answer := condition()):
        now, fresh = time.monotonic(), progress()
        if fresh != seen:
            seen, moved = fresh, now
        if now - moved > patience_s or now - start > _LONGEST * patience_s:
            raise AssertionError(f"not within {now - start:.0f} s: {say() or condition}")
        pause(0.02)
    return answer


def pause(seconds: float) -> None:
    """Let other processes go on for so many real seconds."""
    threading.Event().wait(seconds)
