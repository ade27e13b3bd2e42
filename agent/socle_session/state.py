"""What the helper knows, and what it tells: pure. What counts as idle: docs/decisions/0006-what-counts-as-idle.md."""

from __future__ import annotations

from socle_core.dataclass import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@dataclass(slots=True)
class State:
    """What is known of a session now.

    `idle_means`, `focus_means`: words of the contract. `rests`: whether nothing was touched for `idle_after_s`; None:
    nobody tells. `held`: whether a program asks that the screen stay lit; None: not known yet. `projected`: whether
    the window in front fills the screen while a second display is attached. `front`: the service in front, "" for all
    else, None where that is not known.
    """

    idle_means: str = "none"
    focus_means: str = "none"
    rests: bool | None = None
    held: bool | None = None
    projected: bool = False
    front: str | None = None

    @property
    def idle(self) -> bool | None:
        """Whether nobody uses the session; None where that cannot be told."""
        if self.rests is None or self.idle_means == "none":
            return None
        return self.rests and self.held is False and not self.projected

    @property
    def kept(self) -> bool:
        """Whether something else than hands keeps the session in use."""
        return self.rests is True and (self.held is True or self.projected)

    def message(self) -> dict[str, Any]:
        """The whole state as the agent is told it."""
        return {
            "request": "session",
            "means": {"idle": self.idle_means, "focus": self.focus_means},
            "idle": self.idle,
            "focus": None if self.focus_means == "none" else self.front,
        }
