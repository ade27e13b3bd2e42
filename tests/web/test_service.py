"""Whose page it is: the extension counts for the service that `socle-agent catalogue explain` names."""

from __future__ import annotations

from pathlib import Path

from socle_core import catalogue
from socle_core.catalogue.explain import explain
from socle_core.catalogue.model import Catalogue, Service
from socle_web import patterns
from web import javascript

ROOT = Path(__file__).parents[2]


def service(name: str, **more: tuple[str, ...]) -> Service:
    """A service with these identifiers."""
    return Service(name, {"fr": name, "en": name}, "resources", "multi", **more)


SERVICES = Catalogue(
    "2026.11",
    [
        service("lumni", domains=("lumni.fr",)),
        service("apps", domains=("apps.education.fr",)),
        service("tubes", domains=("tubes.apps.education.fr",)),
        service("menu", files=("/usr/share/primtux/*",), primtuxmenu=("*",)),
        service("seyes", files=("/usr/share/primtux/*/seyes (é).html",), primtuxmenu=("seyes*",)),
    ],
)
ADDRESSES = {
    "https://lumni.fr/": "lumni",
    "http://www.lumni.fr:8080/a?b#c": "lumni",
    "https://WWW.LUMNI.FR./": "lumni",
    "https://notlumni.fr/": None,
    "https://lumni.fr.example/": None,
    "https://tubes.apps.education.fr/w/1": "tubes",
    "https://nuage.apps.education.fr/": "apps",
    "https://education.fr/": None,
    "https://constructor/": None,
    "file:///usr/share/primtux/super/index.html": "menu",
    "file:///usr/share/primtux/super/seyes%20(%C3%A9).html?x=1": "seyes",
    "file:///usr/share/primtux%2": None,
    "file:///home/someone/letter.html": None,
    "file:///home/someone/letter.html?primtuxmenu=other": "menu",
    "file:///home/someone/letter.html?a=1&primtuxmenu": "menu",
    "file:///home/someone/letter.html?primtuxmenu=seyes-2": "seyes",
    "file:///home/someone/letter.html?notprimtuxmenu=seyes": None,
    "http://localhost:8000/x.html?primtuxmenu=true": "menu",
    "http://127.0.0.1/x.html?primtuxmenu=true": "menu",
    "http://localhost/x.html": None,
    "https://example.org/?primtuxmenu=true": None,
}
ASKED = "return given.map((address) => serviceOf(new URL(address), CATALOGUE));"


def asked_of_javascript(known: Catalogue, addresses: list[str]) -> list[str | None]:
    """What the extension made from this catalogue says of these addresses."""
    answers: list[str | None] = javascript.run(["service.js"], f"{patterns.table(known)}\n{ASKED}", addresses)
    return answers


def test_both_answer_as_expected() -> None:
    """Longest suffix, most literal path, then PrimTux's parameter, in both languages."""
    assert dict(zip(ADDRESSES, asked_of_javascript(SERVICES, list(ADDRESSES)), strict=True)) == ADDRESSES
    assert {address: whose(SERVICES, address) for address in ADDRESSES} == ADDRESSES


def test_both_agree_on_every_shipped_domain() -> None:
    """Each domain of the shipped catalogue, and a host below it, has the same service for both."""
    known = catalogue.load([ROOT / "config/catalogue.toml"])
    addresses = [f"https://{host}/" for domain in known.domains for host in (domain, f"www.{domain}")]
    assert asked_of_javascript(known, addresses) == [whose(known, address) for address in addresses]


def whose(known: Catalogue, address: str) -> str | None:
    """What `socle-agent catalogue explain` says."""
    return next((claim.service for claim in explain(known, address).winners), None)
