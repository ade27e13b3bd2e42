"""Small ledgers, and growth to put into them."""

from __future__ import annotations

from random import Random

from socle_agent.growth import Growth, Use
from socle_agent.ledger import Ledger
from socle_core.wire.messages import Ack, Act, Rejected
from socle_core.wire.messages import Ledger as Message
from socle_core.wire.topics import new_id

T = 1_994_912
"""A quarter of November 2026."""
D = T // 96
ASK = "0" * 8


def fresh() -> Ledger:
    """An empty ledger in memory, begun by run aaaaaaaa of boot bbbbbbbb."""
    rng = Random(7)
    ledger = Ledger.in_memory(lambda: new_id(rng))
    ledger.begin("aaaaaaaa", "bbbbbbbb")
    return ledger


def slot(t: int, **seconds: int) -> Growth:
    """Growth of one slot."""
    growth = Growth()
    for name, more in (seconds or {"powered": 60}).items():
        growth.slot(t, name, more)
    return growth


def day(d: int, **services: int) -> Growth:
    """Growth of one pupil's day, seconds present by service."""
    growth = Growth()
    growth.day(d, "pupil", Use(60, 30, {service: [seconds, None] for service, seconds in services.items()}))
    return growth


def act(number: int, d: int | None = D) -> Act:
    """An act of its own."""
    return Act(f"0b6e7c1e-8f5f-4a51-9b1d-{number:012x}", "training", d, 90, "gcompris")


def everything(ledger: Ledger) -> list[Message]:
    """All that the ledger would send to a collector that has nothing."""
    messages: list[Message] = []
    while (after := messages[-1].rev if messages else 0) < ledger.head:
        messages.append(ledger.message(after, ASK))
    return messages


def acked(ledger: Ledger, *rejected: Rejected, total: int | None = None) -> None:
    """Send everything, and have it all acked with these rows refused."""
    for message in everything(ledger):
        ack = Ack(ledger.install, ASK, message.rev, 1.8e9, 0, message.run, rejected, total)
        ledger.settle(ack, message)
