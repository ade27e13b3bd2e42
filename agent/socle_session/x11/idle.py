"""Idle on X11: the server itself says when its IDLETIME counter passes the limit, up or down (SYNC extension).

Of XScreenSaver one would have to ask again and again; alarms wake nobody until something happens.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from socle_session.x11 import requests
from socle_session.x11.connection import Connection

_ALARM_NOTIFY = 1
_COUNTER = b"IDLETIME"


class Idle:
    """Watches whether anything was touched. `works`: None until the server has said what it can.

    `on_change`: given whether the session rests; None when the server cannot tell.
    """

    def __init__(self, connection: Connection, after_s: int, on_change: Callable[[bool | None], None]) -> None:
        self.works: bool | None = None
        self._x, self._after_ms, self._on_change = connection, after_s * 1000, on_change
        self._major, self._event, self._counter = 0, -1, 0
        self._alarms: list[int] = []
        connection.request(requests.query_extension("SYNC"), self._has_sync)

    def set_limit(self, after_s: int) -> None:
        """Rest means from now on so many seconds without a touch."""
        self._after_ms = after_s * 1000
        if self._counter:
            self._set_alarms()

    def on_event(self, event: bytes) -> None:
        """Take an event of the connection, if it is an alarm's."""
        if event[0] & 0x7F == self._event:
            alarm, high, low = struct.unpack_from("<IiI", event, 4)
            if alarm in self._alarms:
                self._judge(high, low)

    def _has_sync(self, reply: bytes | None) -> None:
        if reply is None or not reply[8]:
            self._cannot()
            return
        self._major, self._event = reply[9], reply[10] + _ALARM_NOTIFY
        self._x.request(requests.sync_initialize(self._major), lambda _reply: None)
        self._x.request(requests.sync_list_counters(self._major), self._has_counters)

    def _has_counters(self, reply: bytes | None) -> None:
        self._counter = _find(reply) if reply is not None else 0
        if self._counter:
            self.works = True
            self._set_alarms()
        else:
            self._cannot()

    def _cannot(self) -> None:
        self.works = False
        self._on_change(None)

    def _set_alarms(self) -> None:
        """Two transitions of the same limit; what holds already is asked once."""
        for alarm in self._alarms:
            self._x.request(requests.sync_destroy_alarm(self._major, alarm))
        self._alarms = [self._x.new_id(), self._x.new_id()]
        for alarm, rising in zip(self._alarms, (True, False), strict=True):
            limit = self._after_ms if rising else self._after_ms - 1
            self._x.request(requests.sync_create_alarm(self._major, alarm, self._counter, limit, rising=rising))
        self._x.request(requests.sync_query_counter(self._major, self._counter), self._asked)

    def _asked(self, reply: bytes | None) -> None:
        if reply is None:
            self._cannot()
        else:
            self._judge(*struct.unpack_from("<iI", reply, 8))

    def _judge(self, high: int, low: int) -> None:
        self._on_change((high << 32 | low) >= self._after_ms)


def _find(reply: bytes) -> int:
    """The number of the counter IDLETIME in a list of counters; 0 where it is not among them."""
    (count,) = struct.unpack_from("<I", reply, 8)
    at = 32
    for _ in range(count):
        counter, _high, _low, length = struct.unpack_from("<IiIH", reply, at)
        if reply[at + 14 : at + 14 + length] == _COUNTER:
            return int(counter)
        at += (14 + length + 3) & ~3
    return 0
