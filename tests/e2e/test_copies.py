"""Promise 7: older images, copied disks and new installations."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

from e2e.conftest import Worlds
from e2e.machine import Machine
from e2e.patience import until
from e2e.proxy import CONNECT
from e2e.world import FIELDS, World

DAY_S = 86_400.0
SLACK_S = 60.0


def held_powered(world: World, machine: Machine) -> int:
    """Seconds powered that the database holds of a device, over all its installs."""
    found = world.ask("SELECT coalesce(sum(powered), 0) FROM slots WHERE device = device_number(%s)", machine.device)
    return int(found[0][0])


def missing(world: World, machine: Machine) -> list[tuple[int, int]]:
    """Quarters of which the ledger holds more than the database: t and seconds."""
    with closing(sqlite3.connect(f"file:{machine.ledger}?mode=ro", uri=True)) as db:
        mine = db.execute("SELECT t, powered FROM slots").fetchall()
    theirs = dict(
        world.ask("SELECT t, max(powered) FROM slots WHERE device = device_number(%s) GROUP BY t", machine.device)
    )
    return [(t, powered) for t, powered in mine if powered > theirs.get(t, 0)]


def at_head(world: World, machine: Machine) -> bool:
    """Whether the mark has reached the ledger's head."""
    totals = machine.totals()
    return totals is not None and world.mark(machine, totals["install"]) == totals["rev"]


def test_promise_7_an_older_image_loses_no_use_and_counts_none_twice(worlds: Worlds) -> None:
    """A laptop set back by a day sends on under higher revisions; the day that its disk forgot stays counted."""
    world = worlds(seed=7)
    (machine,) = world.machines
    image = world.folder / "image"
    world.start()
    world.use(600)
    assert machine.agent.stop() == 0
    shutil.copytree(machine.ledger.parent, image)
    machine.switch_on()
    world.use(600)
    world.at_rest(machine)
    before = held_powered(world, machine)
    shutil.rmtree(machine.ledger.parent)
    shutil.copytree(image, machine.ledger.parent)
    machine.switch_off()
    world.leap(DAY_S)
    restored = world.truth.now()
    machine.switch_on()
    world.use(600)
    until(lambda: at_head(world, machine), say=world.say)
    assert not missing(world, machine), world.say()
    lived = world.truth.now() - restored
    assert before + lived - 60 - SLACK_S <= held_powered(world, machine) <= before + lived + SLACK_S, world.say()


def test_promise_7_a_disk_copied_into_another_machine_does_not_speak_for_the_first(worlds: Worlds) -> None:
    """Board and disk differ: the copy opens a new ledger, does not connect, says so, and the first goes on."""
    world = worlds(seed=8)
    (machine,) = world.machines
    world.start()
    world.use(400)
    world.caught_up()
    copy = world.add_machine(device=machine.device)
    copy_state(machine, copy)
    copy.switch_on()
    until(lambda: "copy" in copy.agent.said(), say=copy.agent.tail)
    world.use(400)
    world.caught_up(machine)
    assert not any(packet.kind == CONNECT for packet in copy.proxy.seen)
    mine, theirs = machine.totals(), copy.totals()
    assert mine and theirs and mine["install"] != theirs["install"]


def test_promise_7_two_that_cannot_be_told_apart_are_marked_cloned(worlds: Worlds) -> None:
    """A live copy with the same identity takes turns with the first: the collector marks the device cloned."""
    world = worlds(seed=9)
    (machine,) = world.machines
    world.start()
    world.use(300)
    world.caught_up()
    copy = world.add_machine(device=machine.device)
    copy_state(machine, copy)
    shutil.copytree(machine.root / "etc", copy.root / "etc", dirs_exist_ok=True)
    shutil.copytree(machine.root / "sys", copy.root / "sys", dirs_exist_ok=True)
    copy.switch_on()
    query = "SELECT 1 FROM devices WHERE id = %s AND cloned_at IS NOT NULL"
    until(lambda: world.ask(query, machine.device), say=world.say)


def test_promise_7_a_machine_installed_anew_goes_on_beside_its_past(worlds: Worlds) -> None:
    """A new installation of a device is a new install: both are kept, and together they are what was lived."""
    world = worlds(seed=10)
    (machine,) = world.machines
    world.start()
    world.use(600)
    world.at_rest(machine)
    first = machine.totals()
    shutil.rmtree(machine.ledger.parent)
    again = world.truth.now()
    machine.switch_on()
    world.use(600)
    world.caught_up()
    second = machine.totals()
    assert first and second and first["install"] != second["install"]
    assert world.held(machine, first["install"]) == {name: first[name] for name in ("rev", *FIELDS)}
    assert second["powered"] <= world.truth.now() - again + SLACK_S


def copy_state(first: Machine, second: Machine) -> None:
    """Copy what lies on the disk of a machine that goes on."""
    shutil.rmtree(second.root / "state")
    shutil.copytree(first.root / "state", second.root / "state", ignore=shutil.ignore_patterns("*-shm"))
