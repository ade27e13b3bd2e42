"""What is wrong with settings, all of it at once."""

from collections.abc import Iterable
from pathlib import Path

from socle_core.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to correct. `file` is None for settings that came over the network; `line` counts from 1."""

    file: Path | None
    line: int | None
    where: str
    why: str

    def __str__(self) -> str:
        """Write `file:line: section.key: why`, leaving out what is not known."""
        place = "" if self.file is None else str(self.file)
        if place and self.line is not None:
            place += f":{self.line}"
        return ": ".join(part for part in (place, self.where, self.why) if part)


class SettingsError(ValueError):
    """Settings that cannot be used; `mistakes` holds every one found. Programs exit 78 (EX_CONFIG)."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        count = "1 mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
        super().__init__("\n  ".join([f"{count} in the settings:", *map(str, self.mistakes)]))
