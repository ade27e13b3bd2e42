"""The table of devices: one object for each line."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.functional import cached_property

from socle_collector.dashboards import charts, rows
from socle_collector.dashboards.period import Period
from socle_collector.dashboards.rows import Row
from socle_collector.dashboards.services import Naming
from socle_collector.dashboards.speaker import Speaker

PAGE = 100


@dataclass
class Line:
    """One device as a reader sees it. Everything is text or numbers ready to be shown."""

    row: Row
    say: Speaker
    period: Period
    use: dict[int, charts.Use] = field(default_factory=dict)
    services: list[tuple[str, bool, str]] = field(default_factory=list)
    """Label, whether the catalogue knows it, hours."""

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
    def chart_text(self) -> str:
        """The chart in words, for those who do not see it."""
        if not self.use:
            return self.say["no_day"]
        return self.say.say("chart", on=self.powered, open=self.open, days=len(self.use), n=len(self.use))


def lines(page: int, period: Period, say: Speaker, naming: Naming) -> list[Line]:
    """The devices of one page of the table, by school and label."""
    found = rows.fetch(rows.DEVICES, limit=PAGE, offset=(page - 1) * PAGE)
    numbers = [row["number"] for row in found]
    use: dict[int, dict[int, charts.Use]] = defaultdict(dict)
    for day in rows.fetch(rows.DAYS, devices=numbers, first=period.first, last=period.last):
        use[day["device"]][day["d"]] = day["powered"] or 0, day["open"]
    services: dict[int, list[tuple[str, bool, str]]] = defaultdict(list)
    for used in rows.fetch(rows.DEVICE_SERVICES, devices=numbers, first=period.first, last=period.last):
        label, known = naming.name(used["id"], say.language)
        services[used["device"]].append((label, known, say.hours(used["present"])))
    return [Line(row, say, period, use[row["number"]], services[row["number"]]) for row in found]
