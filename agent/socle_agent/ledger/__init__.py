"""The agent's ledger: a small SQLite file that holds a machine's use until a collector has it, and after.

Everything is kept in one file of at most 16 MiB; each `commit` is one transaction, durable when it
returns. Only what is committed is ever sent.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from socle_agent.growth import Growth, Held
from socle_agent.ledger import room, sums
from socle_agent.ledger.grow import Grow
from socle_agent.ledger.held import end_boots, held_of
from socle_agent.ledger.meta import Meta
from socle_agent.ledger.refused import any_refused, note_refused
from socle_agent.ledger.revisions import Revisions
from socle_agent.ledger.schema import NewerLedgerError, prepare
from socle_agent.ledger.send import batch_after
from socle_agent.ledger.store import configure, connect, connect_to_read, forget_log, is_damage, set_aside
from socle_agent.ledger.text import dump, load
from socle_core.wire.messages import Ack, Act, Audit
from socle_core.wire.messages import Ledger as LedgerMessage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Ledger", "NewerLedgerError", "is_damage"]

MOST_LEFT = 200
"""So many boots are remembered while no date is known."""


class Ledger:
    """The ledger of one install. Methods raise sqlite3.Error; what did not commit is as if never written.

    `new_id` draws eight random hex digits. `head`: the highest revision issued. `run`: who issues the next.
    `acknowledged`: the collector's last mark, as far as known.
    """

    def __init__(self, db: sqlite3.Connection, new_id: Callable[[], str]) -> None:
        self._db = db
        self._meta = Meta(db)
        if self._meta.get("install") is None:
            with self._transaction():
                self._meta.set(install=new_id(), salt=new_id() + new_id())
        self._revisions = Revisions(db, self._meta)
        self.install: str = self._meta.get("install")
        self.acknowledged: int = self._meta.get("mark", 0)
        self._quarter: int | None = None
        self.boot = ""

    @classmethod
    def open(cls, path: Path, new_id: Callable[[], str]) -> Ledger:
        """Open the file, or create it. A damaged one is set aside, kept, and said in `notes`.

        Raises NewerLedgerError, OSError, sqlite3.OperationalError (no room, read-only).
        """
        try:
            return cls(connect(path), new_id)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
        aside = set_aside(path)
        ledger = cls(connect(path), new_id)
        ledger._remember(damaged=aside.name)
        return ledger

    @classmethod
    def read(cls, path: Path) -> Ledger:
        """Open an existing file to read it while an agent may write it. Raises sqlite3.Error, NewerLedgerError."""
        return cls(connect_to_read(path), lambda: "")

    @classmethod
    def in_memory(cls, new_id: Callable[[], str]) -> Ledger:
        """A ledger without a file, for virtual devices and tests."""
        db = sqlite3.connect(":memory:", isolation_level=None)
        configure(db)
        prepare(db)
        return cls(db, new_id)

    @property
    def head(self) -> int:
        """The highest revision issued."""
        return self._revisions.head

    @property
    def run(self) -> str:
        """The run that issues revisions now."""
        return self._revisions.run

    @property
    def keep_from(self) -> int:
        """The first quarter still wanted, as a collector last said."""
        return int(self._meta.get("keep_from", 0))

    def begin(self, run: str, boot: str) -> None:
        """Issue revisions under `run` from here on; use of boots before `boot` becomes undated rows to send."""
        self._revisions.run, self.boot = run, boot
        with self._issuing():
            end_boots(self._db, self._revisions, boot)
            self._revisions.prune()

    def commit(self, growth: Growth, quarter: int | None, today: int | None = None, **position: Any) -> None:
        """Add growth in one durable transaction; `position` (see `position`) is kept with it.

        `quarter`, `today`: the quarter and the local day that now run, None without a date.
        """
        self._quarter = quarter
        running = () if today is None else (today, self._meta.get("today", today))
        with self._issuing():
            Grow(self._db, self._revisions, self.boot, self.keep_from, running).write(growth, quarter)
            self._meta.set(
                mark=self.acknowledged,
                **({} if today is None else {"today": today}),
                **({"position": position} if position else {}),
            )
            room.make_room(self._db, self._meta, self.acknowledged)
        forget_log(self._db)

    def add_health(self, t: int, groups: dict[str, Any]) -> None:
        """Keep a health row for quarter `t`, if that is still wanted; it replaces an earlier one of that quarter."""
        if t >= self.keep_from:
            with self._issuing():
                values = (t, self._revisions.next(), dump(groups))
                self._db.execute("INSERT OR REPLACE INTO health (t, rev, groups) VALUES (?, ?, ?)", values)

    def last_health(self) -> tuple[int, dict[str, Any]] | None:
        """Quarter and groups of the latest health row; None where there is none."""
        row = self._db.execute("SELECT t, groups FROM health ORDER BY t DESC LIMIT 1").fetchone()
        return row and (row[0], load(row[1]))

    def add_act(self, act: Act) -> None:
        """Keep an act; one that is already there stays as it is."""
        if self._db.execute("SELECT 1 FROM acts WHERE id = ?", (act.id,)).fetchone() is None:
            with self._issuing():
                values = (act.id, self._revisions.next(), act.d, act.kind, act.minutes, act.about, act.re)
                self._db.execute(
                    "INSERT INTO acts (id, rev, d, kind, minutes, about, re) VALUES (?, ?, ?, ?, ?, ?, ?)", values
                )

    def position(self) -> dict[str, Any]:
        """What the last commit said of where it stood."""
        return dict(self._meta.get("position", {}))

    @property
    def left_boots(self) -> list[dict[str, Any]]:
        """Boots in which an agent measured and that have ended, the oldest first, until it is known what followed.

        Of each: `boot`; `awake`, its second awake up to which it was measured; `after`, the Unix second of that, or
        else an earlier one, None where no date was ever known; `dated`, whether it was.
        """
        return list(self._meta.get("left_boots", []))

    def leave_boot(self) -> None:
        """Remember the boot of the last commit, which has ended, as one to look for what followed."""
        last, left = self.position(), self.left_boots
        if all(one["boot"] != last["boot"] for one in left):
            newest = self._db.execute("SELECT MAX(t) * 900 FROM slots").fetchone()[0]
            dated = last["anchor"] is not None
            after = last["anchor"] + last["at"] if dated else newest
            awake = round(last["at"] - last["asleep"])
            left.append({"boot": last["boot"], "awake": awake, "after": after, "dated": dated})
            self._remember(left_boots=left[-MOST_LEFT:])

    def account_for_boots(self, growth: Growth) -> None:
        """Add what passed after the boots that were left, and forget them."""
        with self._issuing():
            Grow(self._db, self._revisions, self.boot, self.keep_from).write(growth, None)
            self._meta.set(left_boots=[])
            room.make_room(self._db, self._meta, self.acknowledged)

    def held(self) -> Held:
        """What this boot holds without a date."""
        return held_of(self._db, self.boot)

    def powered(self, quarter: int) -> int:
        """Seconds powered that a quarter already holds."""
        row = self._db.execute("SELECT powered FROM slots WHERE t = ?", (quarter,)).fetchone()
        return (row and row[0]) or 0

    @property
    def ended(self) -> int:
        """The revision up to which a report at a quarter's end goes: not to the quarter that has just begun."""
        newest = self._db.execute("SELECT t FROM slots WHERE rev = ?", (self.head,)).fetchone()
        runs = newest is not None and newest[0] == self._quarter
        return self.head - 1 if runs and self._revisions.run_of(self.head - 1) else self.head

    def message(self, after: int, ask: str, up_to: int | None = None) -> LedgerMessage:
        """The Ledger message of the rows above `after`, to `up_to` or all, as many as one message holds."""
        rev, rows = batch_after(self._db, after, self.head if up_to is None else up_to)
        run = self._revisions.run_of(rev) or self.run
        fields: dict[str, Any] = {kind: tuple(items) for kind, items in rows.items()}
        return LedgerMessage(self.install, run, ask, after, rev, **fields)

    def issued(self, rev: int, run: str | None) -> bool:
        """Whether this ledger issued `rev` in `run`."""
        return run is not None and self._revisions.run_of(rev) == run

    def reissue(self, above: int) -> None:
        """Give every row a new revision above max(head, above)."""
        try:
            with self._transaction():
                self._revisions.reissue(above)
        except BaseException:
            self._revisions.reload()
            raise

    def settle(self, ack: Ack, sent: LedgerMessage) -> None:
        """Remember which rows of a stored message the collector refused, for the audits to leave out."""
        if ack.rejected or ack.rejected_total or any_refused(self._db):
            with self._transaction():
                note_refused(self._db, ack, sent)

    def forget_before(self, keep_from: int) -> None:
        """Delete rows before the quarter `keep_from`, now and whenever they come, until told otherwise."""
        if keep_from != self.keep_from:
            with self._transaction():
                months = room.forget_before(self._db, keep_from)
                self._meta.set(keep_from=keep_from, forgotten=sorted({*self._meta.get("forgotten", []), *months}))

    def audit(self, ask: str) -> Audit | None:
        """The sums to be compared at head; None where no run is known to have issued it."""
        run = self._revisions.run_of(self.head)
        if run is None:
            return None
        doubtful, undated, acts = sums.doubtful(self._db)
        left_out = {*doubtful, *self._meta.get("dropped", []), *self._meta.get("forgotten", [])}
        months = {
            month: held
            for month, held in sorted(sums.month_sums(self._db, refused=False).items())
            if month not in left_out and sums.month_start(month) >= self.keep_from * 900
        }
        return Audit(
            self.install,
            run,
            ask,
            self.head,
            months,
            None if undated else sums.undated_sum(self._db, refused=False),
            None if acts else sums.act_count(self._db, refused=False),
        )

    @property
    def audited(self) -> int:
        """The UTC day, since 1970, of the last audit sent."""
        return int(self._meta.get("audited", 0))

    @audited.setter
    def audited(self, day: int) -> None:
        self._remember(audited=day)

    def senses(self) -> dict[str, Any]:
        """What earlier runs found out about the machine's senses."""
        return dict(self._meta.get("senses", {}))

    def keep_senses(self, known: dict[str, Any]) -> None:
        """Keep it for the next run."""
        self._remember(senses=known)

    def totals(self) -> dict[str, Any]:
        """Sums over all rows, in the words of `totals --json`."""
        with self._reading():
            return {"rev": self._meta.get("head", 0), **sums.totals(self._db), "reconciled": None}

    def notes(self) -> dict[str, Any]:
        """What people must be told: `damaged` (the file set aside), `dropped` (months, for want of room)."""
        return {key: value for key in ("damaged", "dropped") if (value := self._meta.get(key))}

    def identity(self) -> dict[str, Any]:
        """The salt of the machine's hashes, and the hashes kept (never sent)."""
        return {"salt": self._meta.get("salt"), "hashes": self._meta.get("hashes", {})}

    def keep_identity(self, hashes: dict[str, str]) -> None:
        """Keep the machine's hashes."""
        self._remember(hashes=hashes)

    def close(self) -> None:
        """Close the file; the log is merged into it."""
        self._db.close()

    def _remember(self, **values: Any) -> None:
        with self._transaction():
            self._meta.set(**values)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Between two reads of another process's ledger nothing changes."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def _issuing(self) -> Iterator[None]:
        first = self.head + 1
        try:
            with self._transaction():
                yield
                self._revisions.save(first)
        except BaseException:
            self._revisions.reload()
            raise
