"""Whether a disk was copied into another machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from socle_agent.identity import hashes, is_copy
from socle_agent.roots import Roots

SALT = "0123456789abcdef"


def machine(root: Path, **parts: str) -> Roots:
    """A fake tree; `machine`, `board`, `disk`: the texts that identify it."""
    state = root / "state"
    state.mkdir(parents=True, exist_ok=True)
    device = os.stat(state).st_dev
    block = root / "sys/devices/disk0"
    part = block / "disk0p1"
    for folder in (root / "etc", root / "sys/class/dmi/id", root / "sys/dev/block", part, block / "device"):
        folder.mkdir(parents=True, exist_ok=True)
    link = root / f"sys/dev/block/{os.major(device)}:{os.minor(device)}"
    if not link.is_symlink():
        link.symlink_to(part)
    (part / "partition").write_text("1\n")
    for name, file in (
        ("machine", root / "etc/machine-id"),
        ("board", root / "sys/class/dmi/id/product_uuid"),
        ("disk", block / "device/serial"),
    ):
        if name in parts:
            file.write_text(parts[name] + "\n")
    return Roots(sys=root / "sys", etc=root / "etc", run=root / "run")


def found(root: Path, **parts: str) -> dict[str, str]:
    """The hashes of such a machine."""
    return hashes(machine(root, **parts), root / "state", SALT)


ONE = {"machine": "4f1e", "board": "uuid-1", "disk": "WD-123"}


def test_hashes_hide_what_they_are_of(tmp_path: Path) -> None:
    """Three hashes, none of which holds the text, and which another salt changes."""
    told = found(tmp_path, **ONE)
    assert sorted(told) == ["board", "disk", "machine"]
    assert not any(text in held for text in ONE.values() for held in told.values())
    other = hashes(machine(tmp_path), tmp_path / "state", "another salt")
    assert not set(other.values()) & set(told.values())


def test_a_service_knows_the_board_by_its_credentials(tmp_path: Path) -> None:
    """What root reads of the board and what the service is given of it say the same."""
    by_root = found(tmp_path, **ONE)
    (tmp_path / "sys/class/dmi/id/product_uuid").unlink()
    given = tmp_path / "run/credentials/socle-agent.service"
    given.mkdir(parents=True)
    (given / "product_uuid").write_text("uuid-1\n")
    (given / "board_serial").write_text("none")
    assert found(tmp_path) == by_root


@pytest.mark.parametrize(
    ("then", "now", "copied"),
    [
        (ONE, ONE, False),
        (ONE, {**ONE, "board": "uuid-2"}, False),
        (ONE, {**ONE, "machine": "0000aa"}, False),
        (ONE, {**ONE, "board": "uuid-2", "disk": "WD-999"}, True),
        (ONE, {"machine": "9a", "board": "uuid-2", "disk": "WD-999"}, True),
        ({"machine": "4f1e", "disk": "WD-123"}, {"machine": "9a", "disk": "WD-999"}, True),
        ({"machine": "4f1e"}, {"machine": "9a", "disk": "WD-999"}, False),
        ({}, ONE, False),
    ],
)
def test_two_of_three_tell_a_copy(tmp_path: Path, then: dict[str, str], now: dict[str, str], copied: bool) -> None:
    """A replaced part is none; two parts that differ are a copy, of those known then and now."""
    assert is_copy(found(tmp_path / "a", **then), found(tmp_path / "b", **now)) is copied


def test_placeholders_of_makers_identify_nothing(tmp_path: Path) -> None:
    """A board that says nothing of itself is an unknown one, not one that equals all its like."""
    for text in ("To Be Filled By O.E.M.", "00000000-0000", "Default string", ""):
        assert "board" not in found(tmp_path, board=text.replace("-", "0") if text.startswith("0") else text)


def test_a_machine_that_tells_nothing(tmp_path: Path) -> None:
    """Without any readable file there are no hashes, and no copy."""
    assert hashes(Roots(sys=tmp_path / "no", etc=tmp_path / "no"), tmp_path, SALT) == {}
