"""A stand-in for the collector where only the agent is measured: it answers as the contract says and stores nothing.

It also listens to what the peers publish, to show that they did their work.
"""

from __future__ import annotations

import time
from collections import Counter

import paho.mqtt.client as mqtt

from socle_core.wire import topics
from socle_core.wire.decode import decode_audit, decode_hello
from socle_core.wire.encode import encode
from socle_core.wire.messages import Ack, Audit, CollectorState, Hello, Ledger
from socle_core.wire.rows import decode_ledger

from .broker import PLAIN_PORT
from .places import REALM

KEEP_FROM = 1_893_456_000 // 900 - 96 * 365 * 10
"""Far enough back that no row of a replay is refused."""


class StandIn:
    """Answers hello, ledger and audit of every device of the bench's realm; `heard` counts messages by topic.

    `refused`: bad rows that came.
    """

    def __init__(self, address: str, port: int = PLAIN_PORT) -> None:
        self.heard: Counter[str] = Counter()
        self.refused = 0
        self.marks: dict[str, tuple[int, str | None]] = {}
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="stand-in")
        self._client.on_message = self._on_message
        self._client.on_connect = self._on_connect
        self._client.connect(address, port)
        self._client.loop_start()

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def count(self, prefix: str) -> int:
        """Messages heard so far on topics that begin so."""
        return sum(count for topic, count in list(self.heard.items()) if topic.startswith(prefix))

    def _on_connect(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe("#", 1)
        state = encode(CollectorState("online", int(time.time())))
        client.publish(topics.collector_topic(REALM), state, qos=1, retain=True)

    def _on_message(self, client: mqtt.Client, _: object, message: mqtt.MQTTMessage) -> None:
        self.heard[message.topic] += 1
        try:
            topic = topics.parse(message.topic)
        except ValueError:
            return
        ack = self._answer(topic.kind, message.payload)
        if ack is not None and topic.device is not None:
            client.publish(topics.topic(REALM, topic.device, "ack"), encode(ack))

    def _answer(self, kind: str, payload: bytes) -> Ack | None:
        question: Hello | Ledger | Audit
        if kind == "hello":
            question = decode_hello(payload)
        elif kind == "audit":
            question = decode_audit(payload)
        elif kind == "ledger":
            question = decode_ledger(payload, now=time.time(), keep_from=KEEP_FROM)
            self.refused += len(question.bad)
            if question.after <= self._mark(question.install)[0] < question.rev:
                self.marks[question.install] = (question.rev, question.run)
        else:
            return None
        rev, run = self._mark(question.install)
        return Ack(question.install, question.ask, rev, time.time(), KEEP_FROM, run=run if rev else None)

    def _mark(self, install: str) -> tuple[int, str | None]:
        return self.marks.get(install, (0, None))
