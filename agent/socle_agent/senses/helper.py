"""Idle and focus, told by the helper of each session over the local socket.

A helper keeps its connection open and says its whole state at each change; a closed connection is a helper gone.
It is known by the uid that the kernel gives: nobody speaks for another. Of several helpers of one account the one
that connected last counts.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable

from socle_core.dataclass import dataclass
from socle_core.wire.limits import SENSES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class HelperError(Exception):
    """What a helper said cannot be understood; the text is for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a helper says. `idle`: None where it cannot tell. `front`: a service, "" for all else, None unknown."""

    idle_means: str = "none"
    focus_means: str = "none"
    idle: bool | None = None
    front: str | None = None

    def tells(self, sense: str) -> bool:
        """Whether it tells of this sense (idle or focus) now."""
        return (self.idle if sense == "idle" else self.front) is not None


class Helpers:
    """The helpers that are connected. `means`: of idle and of focus, those of who spoke last, also in a run before.

    Before the first login after a start they are thus what they were, and do not tell when that login was.
    `heard`: whether there ever was one. `services`: ids that may be in front.
    `on_change`: called when a helper said something new, or is gone.
    """

    def __init__(
        self, services: Container[str], on_change: Callable[[], None], known: dict[str, str] | None = None
    ) -> None:
        self.means = {"idle": "none", "focus": "none", **(known or {})}
        self.heard = False
        self._services, self._on_change = services, on_change
        self._told: dict[Hashable, tuple[int, Told]] = {}

    def tell(self, helper: Hashable, uid: int, said: dict[str, Any]) -> None:
        """Take what a helper of `uid` says; raises HelperError."""
        told = _understand(said, self._services)
        self.heard = True
        if self._told.get(helper) != (uid, told):
            self._told[helper] = uid, told
            self.means = {"idle": told.idle_means, "focus": told.focus_means}
            self._on_change()

    def leave(self, helper: Hashable) -> None:
        """A helper's connection has closed."""
        if self._told.pop(helper, None) is not None:
            self._on_change()

    def of(self, uid: int) -> Told | None:
        """What the helper of this account says; None without one."""
        return next((told for who, told in reversed(self._told.values()) if who == uid), None)


def _understand(said: dict[str, Any], services: Container[str]) -> Told:
    means, idle, front = said.get("means"), said.get("idle"), said.get("focus")
    if not isinstance(means, dict) or any(means.get(sense) not in SENSES[sense] for sense in ("idle", "focus")):
        raise HelperError("means: tell idle and focus, each by a word of the contract")
    if idle is not None and not isinstance(idle, bool):
        raise HelperError("idle: true, false or null")
    if front is not None and (not isinstance(front, str) or (front and front not in services)):
        raise HelperError("focus: the id of a service of the catalogue, an empty word or null")
    return Told(
        means["idle"],
        means["focus"],
        idle if means["idle"] != "none" else None,
        front if means["focus"] != "none" else None,
    )
