"""Recording a machine: the record has the same health, and nothing that tells whose it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from laptops.machine import HERE, NAMES, health, world
from laptops.record import record
from support.laptops import Laptop

from socle_agent.health.world import World

SECRETS = ("SECRET", "ecole-du-bourg", "marie.durand", "5e:c4:e7", "5ec4e7", "0A00020A", "fd00c0de")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("broken", "desktop", "virtual-machine")])
def test_the_same_health(name: str, tmp_path: Path) -> None:
    """A record of a record tells the same, but for days since an update was first seen."""
    real = world(HERE / name, tmp_path / "real")
    (tmp_path / "record").mkdir()
    record(tmp_path / "real", tmp_path / "record", real)
    assert health(world(tmp_path / "record", tmp_path / "room")) == health(world(HERE / name, tmp_path / "again"))


def test_nothing_that_identifies(tmp_path: Path) -> None:
    """Serial numbers, addresses, names of people, machines and packages are in no file and no file's name."""
    laptop = Laptop("convertible-two-batteries", tmp_path / "real")
    _plant(laptop)
    tree = tmp_path / "record"
    tree.mkdir()
    record(laptop.root, tree, laptop.world)
    names = "\n".join(str(path.relative_to(tree)) for path in tree.rglob("*"))
    links = "\n".join(str(path.readlink()) for path in tree.rglob("*") if path.is_symlink())
    held = b"\n".join(path.read_bytes() for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    for secret in SECRETS:
        assert secret not in names + links
        assert secret.encode() not in held, secret
    assert world(tree, tmp_path / "room").used("/") == 0.377


def _plant(laptop: Laptop) -> None:
    edid = bytearray(laptop.root.joinpath("sys/class/drm/card0-DP-1/edid").read_bytes())
    edid[12:16] = b"SECR"
    edid[90:108] = b"\0\0\0\xff\0SECRETSERIAL\n"
    laptop.write("sys/class/drm/card0-DP-1/edid", bytes(edid) + b"SECRET" * 20)
    laptop.write("sys/bus/usb/devices/1-2/serial", "SECRET")
    laptop.write("sys/bus/usb/devices/1-2/product", "marie.durand's phone")
    laptop.write("sys/class/net/wlp2s0/address", "5e:c4:e7:00:00:01")
    laptop.write("sys/class/net/enx5ec4e7000001/operstate", "up")
    laptop.write("sys/class/power_supply/hid-5e:c4:e7:00:00:01-battery/type", "Battery")
    head = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
    laptop.write("proc/net/route", head + "enx5ec4e7000001 00000000 0A00020A 0003 0 0 100 00000000 0 0 0\n")
    laptop.write("proc/net/ipv6_route", f"{'0' * 32} 00 {'0' * 32} 00 fd00c0de{'0' * 24} 1 1 0 3 wlp2s0\n")
    mounts = laptop.root.joinpath("proc/self/mountinfo").read_text().replace("vg-root", "ecole-du-bourg--vg-root")
    laptop.write("proc/self/mountinfo", mounts + "90 28 8:1 / /media/marie.durand rw - ext4 /dev/sdb1 rw\n")
    laptop.write("var/log/wtmp", laptop.root.joinpath("var/log/wtmp").read_bytes() + _login())
    answers = laptop.world.run

    def run(*words: str) -> tuple[int, str]:
        if words[0] == "apt":
            return 0, "ecole-du-bourg-outils/stable 2 all [upgradable from: 1]\n"
        code, told = answers(*words)
        return code, told.replace('{"json', '{"serial_number": "SECRET", "json')

    object.__setattr__(laptop.world, "run", run)


def _login() -> bytes:
    return (b"\7\0\0\0" + bytes(40) + b"marie.durand").ljust(76, b"\0") + b"ecole-du-bourg".ljust(308, b"\0")


def test_this_machine(tmp_path: Path) -> None:
    """The machine that runs the tests can be recorded, and its record read."""
    record(Path("/"), tmp_path, World())
    told = health(world(tmp_path, tmp_path / "room"))["hourly"]["groups"]
    assert 0 < told["memory"]["used"] < 1
