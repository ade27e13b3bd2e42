"""What `doctor` says, as (French, English)."""

from __future__ import annotations

TEXTS = {
    "good": ("bon        {text}", "good     {text}"),
    "problem": ("PROBLÈME   {text}\n           → {remedy}", "PROBLEM  {text}\n         → {remedy}"),
    "lack": ("absent     {text}\n           → {remedy}", "lacking  {text}\n         → {remedy}"),
    "settings.good": ("les réglages sont lisibles", "the settings can be read"),
    "settings.remedy": (
        "corrigez ces lignes ; docs/settings.md dit ce qui est permis",
        "correct these lines; docs/settings.md says what is allowed",
    ),
    "catalogue.good": (
        "le catalogue est lisible : {services} services",
        "the catalogue can be read: {services} services",
    ),
    "catalogue.remedy": (
        "corrigez ces lignes, ou réinstallez le paquet",
        "correct these lines, or install the package again",
    ),
    "ledger.good": ("le registre peut être écrit", "the ledger can be written"),
    "ledger.bad": (
        "le registre ne peut être écrit dans {path} ({why})",
        "the ledger cannot be written in {path} ({why})",
    ),
    "ledger.remedy": (
        "lancez « doctor » comme l'agent (root), ou rendez-lui ce dossier",
        "run 'doctor' as the agent does (root), or give it this folder",
    ),
    "room.good": ("il reste {mib} Mio sur le disque du registre", "{mib} MiB are left on the ledger's disk"),
    "room.bad": ("il ne reste que {mib} Mio sur le disque du registre", "only {mib} MiB are left on the ledger's disk"),
    "room.remedy": ("libérez au moins {least} Mio", "free at least {least} MiB"),
    "agent.good": ("l'agent tourne et répond", "the agent runs and answers"),
    "agent.bad": ("l'agent ne répond pas sur {path}", "the agent does not answer on {path}"),
    "agent.remedy": (
        "systemctl start socle-agent ; journalctl -u socle-agent dit pourquoi il s'est arrêté",
        "systemctl start socle-agent; journalctl -u socle-agent says why it stopped",
    ),
    "sense.good": ("aucun capteur n'a échoué", "no sense has failed"),
    "sense.bad": ("un capteur a été abandonné : {names}", "a sense was given up: {names}"),
    "sense.remedy": (
        "signalez-le, avec le journal ; systemctl restart socle-agent",
        "report it, with the journal; systemctl restart socle-agent",
    ),
    "enrolled.good": ("ce poste est inscrit", "this machine is enrolled"),
    "enrolled.bad": ("ce poste n'est pas inscrit : il n'envoie rien", "this machine is not enrolled: it sends nothing"),
    "enrolled.copy": ("ce disque est une copie : il n'envoie rien", "this disk is a copy: it sends nothing"),
    "enrolled.remedy": (
        "donnez-lui device, realm et host (socle-collector device add)",
        "give it device, realm and host (socle-collector device add)",
    ),
    "broker.good": ("le serveur répond", "the broker answers"),
    "broker.bad": ("pas de serveur : {why}", "no broker: {why}"),
    "certificate.good": (
        "le certificat de ce poste est valable encore {days} jours",
        "this machine's certificate is valid for {days} days more",
    ),
    "certificate.bad": (
        "le certificat de ce poste expire dans {days} jours",
        "this machine's certificate expires in {days} days",
    ),
    "certificate.unreadable": ("les certificats sont inutilisables : {why}", "the certificates cannot be used: {why}"),
    "certificate.remedy": ("inscrivez ce poste à nouveau", "enrol this machine again"),
    "clock.good": ("l'horloge est synchronisée", "the clock is synchronised"),
    "clock.proved": (
        "l'horloge n'est pas synchronisée, mais le collecteur l'a prouvée",
        "the clock is not synchronised, but the collector has proved it",
    ),
    "clock.bad": (
        "l'horloge n'est pas synchronisée : l'usage attend une date",
        "the clock is not synchronised: use waits for a date",
    ),
    "clock.remedy": (
        "timedatectl set-ntp true ; ou laissez le poste joindre son collecteur",
        "timedatectl set-ntp true; or let the machine reach its collector",
    ),
}
