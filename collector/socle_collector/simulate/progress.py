"""A progress bar on a terminal; plain lines elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import TextIO

WIDTH = 30


class Progress:
    """Shows how many of `total` steps are done on `stream`. A context: the bar's line is ended on leaving it."""

    def __init__(self, title: str, total: int, stream: TextIO) -> None:
        self._title = title
        self._total = max(1, total)
        self._stream = stream
        self._drawn = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, _t: type[BaseException] | None, _e: BaseException | None, _tb: TracebackType | None) -> None:
        if self._drawn:
            self._say("\n")

    def reached(self, step: int) -> None:
        """So many steps are done."""
        counted = f"{self._title} {step}/{self._total}"
        if not self._stream.isatty():
            self._say(f"{counted}\n")
            return
        filled = WIDTH * step // self._total
        self._say(f"\r{'█' * filled}{'░' * (WIDTH - filled)} {counted}")
        self._drawn = True

    def _say(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
