"""Services by the names that the catalogue gives them, and the table of those most used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from socle_collector.dashboards import rows
from socle_collector.dashboards.period import Period
from socle_collector.dashboards.speaker import Language, Speaker
from socle_core.catalogue import Catalogue

MOST = 20


class Naming:
    """Names of services, from a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._services = catalogue.services

    def name(self, service: str, language: Language) -> tuple[str, bool]:
        """The label of a service and whether the catalogue knows it; else its id."""
        known = self._services.get(service)
        if known is None:
            return service, False
        return known.label.get(language) or known.label["fr"], True

    def counted(self, service: str) -> bool:
        """Whether its use counts as use of a resource; games and browsers do not."""
        known = self._services.get(service)
        return known is None or known.counted


class Used(NamedTuple):
    """A service in the table; `share` of the longest bar, 0-100."""

    label: str
    id: str
    known: bool
    counted: bool
    present: str
    focus: str
    devices: int
    share: float


def table(period: Period, say: Speaker, naming: Naming) -> list[Used]:
    """The services most present over all devices in a period."""
    found = rows.fetch(rows.SERVICES, first=period.first, last=period.last, limit=MOST)
    longest = max((row["present"] for row in found), default=0) or 1
    return [_used(row, longest, say, naming) for row in found]


def _used(row: dict[str, Any], longest: int, say: Speaker, naming: Naming) -> Used:
    label, known = naming.name(row["id"], say.language)
    share = round(row["present"] * 100 / longest, 1)
    times = say.hours(row["present"]), _focus(row, say)
    return Used(label, row["id"], known, naming.counted(row["id"]), *times, row["devices"], share)


def _focus(row: dict[str, Any], say: Speaker) -> str:
    if row["focus"] is None:
        return say["not_known"]
    told = say.hours(row["focus"])
    return f"{say['partly']} {told}" if row["focus_unknown"] else told


def uncatalogued(used: Sequence[Used]) -> int:
    """How many of these the catalogue does not know."""
    return sum(not service.known for service in used)
