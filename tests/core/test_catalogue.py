"""Whose a host, a program or a local page is, and how files make a catalogue."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle_core.catalogue import Catalogue, Service, load

NAMES = {"fr": "Nom", "en": "Name"}


def catalogue(**services: dict[str, tuple[str, ...]]) -> Catalogue:
    """Return a catalogue of services with these identifiers."""
    return Catalogue(
        "2026.11", [Service(name, NAMES, "resources", "maths", **given) for name, given in services.items()]
    )


@pytest.fixture
def canope() -> Catalogue:
    """Services whose domains lie one below the other."""
    return catalogue(
        canope={"domains": ("reseau-canope.fr",)},
        fondamentaux={"domains": ("lesfondamentaux.reseau-canope.fr",)},
        lumni={"domains": ("lumni.fr",)},
    )


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("lumni.fr", "lumni"),
        ("enseignants.lumni.fr", "lumni"),
        ("WWW.Lumni.FR", "lumni"),
        ("www.lumni.fr.", "lumni"),
        ("notlumni.fr", None),
        ("lumni.fr.example.org", None),
        ("fr", None),
        ("", None),
        (".", None),
        ("lumni.fr..", None),
        ("reseau-canope.fr", "canope"),
        ("ateliers.reseau-canope.fr", "canope"),
        ("lesfondamentaux.reseau-canope.fr", "fondamentaux"),
        ("a.b.lesfondamentaux.reseau-canope.fr", "fondamentaux"),
        ("xlesfondamentaux.reseau-canope.fr", "canope"),
    ],
)
def test_the_longest_suffix_of_whole_labels_wins(canope: Catalogue, host: str, service: str | None) -> None:
    """A host belongs to the service with the longest suffix, by whole labels, whatever its case and last dot."""
    assert canope.by_domain(host) == service


LABELS = st.lists(st.sampled_from(["a", "b", "ab", "fr"]), min_size=1, max_size=5)


@given(st.lists(LABELS.map(".".join), max_size=8, unique=True), LABELS.map(".".join))
def test_longest_suffix_as_the_slow_way_finds_it(domains: list[str], host: str) -> None:
    """The answer is that of trying every domain on every host."""
    services = Catalogue(
        "2026.11", [Service(f"s{n}", NAMES, "resources", "maths", (domain,)) for n, domain in enumerate(domains)]
    )
    fitting = [domain for domain in domains if ("." + host).endswith("." + domain)]
    expected = f"s{domains.index(max(fitting, key=len))}" if fitting else None
    assert services.by_domain(host) == expected


def test_an_encoded_host_is_compared_as_it_is() -> None:
    """Browsers write accents as xn--…; so does the catalogue, and nothing is converted."""
    encoded = catalogue(ecole={"domains": ("xn--cole-9oa.fr",)})
    assert encoded.by_domain("www.XN--cole-9oa.fr") == "ecole"
    assert encoded.by_domain("école.fr") is None


def test_programs_are_told_by_their_exact_name() -> None:
    """OpenBoard and openboard are two names; a path is none."""
    board = catalogue(openboard={"executables": ("OpenBoard",)})
    assert board.by_executable("OpenBoard") == "openboard"
    assert board.by_executable("openboard") is None
    assert board.by_executable("/usr/bin/OpenBoard") is None


def test_a_name_that_the_kernel_cut() -> None:
    """/proc/PID/comm holds 15 characters: they are enough where they fit one service, and not where two."""
    services = catalogue(
        terrier={"executables": ("leterrier-calcul-mental", "leterrier-calculette-capricieuse")},
        minder={"executables": ("com.github.phase1geo.minder",)},
        drawing={"executables": ("com.github.phasechange",)},
        kig={"executables": ("kig",)},
    )
    assert services.by_comm("leterrier-calcu") == "terrier"
    assert services.by_comm("com.github.phas") is None
    assert services.by_comm("kig") == "kig"
    assert services.by_comm("ki") is None
    assert services.by_executable("com.github.phase1geo.minder") == "minder"


def test_desktop_ids_are_told_by_their_exact_name() -> None:
    """The name of the .desktop file is the identifier."""
    services = catalogue(kiwix={"desktop_ids": ("org.kiwix.desktop.desktop",)})
    assert services.by_desktop_id("org.kiwix.desktop.desktop") == "kiwix"
    assert services.by_desktop_id("org.kiwix.desktop") is None


def test_the_most_literal_file_pattern_wins() -> None:
    """A local page belongs to the pattern with most characters that are no star."""
    services = catalogue(
        menu={"files": ("/usr/share/primtux/*",)},
        seyes={"files": ("/usr/share/primtux/*/seyes/index.html",)},
    )
    assert services.by_file("/usr/share/primtux/super/seyes/index.html") == "seyes"
    assert services.by_file("/usr/share/primtux/super/other.html") == "menu"
    assert services.by_file("/home/someone/seyes/index.html") is None


BASE = """
version = "2026.11"

[[service]]
id = "lumni"
label = { fr = "Lumni" }
strand = "resources"
category = "video"
domains = ["lumni.fr"]

[[service]]
id = "assistance"
label = { fr = "Assistance", en = "Help desk" }
strand = "accompaniment"
category = "assistance"
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A small catalogue file."""
    (tmp_path / "catalogue.toml").write_text(BASE, encoding="utf-8")
    return tmp_path / "catalogue.toml"


def test_a_commune_changes_a_row_and_adds_one(base: Path, tmp_path: Path) -> None:
    """A later row with a known id changes the keys that it names and leaves the others; a new id is added."""
    folder = tmp_path / "catalogue.d"
    folder.mkdir()
    (folder / "mairie.toml").write_text(
        '[[service]]\nid = "assistance"\ndomains = ["Aide.Mairie.example."]\n'
        '[[service]]\nid = "jeu-local"\nlabel = { fr = "Jeu" }\nstrand = "resources"\n'
        'category = "ludique"\nexecutables = ["jeu"]\n'
    )
    catalogue = load([base, folder])
    assert catalogue.by_domain("aide.mairie.example") == "assistance"
    assert catalogue.services["assistance"].label["en"] == "Help desk"
    assert catalogue.by_executable("jeu") == "jeu-local"
    assert catalogue.version == "2026.11"


def test_later_files_win_in_order_of_name(base: Path, tmp_path: Path) -> None:
    """Of two files that change one key the later name wins, and the last version stated is told."""
    folder = tmp_path / "catalogue.d"
    folder.mkdir()
    (folder / "20.toml").write_text('version = "2027.01.2"\n[[service]]\nid = "lumni"\nweak = true\n')
    (folder / "10.toml").write_text('[[service]]\nid = "lumni"\nweak = false\ndomains = ["lumni.example"]\n')
    catalogue = load([base, folder])
    assert catalogue.services["lumni"].weak
    assert catalogue.by_domain("lumni.fr") is None
    assert catalogue.by_domain("lumni.example") == "lumni"
    assert catalogue.version == "2027.01.2"


def test_a_folder_may_be_absent(base: Path, tmp_path: Path) -> None:
    """A commune that adds nothing needs no folder."""
    assert set(load([base, tmp_path / "catalogue.d"]).services) == {"lumni", "assistance"}


def test_defaults_of_a_row(base: Path, tmp_path: Path) -> None:
    """Without a word: games and browsers are not counted, programs work offline, nothing is verified or weak."""
    (tmp_path / "more.toml").write_text(
        '[[service]]\nid = "jeu"\nlabel = { fr = "Jeu" }\nstrand = "resources"\n'
        'category = "ludique"\nexecutables = ["jeu"]\n'
    )
    services = load([base, tmp_path / "more.toml"]).services
    assert (services["jeu"].counted, services["jeu"].offline) == (False, True)
    lumni = services["lumni"]
    assert (lumni.counted, lumni.offline, lumni.weak, lumni.verified) == (True, False, False, False)
    assert lumni.label == {"fr": "Lumni", "en": "Lumni"}
