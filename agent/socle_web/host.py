"""The native messaging host: hands what the extension counted to the agent, and the agent's answer back.

The browser starts it for one message and it ends with the answer. Message and answer are a length of 4 bytes in the
machine's order and JSON. It holds no state and imports little: it costs 20 ms of CPU, at most once a minute.

    extension  {"lumni":62}  ─►  agent  {"request":"web","seconds":{"lumni":62}}
    extension  {"accepted":{"lumni":62}} or {"error":"…"}  ◄─
"""

import json
import socket
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

LONGEST = 64 * 1024
MOST_SERVICES = 500
DAY_S = 86_400
PATIENCE_S = 5.0
_SMALL, _MORE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789"), frozenset("._-")


class MessageError(Exception):
    """What the browser or the agent said is not what was agreed."""


def main(agent: str, browser: "BinaryIO | None" = None, answer: "BinaryIO | None" = None) -> int:
    """Serve one message: 0 when the agent accepted it, else 1; the extension is told which. `agent`: its socket."""
    try:
        told = ask(agent, read(browser or sys.stdin.buffer))
    except (MessageError, OSError) as error:
        told = {"error": str(error) if isinstance(error, MessageError) else "the agent does not answer"}
    write(answer or sys.stdout.buffer, told)
    return 0 if "accepted" in told else 1


def read(stream: "BinaryIO") -> "dict[str, int]":
    """Read the seconds by service that the extension tells. Raises MessageError."""
    head = stream.read(4)
    size = struct.unpack("=I", head)[0] if len(head) == 4 else 0
    if not 0 < size <= LONGEST:
        raise MessageError("a message of 1 to 65536 bytes is expected")
    content = stream.read(size)
    if len(content) < size:
        raise MessageError("the message ends too early")
    return checked(_parsed(content))


def checked(said: object) -> "dict[str, int]":
    """Return what was said if it is whole seconds, 1 to a day's, by service. Raises MessageError."""
    if not isinstance(said, dict) or len(said) > MOST_SERVICES:
        raise MessageError("an object is expected: services and their seconds")
    for service, seconds in said.items():
        if not _is_id(service) or type(seconds) is not int or not 0 < seconds <= DAY_S:
            raise MessageError("services and their whole seconds are expected")
    return said


def ask(agent: str, seconds: "dict[str, int]") -> "dict[str, object]":
    """Hand the seconds to the agent; return its answer. Raises OSError, MessageError."""
    line = json.dumps({"request": "web", "seconds": seconds}).encode() + b"\n"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE_S)
        connection.connect(agent)
        connection.sendall(line)
        with connection.makefile("rb") as lines:
            told = _parsed(lines.readline(LONGEST))
    if not isinstance(told, dict):
        raise MessageError("the agent did not answer with an object")
    return told


def write(stream: "BinaryIO", told: "dict[str, object]") -> None:
    """Answer the extension."""
    content = json.dumps(told).encode()
    stream.write(struct.pack("=I", len(content)) + content)
    stream.flush()


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise MessageError("not JSON") from None


def _is_id(service: str) -> bool:
    return 0 < len(service) <= 64 and service[0] in _SMALL and set(service) <= _SMALL | _MORE
