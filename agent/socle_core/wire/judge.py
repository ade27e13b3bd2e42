"""The rules of each kind of row, from the tables of socle_core.wire.fields."""

from __future__ import annotations

from collections.abc import Callable

from socle_core.dataclass import dataclass
from socle_core.wire import limits
from socle_core.wire.fields import DAYS, SLOTS, UNDATED, RowKind
from socle_core.wire.health import judge_groups
from socle_core.wire.messages import Act, Day, Health, Row, Slot, Undated
from socle_core.wire.values import BadRowError, count, text, word


@dataclass(frozen=True, slots=True)
class Window:
    """The first and the last quarter and day that a row may be of."""

    first_t: int
    last_t: int
    first_d: int
    last_d: int


def window(now: float, keep_from: int) -> Window:
    """What is wanted at `now` (seconds since 1970): from `keep_from` (a quarter) to two days ahead."""
    return Window(
        max(limits.FIRST_T, keep_from),
        int(now // limits.QUARTER_S) + limits.AHEAD_D * limits.QUARTERS_PER_DAY,
        max(limits.FIRST_D, keep_from // limits.QUARTERS_PER_DAY),
        int(now // limits.DAY_S) + limits.AHEAD_D,
    )


def judge(kind: str, row: object, wanted: Window) -> Row:
    """The row as a value; BadRowError tells the first rule that it breaks."""
    if not isinstance(row, dict):
        raise BadRowError("not an object")
    return _JUDGES[kind](row, wanted)


def _slot(row: dict[str, object], wanted: Window) -> Slot:
    return Slot(_quarter(row, wanted), **_numbers(SLOTS, row))


def _day(row: dict[str, object], wanted: Window) -> Day:
    return Day(
        _date(row, wanted),
        word("profile", row.get("profile"), limits.PROFILES),
        services=_services(row, limits.DAY_MAX_S),
        **_numbers(DAYS, row),
    )


def _undated(row: dict[str, object], _: Window) -> Undated:
    return Undated(
        text("boot", row.get("boot"), limits.ID),
        word("profile", row.get("profile"), limits.PROFILES),
        services=_services(row, limits.UNDATED_MAX_S),
        **_numbers(UNDATED, row),
    )


def _health(row: dict[str, object], wanted: Window) -> Health:
    return Health(_quarter(row, wanted), judge_groups(row))


def _act(row: dict[str, object], wanted: Window) -> Act:
    kind = word("kind", row.get("kind"), limits.ACT_KINDS)
    answers = "re" in row or kind == "help-received"
    return Act(
        _uuid("id", row),
        kind,
        d=_date(row, wanted) if "d" in row else None,
        minutes=count("minutes", row["minutes"], limits.MINUTES_MAX) if "minutes" in row else None,
        about=text("about", row["about"], limits.SERVICE) if "about" in row else None,
        re=_uuid("re", row) if answers else None,
    )


def _uuid(name: str, row: dict[str, object]) -> str:
    return text(name, row.get(name), limits.UUID4).lower()


_JUDGES: dict[str, Callable[[dict[str, object], Window], Row]] = {
    "slots": _slot,
    "days": _day,
    "undated": _undated,
    "health": _health,
    "acts": _act,
}


def _quarter(row: dict[str, object], wanted: Window) -> int:
    return _dated("t", row.get("t"), limits.FIRST_T, wanted.first_t, wanted.last_t)


def _date(row: dict[str, object], wanted: Window) -> int:
    return _dated("d", row.get("d"), limits.FIRST_D, wanted.first_d, wanted.last_d)


def _dated(name: str, value: object, of_2020: int, first: int, last: int) -> int:
    if type(value) is not int:
        raise BadRowError(f"{name} is not a whole number")
    if first <= value <= last:
        return value
    if value > last:
        raise BadRowError(f"{name} is more than {limits.AHEAD_D} days ahead")
    raise BadRowError(f"{name} is before {'2020' if value < of_2020 else 'keep_from'}")


def _numbers(kind: RowKind, row: dict[str, object]) -> dict[str, int]:
    """The numbers of a slot, day or undated row; null is absent. Bounds hold between those that are told."""
    held = {}
    for name, top in _NUMBERS[kind.name]:
        value = row.get(name)
        if value is not None:
            held[name] = count(name, value, top)
    for low, high in kind.bounds:
        if low in held and held[low] > held.get(high, -1):
            raise BadRowError(f"{low} is above {high}" if high in held else f"{low} without {high}")
    return held


_NUMBERS = {
    kind.name: tuple((field.name, field.top) for field in kind.fields if field.form in ("seconds", "count"))
    for kind in (SLOTS, DAYS, UNDATED)
}


def _services(row: dict[str, object], top: int) -> dict[str, tuple[int, int | None]]:
    told = row.get("services", {})
    if not isinstance(told, dict):
        raise BadRowError("services is not an object")
    return {text("a service id", service, limits.SERVICE): _use(pair, top) for service, pair in told.items()}


def _use(pair: object, top: int) -> tuple[int, int | None]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise BadRowError("a service is not [present, focus]")
    present = count("present", pair[0], top)
    if pair[1] is None:
        return present, None
    focus = count("focus", pair[1], top)
    if focus > present:
        raise BadRowError("focus is above present")
    return present, focus
