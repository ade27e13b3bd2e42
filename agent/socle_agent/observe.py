"""The senses of this machine, joined to the gauge: uids become profiles here, and go no further."""

from __future__ import annotations

from collections.abc import Callable

from socle_agent.gauge import Gauge
from socle_agent.loop import Loop
from socle_agent.meter import PROGRAMS, SESSION, Session
from socle_agent.profiles import profile_of
from socle_agent.roots import Roots
from socle_agent.senses.programs import Programs
from socle_agent.senses.sessions import Sessions
from socle_core.catalogue.model import Catalogue
from socle_core.clock import Clock


class Observer:
    """All senses together. `on_sleep`: given True before a suspend, which waits for `let_sleep`, and False after it."""

    def __init__(
        self,
        loop: Loop,
        clock: Clock,
        roots: Roots,
        catalogue: Catalogue,
        gauge: Gauge,
        *,
        on_sleep: Callable[[bool], None],
    ) -> None:
        self._gauge, self._bits = gauge, 0
        self.sessions = Sessions(loop, roots, self._sessions_changed, on_sleep)
        self.programs = Programs(
            loop, clock, roots, catalogue, on_change=self._programs_changed, on_late=self._program_was_late
        )

    def start(self, programs: str) -> None:
        """Begin; `programs`: the setting. Raises NotAllowedError where fanotify is demanded and not allowed."""
        self._gauge.tell(programs=frozenset())
        self.programs.start(programs)
        self.sessions.tick()
        self._tell_which_work()

    def tick(self) -> None:
        """Look again at what gives no sign of its own."""
        self.sessions.tick()
        self.programs.tick()

    def means(self) -> dict[str, str]:
        """By which means each sense works, in the contract's words."""
        none = dict.fromkeys(("idle", "focus", "web"), "none")
        return {"session": self.sessions.means, "programs": self.programs.means, **none}

    def let_sleep(self) -> None:
        """The suspend may come."""
        self.sessions.let_sleep()

    def close(self) -> None:
        """See no more."""
        self.programs.close()
        self.sessions.close()

    def _sessions_changed(self, found: list[tuple[int, bool]] | None) -> None:
        sessions = None if found is None else tuple(Session(self._profile(uid), is_open) for uid, is_open in found)
        self._gauge.tell(sessions=sessions)
        self._tell_which_work()

    def _programs_changed(self, running: frozenset[tuple[str, int]]) -> None:
        self._gauge.tell(programs=frozenset((service, self._profile(uid)) for service, uid in running))

    def _program_was_late(self, service: str, uid: int, seconds: float) -> None:
        self._gauge.ran(service, self._profile(uid), seconds)

    def _tell_which_work(self) -> None:
        bits = SESSION * (self.sessions.means != "none") + PROGRAMS * (self.programs.means != "none")
        if bits != self._bits:
            self._bits = bits
            self._gauge.tell(senses=bits)

    def _profile(self, uid: int) -> str:
        return profile_of(uid, self._gauge.settings.kind)
