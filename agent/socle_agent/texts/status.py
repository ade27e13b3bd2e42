"""What `status` says, as (French, English)."""

from __future__ import annotations

TEXTS = {
    "head": (
        "Socle {agent}, poste {device} ({realm}), type {kind}",
        "Socle {agent}, machine {device} ({realm}), kind {kind}",
    ),
    "not_enrolled": (
        "Socle {agent}, poste non inscrit : il mesure et n'envoie rien",
        "Socle {agent}, machine not enrolled: it measures and sends nothing",
    ),
    "copy": (
        "Ce disque est la copie de celui d'un autre poste : rien n'est envoyé avant une nouvelle inscription.",
        "This disk is a copy of another machine's: nothing is sent before it is enrolled anew.",
    ),
    "measured": ("Mesuré", "Measured"),
    "not_measured": ("Non mesuré", "Not measured"),
    "item": ("  - {text}", "  - {text}"),
    "on": ("durée d'allumage", "time switched on"),
    "failed": ("{name} a échoué et a été abandonné ({error})", "{name} failed and was given up ({error})"),
    "catalogue": (
        "Catalogue {version} : {services} services, et aucun autre",
        "Catalogue {version}: {services} services, and no other",
    ),
    "connected": ("Connexion : établie", "Connection: established"),
    "connecting": ("Connexion : en cours", "Connection: being made"),
    "waiting": ("Connexion : aucune ; {reason}", "Connection: none; {reason}"),
    "stopped": ("Connexion : arrêtée", "Connection: stopped"),
    "none": ("Connexion : aucune n'est tentée", "Connection: none is tried"),
    "ack": (
        "Dernier accusé de réception du collecteur : il y a {ago}",
        "Last acknowledgement of the collector: {ago} ago",
    ),
    "no_ack": (
        "Dernier accusé de réception du collecteur : aucun depuis le démarrage",
        "Last acknowledgement of the collector: none since the start",
    ),
    "clock_trusted": ("Horloge : prouvée", "Clock: proved"),
    "clock_untrusted": (
        "Horloge : pas encore prouvée ; l'usage est gardé sans date",
        "Clock: not proved yet; use is kept without a date",
    ),
    "ledger": (
        "Registre : {head} révisions, dont {acknowledged} chez le collecteur",
        "Ledger: {head} revisions, of which the collector has {acknowledged}",
    ),
    "ledger_trouble": (
        "Registre : ne peut être écrit ({why}) ; ce qui est mesuré est gardé en mémoire",
        "Ledger: cannot be written ({why}); what is measured is kept in memory",
    ),
    "ledger_damaged": (
        "Un registre abîmé a été mis de côté ({file})",
        "A damaged ledger was set aside ({file})",
    ),
    "ledger_dropped": (
        "Faute de place, le registre ne tient plus : {months}",
        "For want of room the ledger no longer holds: {months}",
    ),
    "settings": (
        "Réglages : {hours} ({timezone}) ; du collecteur : {remote}",
        "Settings: {hours} ({timezone}); from the collector: {remote}",
    ),
    "settings_refused": ("Réglages du collecteur refusés : {why}", "Settings of the collector refused: {why}"),
    "nothing": ("aucun", "none"),
    "seconds": ("{n} s", "{n} s"),
    "minutes": ("{n} min", "{n} min"),
    "hours": ("{n} h", "{n} h"),
    "days": ("{n} jours", "{n} days"),
}
