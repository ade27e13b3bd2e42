"""Say everything that is wrong with what a person wrote, not only the first thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from socle_core.dataclass import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    A = TypeVar("A")
    T = TypeVar("T")


class BadValueError(ValueError):
    """A value that cannot be used; `reasons` says each thing that is wrong with it, for a person."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("; ".join(reasons))


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to correct. `file` is None for what came over the network; `line` counts from 1."""

    file: Path | None
    line: int | None
    where: str
    why: str

    def __str__(self) -> str:
        """Write `file:line: where: why`, leaving out what is not known."""
        place = "" if self.file is None else str(self.file)
        if place and self.line is not None:
            place += f":{self.line}"
        return ": ".join(part for part in (place, self.where, self.why) if part)


class MistakesError(ValueError):
    """What a person wrote cannot be used; `mistakes` holds every one found. Programs exit 78 (EX_CONFIG)."""

    what = "what was written"

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        count = "1 mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
        super().__init__("\n  ".join([f"{count} in {self.what}:", *map(str, self.mistakes)]))


def attempt(parse: Callable[[A], T], raw: A) -> T | BadValueError:
    """Return what `parse` returns, or the BadValueError it raised."""
    try:
        return parse(raw)
    except BadValueError as error:
        return error


def gather(parse: Callable[[A], T], items: Iterable[A]) -> list[T]:
    """Parse every item; BadValueError with the reasons of all that failed."""
    results = [attempt(parse, item) for item in items]
    good = [result for result in results if not isinstance(result, BadValueError)]
    if len(good) < len(results):
        raise BadValueError(*reasons_in(*results))
    return good


def reasons_in(*results: object) -> list[str]:
    """Return the reasons of those results that are BadValueError."""
    return [reason for result in results if isinstance(result, BadValueError) for reason in result.reasons]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `, did you mean 'port'?` for the nearest known word, or nothing when none is near."""
    from difflib import get_close_matches  # only a mistake pays for it

    near = get_close_matches(word, list(known), n=1)
    return f", did you mean '{near[0]}'?" if near else ""
