"""What people read on the command line: French where the machine speaks French or nothing, else English."""

from __future__ import annotations

import os


def is_french() -> bool:
    """Whether French is to be spoken: a French locale, or none, as in a school's image."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if told := os.environ.get(name, ""):
            return told.startswith("fr")
    return True


def say(key: str, **values: object) -> str:
    """The text of that key in the reader's language, with its values."""
    return TEXTS[key][0 if is_french() else 1].format(**values)


TEXTS: dict[str, tuple[str, str]] = {
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
    # status
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
    "session.logind": ("session ouverte, verrouillée ou non (logind)", "session open, locked or not (logind)"),
    "session.utmp": (
        "session ouverte (utmp ; un écran verrouillé ne se voit pas)",
        "session open (utmp; a locked screen cannot be seen)",
    ),
    "session.none": (
        "session ouverte : ni logind ni utmp sur ce poste",
        "session open: neither logind nor utmp on this machine",
    ),
    "programs.fanotify": (
        "logiciels du catalogue, à la seconde ({files} fichiers surveillés par le noyau)",
        "programs of the catalogue, to the second ({files} files watched by the kernel)",
    ),
    "programs.proc": (
        "logiciels du catalogue, en lisant /proc toutes les 5 s (un usage de moins de 5 s peut échapper)",
        "programs of the catalogue, by reading /proc every 5 s (use of less than 5 s may be missed)",
    ),
    "programs.none": ("logiciels", "programs"),
    "idle.none": (
        "clavier et souris au repos : demande l'assistant de session",
        "keyboard and mouse at rest: needs the session's helper",
    ),
    "focus.none": (
        "logiciel au premier plan : demande l'assistant de session",
        "program in front: needs the session's helper",
    ),
    "web.none": (
        "ressources en ligne : demande l'extension du navigateur",
        "web resources: needs the browser's extension",
    ),
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
    # why there is no connection
    "why.name": ("le nom du serveur est introuvable", "the broker's name is not found"),
    "why.refused": ("le serveur refuse la connexion", "the broker refuses the connection"),
    "why.network": ("le réseau ne mène pas au serveur", "the network does not lead to the broker"),
    "why.timeout": ("le serveur ne répond pas à temps", "the broker does not answer in time"),
    "why.untrusted": (
        "le certificat du serveur n'est pas de l'autorité attendue",
        "the broker's certificate is not of the expected authority",
    ),
    "why.expired": (
        "le certificat du serveur a expiré, ou l'horloge avance",
        "the broker's certificate has expired, or the clock is ahead",
    ),
    "why.not-yet-valid": (
        "le certificat du serveur n'est pas encore valable, ou l'horloge retarde",
        "the broker's certificate is not yet valid, or the clock is behind",
    ),
    "why.other-name": ("le certificat du serveur est d'un autre nom", "the broker's certificate is of another name"),
    "why.files": ("les certificats des réglages sont inutilisables", "the certificates of the settings cannot be used"),
    "why.own-certificate": (
        "le serveur refuse le certificat de ce poste",
        "the broker refuses this machine's certificate",
    ),
    "why.tls": ("la négociation TLS a échoué", "TLS could not be agreed"),
    "why.unauthorised": ("le serveur n'autorise pas ce poste", "the broker does not authorise this machine"),
    "why.broker": ("le serveur n'est pas en état de répondre", "the broker is not fit to answer"),
    "why.silent": ("le serveur s'est tu", "the broker fell silent"),
    "why.closed": ("la connexion a été coupée", "the connection was cut"),
    # doctor
    "good": ("bon        {text}", "good     {text}"),
    "problem": ("PROBLÈME   {text}\n           → {remedy}", "PROBLEM  {text}\n         → {remedy}"),
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
    "session.good": ("les sessions se voient par {means}", "sessions are seen through {means}"),
    "session.bad": ("rien ne dit qui a ouvert une session", "nothing tells who has a session open"),
    "session.remedy": ("installez libpam-systemd et dbus (logind)", "install libpam-systemd and dbus (logind)"),
    "programs.good": ("les logiciels se voient par {means}", "programs are seen through {means}"),
    "programs.bad": (
        "les logiciels se lisent dans /proc, faute de CAP_SYS_ADMIN",
        "programs are read from /proc, for want of CAP_SYS_ADMIN",
    ),
    "programs.remedy": ("lancez l'agent par son service systemd", "run the agent by its systemd service"),
    # what to do about a broker
    "do.name": ("vérifiez « host » et le DNS", "check 'host' and the DNS"),
    "do.refused": ("vérifiez « port », et que le serveur tourne", "check 'port', and that the broker runs"),
    "do.network": ("vérifiez le réseau de ce poste", "check this machine's network"),
    "do.timeout": (
        "vérifiez le pare-feu de l'école : port {port} sortant",
        "check the school's firewall: outgoing port {port}",
    ),
    "do.certificate": (
        "vérifiez l'horloge, puis « ca » ; le trafic est peut-être intercepté",
        "check the clock, then 'ca'; the traffic may be intercepted",
    ),
    "do.own": ("inscrivez ce poste à nouveau", "enrol this machine again"),
    "do.ask": ("demandez à qui tient le serveur", "ask whoever keeps the broker"),
}
