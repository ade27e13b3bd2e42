"""What the ledgers hold against what the collector holds."""

from typing import Any

import pytest

from socle_collector.demo.compare import Devices, compare

TOTALS: dict[str, Any] = {
    "rev": 9, "slots": 3, "days": 1, "health": 0, "acts": 0, "powered": 2700, "observed": 2700, "open": 900,
    "active": 100, "present": 60, "focus": 30, "undated": 0, "reconciled": None,
}  # fmt: skip


def held(**changes: Any) -> dict[str, Any]:
    """The collector's totals: reconciled, but for these changes."""
    return {**TOTALS, "reconciled": True, **changes}


def test_equal() -> None:
    """Equal totals of all installs, each reconciled by an audit, make a device reconciled."""
    ledgers: Devices = {"aaaaaaaaaaaa": {"00000001": TOTALS, "00000002": TOTALS}, "bbbbbbbbbbbb": {"00000003": TOTALS}}
    collector = {device: {install: held() for install in installs} for device, installs in ledgers.items()}
    result = compare(ledgers, collector)
    assert result.equal
    assert result.line() == "demo: devices=2 reconciled=2 difference_s=0"


@pytest.mark.parametrize(
    ("changes", "difference_s"),
    [
        ({"powered": 2600}, 100),
        ({"powered": 2800, "focus": 10}, 120),
        ({"undated": 5}, 5),
        ({"rev": 8}, 0),
        ({"slots": 4}, 0),
        ({"health": 1}, 0),
        ({"reconciled": False}, 0),
        ({"reconciled": None}, 0),
    ],
)
def test_different(changes: dict[str, Any], difference_s: int) -> None:
    """Seconds that differ are added up, more or less; whatever else differs makes the device not reconciled."""
    result = compare({"a": {"1": TOTALS}, "b": {"2": TOTALS}}, {"a": {"1": held(**changes)}, "b": {"2": held()}})
    assert not result.equal
    assert result.line() == f"demo: devices=2 reconciled=1 difference_s={difference_s}"
    assert {difference.name for difference in result.differences} == changes.keys()


def test_missing_at_the_collector() -> None:
    """An install or a device that the collector does not know differs by all it holds."""
    result = compare({"a": {"1": TOTALS}, "b": {"2": TOTALS}}, {"b": {}})
    seconds = 2 * (2700 + 2700 + 900 + 100 + 60 + 30)
    assert result.line() == f"demo: devices=2 reconciled=0 difference_s={seconds}"


def test_missing_here() -> None:
    """An install that only the collector knows differs; a device without a ledger here is none of ours."""
    result = compare({"a": {"1": TOTALS}}, {"a": {"1": held(), "2": held()}, "z": {"3": held()}})
    assert (result.devices, result.reconciled) == (1, 0)


def test_nothing() -> None:
    """Nothing compared is not equal."""
    assert not compare({}, {}).equal
    assert not compare({"a": {}}, {"a": {}}).equal
