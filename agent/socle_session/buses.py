"""The two message buses that a session has, served by the helper's loop."""

from __future__ import annotations

import os
from collections.abc import Callable

from socle_core.dbus.bus import Bus, BusError, Message, address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socle_session.loop import Loop


_BROKEN = (TypeError, ValueError, LookupError)
"""What reading a message raises that no bus daemon would let pass."""


def system(environ: dict[str, str]) -> str:
    """Where the machine's bus listens."""
    return address(environ.get("DBUS_SYSTEM_BUS_ADDRESS"), "/run/dbus/system_bus_socket")


def session(environ: dict[str, str]) -> str:
    """Where the session's own bus listens."""
    default = os.path.join(environ.get("XDG_RUNTIME_DIR", "/nonexistent"), "bus")
    return address(environ.get("DBUS_SESSION_BUS_ADDRESS"), default)


class Served:
    """A bus whose messages are handed on as they come. Raises BusError when it is not there.

    `gone`: called once when it leaves by itself.
    """

    def __init__(self, loop: Loop, where: str, on_signal: Callable[[Message], None], gone: Callable[[], None]) -> None:
        self._loop, self._gone = loop, gone
        self.bus = Bus(where, on_signal)
        self._open = True
        loop.watch(self.bus.fd, self._ready)

    def close(self) -> None:
        """Leave the bus."""
        if self._open:
            self._open = False
            self._loop.unwatch(self.bus.fd)
            self.bus.close()

    def _ready(self) -> None:
        try:
            self.bus.receive()
        except (BusError, *_BROKEN):
            self.close()
            self._gone()
