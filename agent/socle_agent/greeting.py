"""How this agent presents itself: the Hello of the contract."""

from __future__ import annotations

from socle_agent import __version__
from socle_agent.gauge import Gauge
from socle_agent.observe import Observer
from socle_agent.roots import Roots
from socle_core.wire.messages import Hello


class Greeter:
    """Makes Hellos. `catalogue`: its version."""

    def __init__(self, gauge: Gauge, observer: Observer, catalogue: str, roots: Roots) -> None:
        self._gauge, self._observer, self._catalogue = gauge, observer, catalogue
        self._os = _os(roots)

    def hello(self, ask: str) -> Hello:
        """The Hello that asks `ask`."""
        ledger = self._gauge.ledger
        return Hello(
            ledger.install,
            ledger.run,
            self._gauge.boot,
            ask,
            head=ledger.head,
            agent=__version__,
            os=self._os,
            kind=self._gauge.settings.kind,
            clock="trusted" if self._gauge.trusted else "untrusted",
            catalogue=self._catalogue,
            senses=self._observer.means(),
        )


def _os(roots: Roots) -> str | None:
    """`ID VERSION_ID` of os-release(5), such as `debian 12`."""
    try:
        lines = (roots.etc / "os-release").read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    told = {key: value.strip("\"'") for key, _, value in (line.partition("=") for line in lines)}
    return f"{told.get('ID', '')} {told.get('VERSION_ID', '')}".strip()[:64] or None
