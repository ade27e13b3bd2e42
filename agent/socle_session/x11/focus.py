"""Focus on X11: which window the window manager says is active, and of which program it is.

Of a window only what names its program is asked for: application id, class, process, and whether it fills the
screen. Its title is not.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial

from socle_session.front import Front
from socle_session.x11 import requests
from socle_session.x11.connection import Connection, property_bytes, property_numbers

_WM_CLASS = 67
_ATOMS = (
    "_NET_SUPPORTING_WM_CHECK",
    "_NET_ACTIVE_WINDOW",
    "_NET_WM_STATE",
    "_NET_WM_STATE_FULLSCREEN",
    "_GTK_APPLICATION_ID",
    "_KDE_NET_WM_DESKTOP_FILE",
)
_PROPERTY_NOTIFY, _DESTROY_NOTIFY = 28, 17
_WORDS = 64
"""How much of a property is read: 256 bytes of text, 64 numbers."""


class Focus:
    """Watches the active window.

    `on_change`: given whether a window manager tells at all, and the window in front, None when there is none.
    """

    def __init__(self, connection: Connection, on_change: Callable[[bool, Front | None], None]) -> None:
        self._x, self._on_change = connection, on_change
        self._atoms = dict.fromkeys(_ATOMS, 0)
        self._resources = 0
        self._manager, self._window = 0, 0
        self._look = 0
        """Counts the looks at a window: what an earlier one still hears is of no interest."""
        for name in _ATOMS:
            connection.request(requests.intern_atom(name), partial(self._named, name))
        connection.request(requests.query_extension("X-Resource"), self._has_resources)

    def on_event(self, event: bytes) -> None:
        """Take an event of the connection, if it is about the active window or the window manager."""
        kind, (window, detail) = event[0] & 0x7F, struct.unpack_from("<II", event, 4)
        if kind == _DESTROY_NOTIFY and detail == self._manager:
            self._manager = 0
            self._forget()
        elif kind == _PROPERTY_NOTIFY and window == self._x.root:
            self._root_changed(detail)
        elif kind == _PROPERTY_NOTIFY and window == self._window and detail in self._telling():
            self._look_at(window)

    def _telling(self) -> tuple[int, ...]:
        return (_WM_CLASS, *(self._atoms[name] for name in _ATOMS[2:] if name != "_NET_WM_STATE_FULLSCREEN"))

    def _named(self, name: str, reply: bytes | None) -> None:
        if reply is not None:
            (self._atoms[name],) = struct.unpack_from("<I", reply, 8)

    def _has_resources(self, reply: bytes | None) -> None:
        """The last answer before anything can be seen."""
        if reply is not None and reply[8]:
            self._resources = reply[9]
            self._x.request(requests.resource_query_version(self._resources), lambda _reply: None)
        self._x.request(requests.select_events(self._x.root, requests.PROPERTY_CHANGE))
        self._ask_root("_NET_SUPPORTING_WM_CHECK", self._has_manager)

    def _root_changed(self, atom: int) -> None:
        if atom == self._atoms["_NET_SUPPORTING_WM_CHECK"]:
            self._ask_root("_NET_SUPPORTING_WM_CHECK", self._has_manager)
        elif atom == self._atoms["_NET_ACTIVE_WINDOW"] and self._manager:
            self._ask_root("_NET_ACTIVE_WINDOW", self._is_active)

    def _ask_root(self, name: str, reply: Callable[[bytes | None], None]) -> None:
        self._x.request(requests.get_property(self._x.root, self._atoms[name], 1), reply)

    def _has_manager(self, reply: bytes | None) -> None:
        """The root names a window of the manager's; it must exist and say so itself, or the manager is gone."""
        window = (property_numbers(reply) or (0,))[0]
        if window:
            self._x.request(requests.select_events(window, requests.STRUCTURE_NOTIFY))
            check = requests.get_property(window, self._atoms["_NET_SUPPORTING_WM_CHECK"], 1)
            self._x.request(check, lambda reply: self._is_managed(window, property_numbers(reply) == (window,)))
        else:
            self._is_managed(0, False)

    def _is_managed(self, window: int, lives: bool) -> None:
        self._manager = window if lives else 0
        if lives:
            self._ask_root("_NET_ACTIVE_WINDOW", self._is_active)
        else:
            self._forget()

    def _forget(self) -> None:
        self._look += 1
        self._window = 0
        self._on_change(False, None)

    def _is_active(self, reply: bytes | None) -> None:
        window = (property_numbers(reply) or (0,))[0]
        if window == self._window and window:
            return
        if self._window:
            self._x.request(requests.select_events(self._window, 0))
        self._window = window
        if window:
            self._x.request(requests.select_events(window, requests.PROPERTY_CHANGE))
            self._look_at(window)
        else:
            self._look += 1
            self._on_change(True, None)

    def _look_at(self, window: int) -> None:
        """Ask for all that names the program; the answers come in this order."""
        self._look += 1
        _Look(self._x, self._atoms, self._resources, window, partial(self._seen, self._look))

    def _seen(self, look: int, front: Front) -> None:
        if look == self._look:
            self._on_change(True, front)


class _Look:
    """One look at a window: gathers the answers, and hands on what they say together."""

    def __init__(
        self, x: Connection, atoms: dict[str, int], resources: int, window: int, done: Callable[[Front], None]
    ) -> None:
        self._names: list[str] = []
        self._fullscreen, self._fills, self._done = atoms["_NET_WM_STATE_FULLSCREEN"], False, done
        for atom in (atoms["_GTK_APPLICATION_ID"], atoms["_KDE_NET_WM_DESKTOP_FILE"], _WM_CLASS):
            x.request(requests.get_property(window, atom, _WORDS), self._name)
        state = requests.get_property(window, atoms["_NET_WM_STATE"], _WORDS)
        x.request(state, self._state if resources else self._last_state)
        if resources:
            x.request(requests.resource_query_pid(resources, window), self._process)

    def _name(self, reply: bytes | None) -> None:
        """Application id or desktop file; of WM_CLASS the class, then the instance."""
        told = property_bytes(reply).decode("utf-8", "replace").split("\0")
        self._names += [os_name for word in reversed(told) if (os_name := word.rpartition("/")[2])]

    def _state(self, reply: bytes | None) -> None:
        self._fills = self._fullscreen in property_numbers(reply)

    def _last_state(self, reply: bytes | None) -> None:
        self._state(reply)
        self._process(None)

    def _process(self, reply: bytes | None) -> None:
        pid = 0
        if reply is not None and len(reply) >= 48 and struct.unpack_from("<I", reply, 8)[0]:
            (pid,) = struct.unpack_from("<I", reply, 44)
        self._done(Front(tuple(self._names), pid, self._fills))
