"""Real browsers, in which the extension is installed by nothing but the files that `socle-web` puts in place.

Each runs in a mount namespace of its own, in which those files lie over the system's, so that nothing is left behind.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from e2e.patience import until

from web.screen import Screen

OVER = ("etc", "usr", "var/lib")
IN_PLACE = f"""
tree=$1; shift
for top in {" ".join(OVER)}; do
    mount -t overlay overlay -o lowerdir=$tree/$top:/$top /$top || exit
done
exec "$@"
"""
PREFERENCES: Mapping[str, object] = {
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.tabs.warnOnClose": False,
    "browser.warnOnQuit": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.security.https_first": False,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "termsofuse.bypassNotification": True,
    "toolkit.telemetry.enabled": False,
}


class Browser:
    """One browser with a fresh profile. `tree`: what lies over the system's files."""

    name = ""
    every_min = 0.5
    """Least minutes between two batches; half a minute is the least that Chromium allows."""
    tells_at_its_end = True

    def __init__(self, screen: Screen, tree: Path, folder: Path, port: int) -> None:
        self.screen, self.tree, self.folder, self.port = screen, tree, folder, port
        self.profile = folder / "profile"
        self.profile.mkdir(parents=True)
        for top in OVER:
            (tree / top).mkdir(parents=True, exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it with an empty page."""
        namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
        command = [*namespace, "sh", "-c", IN_PLACE, "sh", str(self.tree), *self.command()]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                command,
                env={**self.screen.environment, "HOME": str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def command(self) -> list[str]:
        """The command that starts it."""
        raise NotImplementedError

    def show(self, url: str) -> None:
        """Show that address in a new tab."""
        raise NotImplementedError

    def end(self) -> None:
        """End it as a person does, by closing its window."""
        assert self._process is not None
        self.screen.do("key", "--clearmodifiers", "ctrl+shift+w")
        self._process.wait(30)

    def kill(self) -> None:
        """End it and all that it started."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def said(self) -> str:
        """The end of what it wrote."""
        return (self.folder / "log").read_text(errors="replace")[-2000:]


class Chromium(Browser):
    """Debian's Chromium."""

    name = "chromium"

    def command(self) -> list[str]:
        """Debian's own launcher, which reads /etc/chromium.d."""
        return [
            "chromium",
            "--no-first-run",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            f"--user-data-dir={self.profile}",
            f"--host-resolver-rules=MAP * 127.0.0.1:{self.port}",
            "--remote-debugging-port=0",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            "about:blank",
        ]

    def show(self, url: str) -> None:
        """Ask on the port for developers."""
        announced = self.profile / "DevToolsActivePort"
        port = until(lambda: announced.exists() and announced.read_text().partition("\n")[0], 60.0, self.said)
        address = f"http://127.0.0.1:{port}/json/new?{quote(url, safe=':/?=&%')}"
        with urllib.request.urlopen(urllib.request.Request(address, method="PUT"), timeout=30) as answer:
            json.load(answer)


class Firefox(Browser):
    """Debian's Firefox ESR."""

    name = "firefox"
    every_min = 0.1
    tells_at_its_end = False

    def command(self) -> list[str]:
        """A profile that reaches this machine alone."""
        wanted = {**PREFERENCES, "network.proxy.http_port": self.port}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in wanted.items()]
        (self.profile / "user.js").write_text("".join(lines))
        return ["firefox-esr", "--profile", str(self.profile), "--new-instance", "about:blank"]

    def show(self, url: str) -> None:
        """Ask the one that runs."""
        subprocess.run(
            ["firefox-esr", "--profile", str(self.profile), "--new-tab", url],
            env={**self.screen.environment, "HOME": str(self.folder)},
            check=True,
            timeout=60,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
