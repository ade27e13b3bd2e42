"""What the manual page says beside the help, as (French, English)."""

from __future__ import annotations

TEXTS = {
    "man.name": ("NOM", "NAME"),
    "man.synopsis": ("SYNOPSIS", "SYNOPSIS"),
    "man.description": ("DESCRIPTION", "DESCRIPTION"),
    "man.commands": ("COMMANDES", "COMMANDS"),
    "man.options": ("OPTIONS", "OPTIONS"),
    "man.exit": ("CODES DE SORTIE", "EXIT STATUS"),
    "man.files": ("FICHIERS", "FILES"),
    "man.privacy": ("VIE PRIVÉE", "PRIVACY"),
    "man.command": ("commande", "command"),
    "man.tagline": (
        "mesurer l'usage des équipements numériques d'une école",
        "measure the use of a school's digital equipment",
    ),
    "man.about": (
        "L'agent de Socle compte des secondes : poste allumé, session ouverte, utilisée, et, pour les seuls services de"
        " son catalogue, leur durée d'usage par jour. Il les garde dans un registre et les envoie à un collecteur, qui"
        " en accuse réception.\n"
        "Il parle français, ou anglais où la langue du système est autre.",
        "Socle's agent counts seconds: the machine on, a session open, in use, and, for the services of its catalogue"
        " alone, how long each was used on a day. It keeps them in a ledger and sends them to a collector, which"
        " acknowledges them.\n"
        "It speaks English where the system's language is neither French nor unset.",
    ),
    "man.privacy.text": (
        "Aucun nom, aucune adresse, aucun titre, aucune heure d'usage d'un service n'est gardé ni envoyé ;"
        " docs/confidentialite.md dit chaque donnée. « what-is-sent » montre les octets mêmes.",
        "No name, no address, no title, no hour at which a service was used is kept or sent; docs/privacy.md tells of"
        " each field. 'what-is-sent' shows the very bytes.",
    ),
    "man.catalogue": ("les services qui comptent", "the services that count"),
    "man.file.config": ("réglages", "settings"),
    "man.file.config_d": (
        "réglages qui l'emportent, par ordre de nom",
        "settings that override them, in order of name",
    ),
    "man.file.catalogue": ("le catalogue livré", "the catalogue as shipped"),
    "man.file.catalogue_d": (
        "lignes ajoutées ou changées par une commune",
        "rows that a commune adds or changes",
    ),
    "man.file.ledger": ("le registre", "the ledger"),
    "man.file.socket": (
        "la prise sur laquelle l'agent répond aux personnes devant ce poste",
        "the socket on which the agent answers people at this machine",
    ),
}
