"""The health read from every recorded machine, compared with what is expected of it.

`UPDATE_LAPTOPS=1` writes what is read as what is expected: look at the difference before it is committed.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from laptops.machine import HERE, NAMES, health, world

from socle_core.wire.fields import HEALTH, PERIPHERALS
from socle_core.wire.health import judge_groups

BY_THE_AGENT = {("network", "rtt_ms"), ("network", "retransmits")}


@pytest.mark.parametrize("name", NAMES)
def test_expected_health(name: str, tmp_path: Path) -> None:
    """A recorded machine's health is what was expected of it, report and dropped values included."""
    found = health(world(HERE / name, tmp_path / "room"))
    golden = HERE / name / "expected.json"
    if os.environ.get("UPDATE_LAPTOPS"):
        golden.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert found == json.loads(golden.read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_the_contract(name: str) -> None:
    """What is expected of every machine passes the contract's own judgement and loses nothing in it."""
    for part in _expected(name).values():
        assert judge_groups(part["groups"]) == part["groups"]


def test_every_key() -> None:
    """Every key and nearly every word of the contract's health table is read from one of the machines."""
    groups = [part["groups"] for name in NAMES for part in _expected(name).values()]
    read = {(group, key) for told in groups for group, keys in told.items() if group != "peripherals" for key in keys}
    assert read == {(group, field.name) for group, fields in HEALTH.items() for field in fields} - BY_THE_AGENT
    assert {word for told in groups for word in told.get("peripherals", ())} == set(PERIPHERALS)
    assert {told.get("battery", {}).get("state") for told in groups} >= {"charging", "discharging", "full", None}


def test_no_identifier() -> None:
    """No recorded file holds a MAC address, a serial number, or the id of a machine."""
    mac = re.compile(rb"\b(?!00:00:00:00:00:00)(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b", re.IGNORECASE)
    for path in HERE.rglob("*"):
        if path.suffix != ".py" and path.is_file():
            assert path.name not in ("serial", "address", "machine-id", "product_uuid")
            assert not mac.search(path.read_bytes()), path
        if path.name == "edid" and path.is_file():
            assert path.read_bytes()[12:16] in (b"", bytes(4)), path


def _expected(name: str) -> dict[str, dict[str, dict[str, list[str]]]]:
    told: dict[str, dict[str, dict[str, list[str]]]] = json.loads((HERE / name / "expected.json").read_text("utf-8"))
    return told
