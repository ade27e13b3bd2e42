"""An MQTT client that hears everything and can say anything: the other end in tests of the agent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from paho.mqtt import client as paho

from support.waiting import until


class Ear:
    """Everything that was published below `socle/`, as (topic, payload, retained)."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, bytes, bool]] = []
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        self._client.on_message = self._on_message
        self._ready: list[bool] = []
        self._client.on_connect = lambda client, *_rest: client.subscribe("socle/#", qos=1)
        self._client.on_subscribe = lambda *_rest: self._ready.append(True)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        until(lambda: self._ready, what="the ear is subscribed")

    def of(self, kind: str) -> list[bytes]:
        """Payloads heard on topics that end so."""
        return [payload for topic, payload, _retained in self.heard if topic.endswith(f"/{kind}")]

    def say(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish, and wait until the broker has it."""
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10)

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(self, _client: Any, _userdata: Any, message: Any) -> None:
        self.heard.append((message.topic, message.payload, message.retain))


@contextmanager
def listening(port: int) -> Iterator[Ear]:
    """An ear on a broker of this machine."""
    ear = Ear(port)
    try:
        yield ear
    finally:
        ear.close()
