"""How long to wait before trying again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Backoff:
    """1, 2, 4 … 60 seconds; `reset` once it went well."""

    first: float = 1.0
    most: float = 60.0
    _next: float = 0.0

    def next(self) -> float:
        """Return how many seconds to wait now."""
        delay = self._next or self.first
        self._next = min(self.most, delay * 2)
        return delay

    def reset(self) -> None:
        """Begin with the shortest wait again."""
        self._next = 0.0
