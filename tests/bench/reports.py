"""Valid reports of many devices, ready to be sent: each one slot and one day row of three services, health hourly."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from socle_core.wire.encode import encode
from socle_core.wire.messages import Day, Health, Hello, Ledger, Slot
from socle_core.wire.topics import new_device, new_id, topic

from . import school

Packet = tuple[bytes, int, str]
"""An MQTT packet, the `rev` that its ack must tell, and its `ask`."""


class Fleet:
    """Devices drawn from a seed: the bench that registers them and the generator draw the same."""

    def __init__(self, devices: int) -> None:
        rng = random.Random(7)
        self.devices = [new_device(rng) for _ in range(devices)]
        self.installs = [new_id(rng) for _ in range(devices)]
        self.runs = [new_id(rng) for _ in range(devices)]
        self._rng = rng

    def hellos(self, realm: str) -> Iterator[Packet]:
        """One from each device."""
        for number, device in enumerate(self.devices):
            ask = new_id(self._rng)
            hello = Hello(self.installs[number], self.runs[number], "b0071d00", ask, head=0, agent="0.1.0")
            yield _publish(topic(realm, device, "hello"), number, encode(hello)), 0, ask

    def reports(self, realm: str, first_quarter: int, quarters: int, rounds: int) -> Iterator[Packet]:
        """Quarter by quarter, all devices; quarters count from the beginning of the bench's `rounds` rounds."""
        begin = int(time.time()) // school.QUARTER_S - rounds * quarters
        for quarter in range(first_quarter, first_quarter + quarters):
            after, rev = _revision(quarter), _revision(quarter + 1)
            for number, device in enumerate(self.devices):
                ask = new_id(self._rng)
                rows = _rows(begin + quarter, quarter, self._rng)
                report = Ledger(self.installs[number], self.runs[number], ask, after, rev, **rows)
                yield _publish(topic(realm, device, "ledger"), number, encode(report)), rev, ask


def _revision(quarter: int) -> int:
    """Rows sent before this quarter: two in each, and a third in every fourth."""
    return 2 * quarter + (quarter + school.HOUR - 1) // school.HOUR


def _rows(t: int, quarter: int, rng: random.Random) -> dict[str, tuple[object, ...]]:
    open_, active = rng.randrange(600, 900), rng.randrange(600)
    slot = Slot(t, 900, 900, 0, 871, open_, active, 0, 31)
    grown = quarter % 96 * 300
    services = {name: (grown + rng.randrange(300), grown) for name in school.PUPIL[:3]}
    day = Day(t // 96, "pupil", grown + open_, grown, services)
    health = (Health(t, school.health(quarter)),) if quarter % school.HOUR == 0 else ()
    return {"slots": (slot,), "days": (day,), "health": health}


def _publish(name: str, number: int, payload: bytes) -> bytes:
    """An MQTT 3.1.1 PUBLISH of QoS 1."""
    packet_id = number % 65_000 + 1  # never twice among the few thousand that are under way
    body = len(name).to_bytes(2, "big") + name.encode() + packet_id.to_bytes(2, "big") + payload
    return b"\x32" + _length(len(body)) + body


def _length(length: int) -> bytes:
    encoded = bytearray()
    while True:
        length, low = divmod(length, 128)
        encoded.append(low | (0x80 if length else 0))
        if not length:
            return bytes(encoded)
