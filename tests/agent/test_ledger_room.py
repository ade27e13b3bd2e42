"""How much room a ledger takes, and what goes when there is none."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest
from support.ledgers import ASK, D, T, acked, everything, fresh, slot

from socle_agent.growth import Growth, Span, Use
from socle_agent.ledger import Ledger, held, revisions, room, store
from socle_core.wire.topics import new_id

MONTH = 96 * 31
SERVICES = ("gcompris", "lumni", "tuxpaint", "libreoffice-writer", "scratch", "geogebra")


def opened(path: Path) -> Ledger:
    """A ledger in a file, begun."""
    rng = Random(3)
    ledger = Ledger.open(path, lambda: new_id(rng))
    ledger.begin("aaaaaaaa", "bbbbbbbb")
    return ledger


def used(path: Path) -> int:
    """Bytes of the file and its log."""
    files = (Path(f"{path}{suffix}") for suffix in ("", "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def a_day(d: int, profiles: int = 2, services: int = 6, quarters: int = 24) -> Growth:
    """What a school day leaves behind."""
    growth = Growth()
    for t in range(d * 96 + 32, d * 96 + 32 + quarters):
        for name in ("powered", "observed", "charging", "online", "open", "active", "display"):
            growth.slot(t, name, 700 + t % 200)
        growth.work(t, 31, 900)
    for number in range(profiles):
        use = {f"{SERVICES[n % 6]}{n // 6 or ''}": [3000 + n, 2000 + n] for n in range(services)}
        growth.day(d, f"profile{number}", Use(20_000, 18_000, use))
    return growth


def test_a_school_year_is_small(tmp_path: Path) -> None:
    """138 days of 24 quarters, two profiles of six services and hourly health stay within 3 MiB."""
    path = tmp_path / "ledger.db"
    ledger = opened(path)
    ledger._db.execute("PRAGMA synchronous=OFF")
    for number in range(138):
        ledger.commit(a_day(D + number), (D + number) * 96 + 60)
        for t in range((D + number) * 96 + 32, (D + number) * 96 + 56, 4):
            health = {"battery": {"charge": 0.83, "wear": 0.12, "cycles": 312}, "memory": {"used": 0.5}}
            ledger.add_health(t, health)
    ledger.close()
    assert ledger_rows(path) == (138 * 24, 138 * 2, 138 * 6)
    assert used(path) <= 3 * 1024 * 1024


def ledger_rows(path: Path) -> tuple[int, int, int]:
    """How many slots, days and health rows a file holds."""
    totals = Ledger.read(path).totals()
    return totals["slots"], totals["days"], totals["health"]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file into which more was put than fits, none of it acknowledged; it was never above 16 MiB."""
    path = tmp_path_factory.mktemp("full") / "ledger.db"
    ledger = opened(path)
    ledger._db.execute("PRAGMA synchronous=OFF")
    for number in range(0, 900, 2):
        growth = a_day(D + number, profiles=3, services=60)
        for kind in a_day(D + number + 1, profiles=3, services=60), a_day(D + number + 2):
            growth.add(kind)
        ledger.commit(growth, (D + number) * 96 + 60)
        assert used(path) <= store.LIMIT_BYTES
    ledger.close()
    return path


def copy_of(path: Path, folder: Path) -> Path:
    """A copy of a closed ledger's file."""
    copy = folder / "ledger.db"
    copy.write_bytes(path.read_bytes())
    return copy


def test_a_full_ledger_drops_whole_oldest_months_and_says_so(full: Path, tmp_path: Path) -> None:
    """When the ledger is full the oldest months go, whole: rows, sums and notes agree on which."""
    ledger = opened(copy_of(full, tmp_path))
    dropped = ledger.notes()["dropped"]
    assert dropped == sorted(dropped)
    audit = ledger.audit(ASK)
    assert audit is not None
    assert max(dropped) < min(audit.months)
    months = {room.month_of(t * 900) for (t,) in ledger._db.execute("SELECT t FROM slots")}
    assert months == set(audit.months)
    assert store.filled_bytes(ledger._db) > store.FULL_BYTES / 2


def test_a_full_ledger_can_be_reissued_within_its_limit(full: Path, tmp_path: Path) -> None:
    """Giving every row of a full ledger a new revision, twice, never takes file and log above 16 MiB."""
    path = copy_of(full, tmp_path)
    ledger = opened(path)
    ledger._db.execute("PRAGMA synchronous=OFF")
    rows = ledger.totals()
    sizes = []
    ledger._db.set_progress_handler(lambda: sizes.append(used(path)), 20_000)
    for above in (0, 10**9):
        ledger.reissue(above)
        ledger.commit(slot(T), T)
        sizes.append(used(path))
    assert max(sizes) <= store.LIMIT_BYTES
    assert len(sizes) > 10
    assert ledger.totals()["days"] == rows["days"]


def small(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Make ledgers full at so many bytes."""
    monkeypatch.setattr(room, "FULL_BYTES", size)


def test_acknowledged_months_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A month that the collector has goes before an older one that it has not."""
    ledger = fresh()
    for d in range(D, D + 6):  # November
        ledger.commit(a_day(d - 60, services=60), T)  # September
        ledger.commit(a_day(d, services=60), T)
    ledger.commit(slot(T + 4 * MONTH), T + 4 * MONTH)
    ledger.acknowledged = ledger.head
    ledger.commit(slot(T - 60 * 96), T)  # September again: not acknowledged
    for dropped in (["2026-11"], ["2026-09", "2026-11"]):
        small(monkeypatch, store.filled_bytes(ledger._db) - 1)
        ledger.commit(slot(T + 4 * MONTH), T + 4 * MONTH)
        assert ledger.notes()["dropped"] == dropped
    assert [row.t for row in ledger.message(0, ASK).slots] == [T + 4 * MONTH]


def test_a_dropped_month_is_not_told_in_audits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A month of which rows were dropped is not whole, also when rows of it come again."""
    ledger = fresh()
    ledger.commit(a_day(D), T)
    ledger.commit(slot(T + MONTH), T)
    small(monkeypatch, 1)
    ledger.commit(Growth(), T)
    small(monkeypatch, 10_000_000)
    ledger.commit(slot(T), T)
    ledger.commit(slot(T + 2 * MONTH), T)
    audit = ledger.audit(ASK)
    assert audit is not None
    assert set(audit.months) == {"2027-01"}


def test_weeks_without_a_date_in_one_boot_become_undated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches without a date are bounded: more than fit become undated together, no second lost or doubled."""
    monkeypatch.setattr(held, "SPANS_KEPT", 50)
    ledger = fresh()
    for number in range(120):
        growth = Growth()
        state = {"powered": True, "observed": number % 10 > 0}
        growth.hold(Span(number * 10, number * 10 + 7, "pupil", 1, state))
        growth.held["pupil"] = Use(7, 7, {"lumni": [3, None]})
        ledger.commit(growth, None)
    assert len(ledger.held().spans) <= 50
    assert ledger.message(0, ASK).undated == ()
    ledger.begin("cccccccc", "dddddddd")
    (row,) = ledger.message(0, ASK).undated
    assert (row.boot, row.powered, row.observed, row.open) == ("bbbbbbbb", 840, 756, 840)
    assert row.services == {"lumni": (360, None)}


def test_boots_without_number_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that starts over and over without a date adds boots to the last row, and no second is lost."""
    monkeypatch.setattr(held, "UNDATED_KEPT", 20)
    ledger = fresh()
    for number in range(100):
        growth = Growth()
        growth.hold(Span(0, 60, "pupil" if number % 2 else "shared", 1, {"powered": True, "observed": True}))
        growth.held["pupil"] = Use(1, None, {"lumni": [2, None]})
        ledger.commit(growth, None)
        ledger.begin("cccccccc", f"{number:08x}")
        if number % 7 == 0:
            acked(ledger)
    rows = ledger.message(0, ASK).undated
    assert len(rows) <= 22
    assert sum(row.powered or 0 for row in rows) == 6000
    assert sum(row.services.get("lumni", (0, None))[0] for row in rows) == 200


def test_a_ledger_full_of_boots_drops_the_oldest_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing has a month, the undated rows of lowest revision go when there is no room, and that is said."""
    ledger = fresh()
    for number in range(1500):
        growth = Growth()
        growth.undated["pupil"] = Use(60, 60, {service: [60, 60] for service in SERVICES})
        ledger.commit(growth, None)
        ledger.begin("cccccccc", f"{number:08x}")
    small(monkeypatch, 200_000)
    ledger.commit(Growth(), None)
    assert ledger.notes()["dropped"] == ["undated"]
    assert everything(ledger)[-1].undated[-1].boot == f"{1498:08x}"
    assert ledger._db.execute("SELECT COUNT(*) FROM undated").fetchone() == (500,)


def test_runs_without_number_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many runs are remembered; a mark of a forgotten one is unknown, so all is sent anew."""
    monkeypatch.setattr(revisions, "RUNS_KEPT", 10)
    ledger = fresh()
    for number in range(30):
        ledger.begin(f"{number:08x}", "bbbbbbbb")
        ledger.commit(slot(T + number), T + number)
    ledger.begin("eeeeeeee", "bbbbbbbb")
    assert ledger._db.execute("SELECT COUNT(*) FROM runs").fetchone()[0] == 10
    assert ledger.issued(30, f"{29:08x}")
    assert not ledger.issued(1, f"{0:08x}")


def test_only_its_user_may_read_it(tmp_path: Path) -> None:
    """File and log are for their user alone, also where the file was left open to others."""
    path = tmp_path / "state" / "ledger.db"
    before = os.umask(0)
    try:
        opened(path).close()
        path.chmod(0o644)
        ledger = opened(path)
        ledger.commit(slot(T), T)
        assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
        assert len(list(path.parent.iterdir())) == 3
    finally:
        os.umask(before)
