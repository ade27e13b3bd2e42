#!/bin/bash
# Boot the Debian in a folder with its own systemd, run a command inside, shut it down.
# Usage, as root: boot.sh [OPTION of systemd-nspawn]... DIR COMMAND...
# What happens inside is forgotten: the folder stays as it was. Input, output and exit code are the command's; what
# the boot says is in DIR.console. Whatever ends this script ends the machine too.
set -eu

# A mount namespace, for the control groups; a process namespace, so that nothing outlives us.
if [ "${SOCLE_E2E-}" != apart ]; then
    exec env SOCLE_E2E=apart unshare --mount --propagation private --pid --mount-proc --fork --kill-child -- "$0" "$@"
fi

options=()
while [[ $1 == --* ]]; do
    options+=("$1")
    shift
done
dir=$1
shift

# systemd-nspawn wants today's control groups, which some hosts show elsewhere, and one of its own below them.
groups=/sys/fs/cgroup
mount -t cgroup2 cgroup2 "$groups"
find "$groups" -depth -type d -path "$groups/socle-e2e.*" -exec rmdir {} + 2>/dev/null || true # of those killed
group=$(mktemp -d "$groups/socle-e2e.XXXXXX")
echo 0 >"$group/cgroup.procs"

systemd-nspawn --quiet --boot --directory="$dir" --volatile=overlay --register=no --keep-unit --private-network \
    --machine="$(basename "$group" | tr . -)" --console=pipe "${options[@]}" systemd.unit=multi-user.target \
    </dev/null >"$dir.console" 2>&1 &
nspawn=$!

# The first process inside, once the system bus is there.
tries=0
until init=$(cat "/proc/$nspawn/task/$nspawn/children") && [ -e "/proc/${init%% *}/root/run/dbus/system_bus_socket" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 600 ] || ! kill -0 "$nspawn" 2>/dev/null; then
        cat "$dir.console" >&2
        exit 125
    fi
    sleep 0.05
done
inside() {
    nsenter --target "${init%% *}" --mount --uts --ipc --net --pid --cgroup --root --wd -- \
        env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
inside systemctl is-system-running --wait >/dev/null || true

code=0
inside "$@" || code=$?
inside systemctl poweroff 2>/dev/null || true # it may be gone before it has answered
wait "$nspawn" || true
echo 0 >"$groups/cgroup.procs"
find "$group" -depth -type d -exec rmdir {} +
exit "$code"
