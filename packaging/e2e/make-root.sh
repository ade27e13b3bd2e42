#!/bin/sh
# Make a minimal Debian in a folder, for boot.sh. Usage, as root: make-root.sh DIR [SUITE]
# One that is there, of this suite and with these packages, is kept: delete it to have it made anew (16 s, 300 MB).
set -eu
dir=$1 suite=${2:-bookworm}
packages=systemd-sysv,dbus,libpam-systemd,udev,login,python3,python3-paho-mqtt,python3-psutil,tzdata
[ "$(cat "$dir/etc/socle-e2e" 2>/dev/null)" != "$suite $packages" ] || exit 0

mkdir -p "$dir"
new=$(mktemp -d "$dir.XXXXXX")
trap 'rm -rf "$new"' EXIT
mmdebstrap --quiet --variant=minbase --include="$packages" "$suite" "$new"
echo "$suite $packages" >"$new/etc/socle-e2e"
rm -rf "$dir"
mv "$new" "$dir"
