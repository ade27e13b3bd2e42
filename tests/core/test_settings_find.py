"""Where a program looks for its settings."""

import json
from pathlib import Path

import pytest

from socle_core.settings.find import find

ETC = Path("/etc/socle")


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """The environment of a source checkout in which a demonstration wrote its file."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / "var").mkdir()
    (tmp_path / "var/demo.json").write_text(json.dumps({"pids": {"collector": 41, "agent": 42}}))
    return tmp_path / ".venv"


def test_a_path_given_is_taken(prefix: Path) -> None:
    """The path of the command line wins, whether or not a demonstration runs."""
    assert find("agent", Path("/x.toml"), prefix=prefix, alive=lambda _: True) == Path("/x.toml")


def test_the_settings_of_a_running_demonstration(prefix: Path) -> None:
    """While one of the demonstration's processes lives, its settings are found."""
    found = find("agent", prefix=prefix, alive=lambda pid: pid == 42)
    assert found == prefix.parent / "var/agent.toml"


def test_pids_may_be_a_list(prefix: Path) -> None:
    """The demonstration may name its processes or only list them."""
    (prefix.parent / "var/demo.json").write_text('{"pids": [42]}')
    assert find("collector", prefix=prefix, alive=lambda pid: pid == 42).name == "collector.toml"
    assert find("collector", prefix=prefix, alive=lambda _: False).parent == ETC


def test_a_demonstration_that_ended_is_forgotten(prefix: Path) -> None:
    """A file left behind by a demonstration whose processes are gone changes nothing."""
    assert find("agent", prefix=prefix, alive=lambda _: False) == ETC / "agent.toml"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pids": null}', '{"pids": 3}'])
def test_a_demonstration_that_is_just_starting(prefix: Path, text: str) -> None:
    """A file that is half written is as good as none."""
    (prefix.parent / "var/demo.json").write_text(text)
    assert find("agent", prefix=prefix, alive=lambda _: True) == ETC / "agent.toml"


def test_an_installed_program_looks_in_etc_only(prefix: Path) -> None:
    """A program that does not run from a checkout's environment never looks beside it."""
    installed = prefix.rename(prefix.with_name("usr"))
    assert find("collector", prefix=installed, alive=lambda _: True) == ETC / "collector.toml"
