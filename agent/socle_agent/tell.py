"""The facts of `status`, in plain words."""

from __future__ import annotations

from socle_agent.texts import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def told(facts: dict[str, Any]) -> str:
    """What is measured and how, what is not and why, and whether it arrives."""
    return "\n".join([*_who(facts), *_senses(facts), *_way(facts), *_ledger(facts), *_settings(facts)])


def ago(seconds: float) -> str:
    """A length of time as a person says it."""
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return say(unit, n=int(seconds // size))
    return say("seconds", n=int(seconds))


def _who(facts: dict[str, Any]) -> list[str]:
    lines = [say("head" if facts["enrolled"] else "not_enrolled", **facts)]
    return [*lines, say("copy")] if facts["copy"] else lines


def heard(name: str, told: dict[str, Any]) -> str:
    """A sense that works, and by which means."""
    how = say(f"{name}.{told['means']}", files=told.get("watched", 0), ago=ago(told.get("ago_s", 0)))
    return say("how", sense=say(f"sense.{name}"), how=how)


def lacking(name: str, told: dict[str, Any]) -> str:
    """A sense that does not work, and why."""
    return say("why_not", sense=say(f"sense.{name}"), why=say(f"lack.{told['why']}"))


def _senses(facts: dict[str, Any]) -> list[str]:
    senses = facts["senses_detail"].items()
    works = [say("on"), *(heard(name, told) for name, told in senses if told["works"])]
    missing = [lacking(name, told) for name, told in senses if not told["works"]]
    missing += [say("failed", name=name, error=error) for name, error in facts["failed"].items()]
    return [
        say("measured"),
        *(say("item", text=text) for text in works),
        *([say("not_measured"), *(say("item", text=text) for text in missing)] if missing else []),
        say("catalogue", **facts["catalogue"]),
    ]


def _way(facts: dict[str, Any]) -> list[str]:
    connection = facts["connection"]
    reason = say(f"why.{connection['reason']}") if connection["reason"] else ""
    last = connection["last_ack_s_ago"]
    return [
        say(connection["state"], reason=reason),
        say("no_ack") if last is None else say("ack", ago=ago(last)),
        say("clock_trusted" if facts["clock"]["trusted"] else "clock_untrusted"),
    ]


def _ledger(facts: dict[str, Any]) -> list[str]:
    ledger = facts["ledger"]
    lines = [say("ledger", head=ledger["head"], acknowledged=min(ledger["acknowledged"], ledger["head"]))]
    if ledger["trouble"]:
        lines.append(say("ledger_trouble", why=ledger["trouble"]))
    if "damaged" in ledger:
        lines.append(say("ledger_damaged", file=ledger["damaged"]))
    if "dropped" in ledger:
        lines.append(say("ledger_dropped", months=", ".join(ledger["dropped"])))
    return lines


def _settings(facts: dict[str, Any]) -> list[str]:
    remote = ", ".join(facts["from_collector"]) or say("nothing")
    lines = [say("settings", remote=remote, **facts["settings"])]
    return lines + [say("settings_refused", why=why) for why in facts["refused_settings"]]
