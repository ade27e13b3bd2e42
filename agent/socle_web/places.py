"""Where browsers look, as paths below the root of the file system, and where Socle keeps what it made for them.

Chromium's family: docs/enterprise/policies.md and docs of native messaging of each browser. Brave, Vivaldi and Opera
read Chrome's folder of native hosts. Firefox: about:policies reads /etc/firefox before its own `distribution` folder;
Debian's takes extensions from /usr/share/mozilla/extensions without a signature.
"""

from __future__ import annotations

from socle_web.manifest import FIREFOX_ID, HOST

NAME = "socle-web"

MADE = f"var/lib/{NAME}/browser"
CRX, UPDATES = f"{MADE}/{NAME}.crx", f"{MADE}/updates.xml"
HOST_PROGRAM = f"usr/lib/{NAME}/host"
RECORD = f"var/lib/{NAME}/installed.json"
STATE = f"/var/lib/{NAME}"
"""The folder of the key and of the number of the last build."""

POLICY_FOLDERS = tuple(
    f"etc/{browser}/policies/managed" for browser in ("brave", "chromium", "opt/chrome", "opt/edge", "opt/vivaldi")
)
POLICIES = tuple(f"{folder}/{NAME}.json" for folder in POLICY_FOLDERS)
CHROMIUM_HOSTS = tuple(
    f"etc/{browser}/native-messaging-hosts/{HOST}.json" for browser in ("chromium", "opt/chrome", "opt/edge")
)
CHROMIUM_LOCAL = f"usr/share/chromium/extensions/{NAME}-local"
"""A folder that Debian's chromium loads at each start, for pages on the disk: policies cannot give access to them."""

XPI = "usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/" + f"{FIREFOX_ID}.xpi"
FIREFOX_HOST = f"usr/lib/mozilla/native-messaging-hosts/{HOST}.json"
FIREFOX_PREFERENCES = f"etc/firefox-esr/{NAME}.js"
FIREFOX_POLICY = "etc/firefox/policies/policies.json"
FIREFOX_POLICIES = (
    FIREFOX_POLICY,
    "usr/share/firefox-esr/distribution/policies.json",
    "usr/lib/firefox-esr/distribution/policies.json",
    "usr/lib/firefox/distribution/policies.json",
)
"""Only the first of these that is there is read, whole: a second one would hide it or be hidden."""


def url(path: str) -> str:
    """Return the address of a file that was put in place."""
    return f"file:///{path}"
