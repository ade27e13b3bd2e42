"""The commands that ask and show: status, what-is-sent, totals, doctor. Each returns its exit code."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable

from socle_agent.ask import NotRunningError, RefusedError, answers, ask
from socle_agent.cli import BROKER, CONFIG, NOT_RUNNING, OK, PROBLEM, Arguments
from socle_agent.texts import say
from socle_core.mistakes import MistakesError
from socle_core.settings.agent import AgentSettings, load_agent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def run(arguments: Arguments) -> int:
    """Run a command with the settings of this machine."""
    try:
        return _WITHOUT_SETTINGS.get(arguments.command, _with_settings)(arguments)
    except MistakesError as error:
        _complain(str(error))
        return CONFIG
    except NotRunningError:
        _complain(say("not_running"))
        return NOT_RUNNING
    except PermissionError as error:
        _complain(say("not_allowed", path=error.filename or ""))
        return PROBLEM
    except RefusedError as error:
        _complain(say("failed_to_answer", why=error))
        return PROBLEM
    except KeyboardInterrupt:
        return OK
    except BrokenPipeError:  # whoever read had enough
        sys.stderr.close()
        return OK


def status(settings: AgentSettings, flags: set[str]) -> int:
    """What is measured and how, in words or as JSON."""
    from socle_agent.tell import told

    facts = ask(settings.socket, "status")
    _show(json.dumps(facts, ensure_ascii=False, indent=1) if "--json" in flags else told(facts))
    return OK


def what_is_sent(settings: AgentSettings, flags: set[str]) -> int:
    """Payloads on stdout, one a line; where and when they went on stderr."""
    follow = "--follow" in flags
    heard = answers(settings.socket, "sent", follow=follow, patience_s=None if follow else 10.0)
    first = next(heard)
    if not first["sent"]:
        _complain(say("nothing_sent") if first["next"] else say("nothing_next"))
    for sent in first["sent"] or filter(None, [first["next"]]):
        _show_sent(sent)
    for more in heard if follow else ():
        for sent in more["sent"]:
            _show_sent(sent)
    return OK


def totals(settings: AgentSettings, flags: set[str]) -> int:
    """Sums of the ledger: of the running agent, who flushes it first, else of its file."""
    try:
        held = ask(settings.socket, "totals")
    except (NotRunningError, PermissionError):
        held = _totals_of_file(settings)
    if not held:
        _complain(say("no_ledger", path=settings.state))
        return PROBLEM
    _show(json.dumps(held) if "--json" in flags else _table(held))
    return OK


def doctor(arguments: Arguments) -> int:
    """Look for what is wrong; 78 or 69 where only the configuration or only the broker is."""
    from socle_agent.doctor import examine

    findings = examine(arguments.config)
    for finding in findings:
        _show(str(finding))
    wrong = {finding.about for finding in findings if finding.problem}
    if wrong and wrong <= {"settings", "catalogue"}:
        return CONFIG
    if wrong == {"broker"}:
        return BROKER
    return PROBLEM if wrong else OK


def health(arguments: Arguments) -> int:
    """Read the hardware's health."""
    from socle_agent.health.command import run as read_health

    return read_health(arguments.config, arguments.flags)


def catalogue_check(arguments: Arguments) -> int:
    """Every mistake of the files named, or of those that this machine uses."""
    from socle_agent.catalogue import check

    return check(arguments.config, arguments.words)


def catalogue_explain(arguments: Arguments) -> int:
    """Which row knows a thing, and why."""
    from socle_agent.catalogue import explain

    return explain(arguments.config, arguments.words[0], as_json="--json" in arguments.flags)


def _with_settings(arguments: Arguments) -> int:
    return _COMMANDS[arguments.command](load_agent(arguments.config), arguments.flags)


def _totals_of_file(settings: AgentSettings) -> dict[str, Any]:
    from socle_agent.ledger import Ledger
    from socle_agent.opening import LEDGER

    try:
        ledger = Ledger.read(settings.state / LEDGER)
    except sqlite3.OperationalError:
        return {}
    held = {"devices": {settings.device: {ledger.install: ledger.totals()}}}
    ledger.close()
    return held


def _table(held: dict[str, Any]) -> str:
    lines = []
    for device, installs in held["devices"].items():
        for install, sums in installs.items():
            lines.append(f"{device or '-'} {install}")
            lines += [f"  {name:<10} {value}" for name, value in sums.items() if value is not None]
    return "\n".join(lines)


def _show_sent(sent: dict[str, Any]) -> None:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(sent["at"]))
    note = f"  ({say('will')})" if sent["kind"] == "will" else ""
    _complain(f"{when}  {sent['topic']}{note}")
    _show(sent["payload"])


def _show(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


_COMMANDS: dict[str, Callable[[AgentSettings, set[str]], int]] = {
    "status": status,
    "what-is-sent": what_is_sent,
    "totals": totals,
}
_WITHOUT_SETTINGS: dict[str, Callable[[Arguments], int]] = {
    "doctor": doctor,
    "health": health,
    "catalogue check": catalogue_check,
    "catalogue explain": catalogue_explain,
}
"""They load the settings themselves, or need none."""
