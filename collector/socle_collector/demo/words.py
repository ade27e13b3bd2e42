"""What the demo says: French first, English where the locale is English."""

from __future__ import annotations

import os
from collections.abc import Mapping

WORDS = {
    "title": (
        "Socle, démonstration : un collecteur, un agent sur cette machine, une commune simulée.",
        "Socle, demonstration: a collector, an agent on this machine, a simulated commune.",
    ),
    "leftover": (
        "  Restes d'une démonstration interrompue, arrêtés : {names}",
        "  Left over from an interrupted demonstration, stopped: {names}",
    ),
    "port": ("  Le port {wanted} est pris : {port} le remplace", "  Port {wanted} is taken: {port} instead"),
    "database": ("  Base de données (PostgreSQL), courtier (MQTT) …", "  Database (PostgreSQL), broker (MQTT) …"),
    "collector": ("  Collecteur et pages …", "  Collector and pages …"),
    "agent": ("  Agent de cette machine …", "  Agent of this machine …"),
    "commune": (
        "  Commune simulée : {schools} écoles, {devices} machines, {weeks} semaines d'usage passé …",
        "  Simulated commune: {schools} schools, {devices} machines, {weeks} weeks of past use …",
    ),
    "weeks": ("  semaines", "  weeks"),
    "ready": (
        """
  Page       {page}
  Essayez    cp /usr/bin/sleep /tmp/tuxpaint && /tmp/tuxpaint 60
             puis rechargez la page : cette machine ({device}) utilise Tux Paint
             .venv/bin/socle-agent status
             .venv/bin/socle-agent what-is-sent --follow
             .venv/bin/socle-collector totals --json
  Journaux   {logs}
""",
        """
  Page       {page}
  Try        cp /usr/bin/sleep /tmp/tuxpaint && /tmp/tuxpaint 60
             then reload the page: this machine ({device}) uses Tux Paint
             .venv/bin/socle-agent status
             .venv/bin/socle-agent what-is-sent --follow
             .venv/bin/socle-collector totals --json
  Logs       {logs}
""",
    ),
    "until": ("  Arrêter    Ctrl-C", "  Stop       Ctrl-C"),
    "for": (
        "  Arrêter    Ctrl-C ; sinon la démonstration s'arrête dans {seconds:.0f} s et compare les totaux",
        "  Stop       Ctrl-C; else the demonstration stops in {seconds:.0f} s and compares the totals",
    ),
    "comparing": ("\nArrêt des machines, comparaison des totaux …", "\nStopping the machines, comparing the totals …"),
    "differs": ("  {device} {install} : {name}, ici {here}, au collecteur {there}",
                "  {device} {install}: {name}, here {here}, at the collector {there}"),
    "stopping": ("\nArrêt …", "\nStopping …"),
    "running": (
        "Une démonstration tourne déjà ici{where}. Arrêtez-la par Ctrl-C dans son terminal, ou : kill {pid}",
        "A demonstration already runs here{where}. Stop it by Ctrl-C in its terminal, or: kill {pid}",
    ),
    "not ours": (
        "Impossible d'écrire dans {folder} ({why}) : une démonstration y a tourné sous un autre nom d'utilisateur ?"
        " Supprimez ce dossier (sudo rm -r '{folder}'), puis recommencez.",
        "Cannot write in {folder} ({why}): did another user run a demonstration there?"
        " Remove that folder (sudo rm -r '{folder}'), then try again.",
    ),
    "died": (
        "« {name} » s'est arrêté (code {code}). La fin de son journal, {log} :",
        "'{name}' ended (code {code}). The end of its log, {log}:",
    ),
    "slow": ("« {name} » n'est pas prêt après {seconds:.0f} s. La fin de son journal, {log} :",
             "'{name}' is not ready after {seconds:.0f} s. The end of its log, {log}:"),
    "failed": ("« {command} » a échoué :", "'{command}' failed:"),
    "bad DEMO_FOR": (
        "DEMO_FOR={text} : il faut un nombre de secondes, comme DEMO_FOR=60",
        "DEMO_FOR={text}: a number of seconds is needed, as in DEMO_FOR=60",
    ),
}  # fmt: skip


def language(environment: Mapping[str, str] = os.environ) -> int:
    """0 for French, 1 where the locale is English."""
    told = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return int(next(filter(None, told), "").startswith("en"))


def say(name: str, /, **values: object) -> str:
    """Return a text, with its values filled in."""
    return WORDS[name][language()].format(**values)
