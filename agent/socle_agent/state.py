"""What holds on a machine at one moment, as far as its senses tell."""

from __future__ import annotations

from socle_agent.growth import Use
from socle_core.dataclass import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SESSION, IDLE, PROGRAMS, WEB, FOCUS = 1, 2, 4, 8, 16
"""Bits of the senses."""

Program = tuple[str, str]
"""A service that runs, and the profile under which it does."""


@dataclass(frozen=True, slots=True)
class Session:
    """One person's graphical session. `active`: not idle, None where no sense tells. `focus`: service in front."""

    profile: str
    open: bool
    active: bool | None = None
    focus: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What holds now. `sessions`, `programs` (service, profile): None where their sense does not work.

    `senses`: bits of the senses that work. `observed`: False for a stretch in which no agent measured.
    """

    observed: bool = True
    sessions: tuple[Session, ...] | None = None
    programs: frozenset[Program] | None = None
    online: bool = False
    charging: bool | None = None
    display: bool | None = None
    senses: int = 0

    def changed(self, **changes: Any) -> State:
        """The same but for some fields."""
        return State(**{name: changes.pop(name, getattr(self, name)) for name in self.__slots__}, **changes)

    def profile(self) -> str:
        """The one profile under which a powered second counts."""
        return next((s.profile for s in self.sessions or () if s.open), "shared")

    def fields(self) -> dict[str, bool]:
        """The slot fields that are known, and whether each holds."""
        if not self.observed:
            return {"powered": True, "observed": False}
        known: dict[str, bool | None] = {
            "powered": True,
            "observed": True,
            "charging": self.charging,
            "online": self.online,
            "open": None if self.sessions is None else any(s.open for s in self.sessions),
            "active": self._active(),
        }
        if known["open"] is not None and self.display is not None:
            known["display"] = self.display and known["open"]
        return {name: value for name, value in known.items() if value is not None}

    def uses(self, seconds: int) -> dict[str, Use]:
        """What `seconds` of this state add to each profile's use."""
        uses: dict[str, Use] = {}
        for session in self.sessions or ():
            if session.open:
                use = uses.setdefault(session.profile, Use(open=seconds))
                if session.active is not None:
                    use.active = max(use.active or 0, seconds * session.active)
        for service, profile in self.programs or ():
            uses.setdefault(profile, Use()).services[service] = [seconds, self._focus(service, profile, seconds)]
        return uses

    def _active(self) -> bool | None:
        told = [s.active and s.open for s in self.sessions or () if s.active is not None]
        return any(told) if told else None

    def _focus(self, service: str, profile: str, seconds: int) -> int | None:
        if not self.senses & FOCUS:
            return None
        here = (s.focus for s in self.sessions or () if s.profile == profile and s.open)
        return seconds if service in here else 0
