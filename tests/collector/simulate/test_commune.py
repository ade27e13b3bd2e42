"""The machines of a simulated commune."""

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from socle_collector.simulate.commune import CART, DESKTOPS, draw
from socle_core import uai
from socle_core.wire.limits import SENSES
from socle_core.wire.topics import valid_device

FIRST = date(2026, 9, 28)
SIZES = st.integers(1, 400), st.integers(1, 12)


@given(*SIZES)
def test_as_many_as_asked(devices: int, schools: int) -> None:
    """There are as many machines as asked, each with a name of its own in a school with a well-formed code."""
    machines = draw("x", devices, schools, FIRST, 8)
    assert len({machine.device for machine in machines}) == devices
    assert all(valid_device(machine.device) and uai.valid(machine.school) for machine in machines)
    assert len({machine.school for machine in machines}) == min(schools, devices)


@given(*SIZES)
def test_carts(devices: int, schools: int) -> None:
    """A cart holds 12 to 15 machines, all in one school and used alike."""
    carts = Counter((m.cart, m.school, m.zeal) for m in draw("x", devices, schools, FIRST, 8) if m.kind == "cart")
    assert len({cart for cart, _, _ in carts}) == len(carts)
    assert all(CART[0] <= size <= CART[1] for size in carts.values())


def test_the_demo() -> None:
    """36 machines in 3 schools: each has a head and classrooms, two have a cart, and every fate befalls someone."""
    machines = draw("socle", 36, 3, FIRST, 8)
    kinds = Counter((machine.school, machine.kind) for machine in machines)
    assert sorted(kinds.values()) == [1, 1, 1, 3, 3, 3, 12, 12]
    assert sum(m.cupboard is not None for m in machines) == 1
    assert sum(m.unreached is not None for m in machines) == 1
    assert sum(m.reinstalled is not None for m in machines) == 1
    assert sum(not m.clock for m in machines) == 1


def test_senses() -> None:
    """Desktops differ, and so do their senses, in words of the contract."""
    machines = draw("x", 400, 12, FIRST, 8)
    assert {machine.desktop for machine in machines} == set(DESKTOPS)
    assert {machine.web for machine in machines} == {True, False}
    assert all(set(machine.senses) == set(SENSES) for machine in machines)
    assert all(means in SENSES[name] for machine in machines for name, means in machine.senses.items())


def test_seed() -> None:
    """The same seed draws the same commune, another one another."""
    assert draw("a", 36, 3, FIRST, 8) == draw("a", 36, 3, FIRST, 8)
    assert draw("a", 36, 3, FIRST, 8) != draw("b", 36, 3, FIRST, 8)
