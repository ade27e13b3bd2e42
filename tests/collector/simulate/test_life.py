"""What a simulated machine does on a day."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socle_collector.simulate import life
from socle_collector.simulate.calendar import Calendar
from socle_collector.simulate.commune import draw
from socle_core.catalogue import load

PARIS = ZoneInfo("Europe/Paris")
CALENDAR = Calendar.of_past_weeks(date(2026, 11, 23), 8, PARIS)
MACHINES = draw("socle", 36, 3, CALENDAR.first, 8)
DAYS = [CALENDAR.first + timedelta(days=n) for n in range(56)]


@settings(max_examples=300)
@given(st.sampled_from(MACHINES), st.sampled_from(DAYS), st.text(max_size=4))
def test_moments_are_in_order(machine: life.Machine, day: date, seed: str) -> None:
    """Moments of a day follow one another within it, and each boot ends with the machine off."""
    boots = life.boots(seed, machine, CALENDAR, day)
    times = [moment.at for boot in boots for moment in boot]
    assert all(before < after for before, after in pairwise(times))
    assert all(datetime.fromtimestamp(at, PARIS).date() == day for at in times)
    assert all(boot[0].state is not None and boot[-1].state is None for boot in boots)


def test_nobody_at_school() -> None:
    """On weekends and in the holidays every machine stays off; on Wednesdays all but the heads'."""
    for machine in MACHINES:
        for day in DAYS:
            if CALENDAR.is_off(day) or (not CALENDAR.has_class(day) and machine.kind != "head"):
                assert life.boots("x", machine, CALENDAR, day) == []


def test_a_cart_is_used_together() -> None:
    """When a class takes its cart, most of its machines are on, and at the same time."""
    cart = [machine for machine in MACHINES if machine.cart == MACHINES[3].cart]
    for day in DAYS:
        used = [boots for machine in cart if (boots := life.boots("x", machine, CALENDAR, day))]
        if used:
            assert len(used) >= len(cart) / 2 - sum(m.cupboard is not None for m in cart)


def test_cupboard() -> None:
    """A machine in the cupboard is never on again."""
    machine = next(m for m in MACHINES if m.cupboard)
    assert machine.cupboard
    assert any(life.boots("x", machine, CALENDAR, day) for day in DAYS)
    assert not any(life.boots("x", machine, CALENDAR, day) for day in DAYS if day >= machine.cupboard)


@pytest.mark.parametrize(
    ("programs", "pages"),
    [(life.BOARD, life.BOARD_PAGES), (life.EXERCISES, life.EXERCISE_PAGES), (life.OFFICE, life.OFFICE_PAGES)],
)
def test_services(programs: tuple[str, ...], pages: tuple[str, ...]) -> None:
    """What is used is in the shipped catalogue: programs with a name to look for, pages with a domain."""
    services = load([Path(__file__).parents[3] / "config" / "catalogue.toml"]).services
    assert all(services[program].executables for program in programs)
    assert all(services[page].domains and not services[page].executables for page in pages)


def test_pages() -> None:
    """A page is in front only where the browser has the extension, and then the browser runs and is in front."""
    seen = 0
    for machine in MACHINES:
        moments = [m for day in DAYS for boot in life.boots("x", machine, CALENDAR, day) for m in boot if m.state]
        for moment in moments:
            assert moment.state
            assert not {service for service, _ in moment.state.programs or ()} & life.PAGES
            if moment.page:
                seen += 1
                assert machine.web and moment.page in life.PAGES
                assert {focus.focus for focus in moment.state.sessions or ()} <= {life.BROWSER, None}
                assert life.BROWSER in {service for service, _ in moment.state.programs or ()}
    assert seen


def test_the_browser() -> None:
    """The browser is a service of the shipped catalogue, and not one that counts."""
    services = load([Path(__file__).parents[3] / "config" / "catalogue.toml"]).services
    assert services[life.BROWSER].executables and not services[life.BROWSER].counted
