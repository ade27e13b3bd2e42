"""Starts of catalogued programs found by looking: for kernels and rights that allow nothing better."""

from __future__ import annotations

from socle_agent.loop import Loop
from socle_agent.senses.programs.census import Census

SCAN_S = 5.0
"""How often /proc is looked at: a program that ran for less may be missed."""


class Proc:
    """Looks at /proc regularly. `watched`: 0, as the kernel watches nothing; `lost`: 0."""

    watched = lost = 0

    def __init__(self, loop: Loop, census: Census) -> None:
        self._loop, self._census = loop, census
        self._again()

    def watch(self, _paths: dict[str, str]) -> bool:
        """Nothing to do. Whatever a program's file is, the next look finds it."""
        return False

    def close(self) -> None:
        """Look no more."""
        self._loop.cancel("programs")

    def _again(self) -> None:
        self._loop.after("programs", SCAN_S, self._look)

    def _look(self) -> None:
        self._again()
        self._census.look()
