"""The command `socle-web`."""

from __future__ import annotations

import builtins
import re
from pathlib import Path

import pytest

from socle_web import places
from socle_web.cli import COMMANDS, CONFIG, OK, PROBLEM, UNAVAILABLE, USAGE, main
from socle_web.words import TEXTS
from socle_web.words import USAGE as HELP

SHIPPED = Path(__file__).parents[2] / "config/catalogue.toml"
OWN = """
[[service]]
id = "mediatheque"
label = { fr = "Médiathèque de la commune" }
strand = "resources"
category = "medias"
domains = ["mediatheque.mairie.example"]
"""


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command speaks English here."""
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


@pytest.fixture
def with_own(tmp_path: Path) -> list[str]:
    """Options for the shipped catalogue with a commune's own row."""
    folder = tmp_path / "catalogue.d"
    folder.mkdir()
    (folder / "commune.toml").write_text(OWN)
    return ["--catalogue", str(SHIPPED), "--catalogue", str(folder), "--state", str(tmp_path / "state")]


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_command_builds_with_a_communes_own_rows(
    with_own: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twice the same bytes; the commune's domain is among the permissions."""
    assert main(["build", *with_own, "--out", str(tmp_path / "one")]) == OK
    assert "version 1.1" in capsys.readouterr().out
    assert main(["build", *with_own, "--out", str(tmp_path / "two")]) == OK
    assert files(tmp_path / "one") == files(tmp_path / "two")
    local = (tmp_path / "one" / places.CHROMIUM_LOCAL / "catalogue.js").read_text()
    assert '"mediatheque.mairie.example":"mediatheque"' in local


def test_a_build_is_installed_elsewhere_and_removed(with_own: list[str], tmp_path: Path) -> None:
    """What one machine built, another puts in place without key or catalogue."""
    root = str(tmp_path / "root")
    assert main(["build", *with_own, "--out", str(tmp_path / "made")]) == OK
    assert main(["install", "--from", str(tmp_path / "made"), "--root", root]) == OK
    assert files(tmp_path / "made").items() <= files(tmp_path / "root").items()
    assert main(["remove", f"--root={root}"]) == OK
    assert files(tmp_path / "root") == {}


def test_install_builds_by_itself(with_own: list[str], tmp_path: Path) -> None:
    """On one machine one command does all."""
    assert main(["install", *with_own, "--root", str(tmp_path / "root")]) == OK
    assert places.CRX in files(tmp_path / "root")


def test_what_a_person_must_add_is_told(
    with_own: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All is in place but for a commune's policies.json; the code says that something is left to do."""
    theirs = tmp_path / "root" / places.FIREFOX_POLICY
    theirs.parent.mkdir(parents=True)
    theirs.write_text('{"policies": {}}')
    assert main(["install", *with_own, "--root", str(tmp_path / "root")]) == PROBLEM
    assert "force_installed" in capsys.readouterr().err
    assert theirs.read_text() == '{"policies": {}}'


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["paint"],
        ["build"],
        ["build", "--out"],
        ["build", "remove"],
        ["remove", "--out", "x"],
        ["build", "--out", "x", "--every", "0"],
        ["build", "--out", "x", "--every", "two"],
    ],
)
def test_a_wrong_command_line(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused with 2 and nothing is written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("socle_web.places.STATE", str(tmp_path / "state"))
    assert main(words + (["--catalogue", str(SHIPPED)] if "--every" in words else [])) == USAGE
    assert not (tmp_path / "x").exists()


def test_a_folder_that_is_not_empty_is_left(with_own: list[str], tmp_path: Path) -> None:
    """Nothing is mixed into what someone has there."""
    assert main(["build", *with_own, "--out", str(tmp_path)]) == USAGE
    assert main(["install", "--from", str(tmp_path), "--root", str(tmp_path / "root")]) == USAGE


def test_a_catalogue_with_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every mistake is told, and nothing is built."""
    bad = tmp_path / "bad.toml"
    bad.write_text('version = "2026.11"\n[[service]]\nid = "x"\n')
    assert main(["build", "--catalogue", str(bad), "--state", str(tmp_path), "--out", str(tmp_path / "o")]) == CONFIG
    assert "label is missing" in capsys.readouterr().err


def test_without_the_library_that_signs(
    with_own: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command says which package to install."""
    real = builtins.__import__

    def refuse(name: str, *more: object, **others: object) -> object:
        if name.startswith("cryptography"):
            raise ImportError(name)
        return real(name, *more, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert main(["build", *with_own, "--out", str(tmp_path / "o")]) == UNAVAILABLE
    assert "python3-cryptography" in capsys.readouterr().err


def test_the_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    """And the two languages say the same of all."""
    assert main(["--help"]) == OK
    assert capsys.readouterr().out.strip() == HELP[1]
    options = {word for known in COMMANDS.values() for word in known}
    for text in HELP:
        assert set(re.findall(r"--[a-z]+", text)) == options
    for french, english in TEXTS.values():
        assert set(re.findall(r"{\w+}", french)) == set(re.findall(r"{\w+}", english))
