"""The senses of this machine, joined to the gauge: uids become profiles here, and go no further."""

from __future__ import annotations

from collections.abc import Callable

from socle_agent.gauge import Gauge
from socle_agent.loop import Loop
from socle_agent.meter import FOCUS, IDLE, PROGRAMS, SESSION, WEB, Session
from socle_agent.profiles import Profiles
from socle_agent.roots import Roots
from socle_agent.senses import power
from socle_agent.senses.helper import Helpers
from socle_agent.senses.programs import Programs
from socle_agent.senses.sessions import Sessions
from socle_agent.senses.web import Web
from socle_core.catalogue.model import Catalogue
from socle_core.clock import Clock
from socle_core.displays import display

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BROWSERS = "navigateur"
"""Category of the services that are browsers."""


class Observer:
    """All senses together. `bits`: of those that work now.

    `on_sleep`: given True before a suspend, which waits for `let_sleep`, and False after it.
    """

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
        self._clock, self._roots, self._gauge, self.bits = clock, roots, gauge, 0
        self._found: list[tuple[int, bool]] | None = None
        self._power: dict[str, bool | None] = {}
        self._shut = False
        self._profile = Profiles(roots.etc / "passwd", gauge.settings).of
        self.sessions = Sessions(loop, roots, self._sessions_found, on_sleep)
        known = gauge.ledger.senses()
        self.helpers = Helpers(catalogue.services, self._tell_sessions, known.get("helper"))
        self.programs = Programs(
            loop, clock, roots, catalogue, on_change=self._programs_changed, on_late=self._program_was_late
        )
        browsers = frozenset(s.id for s in catalogue.services.values() if s.category == BROWSERS)
        self.web = Web(catalogue.services, browsers, clock.read().mono, known.get("web"))

    def start(self, programs: str) -> None:
        """Begin; `programs`: the setting. Raises NotAllowedError where fanotify is demanded and not allowed."""
        self._gauge.tell(programs=frozenset())
        self.programs.start(programs)
        self.sessions.tick()
        self._look_at_power()
        self._tell_which_work()

    def tick(self) -> None:
        """Look again at what gives no sign of its own."""
        self.sessions.tick()
        self.programs.tick()
        self._look_at_power()
        self.web.look(self._clock.read().mono, self._gauge.day())
        self._tell_which_work()

    def visited(self, uid: int, said: Any) -> dict[str, int]:
        """Take what a browser's host of this account tells (see Web.take); return what counts. Raises WebError."""
        seconds = self.web.take(uid, said, self._clock.read().mono)
        self._gauge.visited(self._profile(uid), seconds)
        self._tell_which_work()
        return seconds

    def means(self) -> dict[str, str]:
        """By which means each sense works, in the contract's words."""
        return {
            "session": self.sessions.means,
            **self.helpers.means,
            "programs": self.programs.means,
            "web": "extension" if self.web.heard else "none",
        }

    def power(self) -> dict[str, bool | None]:
        """What is known of external power (charging) and of a second display (display); None where unknown."""
        return dict(self._power)

    def let_sleep(self) -> None:
        """The suspend may come."""
        self.sessions.let_sleep()

    def close(self) -> None:
        """See no more."""
        self.programs.close()
        self.sessions.close()

    def _sessions_found(self, found: list[tuple[int, bool]] | None) -> None:
        self._found = found
        self._tell_sessions()

    def _tell_sessions(self) -> None:
        """Join what logind and the helpers say of each session."""
        found = self._found
        self._gauge.tell(
            sessions=None if found is None else tuple(self._session(uid, is_open) for uid, is_open in found)
        )
        self._tell_which_work()

    def _session(self, uid: int, is_open: bool) -> Session:
        told = self.helpers.of(uid)
        active = None if told is None or told.idle is None else not (told.idle or self._shut)
        return Session(self._profile(uid), is_open, active, (told and told.front) or None)

    def _programs_changed(self, running: frozenset[tuple[str, int]]) -> None:
        self.web.running(running, self._clock.read().mono)
        self._gauge.tell(programs=frozenset((service, self._profile(uid)) for service, uid in running))

    def _program_was_late(self, service: str, uid: int, seconds: float) -> None:
        self._gauge.ran(service, self._profile(uid), seconds)

    def _look_at_power(self) -> None:
        found = {"charging": power.charging(self._roots.sys), "display": display(self._roots.sys)}
        if found != self._power:
            self._power = found
            self._gauge.tell(**found)
        shut = power.shut(self._roots.proc) and not found["display"]  # nobody sits before a closed lid
        if shut != self._shut:
            self._shut = shut
            self._tell_sessions()

    def _tell_which_work(self) -> None:
        works = {
            SESSION: self.sessions.means != "none",
            PROGRAMS: self.programs.means != "none",
            WEB: self.web.works(),
            IDLE: self._each_session_tells("idle"),
            FOCUS: self._each_session_tells("focus"),
        }
        bits = sum(bit for bit, does in works.items() if does)
        if bits != self.bits:
            self.bits = bits
            self._gauge.tell(senses=bits)
        self._gauge.remember({"helper": self.helpers.means, "web": self.web.known()})

    def _each_session_tells(self, sense: str) -> bool:
        """Whether every open session has a helper that tells; while none is open, whether the last helper could."""
        if self._found is None or self.helpers.means[sense] == "none":
            return False
        told = [self.helpers.of(uid) for uid, is_open in self._found if is_open]
        return all(helper is not None and helper.tells(sense) for helper in told)
