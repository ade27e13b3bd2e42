"""Manual pages and completions follow from the table of commands, and real programs understand them."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from socle_agent import cli
from socle_agent.document.__main__ import ROOT, drifted, main

COMPLETION = ROOT / "packaging/completion"
FIRST = ["catalogue", "doctor", "health", "run", "status", "totals", "what-is-sent"]
MAN = [("docs/man/socle-agent.1", "EXIT STATUS"), ("docs/man/fr/socle-agent.1", "CODES DE SORTIE")]


def said(*command: str, **environment: str) -> str:
    """What a program prints; it must say nothing else, and end well."""
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment}
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_files_are_what_the_table_says(tmp_path: Path) -> None:
    """None differs from what is made of the commands and their texts; `--check` tells those that do."""
    assert drifted() == [], "run make docs"
    assert main(["--check"], tmp_path) == 1
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0


@pytest.mark.parametrize(("file", "heading"), MAN)
def test_the_manual_page_is_well_formed(file: str, heading: str) -> None:
    """A real reader of manual pages finds no error, and shows every command and option as they are typed."""
    page = str(ROOT / file)
    assert said("mandoc", "-T", "lint", "-W", "error", page) == ""
    shown = re.sub(".\b", "", said("mandoc", "-T", "utf8", "-O", "width=200", page))  # what is bold is struck twice
    assert heading in shown
    for name, command in cli.COMMANDS.items():
        assert name in shown
        assert all(option in shown for option in command.options)


def bash(*words: str) -> list[str]:
    """What bash offers for these words, of which the last is being typed."""
    line = (
        'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _socle_agent; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    return sorted(
        said("bash", "-euc", line, "bash", f"{COMPLETION}/socle-agent.bash", "socle-agent", *words).split("\n")[:-1]
    )


def fish(*words: str) -> list[str]:
    """What fish offers."""
    line = f"source {COMPLETION}/socle-agent.fish; complete -C 'socle-agent {' '.join(words)}'"
    return sorted(told.partition("\t")[0] for told in said("fish", "--no-config", "-c", line).splitlines())


def zsh(*words: str) -> list[str]:
    """What zsh offers."""
    line = (
        "_describe() { local -a told; told=(${(P)argv[-1]}); print -l -- ${told%%:*} }; _files() { print -l -- *(N) };"
        'file=$1; shift; words=("$@"); CURRENT=$#; source $file'
    )
    told = said("zsh", "-fc", line, "zsh", f"{COMPLETION}/_socle-agent", "socle-agent", *words).splitlines()
    return sorted(one for one in told if one.startswith(words[-1]))


@pytest.mark.parametrize("shell", [bash, fish, zsh])
def test_completion(shell: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real shell offers the commands, then what may follow each, and files where files are due."""
    assert callable(shell)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mairie.toml").write_text("")
    assert [word for word in shell("") if not word.startswith("-")] == FIRST
    assert shell("w") == ["what-is-sent"]
    assert shell("catalogue", "") == ["check", "explain"]
    assert [word for word in shell("health", "--") if word in ("--json", "--smart")] == ["--json", "--smart"]
    assert "--follow" in shell("what-is-sent", "--f")
    assert "mairie.toml" in shell("catalogue", "check", "m")
    assert "mairie.toml" in shell("status", "--config", "m")
    assert "check" not in shell("catalogue", "explain", "--")


def test_fish_describes_in_the_reader_s_language() -> None:
    """French where the machine speaks French or nothing, else English."""
    line = f"source {COMPLETION}/socle-agent.fish; complete -C 'socle-agent doc'"
    for language, word in (("fr_FR.UTF-8", "chercher"), ("en_GB.UTF-8", "look for"), ("", "chercher")):
        assert word in said("fish", "--no-config", "-c", line, LANG=language)
