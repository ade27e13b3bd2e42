"""Under which profile use is counted. The one place where a uid becomes one of three words.

The name of an account is looked up in passwd(5) itself: a directory's server may take seconds to answer, and its
libraries would stay in memory. The name is matched with the setting and dropped; only the word is kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socle_core.settings.agent import AgentSettings

_BY_KIND = {"cart": "pupil", "front": "teacher", "head": "teacher"}


class Profiles:
    """The profile (pupil, teacher, shared) of each account, by the settings `accounts` and `kind`."""

    def __init__(self, passwd: Path, settings: AgentSettings) -> None:
        self._passwd, self._rules = passwd, settings.accounts
        self._default = _BY_KIND.get(settings.kind, "shared")
        self._known: dict[int, str] = {}
        self._version: tuple[int, int, int] | None = None

    def of(self, uid: int) -> str:
        """The profile of the account `uid`; that of the machine's kind where no rule or no file tells."""
        version = self._look()
        if version != self._version:
            self._known.clear()
            self._version = version
        if uid not in self._known:
            self._known[uid] = self._find(uid)
        return self._known[uid]

    def _look(self) -> tuple[int, int, int] | None:
        """What changes with the file; None while there is none."""
        try:
            found = os.stat(self._passwd)  # noqa: PTH116 - at each start of a program, and twice as fast
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size

    def _find(self, uid: int) -> str:
        try:
            with self._passwd.open(encoding="utf-8", errors="replace") as lines:
                name = next(_names(lines, uid), None)
        except OSError:
            return self._default
        fits = (profile for pattern, profile in self._rules if name is not None and fnmatchcase(name, pattern))
        return next(fits, self._default)


def _names(lines: Iterator[str], uid: int) -> Iterator[str]:
    """The names that passwd's lines, `name:password:uid:…`, give a uid: the first one counts."""
    for line in lines:
        name, _password, number = (*line.split(":", 3), "", "")[:3]
        if number == str(uid):
            yield name
