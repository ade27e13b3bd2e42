"""Rows of several files put together, and the contradictions between them."""

from collections.abc import Iterator
from pathlib import Path

from socle_core.catalogue.model import Service
from socle_core.catalogue.words import NOT_COUNTED
from socle_core.dataclass import dataclass
from socle_core.generic import Any
from socle_core.mistakes import Mistake

MAX_SERVICES = 500
_REQUIRED = ("label", "strand", "category")
_IDENTIFIERS = {
    "domains": "domain",
    "desktop_ids": "desktop id",
    "executables": "executable",
    "files": "file",
    "primtuxmenu": "?primtuxmenu=",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: `number` counts the rows of the file, `line` its lines, both from 1."""

    file: Path
    line: int | None
    number: int
    id: str

    def mistake(self, why: str) -> Mistake:
        """Return a mistake of this row."""
        where = f"row {self.number}, {self.id}" if self.id else f"row {self.number}"
        return Mistake(self.file, self.line, where, why)

    def __str__(self) -> str:
        """Write the place as in `catalogue.toml, row 12`."""
        return f"{self.file.name}, row {self.number}"


class Rows:
    """The rows of one service over all files, later keys over earlier ones."""

    __slots__ = ("first", "given", "places", "values")

    def __init__(self, first: Place) -> None:
        self.first = first
        self.values: dict[str, Any] = {}
        self.places: dict[str, Place] = {}
        self.given: set[str] = set()

    def add(self, place: Place, row: dict[str, object], values: dict[str, Any]) -> None:
        """Take the right `values` of a `row`; what it gave wrong is at least not missing."""
        self.values.update(values)
        self.places.update(dict.fromkeys(row, place))
        self.given.update(row)

    def service(self) -> Service:
        """Return the service, once nothing is missing."""
        values = self.values
        values.setdefault("counted", values["category"] not in NOT_COUNTED)
        values.setdefault("offline", any(values.get(key) for key in ("executables", "files", "primtuxmenu")))
        return Service(**values)

    def mistakes(self) -> Iterator[Mistake]:
        """Tell what is missing, and what contradicts itself inside this service."""
        for key in _REQUIRED:
            if key not in self.given:
                yield self.first.mistake(f"{key} is missing")
        if self.values.get("counted") and self.values.get("category") in NOT_COUNTED:
            why = f"counted: use of category '{self.values['category']}' is never use of a resource"
            yield self.places["counted"].mistake(why)
        known = {name for key in _IDENTIFIERS for name in self.values.get(key, ())}
        for name in self.values.get("to_check", ()):
            if name not in known:
                yield self.places["to_check"].mistake(f"to_check: '{name}' is no identifier of this service")


def contradictions(services: dict[str, Rows]) -> Iterator[Mistake]:
    """Tell everything that is wrong with services or between them."""
    for rows in services.values():
        yield from rows.mistakes()
    for key, what in _IDENTIFIERS.items():
        yield from _claims(services, key, what)
    for rows in list(services.values())[MAX_SERVICES:][:1]:
        yield rows.first.mistake(f"a catalogue holds at most {MAX_SERVICES} services: {len(services)} are given")


def _claims(services: dict[str, Rows], key: str, what: str) -> Iterator[Mistake]:
    owners: dict[str, str] = {}
    for service, rows in services.items():
        for name in rows.values.get(key, ()):
            owner = owners.setdefault(name, service)
            if owner != service:
                why = f"{what} '{name}' belongs to '{owner}' already ({services[owner].places[key]})"
                yield rows.places[key].mistake(why)
