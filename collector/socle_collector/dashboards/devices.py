"""The table of devices: one object for each line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import cached_property

from socle_collector.dashboards import charts, machine, rows
from socle_collector.dashboards.period import Period
from socle_collector.dashboards.rows import Row
from socle_collector.dashboards.services import Naming
from socle_collector.dashboards.speaker import Speaker

PAGE = 100
MOST_SERVICES = 3


@dataclass
class Line:
    """One device as a reader sees it. Everything is text or numbers ready to be shown."""

    row: Row
    say: Speaker
    period: Period
    use: dict[int, charts.Use] = field(default_factory=dict)
    services: list[tuple[str, bool, str]] = field(default_factory=list)
    """Label, whether the catalogue knows it, hours; those that count as a resource first."""
    activity: list[int] = field(default_factory=list)
    """Seconds active, of the days on which that is known."""
    slots: Row = field(default_factory=dict)
    health: dict[str, Any] | None = None
    """Groups of the latest health row."""

    @property
    def kind(self) -> str:
        """Where it stands."""
        return self.say[self.row["kind"]]

    @property
    def school(self) -> str:
        """Its school's code, or that nobody told it."""
        return self.row["school"] or self.say["no_school"]

    @cached_property
    def state(self) -> str:
        """online, sleeping, lost, never or unknown: also the name of its colour."""
        if not self.row["heard"] and self.row["state_at"] is None:
            return "never"
        return self.row["state"] or "unknown"

    @property
    def state_text(self) -> str:
        """The state in words."""
        return self.say["state_unknown" if self.state == "unknown" else self.state]

    @property
    def seen(self) -> str:
        """How long ago it was last heard of; empty if never."""
        at = self.row["seen_at"]
        return f"{self.say['seen']} {self.say.ago(self.period.ago(at))}" if at else ""

    @property
    def transmission(self) -> str:
        """reconciled, different, unaudited, or never: also the name of its colour."""
        if not self.row["heard"]:
            return "never"
        return {True: "reconciled", False: "different", None: "unaudited"}[self.row["reconciled"]]

    @property
    def transmission_text(self) -> str:
        """The transmission in words."""
        return "–" if self.transmission == "never" else self.say[self.transmission]

    @property
    def notes(self) -> list[str]:
        """What else is to be known of it."""
        pending = self.row["pending"] or 0
        notes = [self.say["cloned"]] if self.row["cloned_at"] else []
        notes += [self.say["clock"]] if self.row["clock"] == "untrusted" else []
        return notes + ([self.say.say("pending", n=self.say.number(pending))] if pending else [])

    @property
    def top(self) -> list[tuple[str, bool, str]]:
        """The services to be shown."""
        return self.services[:MOST_SERVICES]

    @property
    def bars(self) -> list[charts.Bar]:
        """Fourteen days."""
        return charts.bars(self.period.days, self.use)

    @property
    def powered(self) -> str:
        """Hours on, over the fourteen days."""
        return self.say.hours(sum(on for on, _ in self.use.values()))

    @property
    def open(self) -> str:
        """Hours with a session open, over the fourteen days; unknown is not 0."""
        told = [opened for _, opened in self.use.values() if opened is not None]
        return self.say.hours(sum(told)) if told else self.say["open_unknown"]

    @property
    def active(self) -> str:
        """Time not idle, over the fourteen days; unknown is not 0."""
        told = self.activity
        return self.say.say("active", h=self.say.hours(sum(told))) if told else self.say["active_unknown"]

    @property
    def facts(self) -> machine.Facts:
        """What it measures by which means, time on mains and with a second display, the state of its hardware."""
        if not self.row["heard"]:
            return []
        return [
            *machine.senses(self.row["senses"], self.say),
            *machine.seconds(self.slots.get("charging"), self.slots.get("display"), self.say),
            *machine.health(self.health, self.say),
        ]

    @property
    def chart_text(self) -> str:
        """The chart in words, for those who do not see it."""
        if not self.use:
            return self.say["no_day"]
        return self.say.say("chart", on=self.powered, open=self.open, days=len(self.use), n=len(self.use))


def lines(page: int, period: Period, say: Speaker, naming: Naming) -> list[Line]:
    """The devices of one page of the table, by school and label."""
    found = rows.fetch(rows.DEVICES, limit=PAGE, offset=(page - 1) * PAGE)
    made = {row["number"]: Line(row, say, period) for row in found}
    span = {"devices": list(made), "first": period.first, "last": period.last}
    for day in rows.fetch(rows.DAYS, **span):
        made[day["device"]].use[day["d"]] = day["powered"] or 0, day["open"]
        made[day["device"]].activity += [] if day["active"] is None else [day["active"]]
    for used in sorted(rows.fetch(rows.DEVICE_SERVICES, **span), key=lambda row: not naming.counted(row["id"])):
        label, known = naming.name(used["id"], say.language)
        made[used["device"]].services.append((label, known, say.hours(used["present"])))
    for sums in rows.fetch(rows.SLOTS, **span):
        made[sums["device"]].slots = sums
    for latest in rows.fetch(rows.HEALTH, devices=list(made)):
        made[latest["device"]].health = latest["groups"]
    return list(made.values())
