"""When a date can be believed, and what a step of the wall clock does to it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle_core.clock import EARLIEST, LATEST, Clock, Dating, Reading

NOW = 1_795_440_000.0
"""A Monday of November 2026."""


def reading(boot: float, wall: float | None = None) -> Reading:
    """The clocks at a boot second, the wall clock right unless told."""
    return Reading(NOW + boot if wall is None else wall, boot, boot)


def proved() -> Dating:
    """A dating whose anchor is right."""
    dating = Dating(NOW)
    dating.prove(reading(0), NOW)
    return dating


def test_no_date_without_a_proof() -> None:
    """However plausible the wall clock is, a boot has no dates before the first proof."""
    assert Dating(NOW).unix(100) is None


def test_a_proof_dates_the_whole_boot() -> None:
    """A proof dates every second of its boot, also those before it."""
    dating = Dating(0.0)
    dating.prove(reading(500, wall=12.0), NOW + 500)
    assert dating.unix(0) == NOW
    assert dating.unix(500) == NOW + 500


@pytest.mark.parametrize("step", [-86_400 * 365, -7200, -61, 61, 7200, 86_400 * 3650])
def test_an_unproved_step_suspends_trust(step: int) -> None:
    """A step of the wall clock of more than a minute, either way, suspends trust until the next proof."""
    dating = proved()
    assert dating.watch(reading(100, wall=NOW + 100 + step))
    assert dating.unix(100) is None
    dating.prove(reading(110), NOW + 110)
    assert dating.unix(110) == NOW + 110


@pytest.mark.parametrize("step", [-60, -1, 0, 1, 60])
def test_a_small_step_is_none(step: int) -> None:
    """A step of up to a minute, such as a leap second or a slow oscillator set right, keeps trust and dates."""
    dating = proved()
    assert not dating.watch(reading(100, wall=NOW + 100 + step))
    assert dating.unix(100) == NOW + 100


def test_a_step_is_told_once() -> None:
    """The clock that stays where it was set has not stepped again."""
    dating = proved()
    assert dating.watch(reading(100, wall=0.0))
    assert not dating.watch(reading(160, wall=60.0))


@given(st.floats(-2, 2))
def test_an_agreeing_proof_moves_nothing(tremble: float) -> None:
    """A proof within two seconds of what is proved leaves the quarters' ends where they were."""
    dating = proved()
    dating.prove(reading(50), NOW + 50 + tremble)
    assert dating.unix(50) == NOW + 50


@given(late=st.floats(0, 60))
def test_a_late_answer_moves_nothing(late: float) -> None:
    """An ack that was long under way agrees with a clock that is ahead of it by no more than that."""
    dating = proved()
    dating.prove(reading(50), NOW + 50 - late, late=late)
    assert dating.unix(50) == NOW + 50


def test_a_contradicting_proof_wins() -> None:
    """A proof that contradicts the earlier one replaces it: the latest proof is the truth."""
    dating = proved()
    dating.prove(reading(50), NOW + 650)
    assert dating.unix(50) == NOW + 650


@given(st.one_of(st.floats(max_value=EARLIEST, exclude_max=True), st.floats(min_value=LATEST), st.just(float("nan"))))
def test_an_absurd_proof_is_none(unix: float) -> None:
    """A date before 2020 or after 2099, infinite or no number at all, proves nothing."""
    dating = Dating(NOW)
    dating.prove(reading(50), unix)
    assert not dating.trusted
    right = proved()
    right.prove(reading(50), unix)
    assert right.unix(50) == NOW + 50


def test_a_restart_takes_over_what_was_proved() -> None:
    """After a restart within one boot the anchor goes on to hold, if the wall clock stayed where it was."""
    dating = Dating(NOW)
    dating.resume(reading(70), anchor=int(NOW), offset=NOW + 59)
    assert dating.unix(70) == NOW + 70


@pytest.mark.parametrize(("anchor", "offset"), [(None, NOW), (int(NOW), NOW + 61), (int(NOW), 0.0)])
def test_a_restart_does_not_trust_blindly(anchor: int | None, offset: float) -> None:
    """Nothing is taken over where nothing was proved, or where the wall clock stepped meanwhile."""
    dating = Dating(NOW)
    dating.resume(reading(70), anchor, offset)
    assert dating.unix(70) is None


def test_the_real_clocks() -> None:
    """The real clocks go forward, boot time is never behind time awake, and a boot has one short name."""
    clock = Clock()
    first, second = clock.read(), clock.read()
    assert second.mono > first.mono
    assert second.boot >= first.boot >= 0
    assert first.boot - first.mono > -60
    assert clock.boot_id() == clock.boot_id()
    assert re.fullmatch("[0-9a-f]{8}", clock.boot_id())
    assert isinstance(clock.synchronised(), bool)
    assert (clock.delay(-1.0), clock.delay(2.5)) == (0.0, 2.5)
