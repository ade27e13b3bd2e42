"""Services, and the answers to what senses ask: whose program, page or file this is."""

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

from socle_core.dataclass import dataclass

COMM_LENGTH = 15
"""Where the kernel cuts the name of a program in /proc/PID/comm."""


@dataclass(frozen=True, slots=True)
class Service:
    """One row of the catalogue.

    `label`: names by language, `fr` and `en`. `domains`: suffixes of host names. `files`: patterns of paths of
    local pages, `*` standing for anything. `primtuxmenu`: values, or patterns of them, of the parameter of that name
    with which PrimTux's menu opens local pages. `weak`: a sign that must not carry an indicator alone. `counted`:
    whether its use is use of a resource (games and browsers are not). `offline`: usable without the Internet.
    `verified`: its identifiers were seen in a public page or an inspected package, except those in `to_check`;
    `source` says where.
    """

    id: str
    label: dict[str, str]
    strand: str
    category: str
    domains: tuple[str, ...] = ()
    desktop_ids: tuple[str, ...] = ()
    executables: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    primtuxmenu: tuple[str, ...] = ()
    weak: bool = False
    counted: bool = True
    offline: bool = False
    verified: bool = False
    to_check: tuple[str, ...] = ()
    source: str = ""


class Catalogue:
    """Services by id, and the id of the service behind each identifier.

    No two services may share an identifier: `load` has seen to it.
    """

    __slots__ = ("_comms", "desktop_ids", "domains", "executables", "files", "primtuxmenu", "services", "version")

    def __init__(self, version: str, services: Iterable[Service]) -> None:
        self.version = version
        self.services = {service.id: service for service in services}
        self.domains = self._index(lambda service: service.domains)
        self.executables = self._index(lambda service: service.executables)
        self.desktop_ids = self._index(lambda service: service.desktop_ids)
        self._comms = _by_comm(self.executables)
        self.files = _most_literal_first(self._index(lambda service: service.files))
        self.primtuxmenu = _most_literal_first(self._index(lambda service: service.primtuxmenu))

    def _index(self, identifiers: Callable[[Service], tuple[str, ...]]) -> dict[str, str]:
        return {name: service.id for service in self.services.values() for name in identifiers(service)}

    def by_executable(self, name: str) -> str | None:
        """Return the service of a program's file name, without folder; upper and lower case differ."""
        return self.executables.get(name)

    def by_comm(self, comm: str) -> str | None:
        """Return the service of a name as /proc/PID/comm gives it, cut at 15 characters.

        None where the cut name fits programs of several services: then the command line must tell.
        """
        return self._comms.get(comm)

    def by_desktop_id(self, desktop_id: str) -> str | None:
        """Return the service of the name of a .desktop file."""
        return self.desktop_ids.get(desktop_id)

    def by_domain(self, host: str) -> str | None:
        """Return the service with the longest suffix of a host name, whole labels only.

        `www.lumni.fr.` is of `lumni.fr`, `notlumni.fr` is not. The host as browsers write it (`xn--…`), without
        port; case and a last dot do not matter.
        """
        suffix = host.lower().removesuffix(".")
        while suffix:
            if suffix in self.domains:
                return self.domains[suffix]
            suffix = suffix.partition(".")[2]
        return None

    def by_file(self, path: str) -> str | None:
        """Return the service of the path of a local page; the pattern with most literal characters wins."""
        return _first_that_fits(self.files, path)

    def by_primtuxmenu(self, value: str) -> str | None:
        """Return the service of a local page that PrimTux's menu opened with `?primtuxmenu=value`."""
        return _first_that_fits(self.primtuxmenu, value)


def _most_literal_first(patterns: dict[str, str]) -> dict[str, str]:
    """Order patterns as suffixes of domains are: the one that says most wins."""
    return dict(sorted(patterns.items(), key=lambda pair: -len(pair[0].replace("*", ""))))


def _first_that_fits(patterns: dict[str, str], name: str) -> str | None:
    return next((service for pattern, service in patterns.items() if fnmatchcase(name, pattern)), None)


def _by_comm(executables: dict[str, str]) -> dict[str, str | None]:
    comms: dict[str, str | None] = {}
    for name, service in executables.items():
        cut = name.encode()[:COMM_LENGTH].decode(errors="replace")
        comms[cut] = service if comms.get(cut, service) == service else None
    return comms
