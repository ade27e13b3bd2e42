"""The last payload of each kind that was handed to the connection, for whoever wants to see what leaves a machine."""

from __future__ import annotations

from collections.abc import Callable

from socle_core.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """One payload. `at`: the wall clock's Unix seconds. `kind`: the topic's, or `will`: said by the broker if lost."""

    at: float
    kind: str
    topic: str
    payload: bytes

    def told(self) -> dict[str, object]:
        """As JSON can say it: payloads of this contract are ASCII."""
        return {"at": self.at, "kind": self.kind, "topic": self.topic, "payload": self.payload.decode()}


class Outbox:
    """Remembers, and tells each who follows."""

    def __init__(self) -> None:
        self._last: dict[str, Sent] = {}
        self._followers: list[Callable[[Sent], None]] = []

    def note(self, sent: Sent) -> None:
        """These bytes are on their way."""
        self._last.pop(sent.kind, None)  # so that the order is that of sending
        self._last[sent.kind] = sent
        for follower in list(self._followers):
            follower(sent)

    def last(self) -> list[Sent]:
        """The last of each kind, in the order of sending."""
        return list(self._last.values())

    def follow(self, follower: Callable[[Sent], None]) -> Callable[[], None]:
        """Tell `follower` of all that comes; call what is returned to end it."""
        self._followers.append(follower)
        return lambda: self._followers.remove(follower)
