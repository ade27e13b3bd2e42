"""A connection to the database that lets us read from the broker while PostgreSQL works.

psycopg writes each operation as a generator that says for what it waits, and `Connection.wait` drives it. Ours
turns to the broker whenever the answer takes a while. So one thread does everything, in order, and yet neither
the broker nor PostgreSQL stands still while we talk to the other.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

from psycopg import Connection, OperationalError

T = TypeVar("T")

_READ, _WRITE = 1, 2
"""What psycopg's generators ask for and are answered."""

PAUSE_MS = 2.0
"""How long the database alone is watched; small bites from the broker would cost more than they bring."""


PATIENCE_S = 60.0
"""How long one answer of the database may take before it counts as lost: no statement of ours takes seconds."""


class Attentive(Connection[Any]):
    """Calls `attend` while the database takes its time; it is short and never raises.

    OperationalError, and the connection closed, where the database does not answer at all.
    """

    attend: Callable[[], None] | None = None

    def wait(self, gen: Generator[Any, Any, T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Drive an operation to its end and return its result."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            wanted = next(gen)
            while True:
                wanted = gen.send(self._ready(wanted))
        except StopIteration as end:
            result: T = end.value
            return result

    def _ready(self, wanted: int) -> int:
        """Wait until the database is ready for what is wanted."""
        poll = select.poll()
        poll.register(self.pgconn.socket, _as_poll(wanted))
        end = time.monotonic() + PATIENCE_S  # real seconds: a database does not follow a test's clock
        while not (events := poll.poll(PAUSE_MS)):
            if self.attend:
                self.attend()
            if time.monotonic() > end:
                self.pgconn.finish()  # whoever tidies up after the error must not wait as long again
                raise OperationalError(f"it does not answer within {PATIENCE_S:.0f} s")
        return _as_psycopg(events[0][1], wanted)


def _as_poll(wanted: int) -> int:
    return (select.POLLIN if wanted & _READ else 0) | (select.POLLOUT if wanted & _WRITE else 0)


def _as_psycopg(event: int, wanted: int) -> int:
    """What poll tells, as psycopg says it; after an error it shall try, and find out."""
    if event & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
        return wanted
    return (_READ if event & select.POLLIN else 0) | (_WRITE if event & select.POLLOUT else 0)
