#!/usr/bin/env bash
# Starts srsyncd in the background, from any working directory. Arguments are handed to the daemon.
set -euo pipefail

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
log=$home/log
mkdir -p "$log"

# The lock is held by the daemon for as long as it lives, whatever becomes of the pid file, so a second
# start cannot pass by a stale or a recycled process id.
exec 9>>"$log/srsyncd.lock"
if ! flock -n 9; then
  echo "start: srsyncd is running already (pid $(cat "$log/srsyncd.pid" 2>/dev/null || echo unknown))." >&2
  echo "start: its log is $log/sync.INFO.log; bin/stop.sh stops it." >&2
  exit 1
fi

cd "$home"
nohup "$home/bin/srsyncd" --conf "$home/conf" --journal "$home/journal" "$@" \
  </dev/null >>"$log/srsyncd.out" 2>&1 &
pid=$!
echo "$pid" >"$log/srsyncd.pid"

# Settings are refused within moments; say so here instead of leaving it to the log.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  if ! kill -0 "$pid" 2>/dev/null; then
    status=0
    wait "$pid" || status=$?
    rm -f "$log/srsyncd.pid"
    if [ "$status" -eq 0 ]; then
      echo "start: srsyncd has finished; see $log/sync.INFO.log"
      exit 0
    fi
    echo "start: srsyncd ended with exit code $status; its last lines:" >&2
    tail -n 20 "$log/srsyncd.out" >&2
    exit "$status"
  fi
  sleep 0.1
done
echo "start: srsyncd runs (pid $pid); log: $log/sync.INFO.log"
