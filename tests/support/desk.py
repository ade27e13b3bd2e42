"""A collector's desk without a broker: letters go in by hand, and its acks are read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import pytest
from psycopg import Connection

from socle_collector.ingest.chores import Chores
from socle_collector.ingest.database import DatabaseError, connect
from socle_collector.ingest.desk import Desk
from socle_collector.ingest.post import Letter, Refused
from socle_collector.totals import totals
from socle_core.settings.collector import CollectorSettings
from socle_core.wire.decode_down import decode_ack
from socle_core.wire.encode import encode
from socle_core.wire.messages import Ack, Message
from support.clocks import HandClock
from support.postgres import Postgres
from support.waiting import until
from support.wire import NOW

DEVICE = "abcdefgh2345"
OTHER = "zyxwvuts7654"
INSTALL, RUN = "9f3a11c2", "77aa01fe"
TABLES = ("slots", "days", "undated", "health", "acts", "services", "marks", "runs", "presence", "quarantine",
          "quarantine_dropped", "changed", "device_days")  # fmt: skip


class HandDesk:
    """One desk over a database, at a time that the test sets; `DEVICE` and `OTHER` are registered."""

    def __init__(self, url: str, **settings: Any) -> None:
        self.settings = CollectorSettings(realm="test", database_url=url, **settings)
        self.clock = HandClock(NOW)
        self.connection: Connection[Any] = until(lambda: _connected(url), what="the last desk has left")
        self.chores = Chores(self.settings, self.clock)
        self.refused: list[Refused] = []
        self.desk = Desk(self.settings, self.connection, self._noted)
        self.enrol(DEVICE, OTHER)
        self._asks = iter(range(1, 1 << 32))

    def _noted(self, refused: Sequence[Refused]) -> None:
        self.refused += refused
        self.chores.noted(refused, self.connection)

    def enrol(self, *devices: str) -> None:
        """Register devices."""
        for device in devices:
            self.connection.execute("INSERT INTO devices (id, realm) VALUES (%s, 'test')", (device,))

    def ask(self) -> str:
        """An ask that was never used before."""
        return f"{next(self._asks):08x}"

    def letter(self, kind: str, message: Message | bytes, device: str = DEVICE, *, retained: bool = False) -> Letter:
        """A letter as the broker would hand it over now."""
        payload = message if isinstance(message, bytes) else encode(message)
        return Letter(f"socle/1/test/{device}/{kind}", payload, retained, self.clock.wall)

    def handle(self, *letters: Letter) -> list[Ack]:
        """Handle letters as one batch; return the acks, in order."""
        return [decode_ack(payload) for _, payload in self.desk.handle(letters, lambda: self.clock.wall)]

    def send(self, kind: str, message: Message | bytes, device: str = DEVICE) -> Ack:
        """Handle one letter that is answered."""
        (ack,) = self.handle(self.letter(kind, message, device))
        return ack

    def tell(self, device: str = DEVICE, **keys: object) -> Ack:
        """Send a Ledger; revisions 0 to 1 unless told."""
        document = {"v": 1, "install": INSTALL, "run": RUN, "ask": self.ask(), "after": 0, "rev": 1, **keys}
        return self.send("ledger", json.dumps(document).encode(), device)

    def say_hello(self, device: str = DEVICE, **keys: object) -> Ack:
        """Send a Hello."""
        document = {"v": 1, "install": INSTALL, "run": RUN, "boot": "5d21c0aa", "ask": self.ask(), **keys}
        return self.send("hello", json.dumps(document).encode(), device)

    def totals(self, device: str = DEVICE, install: str = INSTALL) -> dict[str, Any]:
        """What `totals` tells of one install."""
        told: dict[str, Any] = totals(self.connection)["devices"][device][install]
        return told

    def query(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database."""
        return self.connection.execute(query, values).fetchall()

    def empty(self) -> None:
        """Throw away all but the registry."""
        with self.connection.transaction():
            for table in TABLES:  # quicker than TRUNCATE where there is little
                self.connection.execute(f"DELETE FROM {table}")

    def leave(self) -> None:
        """Throw away everything, and close."""
        self.empty()
        self.connection.execute("DELETE FROM devices")
        self.connection.close()


def _connected(url: str) -> Connection[Any] | None:
    with suppress(DatabaseError):
        return connect(url)
    return None


@pytest.fixture(scope="session")
def desk_database(postgres: Postgres, template: str) -> Iterator[str]:
    """URL of one database for all desks: making one for each test would take longer than the tests."""
    url = postgres.create(template)
    yield url
    postgres.drop(url)


@pytest.fixture
def desk(desk_database: str) -> Iterator[HandDesk]:
    """A desk over an empty database."""
    made = HandDesk(desk_database)
    yield made
    made.leave()
