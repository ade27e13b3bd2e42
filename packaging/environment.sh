#!/bin/sh
# Make .venv from wheels, at the versions of requirements.lock. Usage: environment.sh PYTHON demo|dev
# Says one line a stage; what the tools print goes to build/environment.log.
set -u
cd "$(dirname "$0")/.." || exit 1
python=$1 wanted=$2
case $wanted in demo) extras=collector,demo ;; *) extras=collector,demo,dev ;; esac
venv=.venv log=build/environment.log
mkdir -p build
: >"$log"

# French first; English where the locale is English.
say() {
    case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in en*) printf '%s\n' "$2" ;; *) printf '%s\n' "$1" ;; esac
}
stop() {
    say "$1" "$2" >&2
    [ -s "$log" ] && { tail -n 8 "$log" | sed 's/^/  | /' >&2; say "Le reste : $log" "The rest: $log" >&2; }
    exit 1
}

command -v "$python" >>"$log" 2>&1 || stop \
    "« $python » est introuvable : installez Python 3.10 ou plus récent, ou donnez-le : make PYTHON=/chemin/python3" \
    "'$python' is not there: install Python 3.10 or later, or name it: make PYTHON=/path/python3"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || stop \
    "« $python » est trop ancien ($("$python" -V 2>&1)) : il faut Python 3.10 ou plus récent (make PYTHON=…)" \
    "'$python' is too old ($("$python" -V 2>&1)): Python 3.10 or later is needed (make PYTHON=…)"

if ! "$python" -c 'import venv, ensurepip' >>"$log" 2>&1; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installation de $package …" "Installing $package …"
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package"; } \
            </dev/null >>"$log" 2>&1 || stop "Impossible d'installer $package." "$package could not be installed."
    else
        stop "Il manque le module venv : installez-le (sudo apt install $package), puis recommencez." \
            "The venv module is missing: install it (sudo apt install $package), then try again."
    fi
fi

# An environment is tied to its place and to its Python: a moved or outdated one is made again.
here=$(pwd -P)
if [ "$("$venv/bin/python" -c 'import sys; print(sys.prefix, *sys.version_info[:2])' 2>/dev/null)" != \
    "$here/$venv $("$python" -c 'import sys; print(*sys.version_info[:2])')" ]; then
    say "Création de l'environnement $venv …" "Making the environment $venv …"
    rm -rf "$venv"
    "$python" -m venv "$venv" >>"$log" 2>&1 || stop "Impossible de créer $venv." "$venv could not be made."
fi

pip() {
    "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --constraint requirements.lock "$@" \
        </dev/null >>"$log" 2>&1
}
say "Installation des bibliothèques …" "Installing the libraries …"
{ pip hatchling editables && pip --no-build-isolation --editable ".[$extras]"; } || stop \
    "L'installation a échoué : vérifiez le réseau et l'accès au dépôt de paquets Python (pip), puis recommencez." \
    "The installation failed: check the network and the access to the Python package index (pip), then try again."
touch "$venv/.with-demo"
[ "$wanted" = demo ] || touch "$venv/.with-dev"
