"""The machines of a commune: a head's office and classrooms in each school, and carts that classes share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle, islice
from random import Random

from socle_core import uai
from socle_core.wire.topics import new_device

CART = (12, 15)
"""How many machines a cart holds, at least and at most."""
DEPARTMENT = "099"
"""There is none of that number: the schools' codes are well-formed and nobody's."""
DESKTOPS: dict[str, dict[str, str]] = {
    "xfce": {"session": "logind", "idle": "x11", "focus": "x11", "programs": "fanotify"},
    "gnome": {"session": "logind", "idle": "mutter", "focus": "none", "programs": "fanotify"},
    "labwc": {"session": "logind", "idle": "wayland", "focus": "none", "programs": "connector"},
    "bare": {"session": "utmp", "idle": "none", "focus": "none", "programs": "proc"},
}
"""By which means an agent measures on each desktop; bare: its session has no helper."""
CLASSES = ("CP", "CE1", "CE2", "CM1", "CM2", "ULIS", "GS")


@dataclass(frozen=True)
class Machine:
    """One machine and its fate.

    `zeal`: the share of lessons in which its class uses it. `desktop`: see DESKTOPS. `web`: whether its browsers have
    the extension.
    `cupboard`: from then on it stays off. `unreached`: until then it has no network. `reinstalled`: at the end of the
    week of that day. `clock`: whether its clock is right at start; otherwise no date can be trusted.
    """

    device: str
    school: str
    kind: str
    label: str
    cart: str = ""
    zeal: float = 0.6
    desktop: str = "xfce"
    web: bool = True
    cupboard: date | None = None
    unreached: date | None = None
    reinstalled: date | None = None
    clock: bool = True

    @property
    def senses(self) -> dict[str, str]:
        """Its senses, as its hello tells them."""
        return {**DESKTOPS[self.desktop], "web": "extension" if self.web else "none"}


def draw(seed: str, devices: int, schools: int, first: date, weeks: int) -> list[Machine]:
    """Draw a commune's machines; what happens to some of them lies within `weeks` from `first`."""
    rng = Random(f"{seed}/commune")
    codes = [code(number) for number in range(1, schools + 1)]
    places = list(islice(_places(rng, devices, codes), devices))
    eager = {school: rng.uniform(0.35, 0.8) for school in codes}
    machines = [
        Machine(new_device(rng), school, kind, label, cart, eager[school], _desktop(rng), rng.random() < 0.85)
        for school, kind, label, cart in places
    ]
    return _with_fates(rng, machines, first, weeks)


def _desktop(rng: Random) -> str:
    return rng.choices(list(DESKTOPS), (70, 12, 12, 6))[0]


Place = tuple[str, str, str, str]
"""School, kind, label, cart."""


def _places(rng: Random, devices: int, codes: list[str]) -> Iterator[Place]:
    """Heads first, then carts (up to two thirds of all machines), then classrooms without end."""
    for school in codes:
        yield school, "head", "Bureau de direction", ""
    left = min(devices * 2 // 3, devices - 2 * len(codes))
    for number, school in enumerate(cycle(codes), start=1):
        if left < CART[0]:
            break
        size = CART[0] + rng.randint(0, min(CART[1] - CART[0], left % CART[0]))
        left -= size
        for post in range(1, size + 1):
            yield school, "cart", f"Chariot {number}, poste {post:02}", f"{school}/{number}"
    for number, school in enumerate(cycle(codes)):
        room = number // len(codes)
        again = f" {room // len(CLASSES) + 1}" if room >= len(CLASSES) else ""
        yield school, "front", f"Classe de {CLASSES[room % len(CLASSES)]}{again}", ""


def _with_fates(rng: Random, machines: list[Machine], first: date, weeks: int) -> list[Machine]:
    """Give one machine in nine a fate: the cupboard, no network, a new installation, a dead clock battery."""
    fates = [
        {"cupboard": first + timedelta(weeks=weeks * 0.5)},
        {"unreached": first + timedelta(weeks=weeks * 0.75)},
        {"reinstalled": first + timedelta(weeks=weeks * 0.4)},
        {"clock": False},
    ]
    candidates = [index for index, machine in enumerate(machines) if machine.kind != "head"]
    chosen = rng.sample(candidates, min(len(candidates), len(machines) // 9))
    changed = list(machines)
    for index, fate in zip(chosen, cycle(fates)):
        changed[index] = replace(machines[index], **fate)  # type: ignore[arg-type]
    return changed


def code(number: int) -> str:
    """The code (UAI) of the school of this number, from 1 on."""
    digits = f"{DEPARTMENT}{number:04}"
    return digits + uai.check_letter(digits)
