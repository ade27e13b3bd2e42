"""What the agent answers on its local socket.

Anybody: status, sent, totals. A session's helper: session. A browser's host: web. Root and the agent's own user: flush,
and health from the processes that look at the machine.
"""

from __future__ import annotations

from socle_agent.app import App
from socle_agent.local import Local, RequestError
from socle_agent.local_client import Client
from socle_agent.senses.helper import HelperError
from socle_agent.senses.web import WebError
from socle_agent.sent import Sent
from socle_agent.status import facts
from socle_agent.vitals import HealthError
from socle_core.wire import topics
from socle_core.wire.encode import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Answers:
    """Answers about one agent."""

    def __init__(self, app: App, local: Local) -> None:
        self._app = app
        self._helpers: dict[int, Client] = {}
        app.on_settings = self._tell_helpers
        for name in ("status", "sent", "totals", "flush", "session", "web", "health"):
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
        _demand_privilege(client)
        written = self._app.checkpoint()
        self._app.report()
        return {"written": written, "head": self._app.gauge.ledger.head}

    def _session(self, request: dict[str, Any], client: Client) -> dict[str, Any]:
        """Take what a session's helper says; it stays known until its connection closes."""
        try:
            self._app.observer.helpers.tell(id(client), client.uid, request)
        except HelperError as error:
            raise RequestError(str(error)) from error
        if id(client) not in self._helpers:
            self._helpers[id(client)] = client
            client.on_close = lambda: self._helper_left(id(client))
        return self._for_helpers()

    def _helper_left(self, helper: int) -> None:
        self._helpers.pop(helper, None)
        self._app.observer.helpers.leave(helper)

    def _for_helpers(self) -> dict[str, Any]:
        paths = [str(path) for path in self._app.settings.catalogue]
        return {"idle_after_s": self._app.gauge.settings.idle_after_s, "catalogue": paths}

    def _tell_helpers(self) -> None:
        for client in list(self._helpers.values()):
            client.send(self._for_helpers())

    def _web(self, request: dict[str, Any], client: Client) -> dict[str, Any]:
        """Take time on pages, told by the host of a browser's extension."""
        try:
            return {"accepted": self._app.observer.visited(client.uid, request.get("seconds"))}
        except WebError as error:
            raise RequestError(str(error)) from error

    def _health(self, request: dict[str, Any], client: Client) -> dict[str, Any]:
        """Take what a process found out about the machine's health."""
        _demand_privilege(client)
        part, groups, report = (request.get(key) for key in ("part", "groups", "report"))
        try:
            return {"stored": self._app.vitals.take(str(part), groups, report, self._app.clock.read().boot)}
        except HealthError as error:
            raise RequestError(str(error)) from error

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


def _demand_privilege(client: Client) -> None:
    if not client.privileged:
        raise RequestError("only root and the agent's own user may ask for this")
