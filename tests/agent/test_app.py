"""The agent as a process: a real broker, real programs, real signals."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.agents import DEVICE, Agent
from support.answering import Answering, answering
from support.broker import Broker
from support.logind import MockLogind
from support.waiting import until

ROOT_ONLY = pytest.mark.skipif(os.getuid() != 0, reason="needs root")


@pytest.fixture
def agents(tmp_path: Path) -> Iterator[Callable[..., Agent]]:
    """Makes agents that are ended after the test."""
    made: list[Agent] = []

    def make(port: int = 1, **settings: str) -> Agent:
        made.append(Agent(tmp_path / f"machine{len(made)}", port, **settings))
        return made[-1]

    yield make
    for agent in made:
        agent.close()


@pytest.fixture
def collector(broker: Broker) -> Iterator[Answering]:
    """A small collector on the broker."""
    with answering(broker.port) as made:
        yield made


@pytest.mark.parametrize("programs", [pytest.param("fanotify", marks=ROOT_ONLY), "proc"])
def test_use_arrives(broker: Broker, collector: Answering, agents: Callable[..., Agent], programs: str) -> None:
    """A catalogued program's seconds arrive, to the second where it lasts, and totals agree on both sides."""
    agent = agents(broker.port, programs=programs).start()
    until(lambda: collector.of("hello"))
    started = agent.use(60)
    until(lambda: (agent.flush() or collector.present().get(agent.service, 0)) >= 2)
    started.kill()
    started.wait()
    assert agent.stop() == 0
    sums = agent.totals()
    assert sums["present"] == sum(collector.present().values()) >= 2
    assert collector.marks == {
        collector.messages("hello")[0]["install"]: (sums["rev"], collector.messages("hello")[0]["run"])
    }
    assert collector.states() == ["online", "sleeping"]
    assert agent.status_word() if hasattr(agent, "status_word") else True


def test_a_stop_without_a_collector_takes_five_seconds_at_most(broker: Broker, agents: Callable[..., Agent]) -> None:
    """When no ack comes the agent goes all the same, and says `sleeping`."""
    with answering(broker.port) as deaf:
        deaf.silent = True
        agent = agents(broker.port).start()
        until(lambda: deaf.of("hello"))
        assert agent.stop() == 0
        until(lambda: deaf.states() == ["online", "sleeping"])


def test_a_second_signal_ends_at_once(broker: Broker, agents: Callable[..., Agent]) -> None:
    """Whoever insists is obeyed before the five seconds are over: the ledger has all already."""
    with answering(broker.port) as deaf:
        deaf.silent = True
        agent = agents(broker.port).start()
        until(lambda: deaf.of("hello"))
        agent.process.send_signal(signal.SIGTERM)
        until(lambda: deaf.states()[-1] == "sleeping")
        assert agent.process.poll() is None
        agent.process.send_signal(signal.SIGTERM)
        assert agent.process.wait(3) == 0


def test_a_kill_is_told_by_the_broker_and_survived(
    broker: Broker, collector: Answering, agents: Callable[..., Agent]
) -> None:
    """After kill -9 the broker says `lost`; the next start goes on with the same ledger under another run."""
    agent = agents(broker.port).start()
    until(lambda: collector.of("hello"))
    agent.flush()
    agent.stop(signal.SIGKILL)
    until(lambda: collector.states()[-1] == "lost")
    agent.start()
    until(lambda: len(collector.of("hello")) == 2)
    first, second = collector.messages("hello")
    assert first["install"] == second["install"]
    assert first["run"] != second["run"]
    assert first["boot"] == second["boot"]


def test_two_agents_do_not_share_a_ledger(agents: Callable[..., Agent]) -> None:
    """A second agent on the same state, or the same socket, ends with 1 and says why; the first goes on."""
    agent = agents().start()
    other = Agent(agent.root.parent / "other", 1)
    other.configure(root=str(agent.root))
    assert other.spawn().wait(10) == 1
    assert "another agent" in other.said()
    assert agent.status()["device"] == DEVICE


def test_settings_from_the_collector(broker: Broker, collector: Answering, agents: Callable[..., Agent]) -> None:
    """A good set is in force at once; one with a bad setting is refused whole, and `status` says so."""
    topic = f"socle/1/test/{DEVICE}/config"
    agent = agents(broker.port).start()
    until(lambda: collector.of("hello"))
    collector.say(topic, b'{"v":1,"settings":{"checkpoint_s":20,"hours":"mo 09:00-10:00"}}', retain=True)
    until(lambda: agent.status()["settings"]["checkpoint_s"] == 20)
    collector.say(topic, b'{"v":1,"settings":{"checkpoint_s":30,"report_every_quarters":1000}}')
    until(lambda: agent.status()["refused_settings"])
    collector.say(topic, b"nonsense")
    collector.say(topic, b'{"v":1,"settings":{}}', retain=True)
    until(lambda: agent.status()["settings"]["checkpoint_s"] == 60)


def test_the_configuration_is_read_again(broker: Broker, collector: Answering, agents: Callable[..., Agent]) -> None:
    """SIGHUP takes up changed files; files with mistakes are told, and the agent goes on as it was."""
    agent = agents(broker.port).start()
    until(lambda: collector.of("hello"))
    agent.configure(kind="nonsense")
    agent.process.send_signal(signal.SIGHUP)
    until(lambda: "in force is kept" in agent.said())
    agent.configure(kind="front")
    agent.process.send_signal(signal.SIGHUP)
    until(lambda: len(collector.of("hello")) == 2)
    assert [hello["kind"] for hello in collector.messages("hello")] == ["cart", "front"]
    assert collector.states() == ["online", "sleeping", "online"]


def test_a_configuration_that_cannot_be_used(agents: Callable[..., Agent]) -> None:
    """All mistakes at once, and 78."""
    agent = agents(kind="nonsense", programs="magic")
    assert agent.spawn().wait(10) == 78
    assert "identity.kind" in agent.said()
    assert "measure.programs" in agent.said()


def test_a_machine_that_is_not_enrolled(agents: Callable[..., Agent]) -> None:
    """Without an identity it measures and connects to nobody."""
    agent = agents()
    text = agent.config.read_text()
    for line in (f'device = "{DEVICE}"', 'realm = "test"', 'host = "127.0.0.1"'):
        text = text.replace(line, "")
    agent.config.write_text(text)
    agent.start()
    facts = agent.status()
    assert (facts["enrolled"], facts["connection"]["state"]) == (False, "none")
    assert agent.stop() == 0


@ROOT_ONLY
def test_without_any_privilege(broker: Broker, collector: Answering, agents: Callable[..., Agent]) -> None:
    """Without CAP_SYS_ADMIN it measures programs by the best means that is left, and says so."""
    agent = agents(broker.port).start("setpriv", "--bounding-set=-all", "--inh-caps=-all")
    assert agent.status()["senses"]["programs"] in {"connector", "proc"}  # the former without privilege since 6.6
    assert "the next best means is taken" in agent.said()
    agent.stop()
    agent.configure(programs="fanotify")
    assert agent.spawn("setpriv", "--bounding-set=-all", "--inh-caps=-all").wait(10) == 78
    assert "'auto' takes what is allowed" in agent.said()


def test_a_full_disk_is_said_and_survived(tmp_path: Path, agents: Callable[..., Agent]) -> None:
    """With no room left the agent goes on measuring, says so, and writes all down when there is room again."""
    if os.getuid() != 0:
        pytest.skip("needs root to mount a small disk")
    agent = agents()
    state = agent.root / "state"
    state.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "none", state], check=True)
    try:
        agent.start()
        (state / "filler").write_bytes(b"\0" * (shutil.disk_usage(state).free - 4096))
        started = agent.use(60)
        until(lambda: agent.flush() or agent.status()["ledger"]["trouble"])
        (state / "filler").unlink()
        until(lambda: agent.flush() or agent.status()["ledger"]["trouble"] is None)
        started.kill()
        started.wait()
        assert agent.stop() == 0
        assert "cannot be written" in agent.said()
    finally:
        agent.close()
        subprocess.run(["umount", state], check=True)


def test_a_suspend(logind: MockLogind, broker: Broker, collector: Answering, agents: Callable[..., Agent]) -> None:
    """Before a suspend: written, reported, `sleeping`, and then logind may go on. After it: online again."""
    agents(broker.port).start()
    until(lambda: collector.of("hello") and logind.do("locks") == 1)
    logind.do("emit", "PrepareForSleep", "b", [True])
    until(lambda: collector.states()[-1] == "sleeping" and logind.do("locks") == 0)
    logind.do("emit", "PrepareForSleep", "b", [False])
    until(lambda: collector.states() == ["online", "sleeping", "online"])
    until(lambda: logind.do("locks") == 1)


def test_no_name_of_anybody_leaves_the_machine(
    logind: MockLogind, broker: Broker, collector: Answering, agents: Callable[..., Agent]
) -> None:
    """With a session open and programs running, neither message, log nor ledger holds an account or host name."""
    logind.add("1", uid=12345)
    agent = agents(broker.port).start()
    until(lambda: agent.status()["senses"]["session"] == "logind")
    started = agent.use(60)
    until(lambda: (agent.flush() or collector.present().get(agent.service, 0)) >= 1)
    started.kill()
    started.wait()
    agent.stop()
    everything: list[Any] = [payload for _topic, payload, _retained in collector.heard]
    everything += [agent.log.read_bytes(), *(file.read_bytes() for file in (agent.root / "state").iterdir())]
    told = b"\n".join(everything)
    for secret in (b"someone", b"12345", os.uname().nodename.encode(), b"127.0.0.1"):
        assert secret not in told


def test_what_is_sent_is_what_was_heard(broker: Broker, collector: Answering, agents: Callable[..., Agent]) -> None:
    """`what-is-sent` prints the very bytes that arrived, one payload a line, and the topics beside them."""
    agent = agents(broker.port).start()
    until(lambda: collector.of("hello"))
    until(lambda: agent.flush() or collector.of("ledger"))
    told = agent.command("what-is-sent")
    lines = told.stdout.splitlines()
    assert told.returncode == 0
    assert collector.of("hello")[-1].decode() in lines
    assert f"socle/1/test/{DEVICE}/hello" in told.stderr
    assert {json.loads(line)["v"] for line in lines} == {1}


def test_what_is_sent_follows(broker: Broker, collector: Answering, agents: Callable[..., Agent]) -> None:
    """`--follow` goes on with each payload as it leaves, and ends when the agent does."""
    agent = agents(broker.port).start()
    until(lambda: collector.of("hello"))
    command = agent._command("what-is-sent", "--follow")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as following:
        assert following.stdout is not None
        assert "lost" in following.stdout.readline()
        agent.stop()
        rest = following.stdout.read().splitlines()
    assert following.returncode == 0
    until(lambda: collector.of("presence")[-1].decode() == rest[-1])


def test_what_would_be_sent(agents: Callable[..., Agent]) -> None:
    """Before anything was sent it says so, and shows what would be."""
    agent = agents().start()
    told = agent.command("what-is-sent")
    assert told.returncode == 0
    assert not told.stdout or json.loads(told.stdout)["after"] == 0
    assert told.stderr


def test_totals_without_an_agent(agents: Callable[..., Agent]) -> None:
    """The ledger of an agent that does not run is read from its file; before the first start there is none."""
    agent = agents()
    assert agent.command("totals", "--json").returncode == 1
    agent.start().stop()
    held = json.loads(agent.command("totals", "--json").stdout)
    ((device, installs),) = held["devices"].items()
    ((_install, sums),) = installs.items()
    assert device == DEVICE
    words = "rev slots powered observed open active days present focus undated health acts reconciled"
    assert sorted(sums) == sorted(words.split())
    assert sums["reconciled"] is None
    assert "powered" in agent.command("totals").stdout
