"""What sessions' helpers, browsers' hosts and the health process tell a real agent over its socket."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.agents import DEVICE, Agent
from support.answering import Answering, answering
from support.broker import Broker
from support.logind import MockLogind
from support.waiting import until


class Teller:
    """A connection to the agent's socket that stays open."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10)
        self.socket.connect(str(path))
        self._lines = self.socket.makefile("rb")

    def say(self, **request: Any) -> Any:
        """Ask, and return the answer."""
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        return self.hear()

    def hear(self) -> Any:
        """The next line."""
        return json.loads(self._lines.readline())

    def session(self, *, idle: bool | None, focus: str | None, means: str = "x11") -> Any:
        """Say a whole state."""
        return self.say(request="session", means={"idle": means, "focus": means}, idle=idle, focus=focus)

    def close(self) -> None:
        """Go away."""
        self._lines.close()
        self.socket.close()


@pytest.fixture
def collector(broker: Broker) -> Iterator[Answering]:
    """A small collector on the broker."""
    with answering(broker.port) as made:
        yield made


@pytest.fixture
def agent(broker: Broker, collector: Answering, tmp_path: Path) -> Iterator[Agent]:
    """An agent that has said hello."""
    made = Agent(tmp_path, broker.port).start()
    until(lambda: collector.of("hello"))
    yield made
    made.close()


@pytest.fixture
def tell(agent: Agent) -> Iterator[Callable[[], Teller]]:
    """Makes connections to its socket."""
    made: list[Teller] = []

    def connect() -> Teller:
        made.append(Teller(agent.socket))
        return made[-1]

    yield connect
    for teller in made:
        teller.close()


def days(collector: Answering) -> dict[str, Any]:
    """The services of the last day row that arrived."""
    rows = [row for message in collector.messages("ledger") for row in message.get("days", ())]
    return dict(rows[-1]["services"]) if rows else {}


def detail(agent: Agent, sense: str) -> dict[str, Any]:
    """What the agent says of a sense."""
    return dict(agent.status()["senses_detail"][sense])


def test_time_on_pages_arrives(agent: Agent, collector: Answering, tell: Callable[[], Teller]) -> None:
    """Seconds in front are present and focus alike; the next hello says `extension`; a stranger's id is dropped."""
    host = tell()
    assert detail(agent, "web") == {"means": "none", "works": False, "why": "no-extension", "cut_s": 0}
    assert host.say(request="web", seconds={}) == {"accepted": {}}
    assert host.say(request="web", seconds={agent.service: 2}) == {"accepted": {agent.service: 2}}
    assert host.say(request="web", seconds={"secret.example": 2}) == {"accepted": {}}
    until(lambda: agent.flush() or days(collector) == {agent.service: [2, 2]})
    assert detail(agent, "web") == {"means": "extension", "works": True, "why": None, "cut_s": 0}
    agent.stop()
    agent.start()
    until(lambda: len(collector.of("hello")) == 2)
    assert collector.messages("hello")[-1]["senses"]["web"] == "extension"


def test_a_helper_is_told_the_settings_and_their_change(
    agent: Agent, collector: Answering, tell: Callable[[], Teller]
) -> None:
    """Its first word is answered with what it needs; another idle time from the collector is told unasked."""
    helper = tell()
    first = helper.session(idle=None, focus=None)
    assert first == {"idle_after_s": 300, "catalogue": [f"{agent.root}/catalogue.toml"]}
    collector.say(f"socle/1/test/{DEVICE}/config", b'{"v":1,"settings":{"idle_after_s":120}}', retain=True)
    assert helper.hear()["idle_after_s"] == 120


def test_a_helper_is_known_while_it_is_there(
    logind: MockLogind, broker: Broker, collector: Answering, tmp_path: Path
) -> None:
    """Idle and focus of an open session work while its helper tells, and the ledger gets what it says."""
    logind.add("1", uid=os.getuid())
    agent = Agent(tmp_path, broker.port, hours="mo-su 00:00-24:00").start()
    until(lambda: agent.status()["senses"]["session"] == "logind")
    assert detail(agent, "focus") == {"means": "none", "works": False, "why": "no-helper"}
    program = agent.use(60)
    helper = Teller(agent.socket)
    helper.session(idle=False, focus=agent.service)
    assert detail(agent, "focus") == {"means": "x11", "works": True, "why": None}
    until(lambda: (agent.flush() or days(collector).get(agent.service, [0, 0])[1] or 0) >= 2)
    helper.session(idle=None, focus=None, means="none")
    assert detail(agent, "idle") == {"means": "none", "works": False, "why": "desktop"}
    helper.close()
    until(lambda: detail(agent, "idle")["why"] in ("desktop", "session-without-helper"))
    program.kill()
    program.wait()
    agent.stop()
    rows = [row for message in collector.messages("ledger") for row in message.get("days", ())]
    assert rows[-1]["open"] >= rows[-1]["active"] >= 2
    slots = [row for message in collector.messages("ledger") for row in message.get("slots", ())]
    assert slots[-1]["active"] >= 2
    agent.close()


def test_health_arrives(agent: Agent, collector: Answering, tell: Callable[[], Teller]) -> None:
    """What the health process hands over arrives as a row; `status` says what works."""
    assert detail(agent, "health")["why"] == "never"
    said = {"battery": {"charge": 0.5, "serial": "secret"}, "disk": {"used": 0.25}}
    report = {"battery": {"ok": True, "ms": 1.0}}
    until(lambda: agent.status()["clock"]["trusted"], what="an ack proves the date")
    answer = tell().say(request="health", part="hourly", groups=said, report=report)
    assert answer == {"stored": True}
    agent.flush()
    until(lambda: any(message.get("health") for message in collector.messages("ledger")))
    rows = [row for message in collector.messages("ledger") for row in message.get("health", ())]
    assert (rows[-1]["battery"], rows[-1]["disk"]) == ({"charge": 0.5}, {"used": 0.25})
    assert rows[-1]["network"]["rtt_ms"] >= 0
    assert detail(agent, "health")["groups"] == report
    assert detail(agent, "network")["works"]


def test_health_that_breaks_the_contract_is_refused(agent: Agent, tell: Callable[[], Teller]) -> None:
    """The answer says why, and nothing is kept."""
    answer = tell().say(request="health", part="hourly", groups={"battery": {"charge": 7}}, report={})
    assert answer == {"error": "battery.charge is above 1"}
