"""What the agent answers on its local socket: status, sent, totals, flush."""

from __future__ import annotations

from socle_agent.app import App
from socle_agent.local import Local, RequestError
from socle_agent.local_client import Client
from socle_agent.sent import Sent
from socle_agent.status import facts
from socle_core.wire import topics
from socle_core.wire.encode import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Answers:
    """Answers about one agent."""

    def __init__(self, app: App, local: Local) -> None:
        self._app = app
        for name in ("status", "sent", "totals", "flush"):
            local.on(name, getattr(self, f"_{name}"))

    def _status(self, _request: dict[str, Any], _client: Client) -> dict[str, Any]:
        return facts(self._app)

    def _sent(self, request: dict[str, Any], client: Client) -> dict[str, Any] | None:
        """The last payload of each kind, and what is next; with `follow`, then each one that leaves, as it leaves."""
        outbox = self._app.talk.outbox if self._app.talk else None
        client.send({"sent": [sent.told() for sent in outbox.last()] if outbox else [], "next": self._next()})
        if request.get("follow") and outbox is not None:
            client.on_close = outbox.follow(lambda sent: client.send({"sent": [sent.told()]}))
        return None

    def _totals(self, _request: dict[str, Any], _client: Client) -> dict[str, Any]:
        """Sums over the whole ledger, up to now."""
        self._app.checkpoint()
        ledger = self._app.gauge.ledger
        return {"devices": {self._app.settings.device: {ledger.install: ledger.totals()}}}

    def _flush(self, _request: dict[str, Any], client: Client) -> dict[str, Any]:
        """Write down and report now; for administrators."""
        if not client.privileged:
            raise RequestError("only root and the agent's own user may ask for this")
        written = self._app.checkpoint()
        self._app.report()
        return {"written": written, "head": self._app.gauge.ledger.head}

    def _next(self) -> dict[str, object] | None:
        """The Ledger that would be sent now; None when the collector has all."""
        app = self._app
        ledger, mark = app.gauge.ledger, app.talk.sync.mark if app.talk else None
        after = ledger.acknowledged if mark is None else mark
        if after >= ledger.head:
            return None
        message = ledger.message(after, topics.new_id(app.rng))
        topic = topics.topic(app.settings.realm, app.settings.device, "ledger")
        return Sent(app.clock.read().wall, "ledger", topic, encode(message)).told()
