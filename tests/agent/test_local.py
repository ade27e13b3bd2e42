"""The local socket: answers, and clients that misbehave."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.looping import run_until

from socle_agent import local
from socle_agent.local import Local, OccupiedError, RequestError
from socle_agent.local_client import Client
from socle_agent.loop import Loop
from socle_core.clock import Clock


class Asker:
    """A client of the socket that does not block."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.socket.setblocking(False)
        self.ended = False
        self._data = b""

    def say(self, data: bytes) -> Asker:
        """Send bytes."""
        self.socket.send(data)
        return self

    def heard(self) -> list[Any]:
        """All complete answers so far."""
        try:
            while data := self.socket.recv(65536):
                self._data += data
            self.ended = True
        except BlockingIOError:
            pass
        except ConnectionError:
            self.ended = True
        return [json.loads(line) for line in self._data.split(b"\n")[:-1]]


class Server:
    """A socket with two handlers, and clients of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.loop = Loop(Clock())
        self.local = Local(self.loop, path)
        self.local.on("echo", lambda request, client: {"you": client.uid, "said": request.get("word")})
        self.askers: list[Asker] = []

    def ask(self, data: bytes = b"") -> Asker:
        """A new client that has said this."""
        self.askers.append(Asker(self.path))
        return self.askers[-1].say(data) if data else self.askers[-1]

    def until(self, condition: Callable[[], object]) -> None:
        """Serve until then."""
        run_until(self.loop, condition)

    def answers(self, asker: Asker, count: int = 1) -> list[Any]:
        """Serve until so many answers came."""
        self.until(lambda: len(asker.heard()) >= count)
        return asker.heard()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """An open socket."""
    made = Server(tmp_path / "run" / "socket")
    made.local.open()
    yield made
    made.local.close()
    made.loop.close()


ECHO = b'{"request":"echo","word":"\xc3\xa9"}\n'


def test_answers_and_knows_who_asks(server: Server) -> None:
    """A line is answered by a line, and the handler is told the uid by the kernel."""
    assert server.answers(server.ask(ECHO)) == [{"you": os.getuid(), "said": "é"}]


def test_several_lines_at_once_and_a_line_in_pieces(server: Server) -> None:
    """Requests are lines, however the bytes come."""
    asker = server.ask(ECHO + ECHO + ECHO[:7])
    assert len(server.answers(asker, 2)) == 2
    asker.say(ECHO[7:])
    assert len(server.answers(asker, 3)) == 3


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"request":"nonsense"}\n', "unknown request; known are: echo"),
        (b"{}\n", "unknown request"),
        (b"nonsense\n", "not a line of JSON"),
        (b"[" * 60_000 + b"\n", "not a line of JSON"),
        (b"\xff\xfe\n", "not a line of JSON"),
        (b"[1]\n", "not an object"),
    ],
)
def test_bad_requests_are_told_why(server: Server, line: bytes, why: str) -> None:
    """A bad request gets an error in words, and the client may go on."""
    asker = server.ask(line)
    assert why in server.answers(asker)[0]["error"]
    asker.say(ECHO)
    assert "said" in server.answers(asker, 2)[1]


def test_a_handler_can_refuse(server: Server) -> None:
    """RequestError's words reach who asked."""

    def refuse(request: dict[str, Any], client: Client) -> None:
        raise RequestError("only root may")

    server.local.on("flush", refuse)
    assert server.answers(server.ask(b'{"request":"flush"}\n')) == [{"error": "only root may"}]


def test_a_handler_that_fails_is_said_and_survived(server: Server) -> None:
    """An error of ours is answered without its words, and others are served on."""

    def fail(request: dict[str, Any], client: Client) -> None:
        raise ZeroDivisionError("secret")

    server.local.on("break", fail)
    told = server.answers(server.ask(b'{"request":"break"}\n'))
    assert "ZeroDivisionError" in told[0]["error"]
    assert "secret" not in told[0]["error"]
    assert "said" in server.answers(server.ask(ECHO))[0]


def test_a_handler_can_answer_later_and_often(server: Server) -> None:
    """A handler that returns None keeps the client and sends to it, until it goes away."""
    kept: list[Client] = []
    gone: list[bool] = []

    def follow(request: dict[str, Any], client: Client) -> None:
        kept.append(client)
        client.on_close = lambda: gone.append(True)

    server.local.on("follow", follow)
    asker = server.ask(b'{"request":"follow"}\n')
    server.until(lambda: kept)
    kept[0].send({"n": 1})
    kept[0].send({"n": 2})
    assert server.answers(asker, 2) == [{"n": 1}, {"n": 2}]
    asker.socket.close()
    server.until(lambda: gone)
    kept[0].send({"n": 3})


def test_half_a_line_hurts_nobody(server: Server) -> None:
    """A client that never ends its line is kept, and others are answered."""
    half = server.ask(ECHO[:10])
    assert server.answers(server.ask(ECHO))
    assert not half.heard()


def test_a_line_too_long_ends_the_client(server: Server) -> None:
    """More than 64 KiB without an end of line: told, and closed."""
    asker = server.ask(b"x" * 60_000)
    server.until(lambda: server.local._clients)
    asker.say(b"x" * 10_000)
    assert "longer than" in server.answers(asker)[0]["error"]
    server.until(lambda: asker.heard() and asker.ended)


def test_a_client_that_does_not_read_is_dropped(server: Server) -> None:
    """What waits for a client is bounded: one that never reads is let go, and nobody waited for it."""
    server.local.on("much", lambda request, client: {"much": "x" * 60_000})
    asker = server.ask(b'{"request":"much"}\n' * 100)
    server.until(lambda: server.local._clients)
    server.until(lambda: not server.local._clients)
    assert server.answers(server.ask(ECHO))
    assert len(asker.heard()) < 100


def test_one_user_cannot_take_all_connections(server: Server) -> None:
    """A user's connections are bounded; the one too many is told and closed, the others stay."""
    first = [server.ask() for _ in range(local.MOST_PER_USER)]
    server.until(lambda: len(server.local._clients) == local.MOST_PER_USER)
    refused = server.ask()
    assert "too many" in server.answers(refused)[0]["error"]
    first[0].say(ECHO)
    assert server.answers(first[0])
    first[1].socket.close()
    server.until(lambda: len(server.local._clients) < local.MOST_PER_USER)
    assert server.answers(server.ask(ECHO))


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to be another user")
def test_another_user_is_known_as_such(server: Server) -> None:
    """Everybody may connect, and is told apart: uid 65534 is not privileged."""
    os.chmod(server.path.parents[1], 0o755)
    for folder in [*server.path.parents][:-2]:
        os.chmod(folder, os.stat(folder).st_mode | 0o011)
    server.local.on("may", lambda request, client: {"uid": client.uid, "may": client.privileged})
    script = f"""
import os, socket
os.setgroups([]); os.setgid(65534); os.setuid(65534)
s = socket.socket(socket.AF_UNIX); s.connect({str(server.path)!r})
s.sendall(b'{{"request":"may"}}\\n'); print(s.recv(1000).decode())
"""
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    server.until(lambda: child.poll() is not None)
    assert json.loads(child.communicate()[0]) == {"uid": 65534, "may": False}


def test_a_stale_socket_is_replaced_and_a_living_one_respected(server: Server) -> None:
    """A socket left by a killed agent is replaced; one on which an agent answers is left alone."""
    with pytest.raises(OccupiedError, match="another agent"):
        Local(server.loop, server.path).open()
    stale = server.path.with_name("stale")
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(stale))
    dead.close()
    again = Local(server.loop, stale)
    again.open()
    assert stale.stat().st_mode & 0o777 == 0o666
    assert stale.parent.stat().st_mode & 0o777 == 0o755
    again.close()
    assert not stale.exists()
