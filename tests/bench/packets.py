"""Just enough MQTT 3.1.1 for the load generator: paho would be its bottleneck, not what is measured."""

from __future__ import annotations

import socket

PUBLISH, SUBACK = 3, 9


class Inbox:
    """Takes a connection apart into packets; `payloads` of the QoS 0 messages received, `seen` types of the others."""

    def __init__(self) -> None:
        self.payloads: list[bytes] = []
        self.seen: set[int] = set()
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Take what was received; a packet not yet whole waits for its rest."""
        if not data:
            raise SystemExit("the broker closed the load generator's connection")
        data, at = self._rest + data, 0
        while (end := _end_of_packet(data, at)) is not None:
            body, end = end
            kind = data[at] >> 4
            if kind == PUBLISH:
                self.payloads.append(data[body + 2 + int.from_bytes(data[body : body + 2], "big") : end])
            else:
                self.seen.add(kind)
            at = end
        self._rest = data[at:]


def connect(address: str, port: int, client: str, subscription: str) -> socket.socket:
    """A clean session, subscribed with QoS 0; keep-alive off."""
    sock = socket.create_connection((address, port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    hello = b"\x00\x04MQTT\x04\x02\x00\x00" + _text(client)
    sock.sendall(bytes((0x10, len(hello))) + hello)
    wish = b"\x00\x01" + _text(subscription) + b"\x00"
    sock.sendall(bytes((0x82, len(wish))) + wish)
    inbox = Inbox()
    while SUBACK not in inbox.seen:
        inbox.feed(sock.recv(4096))
    sock.setblocking(False)
    return sock


def _text(text: str) -> bytes:
    return len(text).to_bytes(2, "big") + text.encode()


def _end_of_packet(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the body of the packet at `at` begins and ends; None when it is not whole."""
    length = shift = 0
    for place in range(at + 1, min(at + 5, len(data))):
        length |= (data[place] & 0x7F) << shift
        if not data[place] & 0x80:
            return (place + 1, place + 1 + length) if place + 1 + length <= len(data) else None
        shift += 7
    return None
