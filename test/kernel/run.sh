#!/bin/bash
# run.sh LINUX FOLDER COMMAND...: runs a command in the kernel LINUX, in this folder, and ends as the command does. The guest
# sees this machine's files, read-only; /run is its own, and /mnt is FOLDER, where it may write. Needs no root.
set -uo pipefail
linux=$1 folder=$2
shift 2
memory=1024 # MiB
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cat >"$scratch/init" <<INIT
#!/bin/sh
export PATH=$PATH HOME=/run TMPDIR=/run CI=true
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
mount -t configfs configfs /sys/kernel/config
mount -t tmpfs tmpfs /run
mount -t hostfs -o $folder hostfs /mnt
mkdir -p /run/shm
/bin/busybox ip link set lo up
cd $PWD
$(printf '%q ' "$@")
echo "\$?" >/mnt/exit
exec /bin/busybox poweroff -f
INIT
chmod +x "$scratch/init"

# Its memory is a file, which belongs where files are memory, if there is room.
backing=/dev/shm
(($(df --output=avail --block-size=1M "$backing" | tail -n 1) > memory)) || backing=$scratch

rm -f "$folder/exit"
HOME=$scratch TMPDIR=$backing timeout --kill-after=5 "${DEADLINE:-300}" "$linux" mem="${memory}M" \
  root=/dev/root rootfstype=hostfs rootflags=/ ro init="$scratch/init" con=null con0=null,fd:1 quiet \
  </dev/null 2>"$scratch/errors"
if [[ ! -s "$folder/exit" ]]; then
  echo "the kernel ended before the command did:" >&2
  tail -n 5 "$scratch/errors" >&2
  exit 70
fi
exit "$(<"$folder/exit")"
