"""How hot the machine is, and for how long its processor was slowed down by heat.

A sensor is known by its chip, its label and the device that it sits on, never by its number: numbers change from boot
to boot. A sensor seen twice, as a zone and through hwmon, is one.

Sources: Linux, Documentation/ABI/testing/sysfs-class-thermal, hwmon/sysfs-interface.rst;
arch/x86/kernel/cpu/mce/therm_throt.c (`*_throttle_total_time_ms`, since Linux 5.6).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from socle_agent.health.reader import Reader

SOURCES = {
    "max_c": "`/sys/class/thermal/thermal_zone*/temp`, and the processor's chips in `/sys/class/hwmon`; 1 to 125 °C",
    "throttled_s": "`/sys/devices/system/cpu/cpu*/thermal_throttle/*_throttle_total_time_ms` since boot, the greatest",
}

PROCESSOR_CHIPS = ("coretemp", "k10temp", "k8temp", "zenpower", "cpu_thermal", "via_cputemp")
"""hwmon chips of processors. Boards' chips are left out: inputs that nothing is soldered to tell fantasies."""


class Sensor(NamedTuple):
    """What stays the same of a sensor from boot to boot."""

    chip: str
    label: str
    device: str

    def __str__(self) -> str:
        return " ".join(filter(None, self))


def read(reader: Reader) -> dict[str, object]:
    """The group."""
    temperatures = {sensor: told for sensor, path in _sensors(reader) if (told := _celsius(reader, sensor, path))}
    return {"max_c": max(temperatures.values(), default=None), "throttled_s": _throttled(reader)}


def _celsius(reader: Reader, sensor: Sensor, path: Path) -> float | None:
    told = reader.text(path)
    return reader.parse(str(sensor), told, 1, 125, 0.001) if told else None


def _sensors(reader: Reader) -> Iterator[tuple[Sensor, Path]]:
    for zone in reader.folders(reader.roots.sys / "class/thermal", "thermal_zone*"):
        if reader.text(zone / "mode") != "disabled":
            yield Sensor(reader.text(zone / "type") or "", "", _device(zone)), zone / "temp"
    for hwmon in reader.folders(reader.roots.sys / "class/hwmon"):
        chip = reader.text(hwmon / "name") or ""
        if chip in PROCESSOR_CHIPS:
            for path in reader.folders(hwmon, "temp*_input"):
                label = reader.text(path.with_name(path.name.replace("_input", "_label"))) or ""
                yield Sensor(chip, label, _device(hwmon)), path


def _device(sensor: Path) -> str:
    """The path of the hardware below /sys/devices, empty where the kernel does not link to it."""
    link = sensor / "device"
    return link.resolve().as_posix().partition("/devices/")[2] if link.exists() else ""


def _throttled(reader: Reader) -> int | None:
    uptime = (reader.text(reader.roots.proc / "uptime") or "").partition(" ")[0]
    longest = (reader.parse("uptime", uptime, 0, 2**31) if uptime else None) or 2**31
    counters = reader.folders(
        reader.roots.sys / "devices/system/cpu", "cpu[0-9]*/thermal_throttle/*_throttle_total_time_ms"
    )
    told = [s for path in counters if (s := reader.number(path, 0, longest, 0.001)) is not None]
    return int(max(told)) if told else None
