"""The one page of today, and its style sheet."""

from __future__ import annotations

import logging
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from socle_collector import catalogue
from socle_collector.dashboards import devices, rows, services
from socle_collector.dashboards.period import Period
from socle_collector.dashboards.services import Naming
from socle_collector.dashboards.speaker import Speaker, preferred
from socle_core.zones import zone

log = logging.getLogger(__name__)
REFRESH_S = 10
STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
STYLE_VERSION = blake2b(STYLE.encode(), digest_size=6).hexdigest()


@require_safe
def style(_: HttpRequest, version: str) -> HttpResponse:
    """The style sheet, which never changes under its version."""
    lasting = "public, max-age=31536000, immutable" if version == STYLE_VERSION else "no-cache"
    return HttpResponse(STYLE, content_type="text/css; charset=utf-8", headers={"Cache-Control": lasting})


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Devices, what they were used for, what is not known, what was refused."""
    say = Speaker(preferred(request.GET.get("lang"), request.headers.get("Accept-Language", "")))
    period = Period(timezone.now().astimezone(zone(settings.SOCLE.timezone)))
    shell = {**_shell(request, say), "as_of": say.moment(period.now), "machine_time": period.now.isoformat()}
    try:
        context = {**shell, **_facts(_page(request), period, say)}
    except DatabaseError as error:
        log.error("pages: database: %s", " ".join(str(error).split()))
        return _answer(request, "dashboards/unavailable.html", shell, 503)
    return _answer(request, "dashboards/index.html", context, 200)


def _answer(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    response["Vary"] = "Accept-Language"
    return response


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1


def _shell(request: HttpRequest, say: Speaker) -> dict[str, Any]:
    refreshing = request.GET.get("refresh") != "0"
    return {
        "say": say,
        "realm": settings.SOCLE.realm,
        "style_version": STYLE_VERSION,
        "refresh_s": REFRESH_S if refreshing else None,
        "other_language": "en" if say.language == "fr" else "fr",
        "asked_language": request.GET.get("lang") in ("fr", "en"),
    }


def _facts(page: int, period: Period, say: Speaker) -> dict[str, Any]:
    span = {"first": period.first, "last": period.last}
    summary = rows.fetch_one(rows.SUMMARY)
    pages = max(1, -(-summary["devices"] // devices.PAGE))
    page = min(page, pages)
    used = services.table(period, say, _naming())
    facts = {
        "summary": summary,
        "installs": rows.fetch_one(rows.INSTALLS),
        "hours": rows.fetch_one(rows.HOURS, **span),
        "undated": rows.fetch_one(rows.UNDATED)["powered"],
        "used": used,
        "lines": devices.lines(page, period, say, _naming()),
        "quarantine": rows.fetch(rows.QUARANTINE),
        "quarantine_size": rows.fetch_one(rows.QUARANTINE_SIZE),
        "storing": bool(rows.fetch_one(rows.STORING)["n"]),
        "page": page,
        "pages": pages,
        "page_text": say.say("page_of", page=page, pages=pages),
        "no_devices": say.say("no_devices", realm=settings.SOCLE.realm),
    }
    facts["dropped_text"] = say.say("dropped", n=facts["quarantine_size"]["dropped"])
    return {**facts, "tiles": _tiles(facts, say), "unknown": _unknown(facts, say)}


def _tiles(facts: dict[str, Any], say: Speaker) -> list[tuple[str, str, str]]:
    """The few figures at the top: name, figure, remark."""
    summary, hours, installs = facts["summary"], facts["hours"], facts["installs"]
    compared = sum(installs[word] for word in ("reconciled", "different", "unaudited"))
    reconciled = f"{say.number(installs['reconciled'])} / {say.number(compared)}"
    return [
        (say["devices"], say.number(summary["devices"]), f"{summary['heard_today']} {say['devices_heard']}"),
        (say["powered"], say.hours(hours["powered"]), say["last_14_days"]),
        (say["open"], say.hours(hours["open"]), say["last_14_days"]),
        (say["reconciled_of"].capitalize(), reconciled, say["all_reconciled"]),
    ]


def _unknown(facts: dict[str, Any], say: Speaker) -> list[str]:
    """What a reader must not take for zero or for certain."""
    summary, installs = facts["summary"], facts["installs"]
    counted = {
        "u_never": summary["devices"] - summary["heard"],
        "u_silent": summary["silent"],
        "u_sessionless": installs["sessionless"],
        "u_different": installs["different"],
        "u_unaudited": installs["unaudited"],
        "u_cloned": summary["cloned"],
        "u_services": services.uncatalogued(facts["used"]),
    }
    timed = {"u_unobserved": facts["hours"]["unobserved"], "u_undated": facts["undated"]}
    told = [say.say(word, n=n) for word, n in counted.items() if n]
    told += [say.say(word, h=say.hours(seconds)) for word, seconds in timed.items() if seconds]
    vague = any(service.focus in (say["not_known"],) or say["partly"] in service.focus for service in facts["used"])
    return told + ([say["u_focus"]] if vague else [])


@cache
def _naming() -> Naming:
    return Naming(catalogue.read(settings.SOCLE.catalogue))
