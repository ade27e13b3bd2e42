"""Idle on GNOME, which has no Wayland protocol for it: Mutter's IdleMonitor on the session's bus.

Source: org.gnome.Mutter.IdleMonitor.xml of Mutter. A watch of idleness fires whenever the limit is reached, one of
activity only once.
"""

from __future__ import annotations

from functools import partial

from socle_core.dbus.bus import BUS, BusError, Message
from socle_session.buses import Served, session
from socle_session.desktop import Listener

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from socle_session.loop import Loop

MEANS = "mutter"
_NAME = "org.gnome.Mutter.IdleMonitor"
_PATH = "/org/gnome/Mutter/IdleMonitor/Core"
_RULES = (
    f"type='signal',sender='{_NAME}',interface='{_NAME}',member='WatchFired'",
    f"type='signal',sender='{BUS}',interface='{BUS}',member='NameOwnerChanged',arg0='{_NAME}'",
)


class Mutter:
    """Listens to Mutter; where there is none, nobody can tell."""

    def __init__(self, loop: Loop, environ: dict[str, str], after_s: int, listener: Listener) -> None:
        self._after_s, self._listener = after_s, listener
        self._owner = ""
        self._idle, self._active = 0, 0
        """Numbers of the two watches, 0 where there is none."""
        self._served: Served | None = None
        try:
            self._served = Served(loop, session(environ), self._signalled, self._lost)
            for rule in _RULES:
                self._served.bus.match(rule)
            self._watch_idleness()
        except BusError:
            self._lost()

    def set_limit(self, after_s: int) -> None:
        """Rest means from now on so many seconds without a touch."""
        self._after_s = after_s
        self._remove(self._idle)
        self._idle = 0
        self._watch_idleness()

    def close(self) -> None:
        """Leave the bus."""
        if self._served is not None:
            self._served.close()
            self._served = None

    def _lost(self) -> None:
        self.close()
        self._owner, self._idle, self._active = "", 0, 0
        self._listener.rests(MEANS, None)

    def _watch_idleness(self) -> None:
        """If the limit has passed already, the watch fires at once."""
        watched = partial(self._idleness_watched, self._after_s)
        self._call("AddIdleWatch", self._after_s * 1000, signature="t", reply=watched)

    def _idleness_watched(self, limit: int, answer: Message) -> None:
        made = _number(answer)
        if limit == self._after_s:
            self._owner, self._idle = answer.sender, made
            self._listener.rests(MEANS, False if made else None)
        else:
            self._remove(made)  # the limit moved while this was being asked for

    def _remove(self, watch: int) -> None:
        if watch:
            self._call("RemoveWatch", watch, signature="u")

    def _activity_watched(self, answer: Message) -> None:
        self._active = _number(answer)

    def _signalled(self, signal: Message) -> None:
        if signal.sender == BUS and signal.member == "NameOwnerChanged":
            self._idle = self._active = 0
            self._watch_idleness()
        elif signal.sender == self._owner and signal.member == "WatchFired" and signal.body:
            self._fired(signal.body[0])

    def _fired(self, watch: object) -> None:
        if watch == self._idle and watch:
            self._call("AddUserActiveWatch", signature="", reply=self._activity_watched)
            self._listener.rests(MEANS, True)
        elif watch == self._active and watch:
            self._active = 0
            self._listener.rests(MEANS, False)

    def _call(self, member: str, *values: Any, signature: str, reply: Any = None) -> None:
        if self._served is None:
            return
        try:
            self._served.bus.call(_NAME, _PATH, _NAME, member, *values, signature=signature, reply=reply, start=False)
        except BusError:
            self._lost()


def _number(answer: Message) -> int:
    """The watch that was made; 0 where none was."""
    made = answer.body[0] if answer.body and not answer.error else 0
    return made if isinstance(made, int) else 0
