"""The running agent, who is asked what only it knows."""

from __future__ import annotations

from socle_agent.ask import NotRunningError, RefusedError, ask
from socle_agent.doctor.finding import Finding, bad, good
from socle_agent.texts import say
from socle_core.clock import Clock
from socle_core.settings.agent import AgentSettings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def ask_agent(settings: AgentSettings) -> dict[str, Any] | None:
    """What the running agent says of itself; None when none answers."""
    try:
        return ask(settings.socket, "status")
    except (NotRunningError, RefusedError, OSError):
        return None


def look_at_agent(settings: AgentSettings, facts: dict[str, Any] | None) -> Finding:
    """Whether it runs."""
    return good("agent") if facts else bad("agent", path=settings.socket)


def look_at_enrolment(settings: AgentSettings, facts: dict[str, Any] | None) -> Finding:
    """Whether it knows who it is and where to send."""
    if facts and facts["copy"]:
        return bad("enrolled", "copy")
    return good("enrolled") if settings.enrolled else bad("enrolled")


def look_at_clock(facts: dict[str, Any] | None) -> Finding:
    """Whether use can be dated."""
    if Clock().synchronised():
        return good("clock")
    if facts and facts["clock"]["trusted"]:
        return Finding("clock", False, say("clock.proved"))
    return bad("clock")
