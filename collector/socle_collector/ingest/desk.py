"""Where letters are read, stored and answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from psycopg import Connection

from socle_collector.ingest import door, store
from socle_collector.ingest.acks import ack
from socle_collector.ingest.names import device_name, device_number, id_number
from socle_collector.ingest.poison import isolate, where
from socle_collector.ingest.post import Answer, Letter, Read, Refused
from socle_collector.ingest.terms import Terms, terms
from socle_core.settings.collector import CollectorSettings
from socle_core.wire.messages import Audit
from socle_core.wire.readable import Unreadable
from socle_core.wire.topics import UP, valid_device

NOT_OURS = "its topic is not one on which devices send"
log = logging.getLogger(__name__)

Item = Read | Refused


class Desk:
    """Handles batches of letters over one connection to the database; `noted` is told what was quarantined."""

    def __init__(
        self,
        settings: CollectorSettings,
        connection: Connection[Any],
        noted: Callable[[Sequence[Refused]], None],
    ) -> None:
        self._settings, self._connection, self._noted = settings, connection, noted

    def handle(self, letters: Iterable[Letter], now: Callable[[], float]) -> list[tuple[str, bytes]]:
        """Store a batch; return its acks as topics and payloads. `now` tells the time, in seconds since 1970.

        What cannot be stored goes to the quarantine. psycopg.Error where the database is away; the letters not
        yet answered are then forgotten, and their senders ask again.
        """
        on = terms(now(), self._settings)
        answers: list[Answer] = []
        for items in segments([_open(letter, on) for letter in letters]):
            self._store(items, on, answers)
        at = now()
        return [ack(answer, on.keep_from, at) for answer in answers]

    def _store(self, items: Sequence[Item], on: Terms, answers: list[Answer]) -> None:
        def attempt(some: Sequence[Item]) -> None:
            reads = [item for item in some if isinstance(item, Read)]
            batch = store.commit(self._connection, reads, [item for item in some if isinstance(item, Refused)], on)
            answers.extend(batch.answers)
            if batch.refused:
                self._noted(batch.refused)

        def give_up(item: Item, error: Exception) -> None:
            log.error("a message cannot be stored: %s", where(error))
            if isinstance(item, Read):
                attempt([_unstorable(item, error)])

        isolate(items, attempt, give_up)


def _open(letter: Letter, on: Terms) -> Item:
    """Read a letter, or say why it is refused."""
    parts = letter.topic.split("/")
    if len(parts) != 5 or not valid_device(parts[3]) or parts[4] not in UP:
        return Refused("message", None, NOT_OURS, letter.payload, letter.at)
    device, kind = parts[3:]
    try:
        message = door.read(kind, letter.payload, on)
    except Unreadable as error:
        return Refused(kind, device, str(error), letter.payload, letter.at)
    return Read(letter, device_number(device), id_number(message.install), message)


def segments(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut a batch so that nothing of an install stands behind its audit: that one may change the mark."""
    start, audited = 0, set[tuple[int, int]]()
    for place, item in enumerate(items):
        if isinstance(item, Read):
            key = item.device, item.install
            if key in audited:
                yield items[start:place]
                start, audited = place, set()
            if isinstance(item.message, Audit):
                audited.add(key)
    if items:
        yield items[start:]


def _unstorable(read: Read, error: Exception) -> Refused:
    kind = type(read.message).__name__.lower()
    why = f"the database does not take it: {type(error).__name__}"
    return Refused(kind, device_name(read.device), why, read.letter.payload, read.letter.at)
