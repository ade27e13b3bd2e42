"""`socle-agent health`: read the machine's health once and hand it to the agent, or show it."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from socle_agent.ask import answers
from socle_agent.cli import OK
from socle_agent.health.groups import PARTS, examine
from socle_agent.health.world import World
from socle_core.settings.agent import load_agent

_log = logging.getLogger(__name__)


def run(config: Path | None, flags: set[str], world: World | None = None) -> int:
    """Hand it over in silence; with `--json`, show it instead, agent or not. `--smart`: what the disks say.

    Returns the exit code. Raises what the command line knows how to tell: MistakesError of the settings,
    NotRunningError, RefusedError, PermissionError.
    """
    part = "smart" if "--smart" in flags else "hourly"
    settings = None if "--json" in flags else load_agent(config)
    groups, report = examine(world or World(), PARTS[part])
    if settings is None:
        shown = {"part": part, "groups": groups, "report": report}
        print(json.dumps(shown, ensure_ascii=False, indent=1))  # noqa: T201
        return OK
    for name, of in report.items():
        if not of["ok"]:
            _log.warning("health: %s could not be read: %s", name, of["why"])
    next(answers(settings.socket, "health", part=part, groups=groups, report=report))
    return OK
