"""What an agent knows of itself, as facts for `status --json` and for whoever asks on the socket."""

from __future__ import annotations

from socle_agent import __version__
from socle_agent.app import App
from socle_agent.workings import workings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def facts(app: App) -> dict[str, Any]:
    """All of it. Times `…_s_ago` and `…_in_s` in seconds; absent things are null."""
    ledger, settings = app.gauge.ledger, app.gauge.settings
    return {
        "agent": __version__,
        "device": settings.device,
        "realm": settings.realm,
        "kind": settings.kind,
        "enrolled": settings.enrolled,
        "copy": app.is_copy,
        "catalogue": {"version": app.catalogue.version, "services": len(app.catalogue.services)},
        "senses": app.observer.means(),
        "senses_detail": workings(app),
        "watched_files": app.observer.programs.watched,
        "failed": app.loop.failed,
        "clock": {"trusted": app.gauge.trusted, "synchronised": app.clock.synchronised()},
        "ledger": {
            "install": ledger.install,
            "run": ledger.run,
            "head": ledger.head,
            "acknowledged": ledger.acknowledged,
            "trouble": app.gauge.trouble or None,
            **ledger.notes(),
        },
        "connection": _connection(app),
        "settings": {
            "hours": str(settings.hours),
            "timezone": settings.timezone,
            "report_every_quarters": settings.report_every_quarters,
            "checkpoint_s": settings.checkpoint_s,
            "idle_after_s": settings.idle_after_s,
            "pause_allowed": settings.pause_allowed,
        },
        "from_collector": sorted(app.orders.said),
        "refused_settings": list(app.orders.refused),
    }


def _connection(app: App) -> dict[str, Any]:
    talk = app.talk
    if talk is None:
        return {"state": "none", "reason": None, "last_ack_s_ago": None, "caught_up": False}
    last = talk.sync.last_ack
    return {
        "state": talk.link.state,
        "reason": talk.link.reason,
        "collector": talk.sync.reachable,
        "last_ack_s_ago": None if last is None else round(app.clock.read().boot - last),
        "caught_up": talk.sync.caught_up(),
    }
