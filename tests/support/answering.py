"""A collector of a few lines, for tests of the agent: it acks every hello, ledger and audit, and keeps what came."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support.ear import Ear


class Answering(Ear):
    """An ear that answers. `silent`: it hears and says nothing. `marks`: install → (revision, run)."""

    def __init__(self, port: int) -> None:
        self.silent = False
        self.marks: dict[str, tuple[int, str]] = {}
        super().__init__(port)

    def messages(self, kind: str) -> list[dict[str, Any]]:
        """All messages of a kind, read."""
        return [json.loads(payload) for payload in self.of(kind)]

    def states(self) -> list[str]:
        """All states of presence, in order."""
        return [said["state"] for said in self.messages("presence")]

    def present(self) -> dict[str, int]:
        """Service → seconds present, as the days tell now."""
        latest = {
            (said["install"], day["d"], day["profile"]): day.get("services", {})
            for said in self.messages("ledger")
            for day in said.get("days", [])
        }
        sums: dict[str, int] = {}
        for services in latest.values():
            for service, (present, _focus) in services.items():
                sums[service] = sums.get(service, 0) + present
        return sums

    def _on_message(self, client: Any, userdata: Any, message: Any) -> None:
        super()._on_message(client, userdata, message)
        base, _, kind = message.topic.rpartition("/")
        if kind in ("hello", "ledger", "audit") and not self.silent:
            self._answer(base, kind, json.loads(message.payload))

    def _answer(self, base: str, kind: str, said: dict[str, Any]) -> None:
        install = said["install"]
        mark = self.marks.get(install, (0, ""))
        if kind == "ledger" and said["after"] <= mark[0] < said["rev"]:
            mark = self.marks[install] = (said["rev"], said["run"])
        ack = {"v": 1, "install": install, "ask": said["ask"], "rev": mark[0], "now": time.time(), "keep_from": 0}
        if mark[0]:
            ack["run"] = mark[1]
        self._client.publish(f"{base}/ack", json.dumps(ack))


@contextmanager
def answering(port: int) -> Iterator[Answering]:
    """A small collector on a broker of this machine."""
    made = Answering(port)
    try:
        yield made
    finally:
        made.close()
