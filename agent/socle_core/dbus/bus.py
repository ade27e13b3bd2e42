"""A small client of a message bus: calls with basic values, signals, passed descriptors; no library, no GLib.

A connection is used once: when `receive` raises, close it and make another.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable

from socle_core.dataclass import dataclass
from socle_core.dbus.marshal import MarshalError, decode, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BUS = "org.freedesktop.DBus"
"""Name and interface of the bus itself; its object is BUS_PATH."""
BUS_PATH = "/org/freedesktop/DBus"

_CALL, _RETURN, _ERROR, _SIGNAL = 1, 2, 3, 4
_PATH, _INTERFACE, _MEMBER, _ERROR_NAME, _REPLY_TO, _DESTINATION, _SENDER, _SIGNATURE, _DESCRIPTORS = range(1, 10)
_FIXED = struct.Struct("<4cIII")  # "l", type, flags, version, length of the body, serial, length of the fields
_LONGEST = 1 << 20
_NO_REPLY, _NO_AUTO_START = 1, 2


class BusError(Exception):
    """The bus is not there, is gone, or does not speak as it should."""


@dataclass(frozen=True, slots=True)
class Message:
    """A signal, or the answer to a call. `error`: its name if it is one. `fds`: whoever is given them closes them."""

    sender: str
    path: str
    member: str
    error: str
    body: list[Any]
    fds: list[int]


Reply = Callable[[Message], None]


def address(told: str | None, default: str) -> str:
    """Where a bus listens: the Unix socket that `told`, an address of the D-Bus specification, names, else `default`.

    A name that begins with a zero byte is an abstract one.
    """
    for part in (told or "").partition(";")[0].removeprefix("unix:").split(","):
        key, _, value = part.partition("=")
        if key in ("path", "abstract"):
            return value if key == "path" else "\0" + value
    return default


class Bus:
    """A connection. Raises BusError when it cannot be made."""

    def __init__(self, where: str, on_signal: Reply) -> None:
        self._on_signal = on_signal
        self._replies: dict[int, Reply] = {}
        self._serial = 0
        self._handshake = 2  # lines still to come: OK, and whether descriptors can be passed
        self._buffer, self._fds = bytearray(), list[int]()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        who = str(os.geteuid()).encode().hex()
        try:
            self._socket.connect(where)
            self._send(f"\0AUTH EXTERNAL {who}\r\nNEGOTIATE_UNIX_FD\r\nBEGIN\r\n".encode())
            self.call(BUS, BUS_PATH, BUS, "Hello")
        except (OSError, BusError) as error:
            self._socket.close()
            raise BusError("no bus to connect to") from error
        self.fd = self._socket.fileno()

    def close(self) -> None:
        """Leave the bus."""
        self._socket.close()
        _close_all(self._fds)

    def call(
        self,
        to: str,
        path: str,
        interface: str,
        member: str,
        *values: Any,
        signature: str | None = None,
        reply: Reply | None = None,
        start: bool = True,
    ) -> None:
        """Call a method with basic values, strings unless the signature says otherwise. Raises BusError.

        `reply` is given the answer, an error too. `start`: whether the bus may start a service that does not run.
        """
        self._serial += 1
        if reply is not None:
            self._replies[self._serial] = reply
        signature = "s" * len(values) if signature is None else signature
        fields = [(_PATH, "o", path), (_DESTINATION, "s", to), (_INTERFACE, "s", interface), (_MEMBER, "s", member)]
        if values:
            fields.append((_SIGNATURE, "g", signature))
        told, body = _fields(fields), encode(signature, values)
        flags = (_NO_REPLY if reply is None else 0) | (0 if start else _NO_AUTO_START)
        head = _FIXED.pack(b"l", bytes([_CALL]), bytes([flags]), b"\1", len(body), self._serial, len(told)) + told
        self._send(head + b"\0" * (-len(head) % 8) + body)

    def match(self, rule: str) -> None:
        """Have the bus send the signals of this rule. Raises BusError."""
        self.call(BUS, BUS_PATH, BUS, "AddMatch", rule)

    def receive(self) -> None:
        """Read what came and hand it on. Raises BusError when the bus is gone."""
        try:
            data, fds, _flags, _from = socket.recv_fds(self._socket, 65536, 8, socket.MSG_CMSG_CLOEXEC)
        except BlockingIOError:
            return
        except OSError as error:
            raise BusError("the bus is gone") from error
        if not data:
            raise BusError("the bus is gone")
        self._buffer += data
        self._fds += fds
        self._shake_hands()
        while not self._handshake and (message := self._next()) is not None:
            self._hand_on(*message)

    def _shake_hands(self) -> None:
        while self._handshake and b"\r\n" in self._buffer:
            line, _, self._buffer = self._buffer.partition(b"\r\n")
            self._handshake -= 1
            if line.startswith(b"REJECTED"):
                raise BusError("the bus does not let us in")

    def _next(self) -> tuple[int, dict[int, Any], bytes] | None:
        """Take a whole message off the buffer: its type, header fields and body."""
        if len(self._buffer) < _FIXED.size:
            return None
        order, kind, _flags, _version, body, _serial, fields = _FIXED.unpack_from(self._buffer)
        start = _FIXED.size + fields + -fields % 8
        if order != b"l" or start + body > _LONGEST:
            raise BusError("the bus speaks strangely")
        if len(self._buffer) < start + body:
            return None
        head, told = bytes(self._buffer[8 : _FIXED.size + fields]), bytes(self._buffer[start : start + body])
        del self._buffer[: start + body]
        try:
            return kind[0], dict(decode("ua(yv)", head)[1]), told
        except MarshalError as error:
            raise BusError("the bus speaks strangely") from error

    def _hand_on(self, kind: int, fields: dict[int, Any], body: bytes) -> None:
        count = fields.get(_DESCRIPTORS, 0)
        fds, self._fds = self._fds[:count], self._fds[count:]
        to = self._replies.pop(fields.get(_REPLY_TO, 0), None) if kind in (_RETURN, _ERROR) else None
        if kind == _SIGNAL:
            to = self._on_signal
        if to is None:
            _close_all(fds)
            return
        try:
            values = decode(fields.get(_SIGNATURE, ""), body)
        except MarshalError:
            values = []  # someone's malformed signal: no reason to leave the bus
        error = fields.get(_ERROR_NAME, "") if kind == _ERROR else ""
        path, member = fields.get(_PATH, ""), fields.get(_MEMBER, "")
        to(Message(fields.get(_SENDER, ""), path, member, error, values, fds))

    def _send(self, data: bytes) -> None:
        try:
            sent = self._socket.send(data)
        except OSError as error:
            raise BusError("the bus is gone") from error
        if sent != len(data):
            raise BusError("the bus does not read")


def _fields(fields: list[tuple[int, str, str]]) -> bytes:
    """The header's array of structures of a number and a variant, without its length."""
    out = bytearray()
    for code, kind, value in fields:
        out += b"\0" * (-len(out) % 8) + bytes([code, 1]) + kind.encode() + b"\0" + encode(kind, (value,))
    return bytes(out)


def _close_all(fds: list[int]) -> None:
    for fd in fds:
        os.close(fd)
