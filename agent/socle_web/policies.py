"""What tells browsers to install the extension and to keep it, and which program it may talk to."""

from __future__ import annotations

import json
from typing import Any

from socle_web import places
from socle_web.manifest import FIREFOX_ID, HOST

Json = dict[str, Any]

SETTINGS, FORCELIST = "ExtensionSettings", "ExtensionInstallForcelist"


def chromium(extension: str) -> tuple[Json, Json]:
    """Return two policies that do the same: a browser that has one of them from elsewhere needs the other.

    Of a key that stands in two files of its folder the browser takes one file's value whole.
    """
    updates = places.url(places.UPDATES)
    forced = {"installation_mode": "force_installed", "update_url": updates}
    return {SETTINGS: {extension: forced}}, {FORCELIST: [f"{extension};{updates}"]}


def firefox() -> Json:
    """Return the policy by which a user can neither disable nor remove the extension that lies in its folder."""
    return {"policies": {SETTINGS: {FIREFOX_ID: {"installation_mode": "force_installed"}}}}


def chromium_host(*extensions: str) -> Json:
    """Return the manifest of the native host for Chromium's family."""
    return {**_HOST, "allowed_origins": [f"chrome-extension://{extension}/" for extension in extensions]}


def firefox_host() -> Json:
    """Return the manifest of the native host for Firefox."""
    return {**_HOST, "allowed_extensions": [FIREFOX_ID]}


def updates(extension: str, version: str) -> str:
    """Return where Chromium's family finds the newest version."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gupdate xmlns="http://www.google.com/update2/response" protocol="2.0">\n'
        f'  <app appid="{extension}">\n'
        f'    <updatecheck codebase="{places.url(places.CRX)}" version="{version}"/>\n'
        "  </app>\n"
        "</gupdate>\n"
    )


def text(content: Json) -> bytes:
    """Write as people read it."""
    return json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n"


_HOST = {
    "name": HOST,
    "description": "Socle: seconds on the catalogue's services, to the agent of this machine",
    "path": f"/{places.HOST_PROGRAM}",
    "type": "stdio",
}
