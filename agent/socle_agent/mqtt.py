"""One connection to the broker; the only importer of paho (1.6 of Debian 12, and 2.x).

paho's own loop, threads, reconnects and queue are not used: its socket stands in the daemon's epoll, and each
connection gets a client object of its own, so that nothing of an old one is ever sent again. What the collector
did not acknowledge is the ledger's business.
"""

from __future__ import annotations

import logging
import socket
from collections import deque
from collections.abc import Callable

from paho.mqtt import client as paho

from socle_agent import tcpinfo, tls, troubles
from socle_agent.attempt import Attempt
from socle_agent.loop import Loop
from socle_core.settings.agent import AgentSettings
from socle_core.wire import topics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    class Owner(Protocol):
        """Who is told what happens on a connection, always from the loop and never from within a call to it."""

        def opened(self) -> None:
            """It is connected and subscribed."""

        def arrived(self, kind: str, payload: bytes, retained: bool) -> None:
            """A message came; `kind`: ack, config or collector."""

        def ended(self, reason: str) -> None:
            """It failed, before or after `opened`, and is put away; `reason`: a word of troubles.py."""


_log = logging.getLogger(__name__)

ANSWER_S = 30.0
"""The broker must have answered CONNECT and SUBSCRIBE within this time."""
UNACKNOWLEDGED_MS = 90_000
"""After this time without an acknowledgement of TCP the kernel gives a connection up (roaming laptops)."""

_QOS = {"ack": 0, "config": 1, "collector": 1}
_DEADLINES = ("mqtt answer", "mqtt keep-alive", "mqtt failed")


class Session:
    """One connection, used once: `open`, then `publish`, then `close` unless its owner was told that it ended."""

    def __init__(self, loop: Loop, settings: AgentSettings, owner: Owner) -> None:
        self._loop, self._settings, self._owner = loop, settings, owner
        self._client: Any = _client(settings.device)
        self._attempt: Attempt | None = None
        self._fd = -1
        self._fault: str | None = None
        self._alert: Exception | None = None
        self._inbox: deque[Callable[[], None]] = deque()

    def open(self, will: bytes) -> None:
        """Begin to connect; `will`: the Presence that the broker publishes when the connection is lost.

        Raises FilesError when a certificate of the settings cannot be used.
        """
        settings, client = self._settings, self._client
        client.username_pw_set(settings.device)
        client.will_set(self._topic("presence"), will, qos=1, retain=True)
        if settings.tls:
            client.tls_set_context(tls.context(settings.ca, settings.cert, settings.key))
        client.on_connect, client.on_subscribe, client.on_message = self._answered, self._granted, self._came
        client.on_socket_close = self._closing
        where = settings.host, settings.port, settings.keepalive_s
        self._attempt = Attempt(lambda: client.connect(*where), lambda: _close(client))
        self._loop.watch(self._attempt.fd, "mqtt connecting", self._attempted)

    def publish(self, kind: str, payload: bytes, *, retain: bool = False) -> str:
        """Send with QoS 1 and return the topic; a failure shows as `ended`."""
        topic = self._topic(kind)
        self._guard(lambda client: client.publish(topic, payload, qos=1, retain=retain).rc)
        self._wrote()
        return topic

    def quality(self) -> dict[str, float]:
        """`rtt_ms` and `retransmits` of this connection (see tcpinfo); empty where unknown."""
        connection = self._client.socket()
        return tcpinfo.quality(connection) if connection is not None else {}

    def close(self) -> None:
        """Disconnect in order if connected, so that the will is not published. Waits at most a second."""
        if self._attempt is None and self._fd >= 0:
            self._loop.unwatch(self._fd)
            self._guard(lambda client: client.socket().settimeout(1.0))
            self._guard(_disconnect)
        self._put_away()

    def _attempted(self) -> None:
        attempt, self._attempt = self._attempt, None
        if attempt is None:
            return
        self._loop.unwatch(attempt.fd)
        error = attempt.result() or self._alert
        sock = self._client.socket()
        if error is not None or sock is None:
            self._fail(troubles.of_error(error) if error else troubles.CLOSED)
            return
        self._fd = sock.fileno()
        self._loop.after("mqtt answer", ANSWER_S, lambda: self._fail(troubles.TIMEOUT))
        self._guard(lambda _client: sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS))
        self._wrote()

    def _answered(self, client: Any, _userdata: Any, _flags: Any, code: Any, _properties: Any = None) -> None:
        """CONNACK; this signature serves both of paho's versions."""
        if _number(code):
            self._fail(troubles.of_connack(_number(code)))
            return
        topic = {kind: self._topic(kind) for kind in topics.DOWN}
        topic["collector"] = topics.collector_topic(self._settings.realm)
        client.subscribe([(topic[kind], qos) for kind, qos in _QOS.items()])

    def _granted(self, _client: Any, _userdata: Any, _mid: int, codes: Any, _properties: Any = None) -> None:
        """SUBACK."""
        if any(_number(code) >= 128 for code in codes):
            self._fail(troubles.UNAUTHORISED)
            return
        self._loop.cancel("mqtt answer")
        self._inbox.append(self._owner.opened)

    def _came(self, _client: Any, _userdata: Any, message: Any) -> None:
        try:
            kind = topics.parse(message.topic).kind
        except ValueError:
            return  # on a topic nobody asked for
        payload, retained = bytes(message.payload), bool(message.retain)
        self._inbox.append(lambda: self._owner.arrived(kind, payload, retained))
        if message.qos:
            self._keep_alive()  # paho answers with a PUBACK

    def _ready(self) -> None:
        """The socket can be read or written."""
        self._guard(_read_all)
        if self._fault is None and self._client.want_write():
            self._guard(lambda client: client.loop_write())
        while self._inbox and self._fault is None:  # outside of paho: an error of ours is not one of the connection
            self._inbox.popleft()()
        self._watch()

    def _wrote(self) -> None:
        self._keep_alive()
        self._watch()

    def _watch(self) -> None:
        """Wait for the socket to be readable, and to take more if it did not take all."""
        if self._fault is None and self._fd >= 0:
            self._loop.watch(self._fd, "mqtt", self._ready, writing=self._client.want_write())

    def _keep_alive(self) -> None:
        """The next ping is due a keep-alive after the last thing written."""
        self._loop.after("mqtt keep-alive", self._settings.keepalive_s + 0.1, self._ping)

    def _ping(self) -> None:
        """Let paho ping, or find that its last ping had no answer: it closes the socket then."""
        self._guard(lambda client: client.loop_misc(), otherwise=troubles.SILENT)
        self._wrote()

    def _guard(self, use: Callable[[Any], Any], otherwise: str = troubles.CLOSED) -> None:
        """Call paho: whatever goes wrong there is a failed connection."""
        if self._fault is not None:
            return
        try:
            failed = use(self._client) or self._client.socket() is None
        except Exception as error:
            self._fail(troubles.of_error(error))
            return
        if failed:
            self._fail(troubles.of_error(self._alert) if self._alert else otherwise)

    def _closing(self, _client: Any, _userdata: Any, sock: Any) -> None:
        """Paho closes the socket when it sees an error, and says little: a broker's alert may still wait in it."""
        self._loop.unwatch(self._fd)
        self._alert = tls.last_words(sock)

    def _fail(self, reason: str) -> None:
        if self._fault is None:
            self._fault = reason
            self._loop.after("mqtt failed", 0, self._ended)

    def _ended(self) -> None:
        reason = self._fault or troubles.CLOSED
        self._put_away()
        self._owner.ended(reason)

    def _put_away(self) -> None:
        for name in _DEADLINES:
            self._loop.cancel(name)
        self._loop.unwatch(self._fd)
        if self._attempt is not None:
            self._loop.unwatch(self._attempt.fd)
            self._attempt.abandon()
        else:
            _close(self._client)
        self._fault, self._fd, self._attempt = self._fault or troubles.CLOSED, -1, None

    def _topic(self, kind: str) -> str:
        return topics.topic(self._settings.realm, self._settings.device, kind)


def _client(device: str) -> Any:
    """A paho client of either version, for MQTT 3.1.1 and clean sessions."""
    version = getattr(paho, "CallbackAPIVersion", None)
    first: list[Any] = [] if version is None else [version.VERSION2]
    make: Any = paho.Client
    return make(*first, client_id=device, clean_session=True, protocol=paho.MQTTv311)


def _number(code: Any) -> int:
    """The number of a return code: a plain one in paho 1.6, an object in 2.x."""
    return int(getattr(code, "value", code))


def _read_all(client: Any) -> int:
    """Read what is there: TLS may hold bytes that no epoll shows."""
    code = client.loop_read()
    while not code and (sock := client.socket()) is not None and getattr(sock, "pending", int)():
        code = client.loop_read()
    return int(code)


def _disconnect(client: Any) -> None:
    client.disconnect()
    while client.socket() is not None and client.want_write():
        if client.loop_write():
            return


def _close(client: Any) -> None:
    sock = client.socket()
    if sock is not None:
        sock.close()
