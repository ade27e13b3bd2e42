"""Run an agent's loop until something is true."""

from __future__ import annotations

import time
from collections.abc import Callable

from socle_agent.loop import Loop


def run_until(loop: Loop, condition: Callable[[], object], timeout: float = 15.0, what: str = "") -> None:
    """Serve `loop` until `condition` holds, asking every 20 real milliseconds; fail after `timeout` real seconds."""
    clock = loop._clock
    start = time.monotonic()

    def ask() -> None:
        if condition() or time.monotonic() - start > timeout:
            loop.stop()
        else:
            loop.after("test", 0.02 * getattr(clock, "speed", 1.0), ask)

    ask_first = condition()
    if not ask_first:
        loop.after("test", 0, ask)
        loop.run()
    assert condition(), f"not within {timeout:.0f} s: {what or condition}"
