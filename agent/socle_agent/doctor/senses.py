"""Every sense: whether it works, by which means, why not, and what would make it work."""

from __future__ import annotations

from collections.abc import Iterator

from socle_agent.doctor.finding import Finding, bad, good
from socle_agent.tell import heard, lacking
from socle_agent.texts import TEXTS, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PROBLEMS = {"no-logind", "no-proc", "session-without-helper", "browser-without-extension", "late"}
"""Reasons that are faults; by the others a machine merely lacks something."""
KERNEL = ("EINVAL", "ENOSYS", "EOPNOTSUPP")
"""What a kernel says to a call that it does not know."""


SENSES = ("session", "programs", "idle", "focus", "web", "charging", "display", "health", "smart", "network")


def look_at_senses(facts: dict[str, Any] | None) -> Iterator[Finding]:
    """All senses, and those that were given up; `facts`: None where no agent runs to tell of them."""
    if facts is None:
        for name in SENSES:
            yield Finding(name, False, lacking(name, {"why": "not-running"}), say("cure.not-running"))
        return
    failed = facts["failed"]
    yield bad("sense", names=", ".join(failed)) if failed else good("sense")
    for name, told in facts["senses_detail"].items():
        if not told["works"]:
            yield Finding(name, told["why"] in PROBLEMS, lacking(name, told), _cure(name, told["why"]))
        elif name == "programs":
            yield from _programs(told)
        else:
            yield Finding(name, False, heard(name, told))
        yield from _parts(name, told.get("groups", {}))


def _cure(name: str, why: str) -> str:
    return say(f"cure.{why}" if f"cure.{why}" in TEXTS else f"cure.{name}")


def _programs(told: dict[str, Any]) -> Iterator[Finding]:
    """Means other than the best are told with what refused the best."""
    means = told["means"]
    told_how = {"sense": say("sense.programs"), "how": say(f"programs.{means}", files=told["watched"])}
    if means == "fanotify":
        yield Finding("programs", False, say("how", **told_how))
    elif told["refused"]:
        best, errno = next(iter(told["refused"].items()))
        kind = "kernel" if errno in KERNEL else errno if f"refused.{errno}" in TEXTS else "other"
        text = say("lack.refused", **told_how, means=best, why=say(f"refused.{kind}", why=errno))
        yield Finding("programs", True, text, say(f"cure.{kind}"))
    else:
        yield Finding("programs", False, say("lack.chosen", **told_how), say("cure.chosen"))
    if told["unseen"]:
        names = ", ".join(told["unseen"])
        yield Finding("unseen", False, say("lack.unseen", names=names), say("cure.unseen"))


def _parts(name: str, groups: dict[str, Any]) -> Iterator[Finding]:
    """What a health process said of its groups."""
    sense = say(f"sense.{name}")
    for part, told in groups.items():
        if not told["ok"]:
            yield Finding(
                f"{name}.{part}", True, say("lack.part", sense=sense, part=part, why=told["why"]), say("cure.part")
            )
        if told["absent"]:
            names = ", ".join(told.get("dropped", ()))
            text = say("lack.absurd", sense=sense, n=told["absent"], names=names)
            yield Finding(f"{name}.{part}.absurd", False, text)
