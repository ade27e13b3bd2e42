"""The catalogue as the browser's own permissions, and as the table by which a page knows its service.

Match patterns: https://developer.chrome.com/docs/extensions/develop/concepts/match-patterns. Their path is compared
with path and parameters of an address, as the browser writes them (%20 for a space).
"""

from __future__ import annotations

import json
from urllib.parse import quote

from socle_core.catalogue import Catalogue

_LOCAL_SERVERS = ("*://localhost", "*://127.0.0.1")
_LITERAL_IN_PATHS = "/*!$&'()+,;=:@~|"


def sites(catalogue: Catalogue) -> list[str]:
    """Return the pages of servers that the extension may see: those of the catalogue's domains, and PrimTux's own."""
    return [f"*://*.{domain}/*" for domain in sorted(catalogue.domains)] + [
        pattern for server in _LOCAL_SERVERS for pattern in _menu(catalogue, server)
    ]


def files(catalogue: Catalogue) -> list[str]:
    """Return the pages on the disk that it may see; none where the catalogue names none."""
    paths = [quote(pattern, safe=_LITERAL_IN_PATHS) for pattern in sorted(catalogue.files)]
    with_parameters = [f"{path}?*" for path in paths if not path.endswith("*")]
    return [f"file://{path}" for path in (*paths, *with_parameters)] + _menu(catalogue, "file://")


def table(catalogue: Catalogue) -> str:
    """Return the script by which a page finds its service: domains, and patterns with the first to try first."""
    tables = {
        "domains": dict(sorted(catalogue.domains.items())),
        "files": list(catalogue.files.items()),
        "primtuxmenu": list(catalogue.primtuxmenu.items()),
    }
    return f'"use strict";\nconst CATALOGUE = {json.dumps(tables, ensure_ascii=False, separators=(",", ":"))};\n'


def _menu(catalogue: Catalogue, place: str) -> list[str]:
    return [f"{place}/*?*primtuxmenu*"] if catalogue.primtuxmenu else []
