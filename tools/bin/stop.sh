#!/usr/bin/env bash
# Stops the srsyncd that bin/start.sh started: asks with SIGTERM and waits until it has ended. It never
# kills: a daemon that takes long is finishing what it has under way. --timeout SECONDS, default 60.
set -euo pipefail

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
log=$home/log
timeout=60
if [ "${1:-}" = --timeout ]; then timeout=${2:?--timeout needs seconds}; fi

mkdir -p "$log"
exec 9>>"$log/srsyncd.lock"
if flock -n 9; then
  echo "stop: srsyncd is not running."
  rm -f "$log/srsyncd.pid"
  exit 0
fi

pid=$(cat "$log/srsyncd.pid" 2>/dev/null || true)
# The lock says that one runs; the pid must be that one before it gets a signal.
if [ -z "$pid" ] || [ "$(readlink -f "/proc/$pid/exe" 2>/dev/null)" != "$(readlink -f "$home/bin/srsyncd")" ]; then
  if [ -z "$pid" ] || ! grep -qzF "$home/bin/srsyncd" "/proc/$pid/cmdline" 2>/dev/null; then
    echo "stop: a srsyncd holds $log/srsyncd.lock, but $log/srsyncd.pid does not name it." >&2
    exit 1
  fi
fi
kill -TERM "$pid"
if flock -w "$timeout" 9; then
  # The lock falls a moment before the process is gone. One that nobody collects (Z) is gone as well.
  while grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$pid/status"; do sleep 0.05; done
  rm -f "$log/srsyncd.pid"
  echo "stop: srsyncd has stopped."
else
  echo "stop: srsyncd (pid $pid) is still finishing its work after $timeout s; see $log/sync.INFO.log" >&2
  exit 1
fi
