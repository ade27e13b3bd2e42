"""Starting: how long, what failed, and whether it was cut off before."""

from __future__ import annotations

import sqlite3
import subprocess

import pytest
from support.laptops import Laptop, on
from support.utmp import record

NOW = 1_795_600_000
DAY = 86_400
BOOT = 2


def boots(*days: float) -> bytes:
    """Wtmp of boots so many days ago, none of which ended well."""
    return b"".join(record(BOOT, int(NOW - day * DAY)) for day in days)


@on("old-two-core")
def test_seconds_to_the_login_screen(laptop: Laptop) -> None:
    """From the kernel's start to the default target; a boot under way, and one that took a day, tell nothing."""
    assert laptop.read("boot") == {"seconds": 71, "failed_units": 1, "unclean": 2}
    for told, seconds in (("0", None), ("86400000000", None), ("", None), ("12600000", 13)):
        object.__setattr__(laptop.world, "run", lambda *_, told=told: (0, f"Property={told}\n"))
        assert laptop.read("boot").get("seconds") == seconds


@on("old-two-core")
def test_without_systemd(laptop: Laptop) -> None:
    """Where systemctl is not installed or answers nothing, what wtmp says is still read."""
    object.__setattr__(laptop.world, "run", lambda *_: (1, ""))
    assert laptop.read("boot") == {"unclean": 2}


@on("old-two-core")
def test_records_of_the_real_utmpdump(laptop: Laptop) -> None:
    """Records written by util-linux: a boot after a boot is unclean, one after a shutdown is not."""
    line = "[{kind}] [00000] [~~  ] [{user:8}] [~           ] [6.1.0-40-amd64      ] [0.0.0.0        ] [{when}]\n"
    text = "".join(
        line.format(kind=kind, user=user, when=f"2026-11-{day:02}T08:00:00,000000+00:00")
        for kind, user, day in ((2, "reboot", 20), (1, "shutdown", 21), (2, "reboot", 22), (2, "reboot", 23))
    )
    done = subprocess.run(["utmpdump", "-r"], input=text.encode(), capture_output=True, check=True)
    laptop.write("var/log/wtmp", done.stdout)
    assert laptop.read("boot")["unclean"] == 1


@on("old-two-core")
def test_of_the_last_thirty_days(laptop: Laptop) -> None:
    """Boots before them are not counted, but tell whether the first within was clean; a rotated wtmp is read too."""
    laptop.write("var/log/wtmp.1", boots(50, 45, 31))
    laptop.write("var/log/wtmp", boots(29, 12))
    assert laptop.read("boot")["unclean"] == 2
    laptop.write("var/log/wtmp.1", b"")
    assert laptop.read("boot")["unclean"] == 1


@on("old-two-core")
@pytest.mark.parametrize("data", [b"", b"torn", b"\xff" * 384, bytes(384)])
def test_a_wtmp_that_is_none(laptop: Laptop, data: bytes) -> None:
    """An empty or torn file tells nothing: absent, not 0."""
    laptop.write("var/log/wtmp", data)
    assert "unclean" not in laptop.read("boot")


@on("desktop")
def test_wtmpdb(laptop: Laptop) -> None:
    """Debian 13 keeps boots in a database: one without an end was cut off, if another came after it."""
    path = laptop.root / "var/lib/wtmpdb/wtmp.db"
    assert laptop.read("boot")["unclean"] == 1
    with sqlite3.connect(path) as db:
        db.execute("UPDATE wtmp SET Logout = Login + 1 WHERE Logout IS NULL")
    assert laptop.read("boot")["unclean"] == 0
    path.write_bytes(b"no database at all")
    assert "unclean" not in laptop.read("boot")


@on("virtual-machine")
def test_journals_left_open(laptop: Laptop) -> None:
    """Without either, the system's journals that were never closed are counted, those of 30 days, users' not."""
    assert laptop.read("boot")["unclean"] == 2
