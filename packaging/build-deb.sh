#!/bin/sh
# Build the Debian packages of the last commit into a folder (dist/), twice the same from the same commit.
# Usage: build-deb.sh [FOLDER [COMMIT]]. Installs what building needs when root, and says so when not.
# Without git, as in an unpacked archive, what is there is built.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$here/dist} commit=${2:-HEAD}
mkdir -p "$out"
out=$(cd "$out" && pwd)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
umask 022
mkdir "$room/socle"
cd "$here"
if [ -e .git ]; then
    git archive "$commit" | tar -x -C "$room/socle"
else
    tar -c --exclude='./.venv' --exclude='./dist' --exclude='./build' --exclude='./var' --exclude=__pycache__ . |
        tar -x -C "$room/socle"
fi
mv "$room/socle/packaging/debian" "$room/socle/debian"
cd "$room/socle"

# What a tool says matters only when it fails.
quietly() {
    "$@" </dev/null >"$room/log" 2>&1 || {
        cat "$room/log" >&2
        exit 1
    }
}

if ! missing=$(dpkg-checkbuilddeps 2>&1); then
    if [ "$(id -u)" != 0 ]; then
        echo "$missing" >&2
        echo "Install them, or build once as root, which does." >&2
        exit 1
    fi
    quietly apt-get update
    quietly env DEBIAN_FRONTEND=noninteractive apt-get build-dep -y --no-install-recommends ./
fi

SOURCE_DATE_EPOCH=$(dpkg-parsechangelog --show-field Timestamp)
export SOURCE_DATE_EPOCH
quietly dpkg-buildpackage --build=binary --unsigned-changes --unsigned-buildinfo
rm -f "$out"/socle-*.deb
cp "$room"/*.deb "$out"
cd "$out"
ls -- socle-*.deb
