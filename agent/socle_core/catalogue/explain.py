"""Why a thing is in the catalogue, or is not: every row that might be meant, and what speaks for or against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase

from socle_core.catalogue.model import Catalogue
from socle_core.catalogue.pages import PARAMETER, Page, page_of
from socle_core.catalogue.words import INTERPRETERS
from socle_core.dataclass import dataclass

SHORTER, PATH_FIRST, LABEL, CASE, CUT, LIKE = "shorter", "path-first", "label", "case", "cut", "like"
"""Why a row does not know the thing: a longer suffix or pattern of another row does; a path goes before PrimTux's
parameter; the letters fit but not whole labels; upper and lower case differ; it is the thing's beginning, and so are
others; it is merely alike."""

DOMAINS, FILES, EXECUTABLES, DESKTOP_IDS = "domains", "files", "executables", "desktop_ids"


@dataclass(frozen=True, slots=True)
class Claim:
    """An identifier of a row. `key`: the row's key that holds it. `against`: why it loses, empty when it wins."""

    service: str
    key: str
    identifier: str
    against: str = ""

    def but(self, against: str) -> Claim:
        """The same claim, lost."""
        return Claim(self.service, self.key, self.identifier, against)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the catalogue says of a thing. `page`: what counts of it when it is an address.

    `claims`: those that win first; by different keys more than one may. `interpreter`: it is a program that runs
    others, which no row may name. `strange`: an address that no browser opens as a page.
    """

    page: Page | None
    claims: tuple[Claim, ...]
    interpreter: bool = False
    strange: bool = False

    @property
    def winners(self) -> tuple[Claim, ...]:
        """The claims that hold."""
        return tuple(claim for claim in self.claims if not claim.against)


def explain(catalogue: Catalogue, thing: str) -> Explanation:
    """Explain an address, a host, the path of a page or program, or the name of a program or .desktop file."""
    thing = thing.strip()
    if "://" in thing or thing.startswith(("about:", "mailto:", "data:")):
        page = page_of(thing)
        return Explanation(page, _ordered(_page_claims(catalogue, page)) if page else (), strange=page is None)
    name = thing.rpartition("/")[2]
    host = "" if thing.startswith("/") else thing.partition("/")[0].partition(":")[0]
    page = Page(host=host, path=thing) if host else Page(path=thing)
    claims = [*_page_claims(catalogue, page), *_program_claims(catalogue, name), *_desktop_claims(catalogue, name)]
    return Explanation(page, _ordered(claims), interpreter=name in INTERPRETERS)


def _page_claims(catalogue: Catalogue, page: Page) -> Iterator[Claim]:
    fits = [*_suffixes(catalogue, page.host)] if page.host else [*_patterns(catalogue.files, page.path, FILES)]
    yield from fits
    if page.menu is not None:
        for claim in _patterns(catalogue.primtuxmenu, page.menu, PARAMETER):
            yield claim.but(PATH_FIRST) if fits else claim
    if page.host and not fits:
        yield from _almost(catalogue.domains, page.host.lower(), DOMAINS)


def _suffixes(catalogue: Catalogue, host: str) -> Iterator[Claim]:
    """Every domain that the host lies in, the longest first."""
    suffix, against = host.lower().removesuffix("."), ""
    while suffix:
        if suffix in catalogue.domains:
            yield Claim(catalogue.domains[suffix], DOMAINS, suffix, against)
            against = SHORTER
        suffix = suffix.partition(".")[2]


def _patterns(patterns: dict[str, str], name: str, key: str) -> Iterator[Claim]:
    """Every pattern that fits, the most literal first."""
    against = ""
    for pattern, service in patterns.items():
        if fnmatchcase(name, pattern):
            yield Claim(service, key, pattern, against)
            against = SHORTER


def _program_claims(catalogue: Catalogue, name: str) -> Iterator[Claim]:
    if name in catalogue.executables:
        yield Claim(catalogue.executables[name], EXECUTABLES, name)
    elif len(name) == 15 and (cut := [known for known in catalogue.executables if known.startswith(name)]):
        if catalogue.by_comm(name):  # a name as the kernel shows it, cut
            yield Claim(catalogue.executables[cut[0]], EXECUTABLES, cut[0])
        else:
            yield from (Claim(catalogue.executables[known], EXECUTABLES, known, CUT) for known in cut)
    else:
        yield from _almost(catalogue.executables, name, EXECUTABLES)


def _desktop_claims(catalogue: Catalogue, name: str) -> Iterator[Claim]:
    if name in catalogue.desktop_ids:
        yield Claim(catalogue.desktop_ids[name], DESKTOP_IDS, name)
    elif name.endswith(".desktop"):
        yield from _almost(catalogue.desktop_ids, name, DESKTOP_IDS)


def _almost(known: dict[str, str], name: str, key: str) -> Iterator[Claim]:
    """Identifiers that one might take for this name."""
    for identifier, service in known.items():
        if key == DOMAINS and name.endswith(identifier):
            yield Claim(service, key, identifier, LABEL)
        elif key != DOMAINS and name.lower() == identifier.lower():
            yield Claim(service, key, identifier, CASE)
    for identifier in get_close_matches(name, known, n=2, cutoff=0.8):
        yield Claim(known[identifier], key, identifier, LIKE)


def _ordered(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Winners first, and each identifier once."""
    once: dict[tuple[str, str], Claim] = {}
    for claim in claims:
        once.setdefault((claim.key, claim.identifier), claim)
    return tuple(sorted(once.values(), key=lambda claim: bool(claim.against)))
