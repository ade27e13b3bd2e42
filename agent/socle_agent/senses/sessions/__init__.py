"""Who has a session open at this machine: from logind, else from utmp, else unknown.

Account names are never read; what leaves here are uids, which the caller turns into a profile at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from socle_agent.loop import Loop
from socle_agent.roots import Roots
from socle_agent.senses.sessions.logind import Logind
from socle_agent.senses.sessions.utmp import Utmp
from socle_core.dbus.bus import address

Found = list[tuple[int, bool]]
"""Each session: uid and whether it is open."""


class Sessions:
    """The sense of sessions. `means`: logind, utmp or none.

    `on_change`: given the sessions each time they change, None while nothing tells.
    `on_sleep`: given True before a suspend and False after it, where logind tells; `let_sleep` ends the wait.
    """

    def __init__(
        self, loop: Loop, roots: Roots, on_change: Callable[[Found | None], None], on_sleep: Callable[[bool], None]
    ) -> None:
        self.means = "none"
        self._on_change = on_change
        self._told: Found | None = None
        bus = address(os.environ.get("DBUS_SYSTEM_BUS_ADDRESS"), str(roots.run / "dbus" / "system_bus_socket"))
        self._logind = Logind(loop, bus, self._from_logind, on_sleep)
        self._utmp = Utmp(loop, roots.run / "utmp", roots.proc, self._from_utmp)
        self._has_logind = False

    def tick(self) -> None:
        """Look again at what gives no sign of its own: a bus that came, a process that ended."""
        self._logind.tick()
        if not self._has_logind:
            self._utmp.tick()

    def let_sleep(self) -> None:
        """All is done that was to be done before the suspend."""
        self._logind.let_sleep()

    def close(self) -> None:
        """Listen no more."""
        self._logind.close()
        self._utmp.close()

    def _from_logind(self, found: Found | None) -> None:
        had, self._has_logind = self._has_logind, found is not None
        if found is not None:
            self._utmp.close()
            self._tell("logind", found)
        elif had:
            self._utmp.tick()

    def _from_utmp(self, found: Found | None) -> None:
        if not self._has_logind:
            self._tell("none" if found is None else "utmp", found)

    def _tell(self, means: str, found: Found | None) -> None:
        changed = (means, found) != (self.means, self._told)
        self.means, self._told = means, found
        if changed:
            self._on_change(found)
