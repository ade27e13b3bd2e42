"""What a machine does on one day: pure, and the same for the same seed, machine and day.

A day is a list of boots. A boot is a list of moments, each with the state that holds from then on:

    08:17 started, nobody active · 08:41 the board, in front, projected · 09:20 locked · … · 11:36 asleep
    13:21 awake again · … · 16:48 off
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from random import Random

from socle_agent.state import FOCUS, IDLE, PROGRAMS, SESSION, WEB, Session, State
from socle_collector.simulate.calendar import AFTERNOON, MORNING, WEDNESDAY, Calendar
from socle_collector.simulate.commune import Machine

BOARD = ("openboard", "gromit-mpx", "libreoffice", "okular", "vlc", "geogebra", "marble")
BOARD_PAGES = ("lumni", "fondamentaux", "calculatice", "vikidia", "edugeo")
EXERCISES = ("gcompris", "tuxpaint", "tuxmath", "scratch", "klavaro", "kgeography", "libreoffice", "audacity")
EXERCISE_PAGES = ("lalilo", "mathador", "logicieleducatif", "tacit", "vikidia", "quiziniere")
OFFICE = ("libreoffice", "okular")
OFFICE_PAGES = ("ent-edifice", "eduscol", "magistere", "tribu")
PAGES = {*BOARD_PAGES, *EXERCISE_PAGES, *OFFICE_PAGES}
BROWSER = "navigateur"
"""The service that runs, and is in front, while a page is."""

MINUTE = 60


@dataclass(frozen=True)
class Moment:
    """From the Unix second `at` on, `state` holds. None: asleep, and at the end of a boot, off.

    `page`: the web service in front, as the browser's extension counts it; empty: none.
    """

    at: int
    state: State | None
    page: str = ""


@dataclass(frozen=True)
class Stretch:
    """A state, and a page in front, from one Unix second to another."""

    start: int
    end: int
    state: State
    page: str = ""


BITS = {"idle": IDLE, "focus": FOCUS, "web": WEB}
Boot = list[Moment]
Services = tuple[str, str]
"""The service in front and a program behind it; empty: none."""


def boots(seed: str, machine: Machine, calendar: Calendar, day: date) -> list[Boot]:
    """The boots of one machine on one local day, in order, apart from each other."""
    rng = Random(f"{seed}/{machine.device}/{day}")
    if calendar.is_off(day) or (machine.cupboard and day >= machine.cupboard):
        return []
    if machine.kind == "head":
        return _office(rng, machine, calendar, day)
    if not calendar.has_class(day):
        return []
    if machine.kind == "cart":
        return _cart(Random(f"{seed}/{machine.cart}/{day}"), rng, machine, calendar, day)
    return _classroom(rng, machine, calendar, day)


def _classroom(rng: Random, machine: Machine, calendar: Calendar, day: date) -> list[Boot]:
    """One boot a day; the lid is closed over noon."""
    if rng.random() > 0.5 + machine.zeal / 2:
        return []
    stretches: list[Stretch] = []
    for begin, end in (MORNING, AFTERNOON):
        arrive = calendar.unix(day, begin) - rng.randint(5, 20) * MINUTE
        leave = calendar.unix(day, end) + rng.randint(0, 25) * MINUTE
        stretches += _half_day(rng, machine, arrive, leave)
    return [_boot(stretches)]


def _half_day(rng: Random, machine: Machine, arrive: int, leave: int) -> Iterator[Stretch]:
    """Lessons of 30 to 60 minutes, some with the projector and some with the session locked."""
    at, behind = arrive, ""
    while at < leave:
        end = min(leave, at + rng.randint(30, 60) * MINUTE)
        if rng.random() < machine.zeal:
            front = _choice(rng, machine, BOARD, BOARD_PAGES)
            ready = min(end, at + rng.randint(1, 6) * MINUTE)
            yield Stretch(at, ready, _state(machine, active=True))
            yield from _use(rng, machine, (front, behind), ready, end)
            behind = front if front in BOARD else behind
        else:
            yield Stretch(at, end, _state(machine, ("", behind), unlocked=False))
        at = end


def _cart(cart: Random, rng: Random, machine: Machine, calendar: Calendar, day: date) -> list[Boot]:
    """Some lessons of a day, the same for the whole cart; each a boot of its own."""
    made = []
    for begin, end in (MORNING, AFTERNOON):
        booked, service = cart.random() < machine.zeal * 0.8, _choice(cart, machine, EXERCISES, EXERCISE_PAGES)
        start = calendar.unix(day, begin) + cart.randint(5, 100) * MINUTE
        stop = min(calendar.unix(day, end), start + cart.randint(35, 60) * MINUTE)
        if booked and rng.random() < 0.9:
            other = _choice(rng, machine, EXERCISES, EXERCISE_PAGES)
            front = service if rng.random() < 0.8 else other
            opened = start + rng.randint(0, 3 * MINUTE)
            used = opened + rng.randint(40, 150)
            waiting = Stretch(opened, used, _state(machine, active=True))
            made.append(_boot([waiting, *_use(rng, machine, (front, ""), used, stop - rng.randint(0, 2 * MINUTE))]))
    return made


def _office(rng: Random, machine: Machine, calendar: Calendar, day: date) -> list[Boot]:
    """The head's hours: before class and after it, and Wednesday morning."""
    spans = [(time(7, 50), 35), (time(16, 40), 80)] if day.weekday() != WEDNESDAY else [(time(8, 45), 170)]
    stretches: list[Stretch] = []
    for begin, minutes in spans:
        start = calendar.unix(day, begin) + rng.randint(0, 15) * MINUTE
        end = start + round(minutes * rng.uniform(0.6, 1.1)) * MINUTE
        stretches += _use(rng, machine, (_choice(rng, machine, OFFICE, OFFICE_PAGES), OFFICE[0]), start, end)
    return [_boot(stretches)]


def _use(rng: Random, machine: Machine, services: Services, start: int, end: int) -> Iterator[Stretch]:
    """Use of a service, in front of another, with pauses of a few minutes."""
    at, page = start, services[0] if services[0] in PAGES else ""
    while at < end:
        pause = min(end, at + rng.randint(8, 25) * MINUTE)
        yield Stretch(at, pause, _state(machine, services, active=True), page)
        at = min(end, pause + rng.randint(2, 6) * MINUTE)
        if at > pause:
            yield Stretch(pause, at, _state(machine, services), page)


def _state(machine: Machine, services: Services = ("", ""), *, active: bool = False, unlocked: bool = True) -> State:
    senses = machine.senses
    front, behind = BROWSER if services[0] in PAGES else services[0], services[1]
    profile = "pupil" if machine.kind == "cart" else "teacher"
    known = (active and unlocked) if senses["idle"] != "none" else None
    return State(
        sessions=(Session(profile, unlocked, known, (front or None) if senses["focus"] != "none" else None),),
        programs=frozenset((service, profile) for service in (front, behind) if service),
        charging=machine.kind != "cart",
        display=machine.kind == "front" and bool(front) and unlocked,
        senses=SESSION | PROGRAMS | sum(bit for name, bit in BITS.items() if senses[name] != "none"),
    )


def _choice(rng: Random, machine: Machine, programs: tuple[str, ...], pages: tuple[str, ...]) -> str:
    """A service; pages only where they are counted."""
    names = (*programs, *pages)
    drawn = names[rng.randrange(len(names))]
    return drawn if machine.web or drawn in programs else programs[0]


def _boot(stretches: list[Stretch]) -> Boot:
    """One boot of these stretches, asleep between them."""
    moments: Boot = []
    at = stretches[0].start
    for stretch in stretches:
        if stretch.start > at:
            moments.append(Moment(at, None))
        moments.append(Moment(stretch.start, stretch.state, stretch.page))
        at = stretch.end
    return [*moments, Moment(at, None)]
