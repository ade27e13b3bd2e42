"""What every command may say, as (French, English)."""

from __future__ import annotations

TEXTS = {
    "usage": (
        """\
Usage : socle-agent COMMANDE [OPTIONS]

  run                      mesurer et envoyer, jusqu'à un signal (le service systemd)
  status [--json]          ce qui est mesuré, comment, ce qui ne l'est pas, et le dernier accusé de réception
  what-is-sent [--follow]  les octets mêmes qui quittent ce poste ; --follow : puis les suivants
  totals [--json]          les sommes du registre de ce poste, en secondes
  doctor                   chercher ce qui ne va pas, et dire comment y remédier

  --config FICHIER   réglages (par défaut /etc/socle/agent.toml)
  --version, --help

Code de sortie : 0 tout va bien, 1 un problème, 2 mauvaise commande, 3 l'agent ne tourne pas,
69 le serveur ne peut être joint, 78 réglages ou catalogue inutilisables.""",
        """\
Usage: socle-agent COMMAND [OPTIONS]

  run                      measure and send, until a signal (the systemd service)
  status [--json]          what is measured, by which means, what is not, and the last acknowledgement
  what-is-sent [--follow]  the very bytes that leave this machine; --follow: and those to come
  totals [--json]          the sums of this machine's ledger, in seconds
  doctor                   look for what is wrong, and say how to put it right

  --config FILE      settings (default /etc/socle/agent.toml)
  --version, --help

Exit code: 0 all is well, 1 a problem, 2 wrong command, 3 the agent does not run,
69 the broker cannot be reached, 78 settings or catalogue cannot be used.""",
    ),
    "bad_usage": (
        "socle-agent : {what}\nEssayez : socle-agent --help",
        "socle-agent: {what}\nTry: socle-agent --help",
    ),
    "no_command": ("il manque une commande", "a command is missing"),
    "unknown_command": ("commande inconnue : {word}", "unknown command: {word}"),
    "unknown_option": ("« {command} » ne connaît pas {word}", "'{command}' does not know {word}"),
    "needs_value": ("{word} demande un fichier", "{word} needs a file"),
    "not_running": (
        "L'agent ne tourne pas : rien n'est mesuré en ce moment.\n"
        "  → systemctl start socle-agent, puis « socle-agent doctor »",
        "The agent does not run: nothing is measured now.\n  → systemctl start socle-agent, then 'socle-agent doctor'",
    ),
    "not_allowed": (
        "L'agent tourne peut-être, mais vous n'avez pas accès à sa prise {path}.",
        "The agent may run, but you have no access to its socket {path}.",
    ),
    "failed_to_answer": ("L'agent n'a pas répondu : {why}", "The agent did not answer: {why}"),
    "no_ledger": (
        "Aucun registre dans {path} : l'agent n'a jamais tourné ici.",
        "No ledger in {path}: the agent never ran here.",
    ),
    "nothing_sent": (
        "Rien n'a été envoyé depuis le démarrage de l'agent. Voici ce qui partirait maintenant :",
        "Nothing was sent since the agent started. This would be sent now:",
    ),
    "nothing_next": ("Il n'y a rien à envoyer.", "There is nothing to send."),
    "will": (
        "confié au serveur, au cas où la connexion se perdrait",
        "left with the broker, in case the connection is lost",
    ),
}
