"""Catalogue files to a catalogue, with every contradiction of all files told at once."""

import re
from collections.abc import Iterable
from pathlib import Path

from socle_core.catalogue.merge import Place, Rows, contradictions
from socle_core.catalogue.model import Catalogue
from socle_core.catalogue.row import check
from socle_core.mistakes import Mistake, MistakesError, did_you_mean
from socle_core.tomlfile import Parse, TomlFileError, files_in, parse, read
from socle_core.tomllines import line_of_key, line_of_section, lines_of_headers


class CatalogueError(MistakesError):
    """A catalogue that cannot be used; `mistakes` holds every one found. Programs exit 78 (EX_CONFIG)."""

    what = "the catalogue"


def load(paths: Iterable[Path], parse: Parse = parse) -> Catalogue:
    """Read files (`*.toml`) and folders of such files, in order; a folder may be absent, a file may not.

    A later file adds services, or changes those of earlier files: a row with a known id changes the keys that
    it names, each as a whole, and leaves the others as they were. The last version stated is the catalogue's.
    `parse`: a process that stays passes tomlfile.parse_apart.
    """
    version, rows = load_rows(paths, parse)
    return Catalogue(version, (row.service() for row in rows.values()))


def load_rows(paths: Iterable[Path], parse: Parse = parse) -> tuple[str, dict[str, Rows]]:
    """Do what `load` does; return the version, and each service's rows, which know where they stand."""
    reader = _Reader(parse)
    for path in paths:
        if path.suffix == ".toml":
            reader.read(path)
        else:
            reader.read_folder(path)
    mistakes = [*reader.mistakes, *contradictions(reader.services)]
    if not (reader.version or mistakes):
        mistakes = [Mistake(None, None, "version", "no catalogue file states it")]
    if mistakes:
        raise CatalogueError(mistakes)
    return reader.version, reader.services


class _Reader:
    def __init__(self, parse: Parse) -> None:
        self.parse = parse
        self.version = ""
        self.services: dict[str, Rows] = {}
        self.mistakes: list[Mistake] = []

    def read_folder(self, folder: Path) -> None:
        try:
            files = files_in(folder)
        except TomlFileError as error:
            self.mistakes.append(Mistake(folder, None, "", str(error)))
            return
        for file in files:
            self.read(file)

    def read(self, file: Path) -> None:
        try:
            text, table = read(file, self.parse)
        except TomlFileError as error:
            hint = ": the setting 'catalogue' names it" if error.absent else ""
            self.mistakes.append(Mistake(file, error.line, "", f"{error}{hint}"))
            return
        for key in table.keys() - {"version", "service"}:
            why = f"unknown key{did_you_mean(key, ('version', 'service'))}"
            self.mistakes.append(Mistake(file, line_of_section(text, key), key, why))
        self._take_version(file, line_of_key(text, "", "version"), table.get("version", self.version))
        rows = table.get("service", [])
        if not isinstance(rows, list):
            line = line_of_section(text, "service")
            self.mistakes.append(Mistake(file, line, "service", "each service begins with [[service]]"))
            return
        self._take_rows(file, rows, lines_of_headers(text, "service"))

    def _take_version(self, file: Path, line: int | None, version: object) -> None:
        if isinstance(version, str) and re.fullmatch(r"(\d{4}\.\d{2}(\.\d{1,3})?)?", version, re.ASCII):
            self.version = version
        else:
            why = f'{version!r} is not a year and a month in quotes, such as "2026.11"'
            self.mistakes.append(Mistake(file, line, "version", why))

    def _take_rows(self, file: Path, rows: list[object], lines: list[int]) -> None:
        here: dict[str, Place] = {}
        for number, raw in enumerate(rows, 1):
            row = raw if isinstance(raw, dict) else {}
            named = row.get("id", "")
            line = lines[number - 1] if len(lines) == len(rows) else None
            place = Place(file, line, number, named if isinstance(named, str) else "")
            values, reasons = check(row)
            self.mistakes.extend(place.mistake(reason) for reason in reasons)
            if "id" not in row:
                self.mistakes.append(place.mistake("id is missing"))
            elif place.id in here:
                self.mistakes.append(place.mistake(f"row {here[place.id].number} has this id already"))
            else:
                here[place.id] = place
                self.services.setdefault(place.id, Rows(place)).add(place, row, values)
