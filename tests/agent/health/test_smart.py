"""What disks say: NVMe, SATA, and those that say nothing or nonsense."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from support.laptops import Laptop, on

from socle_agent.health import smart
from socle_agent.health.reader import Reader
from socle_agent.health.world import World


def asked(laptop: Laptop, *answers: object) -> dict[str, Any]:
    """What is read when its disks give these answers, in the order of their names."""
    each = iter(answers)
    object.__setattr__(laptop.world, "run", lambda *_: (0, json.dumps(next(each))))
    told: dict[str, Any] = laptop.read("smart")
    return told


def nvme(**log: int) -> dict[str, object]:
    """An NVMe disk's answer."""
    return {"smart_status": {"passed": True}, "nvme_smart_health_information_log": log}


def sata(**values: int) -> dict[str, object]:
    """A SATA disk's answer: attributes by number, normalised and raw the same."""
    rows = [{"id": int(name[1:]), "value": value, "raw": {"value": value}} for name, value in values.items()]
    return {"ata_smart_attributes": {"table": rows}}


@on("nvme-and-sata")
def test_two_disks(laptop: Laptop) -> None:
    """One that fails fails the machine; wear and hours are the worst, errors the sum."""
    assert laptop.read("smart") == {"smart": "failing", "wear": 0.03, "read_errors": 312, "hours": 51902}


@on("nvme-and-sata")
def test_only_what_is_asked(laptop: Laptop) -> None:
    """Smartctl is asked for health and attributes alone, so it prints no model and no serial number; sleepers sleep."""
    asked_for: list[tuple[str, ...]] = []
    object.__setattr__(laptop.world, "run", lambda *words: asked_for.append(words) or (0, "{}"))
    assert laptop.read("smart") == {}
    options = ("smartctl", "--json=c", "--nocheck=standby,0", "-H", "-A")
    assert asked_for == [(*options, "/dev/nvme0n1"), (*options, "/dev/sda")]


@on("board-pc")
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (nvme(percentage_used=140), {"smart": "ok", "wear": 1.0}),
        (nvme(percentage_used=300), {"smart": "ok"}),
        (nvme(media_errors=-1), {"smart": "ok"}),
        (sata(a177=94), {"wear": 0.06}),
        (sata(a231=88, a177=1), {"wear": 0.12}),
        (sata(a177=200), {}),
        (sata(a198=3), {"read_errors": 3}),
        (sata(a187=1, a198=3), {"read_errors": 1}),
        ({"power_on_time": {"hours": 4_691_249_611}}, {}),
        ({"smart_status": {}}, {}),
        ([], {}),
    ],
)
def test_keys(laptop: Laptop, answer: object, told: dict[str, object]) -> None:
    """Each key from where the kind of disk has it; what cannot be is absent."""
    assert asked(laptop, answer) == told


@on("nvme-and-sata")
def test_for_want_of_rights_or_of_smartctl(laptop: Laptop) -> None:
    """A disk that cannot be opened and a smartctl that is not there are said, not taken for health."""
    with pytest.raises(smart.NoSmartError, match="root"):
        asked(laptop, {"smartctl": {"exit_status": 2}})
    object.__setattr__(laptop.world, "run", _not_installed)
    with pytest.raises(smart.NoSmartError, match="smartmontools"):
        laptop.read("smart")


def test_the_real_smartctl() -> None:
    """A real smartctl understands the question, answers in JSON, and says in it that a device is none."""
    told = Reader(World()).run("smartctl", "--json=c", "--nocheck=standby,0", "-H", "-A", "/dev/null", codes=None)
    assert told is not None
    answer = json.loads(told)
    assert answer["smartctl"]["exit_status"] & 7
    assert "serial_number" not in told
    known = subprocess.run(["smartctl", "--help"], capture_output=True, text=True, check=True).stdout
    assert "--nocheck=" in known
    assert "--json" in known


def _not_installed(*_: str) -> tuple[int, str]:
    raise FileNotFoundError
