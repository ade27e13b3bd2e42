"""How the machine is connected, by files that name no address."""

from __future__ import annotations

import pytest
from support.laptops import Laptop, on

ROUTE = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
NET = "sys/class/net"


@on("board-pc")
def test_the_default_route_decides(laptop: Laptop) -> None:
    """Of two connections, the one that leads out counts; without a route, the cable; with no link, none."""
    assert laptop.read("network") == {"kind": "wired"}
    laptop.write("proc/net/route", ROUTE + "wlp2s0 00000000 00000000 0003 0 0 600 00000000 0 0 0\n")
    assert laptop.read("network") == {"kind": "wifi", "signal_dbm": -66.0}
    laptop.write("proc/net/route", ROUTE)
    assert laptop.read("network") == {"kind": "wired"}
    laptop.write(f"{NET}/enp1s0/operstate", "down")
    laptop.write(f"{NET}/wlp2s0/operstate", "dormant")
    assert laptop.read("network") == {"kind": "none"}


@on("nvme-and-sata")
def test_below_a_tunnel(laptop: Laptop) -> None:
    """Where a tunnel leads out, what it runs over counts."""
    assert laptop.read("network") == {"kind": "wifi", "signal_dbm": -55.0}


@on("nvme-and-sata")
@pytest.mark.parametrize(("level", "dropped"), [("-256.", True), ("-0.", True), ("70.", True), ("?", True)])
def test_signals_that_cannot_be(laptop: Laptop, level: str, dropped: bool) -> None:
    """A level that is none loses the signal alone."""
    laptop.write("proc/net/wireless", f"head\nhead\nwlp0s20f3: 0000 40. {level} -256 0 0 0 0 0 0\n")
    assert laptop.read("network") == {"kind": "wifi"}
    assert bool(laptop.dropped) == dropped


@on("nvme-and-sata")
def test_without_wireless_extensions(laptop: Laptop) -> None:
    """A kernel without /proc/net/wireless leaves the signal unknown."""
    laptop.remove("proc/net/wireless")
    assert laptop.read("network") == {"kind": "wifi"}


@on("arm-tablet")
def test_mobile_over_ipv6(laptop: Laptop) -> None:
    """A SIM card with IPv6 alone; and an old dongle that speaks PPP."""
    assert laptop.read("network") == {"kind": "mobile"}
    laptop.write("proc/net/ipv6_route", "")
    laptop.write(f"{NET}/wwan0/operstate", "down")
    laptop.write(f"{NET}/ppp0/type", "512")
    laptop.write(f"{NET}/ppp0/operstate", "unknown")
    laptop.write(f"{NET}/ppp0/carrier", "1")
    laptop.write("proc/net/route", ROUTE + "ppp0 00000000 00000000 0001 0 0 0 00000000 0 0 0\n")
    assert laptop.read("network") == {"kind": "mobile"}


@on("virtual-machine")
def test_a_container(laptop: Laptop) -> None:
    """A way out over something that is no hardware is unknown, not none."""
    (laptop.root / "sys/devices/pci0000:00/0000:00:03.0/virtio0/net/ens3/device").unlink()
    assert laptop.read("network") == {}
