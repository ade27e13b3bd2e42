"""The extension's manifest for each family of browsers, from one description.

Its only rights are to be run on the catalogue's pages (`content_scripts`), to keep a table in the browser's memory, to
be woken by an alarm and to talk to one program of this machine. It has no `tabs`, no `history`, no host permissions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

HOST = "socle.web"
"""The name of the native messaging host."""
FIREFOX_ID = "socle-web@socle"
PERMISSIONS = ("alarms", "nativeMessaging", "storage")
PAGE_SCRIPTS = ("catalogue.js", "service.js", "stopwatch.js", "page.js")
WORKER_SCRIPTS = ("settings.js", "batch.js", "worker.js")

Manifest = Mapping[str, Any]


def chromium(version: str, matches: Sequence[str], **more: str) -> Manifest:
    """Return the manifest for Chromium's family (version 3). `more`: keys that tell where updates come from."""
    return {
        "manifest_version": 3,
        **_common(version, matches),
        "minimum_chrome_version": "110",
        "background": {"service_worker": "worker.js"},
        **more,
    }


def firefox(version: str, matches: Sequence[str]) -> Manifest:
    """Return the manifest for Firefox: version 2, in which its user cannot take back the pages one by one."""
    return {
        "manifest_version": 2,
        **_common(version, matches),
        "browser_specific_settings": {
            "gecko": {
                "id": FIREFOX_ID,
                "strict_min_version": "128.0",
                "data_collection_permissions": {"required": ["browsingActivity"]},
            }
        },
        "background": {"scripts": list(WORKER_SCRIPTS), "persistent": False},
    }


def _common(version: str, matches: Sequence[str]) -> Manifest:
    return {
        "name": "__MSG_name__",
        "description": "__MSG_description__",
        "default_locale": "fr",
        "version": version,
        "permissions": list(PERMISSIONS),
        "content_scripts": [{"matches": list(matches), "js": list(PAGE_SCRIPTS), "run_at": "document_start"}],
    }
