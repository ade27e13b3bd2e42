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
    """A letter that could be read; `device` and `install` are numbers, the device that of its topic."""

    letter: Letter
    device: int
    install: int
    message: Up


class Answer(NamedTuple):
    """An ack to a letter, to be sent once the transaction has committed; `run` is a number, None at mark 0."""

    to: Letter
    install: str
    ask: str
    rev: int
    run: int | None
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
