"""Frozen, slotted dataclasses without the library that makes them."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys

import pytest

from socle_core.dataclass import dataclass, field


@dataclass(frozen=True, slots=True)
class Pair:
    """Two values for the tests below."""

    left: int
    right: int | None = None
    notes: dict[str, int] = field(default_factory=dict)

    @property
    def doubled(self) -> int:
        """Twice the left value."""
        return 2 * self.left


def test_positions_names_and_defaults() -> None:
    """Values are given by position or name, and a default made by a factory is made anew each time."""
    assert Pair(1, right=2) == Pair(1, 2, {})
    assert Pair(1).notes is not Pair(1).notes
    assert Pair(4).doubled == 8


def test_frozen() -> None:
    """A value cannot be changed, extended or robbed of a field."""
    pair = Pair(1)
    with pytest.raises(AttributeError, match="cannot change left of a frozen Pair"):
        pair.left = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del pair.left
    assert not hasattr(pair, "__dict__")


def test_open() -> None:
    """One that is not frozen can be changed, but not extended, and has no hash that would change with it."""

    @dataclass(slots=True)
    class Open:
        left: int
        notes: dict[str, int] = field(default_factory=dict)

    value = Open(1)
    value.left = 2
    assert value == Open(2)
    with pytest.raises(AttributeError):
        value.other = 1  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        hash(value)


def test_equal_only_to_its_own_kind() -> None:
    """Two values are equal when of one class with equal fields, and then they hash alike."""

    @dataclass(frozen=True, slots=True)
    class Other:
        left: int
        right: int | None = None

    @dataclass(frozen=True, slots=True)
    class Plain:
        left: int

    assert Pair(1) != Other(1)
    assert hash(Plain(3)) == hash(Plain(3))
    assert len({Plain(3), Plain(3), Plain(4)}) == 2


def test_reads_as_it_is_written() -> None:
    """The text of a value is the call that makes it."""
    assert repr(Pair(1, 2)) == "Pair(left=1, right=2, notes={})"


def test_the_library_takes_it_for_its_own() -> None:
    """The functions of `dataclasses`, copy and pickle work on it."""
    pair = Pair(1, 2, {"a": 3})
    assert dataclasses.is_dataclass(pair)
    assert dataclasses.replace(pair, left=5) == Pair(5, 2, {"a": 3})
    assert dataclasses.asdict(pair) == {"left": 1, "right": 2, "notes": {"a": 3}}
    assert [one.name for one in dataclasses.fields(Pair)] == ["left", "right", "notes"]
    assert copy.deepcopy(pair) == pair
    assert pickle.loads(pickle.dumps(pair)) == pair


def test_missing_and_unknown_arguments_are_refused() -> None:
    """A value without its required fields cannot be made."""
    with pytest.raises(TypeError):
        Pair()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Pair(1, other=2)  # type: ignore[call-arg]


def test_a_resident_process_does_not_pay_for_the_library() -> None:
    """What the agent imports of the wire leaves dataclasses, inspect and typing alone."""
    script = (
        "import sys, socle_core.wire.messages, socle_core.wire.encode, socle_core.wire.topics\n"
        "print([name for name in ('dataclasses', 'inspect', 'typing') if name in sys.modules])"
    )
    root = next(path for path in sys.path if path.endswith("agent"))
    answer = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, {root!r})\n{script}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert answer.stdout.strip() == "[]"
