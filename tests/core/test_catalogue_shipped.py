"""The catalogue that the project ships."""

from pathlib import Path

import pytest

from socle_core.catalogue import Catalogue, load
from socle_core.catalogue.words import CATEGORIES, NOT_COUNTED, STRANDS

FILE = Path(__file__).parents[2] / "config/catalogue.toml"


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    """The shipped catalogue, which must be without contradiction to load at all."""
    return load([FILE])


def test_it_is_large_enough_for_a_school(shipped: Catalogue) -> None:
    """It knows at least 110 services, of all three strands, and every word it may use is used."""
    assert len(shipped.services) >= 110
    assert {service.strand for service in shipped.services.values()} == set(STRANDS)
    assert {service.category for service in shipped.services.values()} == set(CATEGORIES)


def test_every_service_has_both_names_and_a_source(shipped: Catalogue) -> None:
    """Each service can be shown in French and in English, and says where its identifiers come from."""
    for service in shipped.services.values():
        assert service.label.keys() == {"fr", "en"}
        assert service.source


def test_games_and_browsers_are_not_counted(shipped: Catalogue) -> None:
    """The categories that are no resources are the services that are not counted."""
    for service in shipped.services.values():
        assert service.counted == (service.category not in NOT_COUNTED)


def test_weak_signs_are_marked(shipped: Catalogue) -> None:
    """Sites that also carry mail, administration or news must not carry an indicator alone."""
    weak = {service.id for service in shipped.services.values() if service.weak}
    assert weak == {"academies", "presse-pro"}


def test_what_comes_from_memory_is_marked(shipped: Catalogue) -> None:
    """A source that says `from memory` stands with something left to check."""
    for service in shipped.services.values():
        identified = service.domains or service.executables or service.desktop_ids
        if "from memory" in service.source and identified and service.id != "pix":
            assert service.to_check or not service.verified, service.id


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("p2ia.lalilo.com", "lalilo"),
        ("lesfondamentaux.reseau-canope.fr", "fondamentaux"),
        ("www.reseau-canope.fr", "reseau-canope"),
        ("calculatice.ac-lille.fr", "calculatice"),
        ("www.ac-lille.fr", "academies"),
        ("educajou.forge.apps.education.fr", "educajou"),
        ("nird.forge.apps.education.fr", "nird"),
        ("forge.apps.education.fr", "forge"),
        ("tubes.apps.education.fr", "apps-education"),
        ("toulouse.magistere.apps.education.fr", "magistere"),
        ("primabord.eduscol.education.fr", "primabord"),
        ("fr.vikidia.org", "vikidia"),
        ("www.youtube.com", None),
        ("education.fr", None),
    ],
)
def test_hosts_of_french_schools(shipped: Catalogue, host: str, service: str | None) -> None:
    """Nested domains of the ministry find their own service, and other sites none."""
    assert shipped.by_domain(host) == service


@pytest.mark.parametrize(
    ("comm", "service"),
    [
        ("tuxpaint", "tuxpaint"),
        ("soffice.bin", "libreoffice"),
        ("OpenBoard", "openboard"),
        ("com.github.phas", "minder"),
        ("leterrier-calcu", "terrier-abuledu"),
        ("simplescreenrec", "ecran-video"),
        ("gimp-2.10", "dessin"),
        ("bash", None),
        ("java", None),
    ],
)
def test_programs_of_debian(shipped: Catalogue, comm: str, service: str | None) -> None:
    """The names that the kernel shows for Debian's programs find their service."""
    assert shipped.by_comm(comm) == service
