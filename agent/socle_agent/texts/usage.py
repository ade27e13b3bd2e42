"""What help, the manual page and completions say of each command, as (French, English)."""

from __future__ import annotations

TEXTS = {
    "usage": ("Usage : socle-agent COMMANDE [OPTIONS]", "Usage: socle-agent COMMAND [OPTIONS]"),
    "with_option": ("{text} ; {option} : {more}", "{text}; {option}: {more}"),
    "exit": ("Codes de sortie :", "Exit codes:"),
    "word.file": ("FICHIER", "FILE"),
    "word.thing": ("ADRESSE|LOGICIEL", "ADDRESS|PROGRAM"),
    "command.run": (
        "mesurer et envoyer, jusqu'à un signal (le service systemd)",
        "measure and send, until a signal (the systemd service)",
    ),
    "command.status": (
        "ce qui est mesuré, comment, ce qui ne l'est pas, et le dernier accusé de réception",
        "what is measured, by which means, what is not, and the last acknowledgement",
    ),
    "command.what-is-sent": ("les octets mêmes qui quittent ce poste", "the very bytes that leave this machine"),
    "command.totals": (
        "les sommes du registre de ce poste, en secondes",
        "the sums of this machine's ledger, in seconds",
    ),
    "command.doctor": (
        "chercher ce qui ne va pas, et dire comment y remédier",
        "look for what is wrong, and say how to put it right",
    ),
    "command.health": (
        "lire la santé du matériel, et la confier à l'agent",
        "read the hardware's health, and hand it to the agent",
    ),
    "command.catalogue check": (
        "dire toutes les erreurs du catalogue de ce poste, ou de ces fichiers",
        "tell every mistake of this machine's catalogue, or of these files",
    ),
    "command.catalogue explain": (
        "dire quelle ligne du catalogue reconnaît une adresse, un chemin ou un logiciel, et pourquoi ;"
        " rien n'est noté de la question",
        "tell which row of the catalogue knows an address, a path or a program, and why;"
        " nothing is kept of the question",
    ),
    "option.--json": ("en JSON", "as JSON"),
    "option.--follow": ("puis les suivants, à mesure qu'ils partent", "then those to come, as they leave"),
    "option.--smart": (
        "l'état SMART des disques seulement (root)",
        "only what the disks say of themselves (SMART; root)",
    ),
    "option.--config": (
        "réglages (par défaut /etc/socle/agent.toml)",
        "settings (default /etc/socle/agent.toml)",
    ),
    "option.--help": ("cette aide", "this help"),
    "option.--version": ("la version", "the version"),
    "exit.0": ("tout va bien", "all is well"),
    "exit.1": (
        "un problème, ou rien de tel dans le catalogue",
        "a problem, or no such thing in the catalogue",
    ),
    "exit.2": ("mauvaise commande", "wrong command"),
    "exit.3": ("l'agent ne tourne pas", "the agent does not run"),
    "exit.69": ("le serveur ne peut être joint", "the broker cannot be reached"),
    "exit.78": ("réglages ou catalogue inutilisables", "settings or catalogue cannot be used"),
}
