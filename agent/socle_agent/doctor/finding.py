"""What an examination found."""

from __future__ import annotations

from socle_agent.texts import say
from socle_core.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `problem`: whether it is wrong; then `remedy` says what to do.

    Without a problem, `remedy` says what would give this machine what it lacks.
    """

    about: str
    problem: bool
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        """A line, or two where something is wrong or lacking."""
        return say("problem" if self.problem else "lack" if self.remedy else "good", text=self.text, remedy=self.remedy)


def good(about: str, **values: object) -> Finding:
    """All is well with what this is about."""
    return Finding(about, False, say(f"{about}.good", **values))


def bad(about: str, text: str = "bad", *, remedy: str = "", **values: object) -> Finding:
    """Something is wrong, and what to do; `text`: which of its texts."""
    return Finding(about, True, say(f"{about}.{text}", **values), remedy or say(f"{about}.remedy", **values))
