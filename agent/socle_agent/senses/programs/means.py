"""The ways of seeing programs, the best first.

fanotify    the kernel tells of catalogued files alone      needs CAP_SYS_ADMIN once, Linux 5.1 (better 5.15)
connector   it tells of every start; read every 5 seconds   needs CAP_NET_ADMIN before Linux 6.6
proc        /proc is looked at every 5 seconds              needs nothing
"""

from __future__ import annotations

from pathlib import Path

from socle_agent.fanotify_group import LENDER
from socle_agent.loop import Loop
from socle_agent.senses.programs.census import Census
from socle_agent.senses.programs.fanotify import Fanotify
from socle_agent.senses.programs.proc import Proc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socle_agent.senses.programs.connector import Connector

    Means = Fanotify | Connector | Proc

MEANS = ("fanotify", "connector", "proc")


def begin(name: str, loop: Loop, census: Census, run: Path) -> Means:
    """Begin to see programs by one of them; `run`: where a fanotify group is lent. Raises NotAllowedError."""
    if name == "fanotify":
        return Fanotify(loop, census, run / LENDER)
    if name == "connector":  # what few need is not kept in every classroom's memory
        from socle_agent.senses.programs.connector import Connector

        return Connector(loop, census)
    return Proc(loop, census)
