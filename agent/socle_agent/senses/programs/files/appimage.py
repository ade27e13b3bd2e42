"""AppImages put where all can start them (/opt, /usr/local/bin): one file, started as a program.

The file mounts itself under /tmp/.mount_… and becomes, in the same process, the program that it holds (AppImage
specification, "type 2"). So it is the file that is watched: what is mounted can be seen by its user alone.
"""

from __future__ import annotations

import re

from socle_core.catalogue.model import Catalogue

_SUFFIX = ".appimage"
_VERSION = re.compile(r"[-_. ](v?\d.*|x86_64.*|amd64.*|aarch64.*|arm.*|i[36]86.*|linux.*)$")


def is_one(name: str) -> bool:
    """Whether a file of this name is an AppImage."""
    return name.lower().endswith(_SUFFIX)


def service(name: str, catalogue: Catalogue) -> str | None:
    """Whose `Scratch-Desktop-3.29.1-x86_64.AppImage` is: version, machine and case apart, an executable's name."""
    plain = _VERSION.sub("", name.lower().removesuffix(_SUFFIX))
    owners = {owner for known, owner in catalogue.executables.items() if known.lower() == plain}
    return owners.pop() if len(owners) == 1 else None
