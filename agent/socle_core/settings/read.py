"""Settings files to settings, with every mistake of every file told at once."""

from __future__ import annotations

from pathlib import Path

from socle_core import tomlfile
from socle_core.generic import Any
from socle_core.mistakes import BadValueError, Mistake, attempt, did_you_mean
from socle_core.settings.base import Settings
from socle_core.settings.declare import Setting
from socle_core.settings.errors import SettingsError
from socle_core.settings.find import find
from socle_core.tomllines import line_of_key, line_of_section

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    S = TypeVar("S", bound=Settings)


def load(of: type[S], program: str, path: Path | None, extra: Path | None, parse: tomlfile.Parse) -> S:
    """Read `{program}.toml` and the files of `{program}.d` beside it, later files over earlier ones.

    `path` None: where `find` says. `extra`: another folder; it may be absent. Raises SettingsError.
    """
    main = find(program, path)
    reader = _Reader(of.declared(), parse)
    there = reader.read(main, if_absent=_remedy(program))
    reader.read_folder(extra or main.with_suffix(".d"))
    if there:
        reader.require(main)
    if reader.mistakes:
        raise SettingsError(reader.mistakes)
    settings = of(**reader.values)
    contradictions = [reader.mistake(main, where, why) for where, why in settings.contradictions()]
    if contradictions:
        raise SettingsError(contradictions)
    return settings


class _Reader:
    """Values and mistakes gathered over several files."""

    def __init__(self, declared: tuple[Setting[Any], ...], parse: tomlfile.Parse) -> None:
        self.parse = parse
        self.declared = {one.path: one for one in declared}
        self.sections = dict.fromkeys(one.section for one in declared)
        self.values: dict[str, Any] = {}
        self.mistakes: list[Mistake] = []
        self._places: dict[str, tuple[Path, int | None]] = {}

    def read(self, file: Path, if_absent: str = "") -> bool:
        """Take the values of one file over those read before; tell whether there is such a file."""
        try:
            text, table = tomlfile.read(file, self.parse)
        except tomlfile.TomlFileError as error:
            remedy = if_absent if error.absent else ""
            self.mistakes.append(Mistake(file, error.line, "", f"{error}{remedy}"))
            return not error.absent
        for section, body in table.items():
            if isinstance(body, dict) and section in self.sections:
                self._take(file, text, section, body)
            else:
                self.mistakes.append(self._no_section(file, text, section, body))
        return True

    def read_folder(self, folder: Path) -> None:
        """Take the values of the files of a folder, in order of name."""
        try:
            files = tomlfile.files_in(folder)
        except tomlfile.TomlFileError as error:
            self.mistakes.append(Mistake(folder, None, "", str(error)))
            return
        for file in files:
            self.read(file)

    def _take(self, file: Path, text: str, section: str, body: dict[str, object]) -> None:
        for key, raw in body.items():
            path, line = f"{section}.{key}", line_of_key(text, section, key)
            declared = self.declared.get(path)
            if declared is None:
                self.mistakes.append(Mistake(file, line, path, self._unknown_key(section, key)))
                continue
            self._places[path] = file, line
            value = attempt(declared.check, raw)
            if isinstance(value, BadValueError):
                self.mistakes.extend(Mistake(file, line, path, reason) for reason in value.reasons)
            else:
                self.values[declared.name] = value

    def require(self, main: Path) -> None:
        """Tell the required settings that no file gave."""
        for path, declared in self.declared.items():
            if declared.required and path not in self._places:
                self.mistakes.append(Mistake(main, None, path, declared.is_required))

    def mistake(self, main: Path, where: str, why: str) -> Mistake:
        """Return the mistake with the place where the setting was last given, else the main file."""
        return Mistake(*self._places.get(where, (main, None)), where, why)

    def _no_section(self, file: Path, text: str, name: str, body: object) -> Mistake:
        line = line_of_section(text, name)
        if isinstance(body, dict):
            return Mistake(file, line, f"[{name}]", f"unknown section{did_you_mean(name, self.sections)}")
        if name in self.sections:
            return Mistake(file, line, name, f"is a section: write [{name}] and its keys under it")
        return Mistake(file, line, name, f"stands above every section{self._belongs(name)}")

    def _unknown_key(self, section: str, key: str) -> str:
        here = [one.key for one in self.declared.values() if one.section == section]
        return f"unknown key{self._belongs(key) or did_you_mean(key, here)}"

    def _belongs(self, key: str) -> str:
        homes = [f"[{one.section}]" for one in self.declared.values() if one.key == key]
        return f", it belongs under {' or '.join(homes)}" if homes else ""


def _remedy(program: str) -> str:
    return (
        f": install the package socle-{program}, copy config/{program}.toml there, or name another file with --config"
    )
