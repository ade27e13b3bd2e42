"""A virtual device's connection to a broker: paho, turned by the fleet's one loop."""

from __future__ import annotations

import logging
import selectors
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from socle_collector.simulate.device import VirtualDevice
from socle_core.settings.collector import CollectorSettings
from socle_core.wire import topics
from socle_core.wire.decode import decode_ack, decode_collector
from socle_core.wire.encode import encode
from socle_core.wire.messages import Message, Presence
from socle_core.wire.readable import Unreadable

log = logging.getLogger(__name__)
AGAIN_S = 2.0
KEEPALIVE_S = 300
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Link:
    """Carries the conversation of one device. `unix()`: the virtual time, in Unix seconds."""

    def __init__(
        self,
        device: VirtualDevice,
        settings: CollectorSettings,
        selector: selectors.BaseSelector,
        unix: Callable[[], int],
    ) -> None:
        self.device = device
        self.wanted = False
        self._settings = settings
        self._selector = selector
        self._unix = unix
        self._client: mqtt.Client | None = None
        self._again_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, or one being made."""
        return self._client is not None

    def want(self) -> None:
        """Connect, and again whenever the connection is lost, until `close`."""
        self.wanted = True
        self._open()

    def close(self) -> None:
        """Say that the machine sleeps, and disconnect."""
        self.wanted = False
        if self._client is not None:
            self._publish([self.device.sync.presence("sleeping")])
            client, self._client = self._client, None
            client.disconnect()
        self.device.sync.disconnected()

    def turn(self) -> None:
        """Do what its time has come for: keep-alive, the sync's waits, a lost connection."""
        if self._client is not None:
            self._client.loop_misc()
            deadline = self.device.sync.deadline
            if deadline is not None and deadline <= _now():
                self._publish(self.device.sync.due(_now()))
        elif self.wanted:
            self._open()

    def report(self) -> None:
        """Send what was written down since the last report."""
        if self._client is not None:
            self._publish(self.device.sync.report(_now()))

    def _open(self) -> None:
        if self._client is not None or self._again_at > _now():
            return
        client = self._new_client()
        server = self._settings
        try:
            client.connect(server.host, server.port, KEEPALIVE_S)
        except OSError as error:
            log.debug("%s: %s", self.device.machine.device, error)
            self._again_at = _now() + AGAIN_S
        else:
            self._client = client

    def _new_client(self) -> mqtt.Client:
        name, server = self.device.machine.device, self._settings
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, reconnect_on_failure=False)
        client.username_pw_set(name)
        client.will_set(self._topic("presence"), encode(self.device.sync.presence("lost")), 1, retain=True)
        if server.tls:
            ca, cert, key = (str(path) if path else None for path in (server.ca, server.cert, server.key))
            client.tls_set(ca, cert, key)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_message = self._received
        client.on_socket_open = self._watch
        client.on_socket_close = self._unwatch
        client.on_socket_register_write = self._await_room
        client.on_socket_unregister_write = self._await_nothing
        return client

    def _connected(self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.warning("%s: the broker refuses: %s", self.device.machine.device, reason)
            return
        realm = self._settings.realm
        own = [self._topic("ack"), self._topic("config"), topics.collector_topic(realm)]
        client.subscribe([(topic, 1) for topic in own])
        self._publish(self.device.sync.connected(_now()))

    def _disconnected(self, client: mqtt.Client, *_: Any) -> None:
        if client is self._client:
            self._client = None
            self._again_at = _now() + AGAIN_S
            self.device.sync.disconnected()

    def _received(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        sync = self.device.sync
        try:
            if message.topic == self._topic("ack"):
                ack = replace(decode_ack(bytes(message.payload)), now=float(self._unix()))
                if sync.answers(ack):
                    self.device.received(ack, self._unix())
                    self._publish(sync.received(_now(), ack))
            elif message.topic == topics.collector_topic(self._settings.realm):
                sync.collector(_now(), decode_collector(bytes(message.payload)).state, retained=message.retain)
        except Unreadable as error:
            log.warning("%s: %s", self.device.machine.device, error)

    def _publish(self, messages: Iterable[Message]) -> None:
        for message in messages:
            if self._client is not None:
                kind = type(message).__name__.lower()
                self._client.publish(self._topic(kind), encode(message), 1, retain=isinstance(message, Presence))

    def _watch(self, client: mqtt.Client, _data: Any, sock: Any) -> None:
        self._selector.register(sock, READ, client)

    def _unwatch(self, _client: mqtt.Client, _data: Any, sock: Any) -> None:
        self._selector.unregister(sock)

    def _await_room(self, client: mqtt.Client, _data: Any, sock: Any) -> None:
        self._selector.modify(sock, READ | WRITE, client)

    def _await_nothing(self, client: mqtt.Client, _data: Any, sock: Any) -> None:
        self._selector.modify(sock, READ, client)

    def _topic(self, kind: str) -> str:
        return topics.topic(self._settings.realm, self.device.machine.device, kind)


def io(client: mqtt.Client, mask: int) -> None:
    """Read and write what the socket of a client is ready for."""
    if mask & READ:
        client.loop_read()
    if mask & WRITE:
        client.loop_write()


def _now() -> float:
    """CLOCK_BOOTTIME of the real machine, on which the sync waits."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
