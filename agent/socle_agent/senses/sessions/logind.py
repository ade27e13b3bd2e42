"""Sessions and suspends as systemd-logind tells them over the system bus.

Only people's sessions at this machine are looked at: of Class "user", not Remote, and at a seat, as a person who came
through the network, be it to a remote desktop that says it is not Remote, sits at none. Of each is told whose uid it
is and whether it is open: in front of its seat, not ending, and not locked. Several seats may each have an open one.
Its Type is not looked at: where X is started from a console (startx, and kiosks that log in by themselves) a
graphical session says "tty", and whoever works at a bare console uses the machine too. Names of accounts come along
in some of logind's answers and are dropped unread.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from socle_agent.loop import Loop
from socle_agent.senses.sessions.leaders import Leaders
from socle_core.dbus.bus import BUS, Bus, BusError, Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_log = logging.getLogger(__name__)

LOGIN = "org.freedesktop.login1"
_MANAGER_PATH, _MANAGER = "/org/freedesktop/login1", "org.freedesktop.login1.Manager"
_SESSION, _PROPERTIES = "org.freedesktop.login1.Session", "org.freedesktop.DBus.Properties"
_RULES = (
    f"type='signal',sender='{LOGIN}',interface='{_MANAGER}'",
    f"type='signal',sender='{LOGIN}',interface='{_PROPERTIES}',path_namespace='{_MANAGER_PATH}/session'",
    f"type='signal',sender='{BUS}',interface='{BUS}',member='NameOwnerChanged',arg0='{LOGIN}'",
)
_TELLING = {"Active", "State", "LockedHint", "Class", "Remote"}

Found = list[tuple[int, bool]]
"""Each session: uid and whether it is open."""


class Logind:
    """Listens to logind; connects again at `tick` after a restart of the bus.

    `on_sessions`: given the sessions when they change, None when logind does not tell.
    `on_sleep`: given True before a suspend, which waits until `let_sleep` (logind: 5 s at most), False after it.
    """

    def __init__(
        self,
        loop: Loop,
        where: str,
        on_sessions: Callable[[Found | None], None],
        on_sleep: Callable[[bool], None],
    ) -> None:
        self._loop, self._where = loop, where
        self._on_sessions, self._on_sleep = on_sessions, on_sleep
        self._bus: Bus | None = None
        self._owner = ""
        self._sessions: dict[str, tuple[int, bool] | None] = {}
        self._asked: set[str] = set()
        self._leaders = Leaders(loop, self._ended)
        self._lock = -1

    def tick(self) -> None:
        """Connect if there is no connection; cheap while there is no bus."""
        if self._bus is not None:
            return
        try:
            self._bus = Bus(self._where, self._signalled)
            self._loop.watch(self._bus.fd, "logind", self._ready)
            for rule in _RULES:
                self._bus.match(rule)
            self._list(self._bus)
        except BusError as error:
            self._lost(error)

    def let_sleep(self) -> None:
        """All is done that was to be done before the suspend."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def close(self) -> None:
        """Leave the bus."""
        self.let_sleep()
        self._leaders.close()
        if self._bus is not None:
            self._loop.unwatch(self._bus.fd)
            self._bus.close()
            self._bus = None

    def _ready(self) -> None:
        try:
            if self._bus is not None:
                self._bus.receive()
        except BusError as error:
            _log.warning("sessions: %s; connecting again", error)
            self._lost(error)
            self._loop.after("logind again", 1, self.tick)

    def _lost(self, error: BusError) -> None:
        _log.debug("sessions: %s", error)
        self.close()
        self._owner = ""
        self._on_sessions(None)

    def _list(self, bus: Bus) -> None:
        self._sessions, self._asked = {}, set()
        bus.call(LOGIN, _MANAGER_PATH, _MANAGER, "ListSessions", reply=self._listed)

    def _listed(self, answer: Message) -> None:
        if answer.error or not answer.body:
            self._on_sessions(None)
            return
        self._owner = answer.sender
        self._hold_sleep()
        for session in answer.body[0]:
            self._ask(session[-1])
        self._tell()

    def _ask(self, path: str) -> None:
        if self._bus is not None:
            self._asked.add(path)
            self._bus.call(LOGIN, path, _PROPERTIES, "GetAll", _SESSION, reply=lambda told: self._told(path, told))

    def _told(self, path: str, answer: Message) -> None:
        self._asked.discard(path)
        if answer.error or not answer.body:
            self._forget(path)  # it ended meanwhile
        else:
            self._sessions[path] = _session(answer.body[0])
            if self._sessions[path] is not None:
                self._leaders.follow(path, answer.body[0].get("Leader", 0))
        self._tell()

    def _tell(self) -> None:
        if not self._asked:
            self._on_sessions([session for session in self._sessions.values() if session is not None])

    def _signalled(self, signal: Message) -> None:
        if signal.member == "NameOwnerChanged" and signal.sender == BUS and len(signal.body) == 3:
            self._owner_changed(signal.body[2])
        elif signal.sender == self._owner and self._owner:
            handle = _HANDLERS.get(signal.member)
            if handle is not None and signal.body:
                handle(self, signal)

    def _owner_changed(self, owner: str) -> None:
        self._owner = owner
        if not owner:
            self._on_sessions(None)
        elif self._bus is not None:
            self._list(self._bus)

    def _appeared(self, signal: Message) -> None:
        self._ask(signal.body[-1])

    def _removed(self, signal: Message) -> None:
        self._asked.discard(signal.body[-1])
        self._forget(signal.body[-1])
        self._tell()

    def _ended(self, path: str) -> None:
        """The session's first process ended: ask how the session is."""
        try:
            self._ask(path)
        except BusError as error:
            _log.debug("sessions: %s", error)  # `_ready` finds it too, and connects again

    def _forget(self, path: str) -> None:
        self._sessions.pop(path, None)
        self._leaders.forget(path)

    def _changed(self, signal: Message) -> None:
        interface, changed, invalidated = signal.body
        if interface == _SESSION and not _TELLING.isdisjoint([*changed, *invalidated]):
            self._ask(signal.path)

    def _sleeps(self, signal: Message) -> None:
        if not signal.body[0]:
            self._hold_sleep()
        self._on_sleep(bool(signal.body[0]))

    def _hold_sleep(self) -> None:
        """Ask logind to wait for us before a suspend; refused without the right, and then it does not wait."""
        if self._bus is not None and self._lock < 0:
            words = ("sleep", "socle-agent", "writes down what was measured", "delay")
            self._bus.call(LOGIN, _MANAGER_PATH, _MANAGER, "Inhibit", *words, reply=self._held)

    def _held(self, answer: Message) -> None:
        self.let_sleep()
        if answer.fds:
            self._lock = answer.fds[0]


_HANDLERS: dict[str, Callable[[Logind, Message], None]] = {
    "SessionNew": Logind._appeared,
    "SessionRemoved": Logind._removed,
    "PropertiesChanged": Logind._changed,
    "PrepareForSleep": Logind._sleeps,
}


def _session(told: dict[str, Any]) -> tuple[int, bool] | None:
    """Uid, and whether the session is open; None for what is no person at this machine.

    State is "opening" when a session is announced, and logind does not say when it has become "active".
    """
    if told.get("Class") != "user" or told.get("Remote") or not told.get("Seat", ("",))[0]:
        return None
    in_front = told.get("Active") and told.get("State") != "closing"
    return told["User"][0], bool(in_front and not told.get("LockedHint"))
