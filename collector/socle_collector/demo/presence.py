"""Whether a collector is at work: its own word, retained by the broker."""

from __future__ import annotations

import time
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from socle_core.wire.decode import decode_collector
from socle_core.wire.topics import collector_topic

LISTEN_S = 1.0


def is_online(host: str, port: int, realm: str) -> bool:
    """Listen for at most a second; False also where no broker answers."""
    states: list[str] = []
    client = mqtt.Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)

    def connected(client: mqtt.Client, *_: Any) -> None:
        client.subscribe(collector_topic(realm), 1)

    def received(_client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        if message.topic == collector_topic(realm):
            states.append(decode_collector(bytes(message.payload)).state)

    client.on_connect, client.on_message = connected, received
    try:
        client.connect(host, port)
    except OSError:
        return False
    until = time.monotonic() + LISTEN_S
    while not states and time.monotonic() < until:
        client.loop(0.1)
    client.disconnect()
    return states[-1:] == ["online"]
