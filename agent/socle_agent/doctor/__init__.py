"""Looks for what is wrong on this machine, and says how to put it right. Changes nothing, connects as nobody.

The broker is tried as far as TCP and TLS: to connect further would take the running agent's place, which therefore
is asked what it knows.
"""

from __future__ import annotations

from pathlib import Path

from socle_agent.doctor.disk import look_at_catalogue, look_at_ledger
from socle_agent.doctor.finding import Finding, good
from socle_agent.doctor.network import look_at_broker, look_at_certificate
from socle_agent.doctor.running import ask_agent, look_at_agent, look_at_clock, look_at_enrolment
from socle_agent.doctor.senses import look_at_senses
from socle_agent.texts import say
from socle_core.mistakes import MistakesError
from socle_core.settings.agent import load_agent

__all__ = ["Finding", "examine"]


def examine(config: Path | None) -> list[Finding]:
    """All findings, in the order in which they are best put right."""
    try:
        settings = load_agent(config)
    except MistakesError as error:
        return [Finding("settings", True, str(error), say("settings.remedy"))]
    facts = ask_agent(settings)
    return [
        good("settings"),
        look_at_catalogue(settings),
        *look_at_ledger(settings),
        look_at_agent(settings, facts),
        look_at_enrolment(settings, facts),
        *look_at_certificate(settings),
        *look_at_broker(settings, facts),
        look_at_clock(facts),
        *look_at_senses(facts),
    ]
