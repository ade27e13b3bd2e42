"""The bare subscriber: paho, QoS 1, which does nothing with a message but count it.

`python -m tests.bench.counter ADDRESS PORT TOPIC FILE`; the count stands in the first eight bytes of FILE.
"""

from __future__ import annotations

import mmap
import sys
from pathlib import Path

import paho.mqtt.client as mqtt


def main(address: str, port: str, topic: str, path: str) -> None:
    """Count until ended."""
    with Path(path).open("r+b") as file:
        shared = mmap.mmap(file.fileno(), 8)
    count = 0

    def on_message(*_: object) -> None:
        nonlocal count
        count += 1
        shared[:8] = count.to_bytes(8, "little")

    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="counter")
    client.on_message = on_message
    client.on_connect = lambda *_: client.subscribe(topic, 1)
    client.on_subscribe = lambda *_: print("subscribed", flush=True)
    client.connect(address, int(port))
    client.loop_forever()


main(*sys.argv[1:])
