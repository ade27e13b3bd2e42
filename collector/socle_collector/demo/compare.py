"""What the ledgers hold against what the collector holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

SECONDS = ("powered", "observed", "open", "active", "present", "focus", "undated")
COUNTS = ("rev", "slots", "days", "health", "acts")

Devices = dict[str, dict[str, dict[str, Any]]]
"""Totals by device and install, as under "devices" in `totals --json`."""


@dataclass(frozen=True)
class Difference:
    """One total that differs; `there` is the collector's."""

    device: str
    install: str
    name: str
    here: object
    there: object

    def told(self) -> dict[str, object]:
        """Its parts by name."""
        return asdict(self)


@dataclass(frozen=True)
class Comparison:
    """Of so many devices, so many are equal in every total and found reconciled by the collector's own audit."""

    devices: int
    reconciled: int
    difference_s: int
    differences: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        """Whether everything is."""
        return self.devices > 0 and self.reconciled == self.devices and self.difference_s == 0

    def line(self) -> str:
        """The comparison in one line."""
        return f"demo: devices={self.devices} reconciled={self.reconciled} difference_s={self.difference_s}"


def compare(ledgers: Devices, collector: Devices) -> Comparison:
    """Compare every total of every device that has a ledger here, over all installs that either side tells of."""
    differences = tuple(
        difference
        for device, installs in sorted(ledgers.items())
        for difference in _differences(device, installs, collector.get(device, {}))
    )
    return Comparison(
        len(ledgers),
        len(ledgers) - len({difference.device for difference in differences}),
        sum(abs(int(str(d.here)) - int(str(d.there))) for d in differences if d.name in SECONDS),
        differences,
    )


def _differences(device: str, here: dict[str, Any], there: dict[str, Any]) -> Iterator[Difference]:
    if not here.keys() | there.keys():
        yield Difference(device, "-", "installs", 0, 0)
    for install in sorted(here.keys() | there.keys()):
        mine, theirs = here.get(install, {}), there.get(install, {})
        for name in (*COUNTS, *SECONDS):
            if mine.get(name, 0) != theirs.get(name, 0):
                yield Difference(device, install, name, mine.get(name, 0), theirs.get(name, 0))
        if theirs.get("reconciled") is not True:
            yield Difference(device, install, "reconciled", True, theirs.get("reconciled"))
