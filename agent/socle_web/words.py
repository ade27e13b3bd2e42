"""What the command says: (French, English)."""

from __future__ import annotations

import os

USAGE = (
    """\
socle-web : fabrique l'extension qui compte le temps passé sur les services du catalogue, et la met en place.

  socle-web build --out DOSSIER     fabrique tous les fichiers dans un dossier vide, tels qu'ils se placent sous /
  socle-web install                 fabrique et met en place sur cette machine
  socle-web install --from DOSSIER  met en place ce que build a fabriqué, ici ou ailleurs
  socle-web remove                  retire ce qui a été mis en place ; la clé reste

  --config FICHIER     réglages de l'agent, qui nomment catalogue et socket (/etc/socle/agent.toml)
  --catalogue CHEMIN   catalogue, fichier ou dossier, au lieu de celui des réglages ; peut se répéter
  --state DOSSIER      clé de signature et numéro de la dernière fabrication (/var/lib/socle-web) : à garder
  --every MINUTES      durée minimale entre deux envois à l'agent, 1 à 5 (1)
  --root DOSSIER       racine où mettre en place, pour préparer une image (/)

Codes : 0 fait ; 1 fait, sauf ce qui est dit ; 2 commande mal écrite ; 69 il manque une bibliothèque ;
73 écriture impossible ; 78 catalogue ou réglages à corriger. Voir docs/deploy/web.md.""",
    """\
socle-web: makes the extension that counts time on the catalogue's services, and puts it in place.

  socle-web build --out FOLDER     makes all files in an empty folder, as they lie below /
  socle-web install                makes them and puts them in place on this machine
  socle-web install --from FOLDER  puts in place what build made, here or elsewhere
  socle-web remove                 takes away what was put in place; the key stays

  --config FILE      the agent's settings, which name catalogue and socket (/etc/socle/agent.toml)
  --catalogue PATH   catalogue, file or folder, instead of the settings'; may be repeated
  --state FOLDER     signing key and number of the last build (/var/lib/socle-web): to be kept
  --every MINUTES    least time between two batches to the agent, 1 to 5 (1)
  --root FOLDER      root below which to put files, to prepare an image (/)

Exit codes: 0 done; 1 done, except for what is said; 2 bad command line; 69 a library is missing;
73 cannot write; 78 catalogue or settings to correct. See docs/deploy/web.md.""",
)

TEXTS = {
    "bad_usage": ("{what} Aide : socle-web --help", "{what} Help: socle-web --help"),
    "no_command": ("Il manque une commande.", "A command is missing."),
    "unknown_command": ("« {word} » est de trop ou inconnu.", "'{word}' is unknown, or one word too many."),
    "unknown_option": ("« {word} » n'est pas une option de {command}.", "'{word}' is no option of {command}."),
    "needs_value": ("« {word} » attend une valeur.", "'{word}' needs a value."),
    "needs_out": ("build attend --out DOSSIER.", "build needs --out FOLDER."),
    "bad_every": ("--every attend un nombre de minutes, de 1 à 5.", "--every takes a number of minutes, 1 to 5."),
    "not_empty": (
        "{path} n'est pas vide : donnez un dossier vide ou nouveau.",
        "{path} is not empty: name an empty folder, or a new one.",
    ),
    "no_build": (
        "{path} ne contient rien que « socle-web build » ait fabriqué.",
        "{path} holds nothing that 'socle-web build' made.",
    ),
    "no_library": (
        "Signer demande la bibliothèque cryptography : sudo apt install python3-cryptography",
        "Signing needs the library cryptography: sudo apt install python3-cryptography",
    ),
    "cannot_write": (
        "Impossible d'écrire {path} ({why}) : lancez la commande par sudo, ou choisissez un autre dossier.",
        "Cannot write {path} ({why}): run the command by sudo, or choose another folder.",
    ),
    "built": (
        "{services} services, {patterns} motifs d'adresses, extension {extension}, version 1.{number} : {out}",
        "{services} services, {patterns} patterns of addresses, extension {extension}, version 1.{number}: {out}",
    ),
    "installed": (
        "En place. Les navigateurs prennent l'extension à leur prochain démarrage.",
        "In place. Browsers take the extension when they start next.",
    ),
    "removed": (
        "Retiré. Les navigateurs ôtent l'extension à leur prochain démarrage.",
        "Taken away. Browsers drop the extension when they start next.",
    ),
    "add_lines": (
        "/{path} appartient à quelqu'un d'autre et n'a pas été modifié. Ajoutez-y :\n{lines}",
        "/{path} belongs to someone else and was not changed. Add to it:\n{lines}",
    ),
    "changed_since": (
        "/{path} a été modifié depuis sa mise en place : il reste.",
        "/{path} was changed since it was put in place: it stays.",
    ),
}


def say(key: str, **values: object) -> str:
    """Return the text of that key in the reader's language, with its values."""
    return TEXTS[key][_language()].format(**values)


def usage() -> str:
    """Return the help."""
    return USAGE[_language()]


def _language() -> int:
    """0 for French: a French locale, or none, as in a school's image; 1 for any other."""
    told = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "fr")
    return 0 if told.startswith("fr") else 1
