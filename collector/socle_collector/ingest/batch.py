"""A batch of messages, taken in their order, becomes rows, marks and answers. No database is touched here."""

from __future__ import annotations

from dataclasses import dataclass, field
from json import dumps

from socle_collector.ingest.clones import Runs
from socle_collector.ingest.marks import Mark
from socle_collector.ingest.names import device_name, id_number
from socle_collector.ingest.post import Answer, Read, Refused
from socle_collector.ingest.rows import Rows
from socle_core.wire.encode import plain_row
from socle_core.wire.messages import Act, Audit, BadRow, Hello, Ledger, Presence

Key = tuple[int, int]
"""The numbers of a device and of an install."""

UNKNOWN_DEVICE = "the registry does not know this device"
TAKEN_ACT = "id is that of another device's act"


@dataclass
class Batch:
    """What the database knew of the installs concerned, and what the messages taken change.

    `owners`: the device that sent each act first. Afterwards: `marks`, `rows`, `runs`, `hellos`, `presences`
    and `refused` are to be stored, `audits` to be compared, `answers` to be sent after the commit.
    """

    known: set[int]
    marks: dict[Key, Mark] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)
    runs: Runs = field(default_factory=Runs)
    rows: Rows = field(default_factory=Rows)
    hellos: dict[Key, tuple[float, Hello]] = field(default_factory=dict)
    presences: list[tuple[Read, Presence]] = field(default_factory=list)
    audits: list[tuple[Read, Audit]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    def take(self, read: Read) -> None:
        """Take the next message."""
        message = read.message
        if read.device not in self.known:
            self._refuse_unknown(read)
        elif isinstance(message, Ledger):
            self._ledger(read, message)
        elif isinstance(message, Hello):
            self._hello(read, message)
        elif isinstance(message, Audit):
            self._audit(read, message)
        else:
            self.presences.append((read, message))

    def _ledger(self, read: Read, ledger: Ledger) -> None:
        mark = self._heard(read)
        bad: tuple[BadRow, ...] = ()
        if mark.covers(ledger):
            self.rows.add_ledger(read.device, read.install, ledger)
            if ledger.acts or ledger.bad:
                bad = self._refuse_rows(read, ledger)
            mark.advance(ledger)
        self.answer(read, ledger, mark, bad)

    def _refuse_rows(self, read: Read, ledger: Ledger) -> tuple[BadRow, ...]:
        """Take the acts; return the bad rows, among them the acts that are another device's."""
        taken = [act for act in ledger.acts if not self.take_act(read.device, read.install, act)]
        bad = (*ledger.bad, *(BadRow("acts", [act.id], TAKEN_ACT, plain_row(act)) for act in taken))
        self.refused += [refused_row(read, ledger, row) for row in bad]
        return bad

    def take_act(self, device: int, install: int, act: Act) -> bool:
        """Take an act, or tell that its id is another device's."""
        if self.owners.setdefault(act.id, device) != device:
            return False
        self.rows.acts.setdefault(act.id, (device, install, act))
        return True

    def _hello(self, read: Read, hello: Hello) -> None:
        mark = self._heard(read)
        self.hellos[read.device, read.install] = read.letter.at, hello
        if not read.letter.again:  # its place among the hellos of that time is lost
            self.runs.hello(read.device, hello.install, hello.run, hello.ask)
        self.answer(read, hello, mark)

    def _audit(self, read: Read, audit: Audit) -> None:
        mark = self._heard(read)
        if mark.compares(audit.rev, id_number(audit.run)):
            self.audits.append((read, audit))
        else:
            self.answer(read, audit, mark)

    def _heard(self, read: Read) -> Mark:
        mark = self.marks.get((read.device, read.install))
        if mark is None:
            mark = self.marks[read.device, read.install] = Mark()
        mark.heard_at = max(mark.heard_at, read.letter.at)
        return mark

    def answer(self, read: Read, asked: Ledger | Hello | Audit, mark: Mark, bad: tuple[BadRow, ...] = ()) -> None:
        """Have the mark acknowledged, as it now is."""
        if not read.letter.again:
            self.answers.append(Answer(read.letter, asked.install, asked.ask, mark.rev, mark.run, bad))

    def _refuse_unknown(self, read: Read) -> None:
        kind = type(read.message).__name__.lower()
        name = device_name(read.device)
        self.refused.append(Refused(kind, name, UNKNOWN_DEVICE, read.letter.payload, read.letter.at))


def refused_row(read: Read, ledger: Ledger, bad: BadRow) -> Refused:
    """Return what the quarantine keeps of a bad row."""
    return Refused(
        bad.kind,
        device_name(read.device),
        bad.why,
        dumps(bad.row).encode(),
        read.letter.at,
        install=ledger.install,
        key=None if bad.key is None else dumps(bad.key),
        rev=ledger.rev,
    )
