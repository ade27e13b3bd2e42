"""The native host, as the browser starts it, in front of an agent's socket."""

from __future__ import annotations

import json
import os
import resource
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from socle_core.catalogue.model import Catalogue
from socle_web import places, tree
from socle_web.crx import signer
from socle_web.package import Recipe

RUNS = 10


class StandIn:
    """An agent that answers one line to each line. `answer` None: it closes without one."""

    def __init__(self, path: Path) -> None:
        self.heard: list[Any] = []
        self.answer: bytes | None = b'{"accepted":{"lumni":62}}\n'
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection, connection.makefile("rb") as lines:
                self.heard.append(json.loads(lines.readline()))
                if self.answer is not None:
                    connection.sendall(self.answer)


class Host:
    """The program that a build puts in place."""

    def __init__(self, folder: Path) -> None:
        self.program = folder / "host"
        recipe = Recipe(Catalogue("2026.11", []), signer(folder / "key.pem"), folder / "socket")
        made = tree.tree(recipe, 1)[places.HOST_PROGRAM]
        self.program.write_bytes(made.content)
        self.program.chmod(made.mode)

    def run(self, raw: bytes) -> tuple[int, Any]:
        """Start it with these bytes; its exit code and its answer."""
        done = subprocess.run(
            [str(self.program), "chrome-extension://x/"], input=raw, capture_output=True, timeout=30, check=False
        )
        assert done.stderr == b""
        (size,) = struct.unpack("=I", done.stdout[:4])
        assert size == len(done.stdout) - 4
        return done.returncode, json.loads(done.stdout[4:])

    def say(self, message: object) -> tuple[int, Any]:
        """Start it with a message."""
        content = json.dumps(message).encode()
        return self.run(struct.pack("=I", len(content)) + content)


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """The program."""
    return Host(tmp_path)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[StandIn]:
    """Somebody who answers on the socket."""
    return StandIn(tmp_path / "socket")


def test_seconds_go_to_the_agent_and_its_answer_comes_back(host: Host, agent: StandIn) -> None:
    """The extension learns what the agent accepted."""
    assert host.say({"lumni": 62}) == (0, {"accepted": {"lumni": 62}})
    assert agent.heard == [{"request": "web", "seconds": {"lumni": 62}}]


def test_a_hello_is_empty(host: Host, agent: StandIn) -> None:
    """Nothing counted is a message too."""
    host.say({})
    assert agent.heard == [{"request": "web", "seconds": {}}]


@pytest.mark.parametrize(
    "bad",
    [
        [],
        "lumni",
        {"lumni": 1.5},
        {"lumni": "5"},
        {"lumni": True},
        {"lumni": -1},
        {"lumni": 0},
        {"lumni": 86_401},
        {"": 5},
        {"http://secret.example/": 5},
        {"A": 5},
        {"a" * 65: 5},
        {f"s{number}": 1 for number in range(501)},
    ],
)
def test_what_is_no_seconds_by_service_never_reaches_the_agent(bad: object, host: Host, agent: StandIn) -> None:
    """The host sends on nothing but ids and whole seconds of at most a day."""
    code, answer = host.say(bad)
    assert code == 1
    assert answer.keys() == {"error"}
    assert agent.heard == []


@pytest.mark.parametrize("raw", [b"", b"\1\0", b"\0\0\0\0", struct.pack("=I", 10) + b"{}", b"\xff\xff\xff\xff{}"])
def test_what_is_no_message_is_refused(raw: bytes, host: Host, agent: StandIn) -> None:
    """A length that is missing, zero, wrong or too great ends the host with an answer."""
    assert host.run(raw)[0] == 1
    assert agent.heard == []


def test_deep_nesting_is_refused(host: Host, agent: StandIn) -> None:
    """It ends in an answer, not in a fault."""
    deep = b"[" * 50_000
    assert host.run(struct.pack("=I", len(deep)) + deep)[0] == 1


def test_without_an_agent_the_extension_keeps_its_seconds(host: Host) -> None:
    """Nobody listens: the extension is told that nothing was accepted."""
    assert host.say({"lumni": 5}) == (1, {"error": "the agent does not answer"})


@pytest.mark.parametrize("answer", [None, b"\n", b"5\n", b'{"error":"no"}\n'])
def test_an_agent_that_does_not_accept(answer: bytes | None, host: Host, agent: StandIn) -> None:
    """Whatever is not an acceptance is an error for the extension."""
    agent.answer = answer
    code, told = host.say({"lumni": 5})
    assert code == 1
    assert "accepted" not in told


def test_a_message_is_cheap(host: Host, agent: StandIn) -> None:
    """A message costs a few tens of milliseconds of CPU (about 20; a busy machine is given far more)."""
    host.say({})
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(RUNS):
        host.say({"lumni": 62})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent / RUNS < 0.2


def test_another_user_may_run_it(host: Host) -> None:
    """It is readable and executable for all, and writable for its owner alone."""
    assert os.stat(host.program).st_mode & 0o777 == 0o755
