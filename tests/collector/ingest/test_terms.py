"""From when on rows are wanted."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from support.wire import KEEP_FROM, NOW

from socle_collector.ingest.terms import keep_from, terms
from socle_core.settings.collector import CollectorSettings
from socle_core.settings.times import MonthDay


def at(text: str) -> float:
    """Seconds since 1970 of a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize(
    ("now", "start"),
    [
        ("2026-09-01T00:00:00", "2026-09-01"),
        ("2026-08-31T23:59:59", "2025-09-01"),
        ("2027-01-01T00:00:00", "2026-09-01"),
        ("2024-02-29T12:00:00", "2023-09-01"),
    ],
)
def test_school_year(now: str, start: str) -> None:
    """It is the last first of September, at 00:00 UTC."""
    assert keep_from(at(now), MonthDay(9, 1)) == at(start) // 900


def test_terms() -> None:
    """The terms at the contract's own moment are the contract's own, and follow the settings."""
    on = terms(NOW, CollectorSettings(realm="test"))
    assert (on.keep_from, on.zone, on.wanted.first_t) == (KEEP_FROM, "Europe/Paris", KEEP_FROM)
    other = CollectorSettings(realm="test", keep_from=MonthDay(1, 1), timezone="Indian/Mayotte")
    assert terms(NOW, other).keep_from == at("2026-01-01") // 900
    assert terms(NOW, other).zone == "Indian/Mayotte"
