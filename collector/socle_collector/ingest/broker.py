"""The connection to the broker: the only module of the ingest that imports paho.

paho's own loop and threads are not used: we wait ourselves, so that one thread does everything in order, and
read no more than we can store. A connection is made once; after its loss a new one is made.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from socle_collector.ingest.buffered import Buffered, BufferedClient
from socle_collector.ingest.post import Letter
from socle_core.settings.collector import CollectorSettings
from socle_core.wire.encode import encode
from socle_core.wire.limits import MAX_BYTES
from socle_core.wire.messages import CollectorState
from socle_core.wire.topics import PREFIX, UP, collector_topic

MOST_BYTES = 1 << 24
ANSWER_S = 10.0
"""How long the broker may take to answer CONNECT, SUBSCRIBE or a publication."""


class BrokerError(Exception):
    """There is no connection, or no longer; the text says why and, where we know, what to do."""


class Broker:
    """One connection. `inbox` holds what has come and nobody has taken yet.

    `wall` gives seconds since 1970. `wake`: a file descriptor that ends a wait when it becomes readable.
    """

    def __init__(self, settings: CollectorSettings, wall: Callable[[], float], wake: int) -> None:
        self.inbox: list[Letter] = []
        self._settings = settings
        self._wall, self._wake = wall, wake
        self._since = int(wall())
        self._received_at, self._bytes = 0.0, 0
        self._granted: bool | None = None
        self._refusal = ""
        self._leaving = False
        self._topic = collector_topic(settings.realm)
        self._client = self._prepare()

    def _prepare(self) -> Client:
        settings = self._settings
        client = BufferedClient(CallbackAPIVersion.VERSION2, client_id=f"socle-collector-{settings.realm}")
        client.on_connect, client.on_subscribe = self._on_connect, self._on_subscribe
        client.on_message, client.on_disconnect = self._on_message, self._on_disconnect
        client.will_set(self._topic, self._state("lost"), qos=1, retain=True)
        return client

    def open(self) -> None:
        """Connect and subscribe; BrokerError if the broker cannot be reached, refuses, or stays silent."""
        settings = self._settings
        try:
            if settings.tls:
                self._client.tls_set(_text(settings.ca), _text(settings.cert), _text(settings.key))
            self._client.connect(settings.host, settings.port, settings.keepalive_s)
        except (OSError, ValueError) as error:  # ssl's errors are OSErrors, a certificate for another name too
            raise BrokerError(str(error)) from None
        self._until(self._client.is_connected, "CONNECT")
        topics = [(f"{PREFIX}/{settings.realm}/+/{kind}", 1) for kind in UP]
        self._client.subscribe(topics)
        self._until(lambda: self._granted is not None, "SUBSCRIBE")
        if not self._granted:
            raise BrokerError(f"it does not let us read {PREFIX}/{settings.realm}/+/…: give the collector that right")

    def announce(self, state: str) -> None:
        """Tell the fleet, retained, that the collector is there (online) or not (lost), and wait until it is told."""
        told = self._client.publish(self._topic, self._state(state), qos=1, retain=True)
        self._check(told.rc)
        self._until(told.is_published, "PUBLISH")

    def close(self) -> None:
        """Leave in order: say `lost` and disconnect; a broker that does not answer is left without a word.

        What still comes meanwhile is dropped; nobody was told that it is stored.
        """
        self._leaving = True
        with suppress(BrokerError):
            if self._client.is_connected():
                self.announce("lost")
                self._client.disconnect()
        if connection := self._client.socket():
            connection.close()  # so that the broker tells our will

    def publish(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Send topics and payloads with QoS 0; what is not taken at once leaves with the next `wait`."""
        for topic, payload in messages:
            self._client.publish(topic, payload)
        self._flush()

    def wait(self, seconds: float, *, wake: bool = True) -> None:
        """Wait until something can be read, the wake-up comes or the time is over; keep the connection alive.

        While what we wrote is not taken nothing is read (see `receive`): then the wait is for that.
        """
        self._check(self._client.loop_misc())
        connection = self._flush()
        writes = [connection] if connection.unwritten() else []
        if connection.unread() and not writes:
            return
        reads: list[Any] = [] if writes else [connection]
        _, writable, _ = select.select(reads + [self._wake] * wake, writes, [], max(0.0, seconds))
        if writable:
            self._flush()

    def receive(self, most: int) -> None:
        """Read what has come, until the inbox holds `most` letters or 16 MiB.

        Nothing is read while what we wrote is not taken: the broker is to feel that we are slow.
        """
        if self._flush().unwritten():
            return
        self._received_at = self._wall()
        held = -1
        while held < len(self.inbox) and not self.full(most):
            held = len(self.inbox)
            self._check(self._client.loop_read())
        self._flush()  # the broker waits to hear that it may send more

    def full(self, most: int) -> bool:
        """Whether the inbox holds `most` letters or 16 MiB."""
        return len(self.inbox) >= most or self._bytes >= MOST_BYTES

    def attend(self) -> None:
        """Read on, and stay alive, while the database works; what goes wrong is told by the next `wait`."""
        try:
            self._check(self._client.loop_misc())
            self.receive(self._settings.batch_max)
        except BrokerError as error:
            self._refusal = self._refusal or str(error)

    def take(self) -> list[Letter]:
        """Empty the inbox."""
        letters, self.inbox, self._bytes = self.inbox, [], 0
        return letters

    def _flush(self) -> Buffered:
        """Write what waits, as far as it is taken; return the socket, BrokerError if there is none."""
        connection = self._client.socket()
        if not isinstance(connection, Buffered):
            raise BrokerError(self._refusal or "the connection is gone")
        try:
            self._check(self._client.loop_write())
            connection.flush()
        except OSError as error:
            raise BrokerError(f"the connection is gone: {error}") from None
        return connection

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + ANSWER_S  # real seconds: a broker does not follow a test's clock
        self._received_at = self._wall()
        while not condition():
            if time.monotonic() > end:
                raise BrokerError(f"it does not answer {what}")
            self.wait(0.2, wake=False)
            self._check(self._client.loop_read())

    def _check(self, code: MQTTErrorCode) -> None:
        if code not in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_AGAIN):
            raise BrokerError(self._refusal or f"the connection is gone ({code.name.removeprefix('MQTT_ERR_')})")

    def _state(self, state: str) -> bytes:
        return encode(CollectorState(state, self._since))

    def _on_connect(self, _: Client, __: Any, ___: ConnectFlags, code: ReasonCode, ____: Properties | None) -> None:
        if code.is_failure:
            self._refusal = f"it refuses us: {code}"

    def _on_disconnect(
        self, _: Client, __: Any, ___: DisconnectFlags, code: ReasonCode, ____: Properties | None
    ) -> None:
        self._refusal = self._refusal or f"the connection is gone: {code}"

    def _on_subscribe(self, _: Client, __: Any, ___: int, codes: list[ReasonCode], ____: Properties | None) -> None:
        self._granted = not any(code.is_failure for code in codes)

    def _on_message(self, _: Client, __: Any, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        if self._leaving or self._bytes >= MOST_BYTES:  # too much came while an answer was awaited
            return
        payload = bytes(message.payload[: MAX_BYTES + 1])  # one byte too many says that it is too long
        self._bytes += len(payload)
        self.inbox.append(Letter(topic, payload, message.retain, self._received_at))


def _text(file: Path | None) -> str | None:
    return None if file is None else str(file)
