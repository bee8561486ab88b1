#!/usr/bin/env bash
# bin/start.sh and bin/stop.sh in an install tree whose daemon is a stand-in.
set -uo pipefail
. "$(dirname "$0")/checks.sh"

home="$work/with blank"
daemon_pid() { cat "$home/log/srsyncd.pid"; }
clean_up() {
  # Only the stand-in that this test has started.
  if [ -f "$home/log/srsyncd.pid" ]; then kill -KILL "$(daemon_pid)" 2>/dev/null; fi
  rm -rf "$work"
}
trap clean_up EXIT

mkdir -p "$home/bin" "$home/conf"
cp "$root"/tools/bin/*.sh "$home/bin/"
stand_in() { printf '#!/usr/bin/env bash\n%s\n' "$1" >"$home/bin/srsyncd"; chmod +x "$home/bin/srsyncd"; }
cd /

stand_in 'echo "$@" >"$(dirname "$0")/../arguments"
trap "echo terminated >\"$(dirname "$0")/../end\"; exit 0" TERM
while :; do read -r -t 0.1 _ <> <(:); done'

run "$home/bin/stop.sh"
expect "stop without a daemon says so" has "is not running"
expect "stop without a daemon succeeds" exits 0

run "$home/bin/start.sh" --once
expect "start succeeds" exits 0
expect "start says where the log is" has "$home/log/sync.INFO.log"
expect "the daemon gets its folders and the arguments" \
  grep -qF -- "--conf $home/conf --journal $home/journal --once" "$home/arguments"

first=$(daemon_pid)
run "$home/bin/start.sh"
expect "a second start is refused" exits 1
expect "the refusal names the pid" has "pid $first"
expect "the first daemon still runs" kill -0 "$first"

# A pid file that names another process must not lead a signal to it.
echo $$ >"$home/log/srsyncd.pid"
run "$home/bin/stop.sh"
expect "stop refuses a pid that is not srsyncd's" exits 1
rm "$home/log/srsyncd.pid"
run "$home/bin/start.sh"
expect "a lost pid file does not allow a second start" exits 1
echo "$first" >"$home/log/srsyncd.pid"

run "$home/bin/stop.sh"
expect "stop succeeds" exits 0
expect "the daemon was asked with SIGTERM" grep -q terminated "$home/end"
has_ended() { ! grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status"; }
expect "the daemon has ended" has_ended "$first"

echo 1 >"$home/log/srsyncd.pid"
stand_in 'echo "source_fe_host is missing" >&2; exit 2'
run "$home/bin/start.sh"
expect "a stale pid file is no hindrance, and a refusal's exit code is handed on" exits 2
expect "a refusal is shown" has "source_fe_host is missing"
expect "a refused daemon leaves no pid file" test ! -e "$home/log/srsyncd.pid"

finish
