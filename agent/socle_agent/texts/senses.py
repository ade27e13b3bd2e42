"""What is said of each sense, as (French, English).

`sense.NAME`: what it tells. `NAME.MEANS`: how it is told. `lack.WHY`, `cure.WHY`: why it is not, and what would
make it work.
"""

from __future__ import annotations

TEXTS = {
    "sense.session": ("session ouverte, verrouillée ou non", "session open, locked or not"),
    "sense.programs": ("logiciels du catalogue", "programs of the catalogue"),
    "sense.idle": ("clavier et souris au repos", "keyboard and mouse at rest"),
    "sense.focus": ("logiciel au premier plan", "program in front"),
    "sense.web": ("ressources en ligne", "web resources"),
    "sense.charging": ("alimentation électrique", "external power"),
    "sense.display": ("second écran ou projecteur", "second display or projector"),
    "sense.health": ("santé du matériel", "health of the hardware"),
    "sense.smart": ("état des disques (SMART)", "state of the disks (SMART)"),
    "sense.network": ("qualité du réseau", "quality of the network"),
    "how": ("{sense} ({how})", "{sense} ({how})"),
    "why_not": ("{sense} : {why}", "{sense}: {why}"),
    "session.logind": ("par logind", "by logind"),
    "session.utmp": ("par utmp : un écran verrouillé ne se voit pas", "by utmp: a locked screen cannot be seen"),
    "programs.fanotify": (
        "à la seconde, {files} fichiers surveillés par le noyau",
        "to the second, {files} files watched by the kernel",
    ),
    "programs.connector": (
        "le noyau annonce chaque lancement, lu toutes les 5 s",
        "the kernel tells of each start, read every 5 s",
    ),
    "programs.proc": (
        "en lisant /proc toutes les 5 s : un usage de moins de 5 s peut échapper",
        "by reading /proc every 5 s: use of less than 5 s may be missed",
    ),
    "idle.x11": ("par X11", "by X11"),
    "idle.wayland": ("par Wayland", "by Wayland"),
    "idle.mutter": ("par GNOME", "by GNOME"),
    "focus.x11": ("par X11", "by X11"),
    "focus.wayland": ("par Wayland", "by Wayland"),
    "web.extension": ("par l'extension du navigateur", "by the browser's extension"),
    "charging.sysfs": ("lue dans /sys", "read from /sys"),
    "display.sysfs": ("lu dans /sys", "read from /sys"),
    "health.process": ("relevée il y a {ago}", "read {ago} ago"),
    "smart.process": ("relevé il y a {ago}", "read {ago} ago"),
    "network.tcp": ("mesurée sur la connexion elle-même", "measured on the connection itself"),
    "lack.not-running": ("l'agent ne tourne pas", "the agent does not run"),
    "cure.not-running": ("systemctl start socle-agent", "systemctl start socle-agent"),
    "lack.no-logind": ("ni logind ni utmp sur ce poste", "neither logind nor utmp on this machine"),
    "cure.no-logind": ("installez libpam-systemd et dbus (logind)", "install libpam-systemd and dbus (logind)"),
    "lack.no-proc": ("/proc ne peut être lu", "/proc cannot be read"),
    "cure.no-proc": ("lancez l'agent par son service systemd", "run the agent by its systemd service"),
    "lack.no-helper": (
        "aucun assistant de session ne s'est présenté",
        "no session's helper has come forward",
    ),
    "cure.no-helper": (
        "ouvrez une session graphique où tourne l'icône Socle, ou : systemctl --global enable socle-session.service",
        "open a graphical session in which the Socle icon runs, or: systemctl --global enable socle-session.service",
    ),
    "lack.desktop": ("ce bureau ne le dit pas", "this desktop does not tell"),
    "cure.desktop": (
        "un bureau sous X11 (PrimTux, Xfce, LXQt, Mint) le dit ; sinon ce reste inconnu, jamais 0",
        "a desktop on X11 (PrimTux, Xfce, LXQt, Mint) tells; else this stays unknown, never 0",
    ),
    "lack.session-without-helper": (
        "une session ouverte n'a pas d'assistant",
        "an open session has no helper",
    ),
    "cure.session-without-helper": (
        "dans cette session : systemctl --user start socle-session ; son journal dit pourquoi il s'est arrêté",
        "in that session: systemctl --user start socle-session; its journal says why it stopped",
    ),
    "lack.no-extension": (
        "aucune extension de navigateur ne s'est présentée",
        "no browser's extension has come forward",
    ),
    "cure.no-extension": (
        "installez socle-web, puis lancez Chromium ou Firefox ESR une fois",
        "install socle-web, then start Chromium or Firefox ESR once",
    ),
    "lack.browser-without-extension": (
        "un navigateur tourne sans l'extension : ce qu'on y fait n'est pas vu",
        "a browser runs without the extension: what is done in it is not seen",
    ),
    "cure.browser-without-extension": (
        "préférez chromium ou firefox-esr de Debian ; pour les autres (snap, flatpak), voyez docs/deploy/web.md",
        "prefer Debian's chromium or firefox-esr; for others (snap, flatpak), see docs/deploy/web.md",
    ),
    "lack.no-driver": ("le noyau n'en dit rien sur ce poste", "the kernel tells nothing of it on this machine"),
    "cure.no-driver": (
        "rien à faire si ce poste n'a ni batterie ni sortie vidéo ; sinon, un noyau plus récent",
        "nothing to do if this machine has no battery or no video output; else, a newer kernel",
    ),
    "lack.never": ("aucun relevé depuis le démarrage de l'agent", "not read yet since the agent started"),
    "lack.late": ("aucun relevé depuis longtemps", "not read for long"),
    "cure.health": (
        "systemctl enable --now socle-agent-health.timer ; ou, à l'instant : socle-agent health",
        "systemctl enable --now socle-agent-health.timer; or, right now: socle-agent health",
    ),
    "cure.smart": (
        "installez smartmontools, puis systemctl enable --now socle-agent-smart.timer ;"
        " ou : socle-agent health --smart",
        "install smartmontools, then systemctl enable --now socle-agent-smart.timer; or: socle-agent health --smart",
    ),
    "lack.not-connected": ("ce poste n'est pas connecté", "this machine is not connected"),
    "cure.not-connected": (
        "elle se mesure dès que la connexion est établie",
        "it is measured as soon as the connection stands",
    ),
    "lack.part": ("{sense} : « {part} » n'a pu être lu ({why})", "{sense}: '{part}' could not be read ({why})"),
    "cure.part": (
        "socle-agent health --json montre ce qui se lit ; signalez-le, avec le modèle du poste",
        "socle-agent health --json shows what can be read; report it, with the machine's model",
    ),
    "lack.absurd": (
        "{sense} : {n} valeurs absurdes écartées ({names})",
        "{sense}: {n} absurd values put aside ({names})",
    ),
    "lack.refused": (
        "{sense}, {how} ; {means} a été refusé : {why}",
        "{sense}, {how}; {means} was refused: {why}",
    ),
    "lack.chosen": ("{sense}, {how}, comme le veulent les réglages", "{sense}, {how}, as the settings want it"),
    "cure.chosen": ('programs = "auto" prend le meilleur moyen', 'programs = "auto" takes the best means'),
    "refused.EPERM": ("il manque un privilège (CAP_SYS_ADMIN)", "a privilege is missing (CAP_SYS_ADMIN)"),
    "cure.EPERM": ("lancez l'agent par son service systemd", "run the agent by its systemd service"),
    "refused.kernel": ("le noyau est trop ancien", "the kernel is too old"),
    "cure.kernel": ("un noyau 5.15 ou plus récent", "a kernel 5.15 or later"),
    "refused.unanswered": (
        "le noyau ne répond pas, comme dans un conteneur",
        "the kernel does not answer, as in a container",
    ),
    "cure.unanswered": ("faites tourner l'agent hors du conteneur", "run the agent outside of the container"),
    "refused.other": ("erreur {why}", "error {why}"),
    "cure.other": ("signalez-le, avec le journal", "report it, with the journal"),
    "lack.unseen": (
        "installés, mais lancés par un interprète, donc invisibles au noyau : {names}",
        "installed, but started by an interpreter, so unseen by the kernel: {names}",
    ),
    "cure.unseen": (
        "rien à faire : leur usage reste inconnu, et n'est pas compté pour un autre",
        "nothing to do: their use stays unknown, and is not counted as another's",
    ),
}
