"""The collector written from the contract alone, for simulated fleets to talk to."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.broker import Broker
from support.ear import listening
from support.waiting import until

FOREIGN = Path(__file__).parents[2] / "foreign" / "collector.py"


class Foreign:
    """It runs, and tells its totals to a file."""

    def __init__(self, broker: Broker, told: Path) -> None:
        self._told = told
        command = [sys.executable, FOREIGN, broker.host, str(broker.port), "ac-test"]
        with listening(broker.port) as ear, told.open("w") as out:
            self._process = subprocess.Popen(command, stdout=out)
            until(lambda: ear.of("collector"), what="the collector is there")

    def totals(self) -> dict[str, Any]:
        """End it; what it held, by device and install."""
        self._process.terminate()
        self._process.wait(20)
        last: dict[str, dict[str, Any]] = json.loads(self._told.read_text().splitlines()[-1])
        return last["devices"]


@pytest.fixture
def collector(broker: Broker, tmp_path: Path) -> Iterator[Foreign]:
    """A running collector of the realm ac-test."""
    one = Foreign(broker, tmp_path / "told")
    yield one
    one.totals()


def assert_equal(told: dict[str, Any], held: dict[str, Any]) -> None:
    """Every total that both tell is the same, and every audit was reconciled."""
    for device, installs in told.items():
        for install, totals in installs.items():
            theirs = held[device][install]
            assert theirs["reconciled"] is True
            shared = (totals.keys() & theirs.keys()) - {"reconciled"}
            assert {name: totals[name] for name in shared} == {name: theirs[name] for name in shared}


@pytest.fixture
def equal() -> Any:
    """Asserts that a fleet's totals and a collector's agree."""
    return assert_equal
