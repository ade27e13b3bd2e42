"""What passes through the ingest: a message as it came, as it was understood, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from socle_core.wire.messages import Audit, BadRow, Hello, Ledger, Presence

Up = Presence | Hello | Ledger | Audit


class Letter(NamedTuple):
    """A message as the broker handed it over; `at` is the time of receipt, in seconds since 1970.

    `again`: it comes out of the quarantine, to be judged again, and is not answered.
    """

    topic: str
    payload: bytes
    retained: bool
    at: float
    again: bool = False


class Read(NamedTuple):
    """A letter that could be read; `device` is the number of the device under whose topic it came."""

    letter: Letter
    device: int
    message: Up


@dataclass(slots=True)
class Answer:
    """An ack to be sent once the transaction has committed; `device` is a number, `run` None at mark 0."""

    device: int
    install: str
    ask: str
    rev: int
    run: str | None
    bad: tuple[BadRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Something to keep in quarantine.

    `kind`: hello, ledger, audit, presence for a whole message (or "message" where not even its topic is the
    contract's), slots, days, … for one row of a Ledger of revision `rev`. `device`: as the topic names it.
    """

    kind: str
    device: str | None
    why: str
    payload: bytes
    at: float
    install: str | None = None
    key: str | None = None
    rev: int | None = None
