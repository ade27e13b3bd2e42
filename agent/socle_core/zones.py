"""Time zones by their IANA name, without the half MiB that Python spends on finding their folder."""

from __future__ import annotations

import os

from socle_core.mistakes import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import tzinfo

_FOLDER = "/usr/share/zoneinfo"


def zone(name: str) -> tzinfo:
    """Return the time zone of this name; ValueError says which one may have been meant.

    Where the system has no such file, the one of the package tzdata is taken.
    """
    # else zoneinfo asks sysconfig, which reads the variables of Python's own Makefile and keeps them
    os.environ.setdefault("PYTHONTZPATH", _FOLDER)
    from zoneinfo import ZoneInfo, available_timezones

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: the name of a folder of the database
        near = did_you_mean(name, available_timezones())
        raise ValueError(f"'{name}' is not a time zone that this machine knows{near}") from None
