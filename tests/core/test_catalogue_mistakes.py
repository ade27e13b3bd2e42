"""Every contradiction that can stand in catalogue files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tables import anything, tables

from socle_core.catalogue import CatalogueError, load
from socle_core.catalogue.merge import MAX_SERVICES

FILE = Path(__file__).parents[2] / "config/catalogue.toml"
HEAD = 'version = "2026.11"\n'


def row(id: str, **keys: str) -> str:
    """Return a right row with other values for some keys, each written as TOML."""
    right = {"label": '{ fr = "Nom" }', "strand": '"resources"', "category": '"maths"'}
    lines = [f"{key} = {value}" for key, value in {"id": f'"{id}"', **right, **keys}.items() if value]
    return "\n".join(["[[service]]", *lines, ""])


def mistakes(tmp_path: Path, *texts: str) -> list[str]:
    """Load files with these texts and return what is wrong, without the folder."""
    files = [tmp_path / f"{number}.toml" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load(files)
    return [str(mistake).removeprefix(f"{tmp_path}/") for mistake in caught.value.mistakes]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"label": ""}, "label is missing"),
        ({"label": '{ en = "Name" }'}, "label: is without a French name"),
        ({"label": '"Nom"'}, "label: is without a French name"),
        ({"label": '{ fr = "Nom", de = "Name" }'}, "unknown language 'de'"),
        ({"label": '{ fr = " " }'}, "is not a text"),
        ({"strand": ""}, "strand is missing"),
        ({"strand": '"ressources"'}, "'ressources' is not known, did you mean 'resources'?"),
        ({"category": '"math"'}, "'math' is not known, did you mean 'maths'?"),
        ({"category": '"qqqq"'}, "'qqqq' is not known: academie, "),
        ({"domain": '["lumni.fr"]'}, "unknown key 'domain', did you mean 'domains'?"),
        ({"domains": '"lumni.fr"'}, "domains: 'lumni.fr' is not a list"),
        ({"domains": '["https://lumni.fr"]'}, "'https://lumni.fr' is not a domain"),
        ({"domains": '["lumni.fr/video"]'}, "is not a domain"),
        ({"domains": '["*.lumni.fr"]'}, "is not a domain"),
        ({"domains": '["lumni.fr:443"]'}, "is not a domain"),
        ({"domains": '["école.fr"]'}, "write accents as xn--"),
        ({"domains": '["fr"]'}, "is not a domain"),
        ({"domains": '["192.168.1.2"]'}, "is not a domain"),
        ({"domains": '["lumni.fr", "LUMNI.fr."]'}, "'lumni.fr' stands there twice"),
        ({"executables": '["/usr/bin/kig"]'}, "'/usr/bin/kig' is not the name of a program's file"),
        ({"executables": '["java"]'}, "'java' runs programs of every kind"),
        ({"executables": "[3]"}, "3 is not a text"),
        ({"desktop_ids": '["org.kde.kig"]'}, "is not the name of a .desktop file"),
        ({"files": '["share/*"]'}, "is not an absolute path"),
        ({"files": '["/*"]'}, "is not an absolute path"),
        ({"files": '["/usr/share/[ab]"]'}, "only * is special"),
        ({"weak": '"no"'}, "weak: 'no' is neither true nor false"),
        ({"category": '"ludique"', "counted": "true"}, "is never use of a resource"),
        ({"to_check": '["lumni.fr"]'}, "'lumni.fr' is no identifier of this service"),
    ],
)
def test_a_wrong_row(tmp_path: Path, keys: dict[str, str], words: str) -> None:
    """Each mistake of a row is told once, with its file, line, row and id."""
    (told,) = mistakes(tmp_path, HEAD + row("good") + row("bad", **keys))
    assert told.startswith("0.toml:7: row 2, bad: ")
    assert words in told


@pytest.mark.parametrize("id", ["Lumni", "-lumni", "lu mni", "é", "", "a" * 65, "_x"])
def test_a_wrong_id(tmp_path: Path, id: str) -> None:
    """An id that could not travel is refused."""
    (told,) = mistakes(tmp_path, HEAD + row(id))
    assert "row 1" in told
    assert "id: " in told


def test_a_row_without_id(tmp_path: Path) -> None:
    """A row that names no service is told by its number."""
    assert mistakes(tmp_path, HEAD + "[[service]]\nweak = true\n") == ["0.toml:2: row 1: id is missing"]


def test_one_id_twice_in_one_file(tmp_path: Path) -> None:
    """In one file a second row of an id is a mistake, not an override."""
    assert mistakes(tmp_path, HEAD + row("a") + row("a")) == ["0.toml:7: row 2, a: row 1 has this id already"]


@pytest.mark.parametrize(
    ("key", "what", "name"),
    [
        ("domains", "domain", "lumni.fr"),
        ("executables", "executable", "kig"),
        ("desktop_ids", "desktop id", "kig.desktop"),
        ("files", "file", "/usr/share/kig/*"),
    ],
)
def test_two_services_claim_one_identifier(tmp_path: Path, key: str, what: str, name: str) -> None:
    """An identifier has one owner, over all files; the mistake names both rows."""
    claim = {key: f'["{name}"]'}
    assert mistakes(tmp_path, HEAD + row("a", **claim), row("b", **claim)) == [
        f"1.toml:1: row 1, b: {what} '{name}' belongs to 'a' already (0.toml, row 1)"
    ]


def test_an_override_that_takes_another_services_domain(tmp_path: Path) -> None:
    """A contradiction is told where the row that made it stands."""
    base = HEAD + row("a", domains='["a.fr"]') + row("b", domains='["b.fr"]')
    assert mistakes(tmp_path, base, '\n[[service]]\nid = "a"\ndomains = ["b.fr"]\n') == [
        "0.toml:8: row 2, b: domain 'b.fr' belongs to 'a' already (1.toml, row 1)"
    ]


def test_an_identifier_can_be_moved(tmp_path: Path) -> None:
    """What one override gives up, another may take."""
    (tmp_path / "a.toml").write_text(HEAD + row("a", domains='["a.fr"]') + row("b"))
    (tmp_path / "b.toml").write_text('[[service]]\nid="a"\ndomains=[]\n[[service]]\nid="b"\ndomains=["a.fr"]\n')
    assert load([tmp_path / "a.toml", tmp_path / "b.toml"]).by_domain("a.fr") == "b"


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    """Wrong rows, clashes and a file that is no TOML are told together."""
    told = mistakes(
        tmp_path,
        HEAD + row("a", domains='["x.fr"]', weak="1") + row("b", domains='["x.fr"]', strand='"?"'),
        "[[service]\n",
        row("c", label="", executables='["/bin/c", "perl"]'),
    )
    assert len(told) == 7
    assert {line.split(":")[0] for line in told} == {"0.toml", "1.toml", "2.toml"}


def test_at_most_500_services(tmp_path: Path) -> None:
    """The five hundred and first service is refused, by its row."""
    rows = [row(f"s{number}") for number in range(MAX_SERVICES + 1)]
    (told,) = mistakes(tmp_path, HEAD + "".join(rows))
    assert "row 501, s500: a catalogue holds at most 500 services: 501 are given" in told
    (tmp_path / "0.toml").write_text(HEAD + "".join(rows[:-1]))
    assert len(load([tmp_path / "0.toml"]).services) == MAX_SERVICES


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no catalogue file states it"),
        ("version = 2026.11\n", "0.toml:1: version: 2026.11 is not a year and a month in quotes"),
        (HEAD + "services = []\n", "0.toml:2: services: unknown key, did you mean 'service'?"),
        (HEAD + "service = 3\n", "each service begins with [[service]]"),
        (HEAD + "service = [3]\n", "row 1: id is missing"),
        (HEAD + "[service]\nid = 'a'\n", "each service begins with [[service]]"),
    ],
)
def test_a_wrong_file(tmp_path: Path, text: str, words: str) -> None:
    """What is wrong outside of rows is told too."""
    (told,) = mistakes(tmp_path, text)
    assert words in told


def test_a_missing_file(tmp_path: Path) -> None:
    """A file that is named must be there: without it nothing would be counted, and nobody would know."""
    with pytest.raises(CatalogueError, match=r"none\.toml: there is no such file: the setting 'catalogue'"):
        load([tmp_path / "none.toml"])


KEYS = [
    "id",
    "label",
    "strand",
    "category",
    "domains",
    "desktop_ids",
    "executables",
    "files",
    "weak",
    "counted",
    "to_check",
    "source",
]


@given(st.lists(anything() | tables(KEYS, ["fr", "en"]), max_size=4))
def test_whatever_a_file_holds_is_a_catalogue_or_a_catalogue_error(rows: list[object]) -> None:
    """No row of any shape ends in another error."""
    try:
        load([FILE], lambda _: {"version": "2026.11", "service": rows})
    except CatalogueError as error:
        assert error.mistakes
