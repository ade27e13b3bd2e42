#!/bin/sh
# Install what the tests need from the system (packaging/test-needs.txt); when not root, say exactly what.
set -u
cd "$(dirname "$0")/.." || exit 1
log=build/set-up-tests.log
mkdir -p build

missing() {
    while read -r package proof _; do
        case $package in '' | '#'*) continue ;; esac
        [ -e "$proof" ] || printf '%s ' "$package"
    done <packaging/test-needs.txt
}

packages=$(missing)
[ -n "$packages" ] || exit 0
if ! command -v apt-get >/dev/null; then
    echo "The tests need, from your system: $packages(what for: packaging/test-needs.txt)" >&2
    exit 1
elif [ "$(id -u)" != 0 ]; then
    echo "The tests need: sudo apt-get install --no-install-recommends $packages" >&2
    exit 1
fi
echo "Installing $packages…"
# shellcheck disable=SC2086  # several packages
{
    apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
} </dev/null >"$log" 2>&1 && [ -z "$(missing)" ] && exit 0
tail -n 8 "$log" >&2
echo "$(missing)could not be installed: see $log" >&2
exit 1
