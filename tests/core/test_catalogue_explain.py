"""Why a thing is in the catalogue, or is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from socle_core.catalogue import Catalogue, Service, load
from socle_core.catalogue.explain import explain

NAMES = {"fr": "Nom", "en": "Name"}
KNOWN: dict[str, dict[str, tuple[str, ...]]] = {
    "canope": {"domains": ("reseau-canope.fr",)},
    "fondamentaux": {"domains": ("lesfondamentaux.reseau-canope.fr",)},
    "seyes": {"files": ("/opt/*/seyes/*",)},
    "pages": {"files": ("/opt/*",)},
    "menu": {"primtuxmenu": ("*",)},
    "gcompris": {"executables": ("gcompris-qt", "GCompris"), "desktop_ids": ("org.kde.gcompris.desktop",)},
    "calcul": {"executables": ("leterrier-calcul-mental",)},
    "calculette": {"executables": ("leterrier-calculette",)},
    "imageo": {"executables": ("leterrier-imageo",)},
}


@pytest.fixture
def catalogue() -> Catalogue:
    """Services whose identifiers compete."""
    return Catalogue("2026.11", [Service(name, NAMES, "resources", "maths", **given) for name, given in KNOWN.items()])


def told(catalogue: Catalogue, thing: str) -> tuple[list[str], dict[str, str]]:
    """The services that win, and those that lose with the reason."""
    found = explain(catalogue, thing)
    winners = [claim.service for claim in found.winners]
    return winners, {claim.service: claim.against for claim in found.claims if claim.against}


@pytest.mark.parametrize(
    ("thing", "winners", "losers"),
    [
        ("https://www.reseau-canope.fr/ateliers?x=1#y", ["canope"], {}),
        ("HTTPS://LesFondamentaux.Reseau-Canope.FR:443/", ["fondamentaux"], {"canope": "shorter"}),
        ("lesfondamentaux.reseau-canope.fr.", ["fondamentaux"], {"canope": "shorter"}),
        ("reseau-canope.fr/page", ["canope"], {}),
        ("http://user:secret@reseau-canope.fr", ["canope"], {}),
        ("pasreseau-canope.fr", [], {"canope": "label"}),
        ("reseau-canop.fr", [], {"canope": "like"}),
        ("https://example.org/reseau-canope.fr", [], {}),
        ("https://example.org/?primtuxmenu=1", [], {}),
        ("file:///opt/x/seyes/index.html?primtuxmenu=true", ["seyes"], {"pages": "shorter", "menu": "path-first"}),
        ("file:///opt/x.html", ["pages"], {}),
        ("file:///srv/x.html?primtuxmenu=true", ["menu"], {}),
        ("http://localhost:8080/jeu?primtuxmenu=", ["menu"], {}),
        ("http://[::1]/jeu?primtuxmenu=a", ["menu"], {}),
        ("/opt/x/seyes/index.html", ["seyes"], {"pages": "shorter"}),
        ("/usr/games/gcompris-qt", ["gcompris"], {}),
        ("gcompris-qt", ["gcompris"], {}),
        ("gcompris-QT", [], {"gcompris": "case"}),
        ("org.kde.gcompris.desktop", ["gcompris"], {}),
        ("/usr/share/applications/org.kde.gcompris.desktop", ["gcompris"], {}),
        ("leterrier-image", ["imageo"], {}),
        ("leterrier-calcu", [], {"calcul": "cut", "calculette": "cut"}),
        ("zzz", [], {}),
        ("", [], {}),
    ],
)
def test_which_row_knows_it_and_why_not_the_others(
    catalogue: Catalogue, thing: str, winners: list[str], losers: dict[str, str]
) -> None:
    """The row that wins is named, and each that competed with the reason why it lost."""
    assert told(catalogue, thing) == (winners, losers)


@pytest.mark.parametrize("thing", ["java", "/usr/bin/python3"])
def test_what_runs_others(catalogue: Catalogue, thing: str) -> None:
    """A program that runs others is told apart from one that is merely unknown."""
    assert explain(catalogue, thing).interpreter
    assert not explain(catalogue, "gcompris-qt").interpreter


@pytest.mark.parametrize("thing", ["about:blank", "mailto:a@b.fr", "data:text/html,x", "chrome://settings", "https://"])
def test_what_is_no_page(catalogue: Catalogue, thing: str) -> None:
    """Addresses that are no page of anybody are said to be none."""
    assert explain(catalogue, thing).strange
    assert explain(catalogue, thing).claims == ()


def test_it_agrees_with_the_catalogue() -> None:
    """For every identifier of the shipped catalogue, what is explained is what is counted."""
    shipped = load([Path(__file__).parents[2] / "config/catalogue.toml"])
    for domain, service in shipped.domains.items():
        assert [claim.service for claim in explain(shipped, f"https://a.{domain}/").winners] == [service]
    for program, service in shipped.executables.items():
        assert service in {claim.service for claim in explain(shipped, f"/usr/bin/{program}").winners}
    for desktop_id, service in shipped.desktop_ids.items():
        assert service in {claim.service for claim in explain(shipped, desktop_id).winners}
