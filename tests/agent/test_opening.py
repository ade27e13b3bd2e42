"""The state folder: one agent at a time, and what becomes of a copied disk."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from agent.test_identity import ONE, machine

from socle_agent.ledger import Ledger
from socle_agent.opening import InUseError, State

DEVICE = "abcdefgh2345"
OTHER = {"machine": "99aa", "board": "uuid-9", "disk": "WD-999"}


def opened(root: Path, device: str = DEVICE, **parts: str) -> tuple[str, bool]:
    """Install of the ledger, and whether the machine must not speak, at one start on such a machine."""
    numbers = count(int.from_bytes(str(parts).encode()[:3], "big") + len(list((root / "state").glob("*"))))
    roots = machine(root, **parts)
    state = State(root / "state")
    try:
        ledger, is_copy = state.open_ledger(lambda: f"{next(numbers):08x}", roots, device)
        install = ledger.install
        ledger.close()
    finally:
        state.close()
    return install, is_copy


def test_a_second_agent_is_refused(tmp_path: Path) -> None:
    """Two agents on one ledger would count everything twice: the second is told so, until the first has gone."""
    first = State(tmp_path / "state")
    with pytest.raises(InUseError, match="another agent"):
        State(tmp_path / "state")
    first.close()
    State(tmp_path / "state").close()


def test_the_same_machine_keeps_its_ledger(tmp_path: Path) -> None:
    """Start after start, with one part replaced, the ledger stays."""
    install, is_copy = opened(tmp_path, **ONE)
    assert not is_copy
    assert opened(tmp_path, **{**ONE, "board": "uuid-2"}) == (install, False)
    assert opened(tmp_path, **{**ONE, "board": "uuid-2", "disk": "WD-124"}) == (install, False)


def test_a_copy_begins_anew_and_keeps_silent(tmp_path: Path) -> None:
    """A copied disk gets a new ledger and does not speak under the copied name, at later starts neither."""
    install, _ = opened(tmp_path, **ONE)
    fresh, is_copy = opened(tmp_path, **OTHER)
    assert fresh != install
    assert is_copy
    assert opened(tmp_path, **OTHER) == (fresh, True)
    assert (tmp_path / "state/ledger.db.copied").exists()


def test_a_copy_that_is_killed_while_it_begins_anew_keeps_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended between putting the copied ledger aside and the new one, it still does not speak for the other."""
    opened(tmp_path, **ONE)
    with monkeypatch.context() as patch:
        patch.setattr("socle_agent.opening._put_aside", _put_aside_and_die)
        with pytest.raises(KeyboardInterrupt):
            opened(tmp_path, **OTHER)
    assert opened(tmp_path, **OTHER)[1]


def _put_aside_and_die(path: Path) -> None:
    path.rename(f"{path}.copied")
    raise KeyboardInterrupt


def test_a_copy_that_is_enrolled_speaks(tmp_path: Path) -> None:
    """Under a name of its own the copied machine may connect, with the ledger that it began."""
    opened(tmp_path, **ONE)
    fresh, _ = opened(tmp_path, **OTHER)
    assert opened(tmp_path, device="zzzzzzzz2345", **OTHER) == (fresh, False)


def test_hashes_stay_in_the_ledger(tmp_path: Path) -> None:
    """What identifies the machine is kept with a salt, and a part that cannot be read today is remembered."""
    opened(tmp_path, **ONE)
    (tmp_path / "sys/class/dmi/id/product_uuid").unlink()
    opened(tmp_path)
    ledger = Ledger.read(tmp_path / "state/ledger.db")
    assert sorted(ledger.identity()["hashes"]) == ["board", "disk", "machine"]
    ledger.close()
