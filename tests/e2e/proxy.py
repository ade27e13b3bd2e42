"""A TCP proxy that knows MQTT's framing: it cuts, breaks off within a message, delays, doubles and shuffles.

    client ── Proxy ── broker        one thread, one selector; `up` is from the client, `down` to it

Each whole packet is handed to `rule`, which answers with the packets to pass on and when: none (lost), one (as it
is), several with different delays (doubled and shuffled). Bytes that are not MQTT (TLS) pass with `framed=False`.
"""

from __future__ import annotations

import heapq
import itertools
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

PUBLISH, CONNECT = 3, 1


@dataclass(frozen=True)
class Packet:
    """One MQTT packet as it stands on the wire; `kind` 0 for bytes that were not framed."""

    up: bool
    kind: int
    flags: int
    raw: bytes

    @property
    def qos(self) -> int:
        """Quality of service of a PUBLISH."""
        return self.flags >> 1 & 3

    @property
    def topic(self) -> str:
        """Topic of a PUBLISH."""
        return self._parts()[0]

    @property
    def payload(self) -> bytes:
        """Payload of a PUBLISH."""
        return self._parts()[2]

    def doubled(self) -> Packet:
        """Return what a sender without an answer sends again: the same with the DUP flag."""
        return Packet(self.up, self.kind, self.flags | 8, bytes((self.raw[0] | 8,)) + self.raw[1:])

    def unasked(self) -> Packet:
        """Return the same PUBLISH at QoS 0, without a packet id that could have been taken again since."""
        topic, _, payload = self._parts()
        name = topic.encode()
        body = len(name).to_bytes(2, "big") + name + payload
        return Packet(self.up, PUBLISH, 0, bytes((PUBLISH << 4,)) + _length(len(body)) + body)

    def _parts(self) -> tuple[str, int, bytes]:
        start = next(i for i in range(1, 5) if not self.raw[i] & 0x80) + 1
        size = int.from_bytes(self.raw[start : start + 2], "big")
        at = start + 2 + size
        topic = self.raw[start + 2 : at].decode()
        if not self.qos:
            return topic, 0, self.raw[at:]
        return topic, int.from_bytes(self.raw[at : at + 2], "big"), self.raw[at + 2 :]


Rule = Callable[[Packet], list[tuple[float, Packet]]]
"""What becomes of a packet: packets to pass on, each after so many real seconds."""


def pass_on(packet: Packet) -> list[tuple[float, Packet]]:
    """Change nothing."""
    return [(0.0, packet)]


class Mischief:
    """Every PUBLISH comes twice at least, late and out of order; some come once more much later."""

    def __init__(self, rng: Random, spread_s: float, *, up: bool) -> None:
        self._rng, self._spread, self._up = rng, spread_s, up
        self.doubled = 0
        self._past: list[Packet] = []

    def __call__(self, packet: Packet) -> list[tuple[float, Packet]]:
        """Double a PUBLISH of the direction, and repeat one of those that came before."""
        if packet.kind != PUBLISH or packet.up != self._up:
            return [(0.0, packet)]
        self._past.append(packet)
        self.doubled += 1
        old = self._rng.choice(self._past)
        return [
            (0.0, packet),
            (self._some(), packet.doubled() if packet.qos else packet),
            (self._some(), old.unasked()),
        ]

    def all_again(self) -> list[Packet]:
        """Return everything that ever passed, shuffled."""
        return [old.unasked() for old in self._rng.sample(self._past, len(self._past))]

    def _some(self) -> float:
        return self._rng.uniform(0, self._spread)


@dataclass
class _Way:
    """One direction of one connection."""

    up: bool
    source: socket.socket
    sink: socket.socket
    gathered: bytearray = field(default_factory=bytearray)
    late: list[tuple[float, int, bytes]] = field(default_factory=list)
    ready: bytearray = field(default_factory=bytearray)


class Proxy:
    """Listens on `port` and connects to `target`. All methods may be called from another thread.

    `seen`: every packet that arrived, of all connections. `rule`: see `Rule`. `received`: bytes from clients.
    """

    def __init__(self, target: int, *, framed: bool = True, host: str = "127.0.0.1") -> None:
        self.rule: Rule = pass_on
        self.seen: list[Packet] = []
        self._target, self._framed = (host, target), framed
        self._server = socket.create_server((host, 0), backlog=64)
        self.port = int(self._server.getsockname()[1])
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._server, selectors.EVENT_READ)
        self._bell, self._ear = socket.socketpair()
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._asleep = selectors.DefaultSelector()
        self._asleep.register(self._ear, selectors.EVENT_READ)
        self._ways: dict[socket.socket, _Way] = {}
        self._numbers = itertools.count()
        self._lock = threading.RLock()
        self._open, self._frozen, self._closing = True, False, False
        self._break: tuple[bool, float] | None = None
        self.broken = 0
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """End all connections and take no new one."""
        with self._lock:
            self._open = False
            for sock in list(self._ways):
                self._end(sock)

    def freeze(self) -> None:
        """Pass nothing on, without an end of the connections."""
        self._tell(frozen=True)

    def mend(self) -> None:
        """Pass everything on again, and take connections."""
        self._tell(frozen=False, open=True)

    def break_within(self, *, up: bool, share: float) -> None:
        """Pass `share` (0-1) of the next PUBLISH of this direction, then end its connection."""
        with self._lock:
            self._break = up, share

    def inject(self, packets: list[Packet], within_s: float, rng: Random) -> None:
        """Pass these on over the latest connection, at random moments."""
        with self._lock:
            for packet in packets:
                ways = [way for way in self._ways.values() if way.up == packet.up]
                if ways:
                    self._queue(ways[-1], rng.uniform(0, within_s), packet)
        self._ring()

    def connections(self) -> int:
        """How many connections are open now."""
        with self._lock:
            return len(self._ways) // 2

    def published(self, kind: str, *, up: bool = True) -> list[Packet]:
        """The PUBLISH packets that came, of topics that end with `kind`."""
        with self._lock:
            return [p for p in self.seen if p.kind == PUBLISH and p.up == up and p.topic.endswith("/" + kind)]

    def close(self) -> None:
        """End everything."""
        self._closing = True
        self._ring()
        self._thread.join(5)

    def _tell(self, *, frozen: bool, open: bool | None = None) -> None:
        with self._lock:
            self._frozen = frozen
            self._open = self._open if open is None else open
        self._ring()

    def _ring(self) -> None:
        with suppress(OSError):
            self._bell.send(b"!")

    def _run(self) -> None:
        while not self._closing:
            ready = (self._asleep if self._frozen else self._selector).select(self._patience())
            with self._lock:
                for key, mask in ready:
                    self._serve(key.fileobj, mask)
                self._release()
        with self._lock:
            for sock in (*self._ways, self._server, self._ear, self._bell):
                sock.close()
            self._selector.close()
            self._asleep.close()

    def _patience(self) -> float | None:
        with self._lock:
            times = [] if self._frozen else [way.late[0][0] for way in self._ways.values() if way.late]
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _serve(self, sock: object, mask: int) -> None:
        if sock is self._server:
            self._accept()
        elif sock is self._ear:
            self._ear.recv(1024)
        elif isinstance(sock, socket.socket) and sock in self._ways:
            if mask & selectors.EVENT_READ:
                self._read(self._ways[sock])
            if mask & selectors.EVENT_WRITE and sock in self._ways:
                self._write(self._back(self._ways[sock]))

    def _accept(self) -> None:
        client, _ = self._server.accept()
        try:
            if not self._open:
                raise ConnectionRefusedError
            broker = socket.create_connection(self._target, 2)
        except OSError:
            client.close()
            return
        for up, source, sink in ((True, client, broker), (False, broker, client)):
            source.setblocking(False)
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._ways[source] = _Way(up, source, sink)
            self._selector.register(source, selectors.EVENT_READ)

    def _back(self, way: _Way) -> _Way:
        return self._ways[way.sink]

    def _read(self, way: _Way) -> None:
        try:
            data = way.source.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end(way.source)
            return
        way.gathered += data
        for packet in self._packets(way):
            self._take(way, packet)

    def _packets(self, way: _Way) -> Iterator[Packet]:
        if not self._framed:
            raw = bytes(way.gathered)
            way.gathered.clear()
            yield Packet(way.up, 0, 0, raw)
            return
        while size := _whole(way.gathered):
            raw = bytes(way.gathered[:size])
            del way.gathered[:size]
            yield Packet(way.up, raw[0] >> 4, raw[0] & 15, raw)

    def _take(self, way: _Way, packet: Packet) -> None:
        self.seen.append(packet)
        if way.source not in self._ways:
            return
        if self._break and packet.kind == PUBLISH and packet.up == self._break[0]:
            self._break_off(way, packet.raw[: int(len(packet.raw) * self._break[1])])
            return
        for delay, copy in self.rule(packet):
            self._queue(way, delay, copy)

    def _break_off(self, way: _Way, raw: bytes) -> None:
        self._break = None
        self.broken += 1
        with suppress(OSError):
            way.sink.send(way.ready + raw)
        self._end(way.source)

    def _queue(self, way: _Way, delay: float, packet: Packet) -> None:
        heapq.heappush(way.late, (time.monotonic() + delay if delay else 0.0, next(self._numbers), packet.raw))

    def _release(self) -> None:
        if self._frozen:
            return
        now = time.monotonic()
        for way in list(self._ways.values()):
            while way.late and way.late[0][0] <= now:
                way.ready += heapq.heappop(way.late)[2]
            if way.ready and way.source in self._ways:
                self._write(way)

    def _write(self, way: _Way) -> None:
        try:
            del way.ready[: way.sink.send(way.ready)]
        except BlockingIOError:
            pass
        except OSError:
            self._end(way.source)
            return
        want = selectors.EVENT_READ | (selectors.EVENT_WRITE if way.ready else 0)
        self._selector.modify(way.sink, want)

    def _end(self, sock: socket.socket) -> None:
        way = self._ways.get(sock)
        for end in (way.source, way.sink) if way else ():
            if self._ways.pop(end, None):
                self._selector.unregister(end)
                end.close()


def _whole(data: bytearray) -> int:
    """How many bytes the first MQTT packet has; 0 while it is not whole."""
    size = 0
    for at in range(1, min(5, len(data))):
        size |= (data[at] & 0x7F) << 7 * (at - 1)
        if not data[at] & 0x80:
            return at + 1 + size if len(data) >= at + 1 + size else 0
    return 0


def _length(size: int) -> bytes:
    """MQTT's remaining length."""
    out = bytearray()
    while True:
        size, low = divmod(size, 128)
        out.append(low | (0x80 if size else 0))
        if not size:
            return bytes(out)
