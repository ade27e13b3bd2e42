"""Say everything that is wrong with a value, not only the first thing."""

from collections.abc import Callable, Iterable
from typing import TypeVar

A = TypeVar("A")
T = TypeVar("T")


class BadValueError(ValueError):
    """A value that cannot be used; `reasons` says each thing that is wrong with it, for a person."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("; ".join(reasons))


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
