"""The commands `catalogue check` and `catalogue explain`, with a commune's own rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from socle_agent import cli
from socle_core.catalogue import load

SHIPPED = Path(__file__).parents[2] / "config/catalogue.toml"
HELP_DESK = """
[[service]]
id = "assistance"
domains = ["assistance.mairie.example"]

[[service]]
id = "mediatheque"
label = { fr = "Médiathèque" }
strand = "resources"
category = "culture"
domains = ["mediatheque.mairie.example"]
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An English machine."""
    monkeypatch.setenv("LC_ALL", "C")
    yield


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs `catalogue` on a machine that uses the shipped catalogue and the folder `catalogue.d`."""
    (tmp_path / "catalogue.d").mkdir()
    config = tmp_path / "agent.toml"
    config.write_text(f'[measure]\ncatalogue = ["{SHIPPED}", "{tmp_path}/catalogue.d"]\n')

    def ran(*words: object) -> tuple[int, str]:
        code = cli.main(["catalogue", *map(str, words), "--config", str(config)])
        told = capsys.readouterr()
        return code, told.out + told.err

    return ran


def test_a_commune_adds_and_overrides(run: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    """A file of catalogue.d adds a service and gives another its domain; both are explained with where they stand."""
    assert run("explain", "https://assistance.mairie.example/x")[0] == 1
    (tmp_path / "catalogue.d/mairie.toml").write_text(HELP_DESK)
    code, told = run("explain", "https://assistance.mairie.example/x")
    assert code == 0
    assert "assistance, 'Help desk of the académie or the commune'" in told
    assert f"{tmp_path}/catalogue.d/mairie.toml:2" in told
    assert "mediatheque, 'Médiathèque'" in run("explain", "mediatheque.mairie.example")[1]
    assert f"{len(load([SHIPPED]).services) + 1} services" in run("check")[1]


def test_an_uncatalogued_thing_is_never_counted(run: Callable[..., tuple[int, str]]) -> None:
    """It says so, and does not repeat the address."""
    code, told = run("explain", "https://secret.example.org/page?key=1")
    assert code == 1
    assert "nothing of it is ever counted, kept or sent" in told
    assert "secret" not in told


def test_as_json(run: Callable[..., tuple[int, str]]) -> None:
    """What is told in words is there as facts; rows that lost have their reason."""
    code, told = run("explain", "--json", "www.lesfondamentaux.reseau-canope.fr")
    said = json.loads(told)
    assert code == 0
    assert (said["found"][0]["id"], said["found"][0]["file"]) == ("fondamentaux", str(SHIPPED))
    assert said["others"] == [
        {"id": "reseau-canope", "key": "domains", "identifier": "reseau-canope.fr", "against": "shorter"}
    ]


def test_remarks(run: Callable[..., tuple[int, str]]) -> None:
    """A weak sign, a use that is no use of a resource, and an identifier from memory are told as such."""
    assert "weak sign" in run("explain", "www.ac-rennes.fr")[1]
    assert "not use of a resource" in run("explain", "chromium")[1]
    assert "to be checked" in run("explain", "edugeo.fr")[1]
    assert "to be checked" not in run("explain", "lumni.fr")[1]


def test_a_program_by_its_link(run: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    """A link is followed to the program that runs."""
    (tmp_path / "tuxpaint").write_text("")
    (tmp_path / "dessiner").symlink_to(tmp_path / "tuxpaint")
    assert "tuxpaint, 'Tux Paint'" in run("explain", tmp_path / "dessiner")[1]


def test_check_tells_every_mistake_at_once(run: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    """78; each mistake of each file has its file, its line and, where one is near, what was meant."""
    one, two = tmp_path / "catalogue.d/1.toml", tmp_path / "catalogue.d/2.toml"
    one.write_text('[[service]]\nid = "a"\nlabel = { fr = "A" }\nstrand = "ressources"\ncategorie = "maths"\n')
    two.write_text(HELP_DESK.replace("mediatheque.mairie.example", "lumni.fr") + "\n[[service]]\nid = 3\n")
    code, told = run("check")
    assert code == 78
    assert f"{one}:1: row 1, a: strand: 'ressources' is not known, did you mean 'resources'?" in told
    assert "unknown key 'categorie', did you mean 'category'?" in told
    assert f"{two}:6: row 2, mediatheque: domain 'lumni.fr' belongs to 'lumni' already" in told
    assert f"{two}:13: row 3" in told


def test_check_a_file_before_it_is_put_there(run: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    """A commune's file is checked upon this machine's catalogue; one that states a version by itself."""
    rows = tmp_path / "mairie.toml"
    rows.write_text(HELP_DESK)
    assert run("check", rows)[0] == 0
    (tmp_path / "catalogue.d/mairie.toml").symlink_to(rows)
    assert run("check", rows)[0] == 0, "it is in use already"
    whole = tmp_path / "whole.toml"
    whole.write_text('version = "2026.12"\n' + HELP_DESK)
    code, told = run("check", whole)
    assert code == 78
    assert "assistance: label is missing" in told
    assert run("check", tmp_path / "none.toml")[0] == 78


def test_settings_with_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """78, as for every command."""
    (tmp_path / "agent.toml").write_text("[measure]\ncatalog = []\n")
    assert cli.main(["catalogue", "check", "--config", str(tmp_path / "agent.toml")]) == 78
    assert "did you mean 'catalogue'" in capsys.readouterr().err
