"""The pages for data-protection officers tell of every field of the contract, in both languages."""

from __future__ import annotations

import re
from collections import Counter
from itertools import zip_longest
from pathlib import Path

import pytest

from socle_core.wire.document.keys import MESSAGES
from socle_core.wire.fields import ACTS, DAYS, HEALTH, PERIPHERALS, SLOTS, UNDATED

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("confidentialite.md", "privacy.md")
FRENCH_PERIPHERALS = {
    "display": "écran",
    "projector": "projecteur",
    "interactive-board": "tableau interactif",
    "camera": "caméra",
    "visualiser": "visualiseur",
    "headset": "casque",
    "printer": "imprimante",
    "dock": "station d'accueil",
    "robot": "robot",
}


def fields() -> list[str]:
    """Every field of the contract: alone where several messages share its name, else below its message or row."""
    keys = [(message.name, key) for message in MESSAGES for key in message.keys if key.form != "rows"]
    names = Counter(key.name for _, key in keys)
    shared = {name for name in names if names[name] > 2 or name in ("boot", "rev")}
    told = sorted(shared) + [f"{name}.{key.name}" for name, key in keys if key.name not in shared]
    told += [f"{kind.name}.{field.name}" for kind in (SLOTS, DAYS, UNDATED, ACTS) for field in kind.fields]
    told += [f"health.{group}.{field.name}" for group, held in HEALTH.items() for field in held]
    return [*told, "health.t", "health.peripherals"]


def rows(page: str) -> dict[str, list[str]]:
    """The cells of each row of a page's tables that tells of a field."""
    text = (DOCS / page).read_text("utf-8")
    found = re.findall(r"^\| `([a-z_.]+)` \|(.*)\|$", text, re.MULTILINE)
    assert len({name for name, _ in found}) == len(found)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in found}


@pytest.mark.parametrize("page", PAGES)
def test_every_field_is_told(page: str) -> None:
    """Each field has a row with what it is, why it is needed, and what it can and cannot reveal; and no other has."""
    told = rows(page)
    assert sorted(told) == sorted(fields())
    for name, cells in told.items():
        assert len(cells) == 4, name
        assert cells[0] and cells[1], name


def test_both_languages_keep_step() -> None:
    """Both pages tell of the same fields in the same order, leave the same cells empty, and have the same chapters."""
    french, english = (rows(page) for page in PAGES)
    assert list(french) == list(english)
    for name, cells in french.items():
        assert [bool(cell) for cell in cells] == [bool(cell) for cell in english[name]], name
    marks = [re.findall(r"^(#+) ", (DOCS / page).read_text("utf-8"), re.MULTILINE) for page in PAGES]
    assert all(one == other for one, other in zip_longest(*marks))


def test_every_peripheral_is_named() -> None:
    """The words of `peripherals` stand in both pages."""
    assert set(FRENCH_PERIPHERALS) == set(PERIPHERALS)
    french, english = (rows(page)["health.peripherals"][0] for page in PAGES)
    for word in PERIPHERALS:
        assert word.replace("-", " ") in english
        assert FRENCH_PERIPHERALS[word] in french


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """What a page points to is there."""
    for goal in re.findall(r"\]\(([^)#]+)\)", (DOCS / page).read_text("utf-8")):
        assert (DOCS / goal).exists(), goal
