"""Which of three words an account's use counts under, and that its name goes nowhere."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from socle_agent.profiles import Profiles
from socle_core.settings.agent import AgentSettings

PRIMTUX = """\
root:x:0:0:root:/root:/bin/bash
# a comment, and below it a line of a directory

+::::::
administrateur:x:1000:1000:Administrateur:/home/administrateur:/bin/bash
01-mini:x:1001:1001::/home/01-mini:/bin/bash
02-super:x:1002:1002::/home/02-super:/bin/bash
03-maxi:x:1003:1003::/home/03-maxi:/bin/bash
direction:x:1004:1004::/home/direction:/bin/bash
twice:x:1001:1001::/home/twice:/bin/bash
"""


@pytest.fixture
def passwd(tmp_path: Path) -> Path:
    """The accounts of a PrimTux, and one more."""
    file = tmp_path / "passwd"
    file.write_text(PRIMTUX, encoding="utf-8")
    return file


def rules(*items: str, kind: str = "other") -> AgentSettings:
    """Settings with these accounts."""
    return AgentSettings(accounts=AgentSettings.accounts.check(list(items)), kind=kind)


def test_the_accounts_of_primtux_are_known(passwd: Path) -> None:
    """As shipped, PrimTux's three levels are pupils and its administrator a teacher, whatever the machine is."""
    for kind in ("front", "cart", "head", "other"):
        profiles = Profiles(passwd, AgentSettings(kind=kind))
        assert [profiles.of(uid) for uid in (1000, 1001, 1002, 1003)] == ["teacher", "pupil", "pupil", "pupil"]


@pytest.mark.parametrize(
    ("kind", "profile"), [("cart", "pupil"), ("front", "teacher"), ("head", "teacher"), ("other", "shared")]
)
def test_an_account_without_a_rule_counts_by_the_kind(passwd: Path, kind: str, profile: str) -> None:
    """An unnamed account, one of a directory, and any where passwd is absent, count by what the machine is for."""
    profiles = Profiles(passwd, AgentSettings(kind=kind))
    assert {profiles.of(uid) for uid in (0, 1004, 98765432)} == {profile}
    assert Profiles(passwd.with_name("absent"), AgentSettings(kind=kind)).of(1001) == profile


def test_patterns_and_the_first_that_fits(passwd: Path) -> None:
    """A pattern stands for many names, in their own case, and the first item that fits decides."""
    profiles = Profiles(passwd, rules("03-*: shared", "0?-*: pupil", "DIRECTION: pupil", "direction: teacher"))
    assert [profiles.of(uid) for uid in (1001, 1003, 1004, 1000)] == ["pupil", "shared", "teacher", "shared"]


def test_of_two_names_of_a_uid_the_first_counts(passwd: Path) -> None:
    """As getpwuid(3) does, the first line of a uid gives its name."""
    assert Profiles(passwd, rules("twice: teacher", kind="cart")).of(1001) == "pupil"


def test_an_account_made_or_renamed_is_seen(passwd: Path) -> None:
    """When passwd changes, comes or goes, profiles are found anew."""
    profiles = Profiles(passwd, rules("new: teacher"))
    assert profiles.of(1004) == "shared"
    passwd.with_name("next").write_text(PRIMTUX.replace("direction", "new"), encoding="utf-8")
    passwd.with_name("next").replace(passwd)
    assert profiles.of(1004) == "teacher"
    passwd.unlink()
    assert profiles.of(1004) == "shared"


def test_passwd_is_read_once_for_an_account(passwd: Path) -> None:
    """While the file stands, a second question costs one look at its date."""
    profiles = Profiles(passwd, rules("direction: teacher"))
    profiles.of(1004)
    seen = passwd.stat()
    passwd.write_text(PRIMTUX.replace("direction", "directive"), encoding="utf-8")
    os.utime(passwd, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert profiles.of(1004) == "teacher"


def test_bytes_that_are_no_text_harm_nobody(passwd: Path) -> None:
    """A line in another encoding does not hide the accounts after it."""
    passwd.write_bytes(b"jos\xe9:x:1005:1005:::\n" + PRIMTUX.encode())
    profiles = Profiles(passwd, rules("01-mini: pupil", "jos*: teacher"))
    assert (profiles.of(1001), profiles.of(1005)) == ("pupil", "teacher")


def test_no_name_is_kept(passwd: Path) -> None:
    """After the question nothing alive in the process holds the account's name."""
    name = f"enfant-{os.getpid()}"
    passwd.write_text(f"{name}:x:1007:1007::/home:/bin/sh\n", encoding="utf-8")
    profiles = Profiles(passwd, rules("enfant-*: pupil"))
    assert profiles.of(1007) == "pupil"
    gc.collect()
    held = [part for thing in gc.get_referents(profiles, vars(profiles)) for part in (thing, *gc.get_referents(thing))]
    assert not [thing for thing in held if isinstance(thing, str | bytes) and name in str(thing)]
