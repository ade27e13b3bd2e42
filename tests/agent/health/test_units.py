"""The units and the udev rule of health, judged by systemd and udev themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[3] / "systemd"
OURS = sorted([*UNITS.glob("socle-agent-health*"), *UNITS.glob("socle-agent-smart*")])
SERVICES = [path for path in OURS if path.suffix == ".service"]
SOON = "socle-agent-health-soon.timer"
CARD, STICK = "pci0000:00/0000:00:02.0/drm/card0", "pci0000:00/0000:00:14.0/usb1/1-1"
BATTERY, DOCK = "LNXSYSTM:00/PNP0C0A:00/power_supply/BAT1", "pci0000:00/0000:00:1c.0/domain0/0-0/0-1"
DEVICES = f"""\
P: /devices/{CARD}
N: dri/card0
E: DEVNAME=/dev/dri/card0
E: DEVTYPE=drm_minor
E: HOTPLUG=1
E: SUBSYSTEM=drm

P: /devices/{STICK}
E: DEVTYPE=usb_device
E: SUBSYSTEM=usb
A: idVendor=0d48
A: idProduct=0001

P: /devices/{BATTERY}
E: SUBSYSTEM=power_supply
A: type=Battery

P: /devices/{DOCK}
E: DEVTYPE=thunderbolt_device
E: SUBSYSTEM=thunderbolt
"""


@pytest.mark.parametrize("path", [*OURS, UNITS / "60-socle-agent.rules"], ids=lambda path: path.name)
def test_two_lines_for_the_administrator(path: Path) -> None:
    """Each opens with two lines of prose that say what it does, and no third."""
    lines = path.read_text("utf-8").splitlines()
    assert all(line.startswith("# ") and len(line) > 40 for line in lines[:2])
    assert not lines[2].startswith("# ")


def test_verified(tmp_path: Path) -> None:
    """Systemd finds nothing to say of them, in whatever words: it ends with 0 on directives that it does not know."""
    for path in OURS:
        (tmp_path / path.name).write_text(path.read_text().replace("/usr/bin/socle-agent", "/bin/true"))
    words = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / path.name) for path in OURS)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_exposure(path: Path) -> None:
    """What an attacker could do from within is little: at most 2.0 of 10 on systemd's scale."""
    words = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout[-400:]


def test_when(tmp_path: Path) -> None:
    """The hourly timer lies an hour apart, the other starts at most once a day; both may be enabled, the third not."""
    hourly, daily = ((UNITS / f"socle-agent-{name}.timer").read_text() for name in ("health", "smart"))
    assert "OnUnitActiveSec=1h\n" in hourly
    assert "OnCalendar=daily\n" in daily
    assert "[Install]" in hourly
    assert "[Install]" in daily
    assert "[Install]" not in (UNITS / SOON).read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="rules are read from the system's folders, laid over here")
@pytest.mark.parametrize(
    ("action", "device", "starts"),
    [
        ("change", CARD, True),
        ("add", CARD, False),
        ("add", STICK, True),
        ("remove", STICK, True),
        ("bind", STICK, False),
        ("remove", BATTERY, True),
        ("change", BATTERY, False),
        ("add", DOCK, True),
    ],
)
def test_the_rule(tmp_path: Path, action: str, device: str, starts: bool) -> None:
    """A screen, a dock or a battery that comes or goes starts the timer; a battery's every percent does not."""
    rules, dump = tmp_path / "rules.d", tmp_path / "devices.umockdev"
    rules.mkdir()
    shutil.copy(UNITS / "60-socle-agent.rules", rules)
    dump.write_text(DEVICES)
    play = f"umockdev-run --device {dump} -- udevadm test --action={action} /sys/devices/{device}"
    words = ["unshare", "--mount", "sh", "-ec", f"mount --bind {rules} /usr/lib/udev/rules.d; {play}"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    runs = [line for line in done.stdout.splitlines() if line.startswith("run: ")]
    assert runs == [f"run: '/usr/bin/systemctl --no-block start {SOON}'"] * starts
    assert "60-socle-agent.rules" in done.stderr
    assert not [line for line in done.stderr.splitlines() if "60-socle-agent.rules" in line and "nvalid" in line]
