"""Which senses work, and why not: facts for `status` and `doctor`, which have the words."""

from __future__ import annotations

from socle_agent.app import App
from socle_agent.meter import FOCUS, IDLE, PROGRAMS, SESSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LATE_S = {"hourly": 3 * 3600, "smart": 3 * 86400}
"""A part of the machine's health that was not looked at for so long has stopped being looked at."""


def workings(app: App) -> dict[str, dict[str, Any]]:
    """Each sense: `means`, whether it `works` now, and `why` not: None or a word that texts/ knows.

    Of programs, what `Programs.facts` tells too.
    """
    observer, means = app.observer, app.observer.means()
    found = {
        "session": _sense(means["session"], bool(observer.bits & SESSION), "no-logind"),
        "programs": {
            **observer.programs.facts(),
            **_sense(means["programs"], bool(observer.bits & PROGRAMS), "no-proc"),
        },
        "idle": _sense(means["idle"], bool(observer.bits & IDLE), _why_no_helper(app, "idle")),
        "focus": _sense(means["focus"], bool(observer.bits & FOCUS), _why_no_helper(app, "focus")),
        "web": _web(app, means["web"]),
    }
    for name, told in observer.power().items():
        found[name] = _sense("sysfs" if told is not None else "none", told is not None, "no-driver")
    for part, name in (("hourly", "health"), ("smart", "smart")):
        found[name] = _health(app, part)
    quality = app.talk.link.quality() if app.talk else {}
    found["network"] = _sense("tcp" if quality else "none", bool(quality), "not-connected")
    return found


def _sense(means: str, works: bool, why: str) -> dict[str, Any]:
    return {"means": means, "works": works, "why": None if works else why}


def _why_no_helper(app: App, sense: str) -> str:
    """No helper ever came, or one that cannot tell, or it does not run in every open session."""
    helpers = app.observer.helpers
    if not helpers.heard:
        return "no-helper"
    return "desktop" if helpers.means[sense] == "none" else "session-without-helper"


def _web(app: App, means: str) -> dict[str, Any]:
    """What is found now; what is sent follows a day later. `cut_s`: seconds told that did not fit (see senses.web)."""
    web = app.observer.web
    blind = web.blind(app.clock.read().mono)
    why = "browser-without-extension" if blind else "no-extension"
    return {**_sense(means, web.heard and not blind, why), "cut_s": web.cut}


def _health(app: App, part: str) -> dict[str, Any]:
    """As a sense; `ago_s` and `groups`, what its process said of each, where it ran."""
    if part not in app.vitals.reports:
        return _sense("none", False, "never")
    at, report = app.vitals.reports[part]
    ago = app.clock.read().boot - at
    return {**_sense("process", ago < LATE_S[part], "late"), "ago_s": round(ago), "groups": report}
