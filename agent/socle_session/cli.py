"""The command `socle-session`: the helper alone, in a session that has no tray."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from socle_session import __version__
from socle_session.link import SOCKET

OK, USAGE, OS_ERROR = 0, 2, 71

HELP = (
    f"""socle-session [--socket CHEMIN]

Dit à l'agent Socle si la session est inactive et quel service du catalogue est au premier plan.
N'envoie que des identifiants du catalogue, vrai ou faux : ni titre de fenêtre, ni nom de compte.

  --socket CHEMIN  où l'agent écoute ({SOCKET})
  --version        la version
  --help           cette aide

La session le lance d'elle-même (unité « socle-session » de l'utilisateur, ou démarrage automatique) ; un seul tourne.
Il s'arrête avec la session. Ce qu'il sait faire ici : socle-agent doctor
""",
    f"""socle-session [--socket PATH]

Tells the Socle agent whether the session is idle and which service of the catalogue is in front.
Sends nothing but ids of the catalogue, true or false: no window title, no account name.

  --socket PATH  where the agent listens ({SOCKET})
  --version      the version
  --help         this help

The session starts it by itself (the user's unit 'socle-session', or autostart); only one runs.
It ends with the session. What it can do here: socle-agent doctor
""",
)
BAD_USAGE = (
    "socle-session : {word} n'est pas compris\nEssayez : socle-session --help\n",
    "socle-session: {word} is not understood\nTry: socle-session --help\n",
)


def main(words: Sequence[str] | None = None) -> int:
    """Run until the session ends; return the exit code."""
    rest = list(sys.argv[1:] if words is None else words)
    if rest[:1] in (["--help"], ["-h"]):
        sys.stdout.write(_say(HELP))
        return OK
    if rest == ["--version"]:
        sys.stdout.write(f"socle-session {__version__}\n")
        return OK
    if rest and (rest[0] != "--socket" or len(rest) != 2):
        sys.stderr.write(_say(BAD_USAGE).format(word=" ".join(rest)))
        return USAGE
    return _run(rest[1] if rest else SOCKET)


def _run(socket: str) -> int:
    from socle_session.alone import OccupiedError, take_place
    from socle_session.helper import Helper
    from socle_session.loop import Loop

    environ = dict(os.environ)
    try:
        place = take_place(environ)
    except OccupiedError:
        _log("another helper serves this session already")
        return OK
    except OSError as error:
        _log(f"cannot start: {error.strerror}")
        return OS_ERROR
    loop = Loop()
    helper = Helper(loop, environ, log=_log, gone=loop.stop, socket=socket)
    try:
        loop.run()
    except KeyboardInterrupt:
        helper.close()
    if place is not None:
        os.close(place)
    return OK


def _log(text: str) -> None:
    """A line on stderr, with a priority where journald reads."""
    prefix = "<6>" if "JOURNAL_STREAM" in os.environ else "socle-session: "
    try:
        sys.stderr.write(f"{prefix}{text}\n")
        sys.stderr.flush()
    except OSError:
        return  # nobody reads any more: no reason to measure no more


def _say(texts: tuple[str, str]) -> str:
    """French where the session speaks French or nothing, else English."""
    told = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "fr")
    return texts[0 if told.startswith("fr") else 1]
