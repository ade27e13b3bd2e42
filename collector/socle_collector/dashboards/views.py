"""The page of a realm."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from socle_collector.dashboards import figures, words
from socle_core import catalogue
from socle_core.zones import zone

BAR_HEIGHT, BAR_WIDTH, FULL_S = 28, 7, 8 * 3600
"""A day's bar: pixels, and the seconds that fill it."""
SILENT = timedelta(days=7)
TOP = 3


@require_safe
def realm(request: HttpRequest) -> HttpResponse:
    """All machines of the realm, what they are used for, and what is not known."""
    lang = words.language(request.GET.get("lang"), request.headers.get("Accept-Language", ""))
    now = datetime.now(zone(settings.SOCLE.timezone))
    shown = figures.realm((now.date() - words.EPOCH).days)
    return render(request, "dashboards/realm.html", _context(shown, now, lang))


@require_safe
@cache_control(max_age=3600)
def style(_request: HttpRequest) -> HttpResponse:
    """The pages' style sheet."""
    return HttpResponse(files(__package__).joinpath("style.css").read_bytes(), content_type="text/css; charset=utf-8")


def _context(shown: figures.Realm, now: datetime, lang: str) -> dict[str, Any]:
    return {
        "w": words.WORDS[lang],
        "realm": settings.SOCLE.realm,
        "now": now,
        "cards": _cards(shown, now, lang),
        "machines": [_machine(machine, now, lang) for machine in shown.machines],
        "services": [_service(name, *used, lang) for name, used in shown.services().items()],
        "unknown": _not_known(shown, now, lang),
        "quarantine": shown.quarantine,
        "held": shown.held,
    }


def _cards(shown: figures.Realm, now: datetime, lang: str) -> list[dict[str, str]]:
    w = words.WORDS[lang]
    heard = sum(machine.seen is not None and now - machine.seen < timedelta(days=1) for machine in shown.machines)
    reconciled = sum(machine.reconciled is True for machine in shown.machines)
    return [
        {"name": w["machines"], "value": str(shown.known), "note": f"{heard} {w['heard']}"},
        {"name": w["on"], "value": words.hours(shown.total("powered"), lang), "note": w["window"]},
        {"name": w["open"], "value": words.hours(shown.total("open"), lang), "note": w["window"]},
        {"name": w["used"], "value": str(len(shown.services())), "note": w["window"]},
        {"name": w["reconciled_n"], "value": str(reconciled), "note": f"{w['of']} {len(shown.machines)}"},
    ]


def _machine(machine: figures.Machine, now: datetime, lang: str) -> dict[str, Any]:
    w = words.WORDS[lang]
    top = sorted(machine.services.items(), key=lambda item: -item[1])[:TOP]
    state = "silent" if machine.seen is None else machine.state or "unknown"
    return {
        "id": machine.id,
        "school": machine.school or "–",
        "kind": w[machine.kind if machine.kind != "other" else "other_kind"],
        "state": state,
        "state_name": w.get(state, w["unknown"]),
        "seen": words.ago(machine.seen, now, lang),
        "bars": [_bar(place, day) for place, day in enumerate(machine.days)],
        "bars_said": "; ".join(f"{words.day_name(d.day, lang)} {words.duration(d.powered)}" for d in machine.days),
        "on": words.duration(machine.total("powered")),
        "open": words.duration(machine.total("open")),
        "top": [{"label": _label(name, lang), "time": words.duration(seconds)} for name, seconds in top],
        "ledger": {True: "yes", False: "no", None: "not_yet"}[machine.reconciled],
        "ledger_name": w[{True: "yes", False: "no", None: "not_yet"}[machine.reconciled]],
        "waiting": machine.waiting,
        "cloned": machine.cloned,
    }


def _bar(place: int, day: figures.Day) -> dict[str, int]:
    on, opened = (min(BAR_HEIGHT, (seconds or 0) * BAR_HEIGHT // FULL_S) for seconds in (day.powered, day.open))
    on = max(on, 1 if day.powered else 0)
    return {
        "x": place * (BAR_WIDTH + 1),
        "y_on": BAR_HEIGHT - on,
        "on": on,
        "y_open": BAR_HEIGHT - opened,
        "open": opened,
    }


def _service(name: str, seconds: int, machines: int, lang: str) -> dict[str, Any]:
    row = _catalogue().services.get(name)
    return {
        "label": _label(name, lang),
        "id": name,
        "time": words.duration(seconds),
        "machines": machines,
        "note": "not_in_catalogue" if row is None else "" if row.counted else "not_counted",
    }


def _label(name: str, lang: str) -> str:
    row = _catalogue().services.get(name)
    return name if row is None else row.label.get(lang, row.label["fr"])


@cache
def _catalogue() -> catalogue.Catalogue:
    return catalogue.load(settings.SOCLE.catalogue)


def _not_known(shown: figures.Realm, now: datetime, lang: str) -> list[str]:
    w = words.WORDS[lang]
    seen = [machine for machine in shown.machines if machine.seen is not None]
    counted = [
        ("k_never", len(shown.machines) - len(seen)),
        ("k_silent", sum(now - machine.seen > SILENT for machine in seen if machine.seen)),
        ("k_open", sum(machine.senses.get("session") in (None, "none") for machine in seen)),
        ("k_shown", len(shown.machines) if shown.known > len(shown.machines) else 0),
        ("k_thrown", shown.thrown),
    ]
    unobserved = shown.total("powered") - shown.total("observed")
    timed = [("k_unobserved", unobserved), ("k_undated", shown.undated)]
    said = [f"{number} {w[key]}" for key, number in counted if number]
    said += [f"{words.duration(seconds)} {w[key]}" for key, seconds in timed if seconds > 0]
    return said or [w["k_all"]]
