"""What the helper takes from the catalogue, in a child."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desktops import CATALOGUE, serve

from socle_core.catalogue import load
from socle_session.front import Known
from socle_session.known import application_folders, known
from socle_session.loop import Loop
from socle_session.reading import Reading

DESKTOP = "[Desktop Entry]\nName=x\nStartupWMClass=Etrange\n[Desktop Action new]\nStartupWMClass=Autre\n"


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A file with two services."""
    file = tmp_path / "catalogue.toml"
    file.write_text(CATALOGUE)
    return file


def test_names_and_classes(catalogue: Path, tmp_path: Path) -> None:
    """Windows are known by desktop id, by program, and by the class that a .desktop file states."""
    (tmp_path / "applications").mkdir()
    (tmp_path / "applications" / "org.example.Dessin.desktop").write_text(DESKTOP)
    found = known(load([catalogue]), [tmp_path / "nowhere", tmp_path / "applications"])
    names = {"etrange": "dessin", "org.example.dessin": "dessin", "tuxdessin": "dessin", "tuxcalcul": "calcul"}
    assert found == {"names": names, "executables": {"tuxdessin": "dessin", "tuxcalcul": "calcul"}}


def test_only_catalogued_desktop_files_are_read(catalogue: Path, tmp_path: Path) -> None:
    """A .desktop file that the catalogue does not name adds nothing."""
    (tmp_path / "secret.desktop").write_text(DESKTOP)
    assert "etrange" not in known(load([catalogue]), [tmp_path])["names"]


def test_where_desktop_files_are() -> None:
    """The user's own come first, then those of the system, of flatpak and of snap."""
    folders = application_folders({"HOME": "/home/x"})
    assert folders[:2] == [Path("/home/x/.local/share/applications"), Path("/usr/local/share/applications")]
    assert application_folders({"XDG_DATA_HOME": "/a", "XDG_DATA_DIRS": "/b:c"})[:2] == [
        Path("/a/applications"), Path("/b/applications"),
    ]  # fmt: skip


def test_the_project_s_catalogue() -> None:
    """Each program and desktop id of the shipped catalogue names a window."""
    shipped = load([Path("config/catalogue.toml")])
    found = known(shipped, [])
    assert all(Known(**found).names[name.lower()] for name in shipped.executables)


def read(paths: list[str]) -> list[Known | None]:
    """Have them read by a child."""
    loop, told = Loop(), []
    Reading(loop, paths, told.append)
    serve(loop, lambda: told)
    return told


def test_a_child_reads(catalogue: Path) -> None:
    """The child hands over what its parent needs, and is gone."""
    (found,) = read([str(catalogue)])
    assert found is not None
    assert found.names["tuxcalcul"] == "calcul"


@pytest.mark.parametrize("text", ["nonsense", None])
def test_a_catalogue_that_cannot_be_read(tmp_path: Path, text: str | None) -> None:
    """What cannot be read is unknown, not empty."""
    file = tmp_path / "broken.toml"
    if text is not None:
        file.write_text(text)
    assert read([str(file)]) == [None]


def test_a_reading_that_is_given_up(catalogue: Path) -> None:
    """A child that is not waited for any more is ended, and nothing is told."""
    told: list[Known | None] = []
    reading = Reading(Loop(), [str(catalogue)], told.append)
    reading.close()
    reading.close()
    assert told == []
