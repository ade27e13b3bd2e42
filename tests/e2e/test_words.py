"""Promise 6: no word leaves a machine that is not in its catalogue or in the contract."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
from support.ear import listening

from e2e import catalogue
from e2e.children import ROOT
from e2e.conftest import Worlds
from e2e.machine import CANARY_USER, SLEEP, Machine
from e2e.patience import until
from e2e.proxy import CONNECT, PUBLISH
from e2e.world import World
from socle_agent import __version__

CANARY_HOST, CANARY_PROGRAM, CANARY_TITLE = "poste-de-camille", "jeu-interdit", "lettre-au-maire.odt"
CANARIES = (CANARY_USER, CANARY_HOST, CANARY_PROGRAM, CANARY_TITLE, "127.0.0.1")
FREE_TEXTS = {__version__, "debian 12", catalogue.VERSION}
"""What may stand where the contract prescribes no list: the agent's version, the system, the catalogue's version."""

Json = Any


def strange(value: Json, schema: Json, whole: Json, where: str = "") -> Iterator[str]:
    """Words of a payload that its schema does not know, ids that are not in the catalogue, texts of any other kind."""
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, dict):
        for key, below in value.items():
            known = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
            if known is None or (where.endswith("/services") and key not in catalogue.SERVICES):
                yield f"{where}/{key}"
            else:
                yield from strange(below, known, whole, f"{where}/{key}")
    elif isinstance(value, list):
        for below in value:
            yield from strange(below, schema.get("items", {}), whole, where)
    elif isinstance(value, str) and not {"pattern", "enum"} & schema.keys() and value not in FREE_TEXTS:
        yield f"{where}: {value}"


def schema_of(kind: str) -> Json:
    """The published schema of a kind of message."""
    return json.loads((ROOT / f"docs/schemas/{kind}.json").read_text())


def judge(kind: str, payload: bytes) -> list[str]:
    """What is wrong with a payload."""
    schema, value = schema_of(kind), json.loads(payload)
    jsonschema.validate(value, schema)
    return list(strange(value, schema, schema))


def canaries_in(data: bytes) -> list[str]:
    """Canaries that stand somewhere in these bytes."""
    return [canary for canary in CANARIES if canary.encode() in data]


def hide_behind_canaries(machine: Machine) -> None:
    """Give the agent a host name and an account that must not be told, if that can be done."""
    named = ["env", f"USER={CANARY_USER}", f"LOGNAME={CANARY_USER}", *machine.agent.command]
    if os.geteuid() == 0 and shutil.which("unshare"):
        named = ["unshare", "--uts", "sh", "-c", 'hostname "$0"; exec "$@"', CANARY_HOST, *named]
    machine.agent.command = named


def play(world: World, machine: Machine) -> subprocess.Popen[bytes]:
    """Use a program that no catalogue knows, one that it knows by another name, and a session."""
    shutil.copy(SLEEP, machine.root / "bin" / CANARY_PROGRAM)
    letter = machine.root / "bin" / CANARY_TITLE
    letter.symlink_to(SLEEP)
    machine.sit_down()
    machine.begin(catalogue.SERVICES[0])
    return subprocess.Popen([machine.root / "bin" / CANARY_PROGRAM, "3600"])


def live(world: World, machine: Machine) -> None:
    """Everything that makes an agent speak: use, a suspend, a cut, another day, a boot without date, a stop."""
    world.use(400)
    with machine.suspended():
        world.truth.leap(600)
    machine.proxy.cut()
    world.use(200)
    machine.proxy.mend()
    world.leap(86_400)
    world.use(400)
    world.caught_up()
    assert machine.agent.stop() == 0


def test_promise_6_no_word_but_of_the_catalogue_and_the_contract(worlds: Worlds) -> None:
    """Every payload keeps to the published schemas, and nothing sent, kept or logged holds a canary."""
    world = worlds(seed=30)
    (machine,) = world.machines
    hide_behind_canaries(machine)
    world.start()
    stranger = play(world, machine)
    try:
        live(world, machine)
    finally:
        stranger.kill()
        stranger.wait(5)
    kinds = said(machine)
    assert kinds == {"presence", "hello", "ledger", "audit"}
    for file in (machine.agent.log, *kept(machine.root / "state")):
        assert not canaries_in(file.read_bytes()), file


def said(machine: Machine) -> set[str]:
    """Judge all that a machine sent; return the kinds of messages."""
    sent = [packet for packet in machine.proxy.seen if packet.up]
    assert not canaries_in(b"".join(packet.raw for packet in sent))
    kinds = set()
    for packet in sent:
        if packet.kind == PUBLISH:
            kind = packet.topic.rpartition("/")[2]
            assert packet.topic == f"socle/1/test/{machine.device}/{kind}"
            assert not judge(kind, packet.payload), packet.payload
            kinds.add(kind)
        elif packet.kind == CONNECT:
            will = packet.raw[packet.raw.index(b"{") : packet.raw.rindex(b"}") + 1]
            assert not judge("presence", will), will
    return kinds


def kept(state: Path) -> list[Path]:
    """What the agent keeps on the disk."""
    return [file for file in state.rglob("*") if file.is_file()]


def test_the_judge_of_words_finds_what_is_strange() -> None:
    """An unknown key, an id of no catalogue and a free text are all found."""
    ledger = {
        "v": 1, "install": "0" * 8, "run": "0" * 8, "ask": "0" * 8, "after": 0, "rev": 1, "user": 7,
        "days": [{"d": 20780, "profile": "pupil", "services": {"jeu": [1, None]}}],
    }  # fmt: skip
    assert judge("ledger", json.dumps(ledger).encode()) == ["/user", "/days/services/jeu"]
    hello = {"v": 1, "install": "0" * 8, "run": "0" * 8, "boot": "0" * 8, "ask": "0" * 8, "os": CANARY_HOST}
    assert judge("hello", json.dumps(hello).encode()) == [f"/os: {CANARY_HOST}"]
    assert canaries_in(b"...jeu-interdit...") == [CANARY_PROGRAM]


def test_promise_6_refused_settings_are_not_sent_back(worlds: Worlds) -> None:
    """Settings from the collector that cannot be used are refused as a whole, and what they said goes nowhere."""
    world = worlds(seed=31)
    (machine,) = world.machines
    world.start()
    world.caught_up()
    with listening(world.broker.port) as speaker:
        speaker.say(
            f"socle/1/test/{machine.device}/config", b'{"v":1,"settings":{"hours":"jeu-interdit"}}', retain=True
        )
    until(lambda: "refused" in machine.agent.said(), say=machine.agent.tail)
    world.caught_up()
    said(machine)
