"""Programs that ask that the screen stay lit: they keep a session in use that nobody touches.

Three places know of them, and which one a program tells depends on the desktop: logind, the session manager (GNOME,
Cinnamon, MATE) and the power manager (XFCE, LXQt, KDE). Each is asked, and asked again at each sign of it. Nobody is
started for that: where a place is missing, nothing is held there.

Sources: org.freedesktop.login1(5); org.gnome.SessionManager.xml of gnome-session;
org.freedesktop.PowerManagement.Inhibit of the Power Management specification 0.2.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from socle_core.dataclass import dataclass
from socle_core.dbus.bus import BusError, Message
from socle_session import buses
from socle_session.buses import Served

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from socle_session.loop import Loop

PATIENCE_S = 5
"""So long an answer is waited for; then that place holds nothing."""

_IDLE_FLAG = 8
"""Of GNOME's session manager: the session is not to be marked idle."""


def _by_this_user(body: list[Any]) -> bool:
    """Of logind's list (what, who, why, mode, uid, pid): one of this user that blocks idleness. Who and why: unread."""
    return any("idle" in row[0].split(":") and row[3] == "block" and row[4] == os.getuid() for row in body[0])


def _says_so(body: list[Any]) -> bool:
    return body[0] is True


@dataclass(frozen=True, slots=True)
class Place:
    """Who knows of inhibitors: what to ask, how to read the answer, and which signals may change it."""

    where: Callable[[dict[str, str]], str]
    name: str
    path: str
    interface: str
    method: str
    arguments: tuple[int, ...]
    holds: Callable[[list[Any]], bool]
    signals: str


PLACES = (
    Place(
        buses.system,
        "org.freedesktop.login1",
        "/org/freedesktop/login1",
        "org.freedesktop.login1.Manager",
        "ListInhibitors",
        (),
        _by_this_user,
        "interface='org.freedesktop.DBus.Properties',path='/org/freedesktop/login1'",
    ),
    Place(
        buses.session,
        "org.gnome.SessionManager",
        "/org/gnome/SessionManager",
        "org.gnome.SessionManager",
        "IsInhibited",
        (_IDLE_FLAG,),
        _says_so,
        "interface='org.gnome.SessionManager',path='/org/gnome/SessionManager'",
    ),
    Place(
        buses.session,
        "org.freedesktop.PowerManagement",
        "/org/freedesktop/PowerManagement/Inhibit",
        "org.freedesktop.PowerManagement.Inhibit",
        "HasInhibit",
        (),
        _says_so,
        "interface='org.freedesktop.PowerManagement.Inhibit'",
    ),
)


class Inhibitors:
    """Asks all places from `open` to `close`.

    `on_change`: given whether any of them holds the session; None while that is not known.
    """

    def __init__(
        self,
        loop: Loop,
        environ: dict[str, str],
        on_change: Callable[[bool | None], None],
        places: tuple[Place, ...] = PLACES,
    ) -> None:
        self._loop, self._environ, self._on_change, self._places = loop, environ, on_change, places
        self._served: dict[str, Served] = {}
        self._held: dict[str, bool | None] = {}

    def open(self) -> None:
        """Ask, and listen from now on."""
        self._held = {place.name: None for place in self._places}
        for place in self._places:
            self._reach(place)
        self.ask()

    def close(self) -> None:
        """Listen no more."""
        self._loop.cancel("inhibitors")
        for served in self._served.values():
            served.close()
        self._served, self._held = {}, {}

    def ask(self) -> None:
        """Ask all places again."""
        for place in self._places:
            self._ask(place)
        if None in self._held.values():
            self._loop.after("inhibitors", PATIENCE_S, self._give_up)
        self._tell()

    def _reach(self, place: Place) -> None:
        where = place.where(self._environ)
        try:
            if where not in self._served:
                signalled, lost = (lambda _signal: self._signalled(where)), (lambda: self._lost(where))
                self._served[where] = Served(self._loop, where, signalled, lost)
            self._served[where].bus.match(f"type='signal',sender='{place.name}',{place.signals}")
        except BusError:
            self._lost(where)

    def _ask(self, place: Place) -> None:
        where = place.where(self._environ)
        served = self._served.get(where)
        if served is None:
            self._held[place.name] = False
            return
        signature = "u" * len(place.arguments)
        try:
            served.bus.call(
                place.name, place.path, place.interface, place.method, *place.arguments,
                signature=signature, reply=lambda answer: self._told(served, place, answer), start=False,
            )  # fmt: skip
        except BusError:
            self._lost(where)

    def _told(self, served: Served, place: Place, answer: Message) -> None:
        if served not in self._served.values():
            return  # closed meanwhile
        try:
            self._held[place.name] = not answer.error and place.holds(answer.body)
        except (IndexError, TypeError, AttributeError):
            self._held[place.name] = False  # no answer of that interface
        self._tell()

    def _signalled(self, where: str) -> None:
        for place in self._places:
            if where in self._served and place.where(self._environ) == where:
                self._ask(place)

    def _lost(self, where: str) -> None:
        served = self._served.pop(where, None)
        if served is not None:
            served.close()
        for place in self._places:
            if place.where(self._environ) == where:
                self._held[place.name] = False
        self._tell()

    def _give_up(self) -> None:
        self._held = {name: bool(held) for name, held in self._held.items()}
        self._tell()

    def _tell(self) -> None:
        held = self._held.values()
        self._on_change(True if True in held else None if None in held else False)
