"""What every command may say, as (French, English)."""

from __future__ import annotations

TEXTS = {
    "bad_usage": (
        "socle-agent : {what}\nEssayez : socle-agent --help",
        "socle-agent: {what}\nTry: socle-agent --help",
    ),
    "no_command": ("il manque une commande", "a command is missing"),
    "unknown_command": ("commande inconnue : {word}", "unknown command: {word}"),
    "unknown_option": ("« {command} » ne connaît pas {word}", "'{command}' does not know {word}"),
    "needs_value": ("{word} demande un fichier", "{word} needs a file"),
    "half_a_command": ("il manque la suite : {names}", "the rest is missing: {names}"),
    "needs_thing": (
        "« {command} » demande une adresse, un chemin ou le nom d'un logiciel",
        "'{command}' needs an address, a path or the name of a program",
    ),
    "too_many_words": ("« {command} » ne veut pas de : {word}", "'{command}' does not want: {word}"),
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
