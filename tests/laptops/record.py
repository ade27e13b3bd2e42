"""`python -m tests.laptops.record MODEL`: record this machine below tests/laptops, without what identifies it.

Only what health reads is recorded, by a list of what may be, and each content is made harmless by its own rule: no
address, serial number, name of a person, machine or package. Run it as root to have the disks' own part too; then
UPDATE_LAPTOPS=1 writes what is expected, and you look at every file before you commit it.
"""

from __future__ import annotations

import json
import re
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from socle_agent.health.boot import _HEAD, _TIMES, _fits
from socle_agent.health.peripherals import known
from socle_agent.health.updates import _SECURITY, _WAITING
from socle_agent.health.world import World

HERE = Path(__file__).parent
FILES = (
    *(
        f"sys/class/power_supply/*/{name}"
        for name in (
            "type",
            "scope",
            "present",
            "status",
            "capacity",
            "cycle_count",
            "energy_*",
            "charge_*",
            "voltage_*",
        )
    ),
    *(f"sys/class/block/*/{name}" for name in ("removable", "dev", "device/type", "device/life_time")),
    *("sys/class/block/*/device/pre_eol_info", "sys/block/*", "sys/dev/block/*", "sys/class/block/*/slaves/*"),
    *(f"sys/class/thermal/thermal_zone*/{name}" for name in ("type", "temp", "mode", "device")),
    *(f"sys/class/hwmon/*/{name}" for name in ("name", "temp*_input", "temp*_label", "device")),
    "sys/devices/system/cpu/cpu[0-9]*/thermal_throttle/*_throttle_total_time_ms",
    *(
        f"sys/class/net/*/{name}"
        for name in ("type", "uevent", "operstate", "carrier", "device", "wireless", "phy80211")
    ),
    *("sys/class/drm/card*-*/status", "sys/class/drm/card*-*/edid", "sys/class/dmi/id/chassis_type"),
    *(f"sys/bus/usb/devices/*/{name}" for name in ("idVendor", "idProduct", "product", "removable", "descriptors")),
    *("sys/bus/usb/devices/*/*:*/bInterfaceClass", "sys/bus/thunderbolt/devices/*/device_name"),
    *("sys/devices/platform/dock.*/type", "sys/devices/platform/dock.*/docked"),
    *("proc/meminfo", "proc/vmstat", "proc/pressure/memory", "proc/uptime", "proc/self/mountinfo"),
    *("proc/net/route", "proc/net/ipv6_route", "proc/net/wireless", "var/log/wtmp.1", "var/log/wtmp"),
)
"""What may be recorded, as patterns below /."""

_MAC = re.compile(r"(?:[0-9a-f]{2}[:_]){5}[0-9a-f]{2}|(?<=enx|wlx)[0-9a-f]{12}", re.IGNORECASE)
_NAMES = (known.DOCK_NAME, known.VISUALISER_NAME, known.HEADSET_NAME, known.BUILT_IN_NAME)
_PLACES = ("/", "/boot", "/boot/efi", "/home", "/srv", "/tmp", "/usr", "/var", "/opt")


def record(root: Path, tree: Path, world: World) -> None:
    """Record the machine whose files lie below `root`, and what `world` answers, into the folder `tree`."""
    for pattern in FILES:
        for path in sorted(root.glob(pattern)):
            _copy(root, tree, path)
    has_apt = any(root.glob("var/lib/apt/lists/*_Packages*"))
    if has_apt:
        _write(tree / "var/lib/apt/lists/a_Packages", b"")
        _write(tree / "var/lib/dpkg/status", b"")
    (tree / "machine.json").write_text(json.dumps(_answers(world, tree, has_apt), indent=1) + "\n")


def _copy(root: Path, tree: Path, path: Path) -> None:
    """Copy a file, with the links on its way: sysfs says by them what sits where."""
    at = root
    for part in path.relative_to(root).parts:
        at /= part
        if at.is_symlink() and "proc" not in at.parts[: len(root.parts) + 1]:  # whose links name a process
            target = at.resolve()
            link = tree / _masked(str(at.relative_to(root)))
            goal = tree / _masked(str(target.relative_to(root.resolve())))
            link.parent.mkdir(parents=True, exist_ok=True)
            (goal if target.is_dir() else goal.parent).mkdir(parents=True, exist_ok=True)
            if not link.is_symlink():
                link.symlink_to(Path(*([".."] * (len(link.relative_to(tree).parts) - 1))) / goal.relative_to(tree))
            _copy(root.resolve(), tree, target / path.relative_to(at))
            return
    if path.is_file():
        try:
            content = path.read_bytes()
        except OSError:
            return
        name = _masked(str(path.relative_to(root)))
        _write(tree / name, _harmless(name, content))
    elif path.name == "wireless":
        _write(tree / _masked(str(path.relative_to(root))) / ".keep", b"")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _masked(text: str) -> str:
    """Without hardware addresses, which names of interfaces and of Bluetooth's batteries hold."""
    return _MAC.sub(lambda found: re.sub("[0-9a-fA-F]", "0", found[0]), text)


def _harmless(name: str, content: bytes) -> bytes:
    rule = next((rule for pattern, rule in _RULES.items() if re.search(pattern, name)), None)
    if rule:
        return rule(content)
    return _masked(content.decode("utf-8", "replace")).encode()


def _edid(content: bytes) -> bytes:
    """The first block, without the serial number in its head and the text that holds another, with a right checksum."""
    data = bytearray(content[:128])
    if len(data) < 128:
        return b""
    data[12:16] = bytes(4)
    for at in range(54, 126, 18):
        if data[at : at + 4] == b"\0\0\0\xff":
            data[at + 5 : at + 18] = bytes(13)
    data[127] = -sum(data[:127]) & 255
    return bytes(data)


def _product(content: bytes) -> bytes:
    """A name only where it tells what the device is: others may hold a person's."""
    text = content.decode("utf-8", "replace")
    return content if any(pattern.search(text) for pattern in _NAMES) else b""


def _mounts(content: bytes) -> bytes:
    """Mounts of disks, at places that every machine has, from volumes without names."""
    lines, volumes = [], dict[str, str]()
    for line in content.decode("utf-8", "replace").splitlines():
        before, _, after = (part.split() for part in line.partition(" - "))
        if len(after) < 3 or not after[1].startswith("/dev/"):
            continue
        if after[1].startswith("/dev/mapper/"):
            after[1] = volumes.setdefault(after[1], f"/dev/mapper/volume-{len(volumes)}")
        if before[4] not in _PLACES:
            before[4] = f"/mount-{len(lines)}"
        access = "rw" if "rw" in after[2].split(",") else "ro"
        lines.append(" ".join([*before[:3], "/", before[4], access, "-", after[0], after[1], access]))
    return ("\n".join(lines) + "\n").encode()


def _route4(content: bytes) -> bytes:
    """The ways out, without the addresses they lead by."""
    head, *rows = content.decode().splitlines() or [""]
    ways = [row.split() for row in rows if row.split()[1:2] == ["00000000"]]
    return "\n".join([head, *("\t".join([_masked(way[0]), way[1], "00000000", *way[3:]]) for way in ways), ""]).encode()


def _route6(content: bytes) -> bytes:
    ways = [row.split() for row in content.decode().splitlines() if row.startswith("0" * 32 + " 00 ")]
    return "".join(" ".join([*way[:4], "0" * 32, *way[5:9], _masked(way[9])]) + "\n" for way in ways).encode()


def _wtmp(content: bytes) -> bytes:
    """Boots and stops alone, in the layout they have, without names."""
    size = next((size for size in _TIMES if _fits(content, size)), len(content) + 1)
    kept = b""
    for at in range(0, len(content) - size + 1, size):
        kind, _pid, _line, _id, user, _host = _HEAD.unpack_from(content, at)
        name = user.rstrip(b"\0")
        if kind == 2 or (kind == 1 and name == b"shutdown"):
            (when,) = _TIMES[size].unpack_from(content, at)
            head = _HEAD.pack(kind, 0, b"~", b"~~", name if kind == 1 else b"reboot", b"")
            kept += head + (struct.pack("=4xi40x", when) if size == 384 else struct.pack("=8xq48x", when))
    return kept


def _only(line: bytes) -> Callable[[bytes], bytes]:
    return lambda content: b"".join(each + b"\n" for each in content.splitlines() if each.startswith(line))


_RULES: dict[str, Callable[[bytes], bytes]] = {
    r"/edid$": _edid,
    r"/product$": _product,
    r"/descriptors$": bytes,  # binary; texts are only referred to by number
    r"/mountinfo$": _mounts,
    r"net/route$": _route4,
    r"ipv6_route$": _route6,
    r"/wtmp": _wtmp,
    r"/vmstat$": _only(b"oom_kill "),
}


def _answers(world: World, tree: Path, has_apt: bool) -> dict[str, Any]:
    """How full the file systems are, and what the commands say, as far as it matters."""
    told: dict[str, Any] = {"about": "", "now": int(world.now()), "ages_d": {}, "used": {}, "commands": {}}
    mounts = (world.roots.proc / "self/mountinfo").read_text("utf-8", "replace").splitlines()
    real = [
        line.split()[4] for line in mounts if " - " in line and line.partition(" - ")[2].split()[1].startswith("/dev/")
    ]
    kept = [line.split()[4] for line in (tree / "proc/self/mountinfo").read_text().splitlines()]
    for mount, name in zip(real, kept, strict=True):
        with suppress(OSError):
            told["used"][name] = round(world.used(mount.replace(r"\040", " ")), 3)
    for words in (
        "systemctl show --property=ActiveEnterTimestampMonotonic default.target",
        "systemctl show --property=NFailedUnits",
    ):
        _ask(world, told, words, str)
    if has_apt:
        told["ages_d"] = {"var/lib/apt/lists": 0.5, "var/lib/dpkg/status": 5}
        _ask(world, told, "apt -qq list --upgradable", _packages)
    for disk in (tree / "sys/block").glob("*"):
        if disk.name.startswith(("sd", "nvme")):
            _ask(world, told, f"smartctl --json=c --nocheck=standby,0 -H -A /dev/{disk.name}", _disk)
    return told


def _ask(world: World, told: dict[str, Any], words: str, harmless: Callable[[str], Any]) -> None:
    try:
        _code, answer = world.run(*words.split())
    except FileNotFoundError:
        return
    told["commands"][words] = harmless(answer)


def _packages(answer: str) -> str:
    """As many as wait, and whether for security, without names of packages or of who offers them."""
    suites = ("stable-security" if _SECURITY.search(of) else "stable" for _name, of in _WAITING.findall(answer))
    return "".join(f"package-{n}/{suite} 2 all [upgradable from: 1]\n" for n, suite in enumerate(suites))


def _disk(answer: str) -> dict[str, Any]:
    """What health reads of it and no more: other keys hold serial numbers."""
    told = json.loads(answer or "{}")
    kept = {key: told[key] for key in ("smart_status", "ata_smart_attributes", "power_on_time") if key in told}
    log = told.get("nvme_smart_health_information_log", {})
    worn = {key: log[key] for key in ("percentage_used", "media_errors") if key in log}
    return {
        "smartctl": {"exit_status": told.get("smartctl", {}).get("exit_status", 0)},
        **({"nvme_smart_health_information_log": worn} if worn else {}),
        **kept,
    }


if __name__ == "__main__":
    folder = HERE / sys.argv[1]
    folder.mkdir()
    record(Path("/"), folder, World())
    print(
        f"{folder} is recorded. Say in its machine.json what it is, look at every file, then: UPDATE_LAPTOPS=1 pytest"
    )
