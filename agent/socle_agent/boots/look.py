"""Look for what the machine did since the oldest boot that an agent left: in the journal, and before it in wtmp.

Runs in a child process that ends with its answer: nothing here is kept in memory.
"""

from __future__ import annotations

from typing import Any

from socle_agent.boots import journal, wtmp
from socle_agent.boots.stretches import Point, Stretches, after, stretches
from socle_agent.roots import Roots

Left = dict[str, dict[str, Any]]
"""Boots that agents left, the oldest first (see `Ledger.left_boots`), by their code."""


def look(roots: Roots, left_boots: list[dict[str, Any]], boot: str) -> dict[str, Any]:
    """The stretches without an agent since the oldest of `left_boots`, without the boot that runs, `boot`.

    `exact`: from the journal, each with its date and not one of them twice. `rough`: from wtmp. Both are in order of
    time. `left_out`: seconds that cannot be dated, as what is before or within others contradicts them.
    """
    left = {one["boot"]: one for one in left_boots}
    told, begins, reached = _journal(roots, left, boot)
    floor, exact, left_out = _oldest(left), Stretches(), 0
    for code, found in told:
        if code in left:
            floor = _later(floor, left[code]["after"])
        kept, lost = after(found, floor) if floor is not None else ([], sum(end - start for start, end in found))
        exact += kept
        floor = kept[-1][1] if kept else floor
        left_out += lost
    return {"exact": exact, "rough": [] if reached else _wtmp(roots, left, begins), "left_out": left_out}


def _journal(roots: Roots, left: Left, boot: str) -> tuple[list[tuple[str, Stretches]], int | None, bool]:
    """Of each boot in order: its code and its stretches without an agent. When the journal begins; if it reaches back.

    Where it does not reach back to the oldest boot that an agent left, boots of before the ledger may be among them.
    """
    told: list[tuple[str, Stretches]] = []
    begins = None
    for one in journal.boots(roots.var / "log/journal" / _machine(roots)):
        points = one.points()
        begins = next((start for start, _ in stretches(points)), begins)
        if one.code != boot:
            told.append((one.code, _unmeasured(points, left.get(one.code))))
        if one.code == next(iter(left)):
            return told[::-1], begins, True
    floor = _oldest(left)
    told = [(code, found) for code, found in told if code in left or not found or _is_after(found, floor)]
    return told[::-1], begins, False


def _unmeasured(points: list[Point], left: dict[str, Any] | None) -> Stretches:
    """The stretches of a boot that no agent measured, which is all of one that no agent left."""
    if left is None:
        return stretches(points)
    return stretches(points, left["awake"], left["after"] if left["dated"] else None)


def _is_after(found: Stretches, floor: int | None) -> bool:
    return floor is not None and found[0][0] >= floor


def _wtmp(roots: Roots, left: Left, begins: int | None) -> Stretches:
    """What wtmp tells of before the journal begins; nothing where a boot that an agent left could not be dated."""
    floor = _oldest(left)
    if floor is None or not all(one["dated"] for one in left.values()):
        return []
    found = [(start, end if begins is None else min(end, begins)) for start, end in wtmp.stretches(roots.var)]
    return after(found, floor)[0]


def _machine(roots: Roots) -> str:
    try:
        return (roots.etc / "machine-id").read_text(encoding="ascii").strip() or "-"
    except (OSError, ValueError):
        return "-"


def _oldest(left: Left) -> int | None:
    return next((one["after"] for one in left.values()), None)


def _later(floor: int | None, other: int | None) -> int | None:
    return other if floor is None else max(floor, other or floor)
