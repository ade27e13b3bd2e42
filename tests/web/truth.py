"""How long a page was really in front, as the screen tells it: between two bounds, for nobody sees the very moment."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Truth:
    """What came to the front, and between which two moments it did."""

    def __init__(self) -> None:
        self._changes: list[tuple[float, float, str]] = []

    @contextmanager
    def change_to(self, what: str) -> Iterator[None]:
        """Within this, `what` comes to the front."""
        before = time.monotonic()
        yield
        self._changes.append((before, time.monotonic(), what))

    def seconds(self, what: str) -> tuple[float, float]:
        """The least and the most seconds for which it can have been in front."""
        least = most = 0.0
        for (before, after, thing), (next_before, next_after, _) in zip(self._changes, self._changes[1:], strict=False):
            if thing == what:
                least += next_before - after
                most += next_after - before
        return least, most
