"""Where letters are read, stored and answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from psycopg import Connection

from socle_collector.ingest import door, store
from socle_collector.ingest.names import device_name, device_number
from socle_collector.ingest.poison import isolate
from socle_collector.ingest.post import Answer, Letter, Read, Refused
from socle_collector.ingest.terms import Terms, terms
from socle_core.settings.collector import CollectorSettings
from socle_core.wire.encode import encode
from socle_core.wire.messages import Ack, Audit
from socle_core.wire.readable import Unreadable
from socle_core.wire.rejection import name_rejected
from socle_core.wire.topics import parse, topic

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
        return self._acks(answers, on.keep_from, now())

    def _store(self, items: Sequence[Item], on: Terms, answers: list[Answer]) -> None:
        def attempt(some: Sequence[Item]) -> None:
            reads = [item for item in some if isinstance(item, Read)]
            batch = store.commit(self._connection, reads, [item for item in some if isinstance(item, Refused)], on)
            answers.extend(batch.answers)
            if batch.refused:
                self._noted(batch.refused)

        def give_up(item: Item, error: Exception) -> None:
            log.error("a message cannot be stored: %s", type(error).__name__, exc_info=error)
            if isinstance(item, Read):
                attempt([_unstorable(item, error)])

        isolate(items, attempt, give_up)

    def _acks(self, answers: Iterable[Answer], keep_from: int, now: float) -> list[tuple[str, bytes]]:
        realm = self._settings.realm
        return [
            (topic(realm, device_name(answer.device), "ack"), encode(_ack(answer, keep_from, now)))
            for answer in answers
        ]


def _open(letter: Letter, on: Terms) -> Item:
    """Read a letter, or say why it is refused."""
    try:
        sender = parse(letter.topic)
    except ValueError:
        return Refused("message", None, NOT_OURS, letter.payload, letter.at)
    assert sender.device is not None  # we subscribe to topics of devices only
    try:
        return Read(letter, device_number(sender.device), door.read(sender.kind, letter.payload, on))
    except Unreadable as error:
        return Refused(sender.kind, sender.device, str(error), letter.payload, letter.at)


def segments(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut a batch so that nothing of an install stands behind its audit: that one may change the mark."""
    start, audited = 0, set[tuple[int, str]]()
    for place, item in enumerate(items):
        if isinstance(item, Read):
            key = item.device, item.message.install
            if key in audited:
                yield items[start:place]
                start, audited = place, set()
            if isinstance(item.message, Audit):
                audited.add(key)
    if items:
        yield items[start:]


def _ack(answer: Answer, keep_from: int, now: float) -> Ack:
    rejected, total = name_rejected(answer.bad)
    run = answer.run if answer.rev else None
    return Ack(answer.install, answer.ask, answer.rev, round(now, 3), keep_from, run, rejected, total)


def _unstorable(read: Read, error: Exception) -> Refused:
    kind = type(read.message).__name__.lower()
    why = f"the database does not take it: {type(error).__name__}"
    return Refused(kind, device_name(read.device), why, read.letter.payload, read.letter.at)
