"""Why a means of seeing programs is not to be had."""

from __future__ import annotations


class NotAllowedError(Exception):
    """The kernel does not let this process watch programs so. `why`: an errno's name, or `unanswered`."""

    def __init__(self, text: str, why: str) -> None:
        self.why = why
        super().__init__(text)
