"""Canaries: what names a person, a place or a thing outside the catalogue is nowhere in what an agent leaves behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from support.agents import Agent
from support.answering import Answering, answering
from support.broker import Broker
from support.logind import MockLogind
from support.waiting import until

ACCOUNT, UID, PERSON, HOST = "zqaccount", 54321, "Zqfirst Zqlast", "zqhost"
MACHINE_ID = "5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e"
SITE, URL, TITLE = "zqsite.example", "https://zqsite.example/zqpath?zqkey=1", "zqtitle of a page"
PROGRAM, ARGUMENT = "zqprogram", "zqargument"
SECRETS = {ACCOUNT, str(UID), PERSON, "Zqlast", HOST, MACHINE_ID, SITE, "zqpath", "zqkey", "zqtitle", PROGRAM, ARGUMENT}
PLACEHOLDER = re.compile(r"[0:\-. ]*|none|not specified|default string|to be filled.*", re.IGNORECASE)

IN_A_ROOM_OF_ITS_OWN = """
mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/machine-id" /etc/machine-id && hostname "$2" &&
shift 2 && exec "$@"
"""

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="needs root")


@pytest.fixture
def collector(broker: Broker) -> Iterator[Answering]:
    """A small collector on the broker."""
    with answering(broker.port) as made:
        yield made


@pytest.fixture
def agent(tmp_path: Path, broker: Broker, collector: Answering, logind: MockLogind) -> Iterator[Agent]:
    """An agent on a machine whose account, host name and machine-id are canaries, with a session of that account."""
    logind.add("1", uid=UID)
    (tmp_path / "passwd").write_text(
        f"{Path('/etc/passwd').read_text('utf-8')}{ACCOUNT}:x:{UID}:{UID}:{PERSON}:/home/{ACCOUNT}:/bin/sh\n"
    )
    (tmp_path / "machine-id").write_text(f"{MACHINE_ID}\n")
    made = Agent(tmp_path / "machine", broker.port)
    room = ("unshare", "--mount", "--uts", "sh", "-c", IN_A_ROOM_OF_ITS_OWN, "sh", str(tmp_path), HOST)
    made.start(*room)
    until(lambda: collector.of("hello"), what="the agent is connected")
    until(lambda: made.status()["senses"]["session"] == "logind", what="the session is seen")
    yield made
    made.close()


@contextmanager
def stranger(tmp_path: Path) -> Iterator[None]:
    """A program outside the catalogue runs."""
    program = shutil.copy("/bin/sh", tmp_path / PROGRAM)
    with subprocess.Popen([program, "-c", "sleep 60 & wait", ARGUMENT], start_new_session=True) as process:
        yield
        os.killpg(process.pid, 9)


def hardware() -> set[str]:
    """Addresses and serial numbers of the machine that runs this test."""
    files = [*Path("/sys/class/net").glob("*/address"), *Path("/sys/class/dmi/id").glob("*_serial")]
    files += [Path("/sys/class/dmi/id/product_uuid"), *Path("/sys/block").glob("*/device/serial")]
    told = {file.read_text("utf-8", "replace").strip() for file in files if file.exists()}
    addresses = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=True).stdout.split()
    found = {word for word in (*told, *addresses) if len(word) >= 7 and not PLACEHOLDER.fullmatch(word)}
    return found | {word.replace(":", "") for word in found if re.fullmatch(r"(..:){5}..", word)} | {"127.0.0.1"}


def asked(agent: Agent, *requests: dict[str, Any]) -> None:
    """One client's requests on the socket, each answered."""
    with socket.socket(socket.AF_UNIX) as client, client.makefile("r") as lines:
        client.settimeout(10)
        client.connect(str(agent.socket))
        for request in requests:
            client.sendall(json.dumps(request).encode() + b"\n")
            assert lines.readline()


def live(agent: Agent) -> None:
    """Let all senses speak, rightly and wrongly; who asks wrongly is told so, and nobody else."""
    means = {"means": {"idle": "x11", "focus": "x11"}, "idle": False}
    asked(
        agent,
        {"request": "session", **means, "focus": agent.service},
        {"request": "session", **means, "focus": TITLE},
        {"request": "web", "seconds": {}},
        {"request": "web", "seconds": {agent.service: 1}},
        {"request": "web", "seconds": {SITE: 3}},
        {"request": "web", "seconds": {URL: 3}},
        {"request": TITLE},
    )
    for words in (
        ["catalogue", "explain", URL],
        ["health"],
        ["health", "--smart"],
        ["doctor"],
        ["what-is-sent"],
        ["totals"],
        ["status"],
    ):
        agent.command(*words)


def memory(pid: int) -> bytes:
    """All that a process may write to."""
    held = []
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as mem:
        for line in maps:
            span, rights, *_rest = line.split()
            if rights.startswith("rw"):
                start, end = (int(word, 16) for word in span.split("-"))
                mem.seek(start)
                with suppress(OSError):  # pages that the kernel keeps for itself
                    held.append(mem.read(end - start))
    return b"".join(held)


def tells(held: bytes, secret: str) -> bool:
    """Whether these bytes hold a secret, as a word of its own: a number may stand within a longer one by chance."""
    return re.search(rb"(?<![0-9A-Za-z])" + re.escape(secret.encode()) + rb"(?![0-9A-Za-z])", held) is not None


def test_no_canary_is_found(agent: Agent, collector: Answering, tmp_path: Path) -> None:
    """With every sense told of canaries, none is in ledger, log, messages or answers; nor, of programs, in memory."""
    started = agent.use(60)
    live(agent)
    with stranger(tmp_path):  # after the first looks through /proc
        until(lambda: (agent.flush() or collector.present().get(agent.service, 0)) >= 2, what="use arrives")
        until(lambda: any("health" in said for said in collector.messages("ledger")), what="health arrives")
        shown = [agent.command(*words) for words in (["status", "--json"], ["what-is-sent"], ["totals"], ["doctor"])]
        kept = b"".join(file.read_bytes() for file in (agent.root / "state").iterdir())
        core = memory(agent.process.pid)
    started.kill()
    started.wait()
    agent.stop()
    places = {
        "ledger": kept + b"".join(file.read_bytes() for file in (agent.root / "state").iterdir()),
        "log": agent.log.read_bytes(),
        "wire": b"\n".join(topic.encode() + payload for topic, payload, _ in collector.heard),
        "answers": "\n".join(one.stdout + one.stderr for one in shown).encode(),
    }
    for place, held in places.items():
        for secret in SECRETS | hardware():
            assert not tells(held, secret), (secret, place)
    for secret in (PROGRAM, ARGUMENT):  # of these the kernel never tells
        assert not tells(core, secret), (secret, "memory")
