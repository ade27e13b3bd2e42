"""What may stand in one row of a catalogue file."""

import re
from collections.abc import Callable

from socle_core.catalogue.words import CATEGORIES, INTERPRETERS, STRANDS
from socle_core.generic import Any
from socle_core.mistakes import BadValueError, attempt, did_you_mean, gather, reasons_in


def check(row: dict[str, object]) -> tuple[dict[str, Any], list[str]]:
    """Return the values of the keys of a row that are right, and what is wrong with the others."""
    values: dict[str, Any] = {}
    reasons: list[str] = []
    for key, raw in row.items():
        if key not in _KEYS:
            reasons.append(f"unknown key '{key}'{did_you_mean(key, _KEYS)}")
            continue
        value = attempt(_KEYS[key], raw)
        if isinstance(value, BadValueError):
            reasons.extend(f"{key}: {reason}" for reason in reasons_in(value))
        else:
            values[key] = value
    return values, reasons


def _string(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise BadValueError(f"{raw!r} is not a text")
    return raw


def _flag(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise BadValueError(f"{raw!r} is neither true nor false")
    return raw


def _word(words: tuple[str, ...]) -> Callable[[object], str]:
    def parse(raw: object) -> str:
        found = _string(raw)
        if found not in words:
            raise BadValueError(f"'{found}' is not known{did_you_mean(found, words) or ': ' + ', '.join(words)}")
        return found

    return parse


def _list_of(one: Callable[[object], str]) -> Callable[[object], tuple[str, ...]]:
    def parse(raw: object) -> tuple[str, ...]:
        if not isinstance(raw, list):
            raise BadValueError(f"{raw!r} is not a list")
        good = gather(one, raw)
        twice = sorted({name for name in good if good.count(name) > 1})
        if twice:
            raise BadValueError(*(f"'{name}' stands there twice" for name in twice))
        return tuple(good)

    return parse


def _form(pattern: str, why: str) -> Callable[[object], str]:
    compiled = re.compile(pattern)

    def parse(raw: object) -> str:
        found = _string(raw)
        if compiled.fullmatch(found) is None:
            raise BadValueError(f"'{found}' {why}")
        return found

    return parse


def _label(raw: object) -> dict[str, str]:
    if not isinstance(raw, dict) or "fr" not in raw:
        raise BadValueError('is without a French name: label = { fr = "…", en = "…" }')
    strange = sorted(raw.keys() - {"fr", "en"})
    if strange:
        raise BadValueError(*(f"unknown language '{language}': fr and en" for language in strange))
    names = dict(zip(raw, gather(_string, raw.values()), strict=True))
    return {"fr": names["fr"], "en": names.get("en", names["fr"])}


_label_of_domain = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_is_domain = _form(
    rf"({_label_of_domain}\.)+[a-z]({_label_of_domain})?",
    "is not a domain such as lumni.fr: no https://, path, port, * or accent (write accents as xn--…)",
)


def _domain(raw: object) -> str:
    return _is_domain(_string(raw).lower().removesuffix("."))


_is_executable = _form(r"[^/\s\0]{1,255}", "is not the name of a program's file, without folder")


def _executable(raw: object) -> str:
    found = _is_executable(raw)
    if found in INTERPRETERS:
        raise BadValueError(f"'{found}' runs programs of every kind: name the one that it runs")
    return found


_KEYS: dict[str, Callable[[object], Any]] = {
    "id": _form(r"[0-9a-z][a-z0-9._-]{0,63}", "is not of the form a-z 0-9 . _ - (64 characters at most)"),
    "label": _label,
    "strand": _word(STRANDS),
    "category": _word(CATEGORIES),
    "domains": _list_of(_domain),
    "desktop_ids": _list_of(_form(r"[^/\s]+\.desktop", "is not the name of a .desktop file")),
    "executables": _list_of(_executable),
    "files": _list_of(_form(r"/[^?\[\]*]+[^?\[\]]*", "is not an absolute path, in which only * is special")),
    "primtuxmenu": _list_of(
        _form(r"[^\s?&#\[\]]{1,64}", "is not a value of ?primtuxmenu=, in which only * is special")
    ),
    "weak": _flag,
    "counted": _flag,
    "offline": _flag,
    "verified": _flag,
    "to_check": _list_of(_string),
    "source": _string,
}
