"""What of an address tells whose page it is. The browser's extension looks at the same (its service.js)."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

from socle_core.dataclass import dataclass

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
PARAMETER = "primtuxmenu"


@dataclass(frozen=True, slots=True)
class Page:
    """What matters of an address. `host`: as browsers write it, empty for a file. `path`: of a local file only.

    `menu`: the value of ?primtuxmenu= of a local page, None where there is none.
    """

    host: str = ""
    path: str = ""
    menu: str | None = None


def page_of(url: str) -> Page | None:
    """Return what matters of an address that a browser opens as a page; None for any other (mailto:, about:)."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
    except ValueError:
        return None
    if parts.scheme == "file" and host in ("", "localhost"):
        return Page(path=unquote(parts.path), menu=_menu(parts.query))
    if parts.scheme in ("http", "https") and host:
        return Page(host=host, menu=_menu(parts.query) if host in LOCAL_HOSTS else None)
    return None


def _menu(query: str) -> str | None:
    return parse_qs(query, keep_blank_values=True).get(PARAMETER, [None])[0]
