#!/usr/bin/env bash
# Shows a whole migration on this machine: two simulated StarRocks clusters, srsyncd between them, and a
# verdict that is read from both clusters with the stock mysql client.
#
#   tools/demo.sh                 build, migrate, compare
#   tools/demo.sh --keep          leave the two clusters running at the end, until Enter is pressed
#   tools/demo.sh --dir DIR       use DIR (new or empty) instead of a temporary folder, and keep it
#
# Exits 0 when every table of the source is equal on the target.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
keep=0
dir=
while [ $# -gt 0 ]; do
  case "$1" in
    --keep) keep=1 ;;
    --dir) dir=${2:?--dir needs a folder}; shift ;;
    --help | -h) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "demo: unknown option '$1' (see --help)" >&2; exit 2 ;;
  esac
  shift
done

say() { printf '\n== %s\n' "$*"; }
fail() { echo "demo: $*" >&2; exit 1; }

# SRSYNC_DEMO_BIN names a folder with the programs and leaves out set-up and build (for tests).
bin=${SRSYNC_DEMO_BIN:-}
if [ -z "$bin" ]; then
  say "Set up and build (the first time takes some minutes)"
  tools/setup.sh
  export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache
  cmake --preset release -DSRSYNC_TESTS=OFF >/dev/null
  cmake --build --preset release --target srsyncd srsync-sandbox srsync-journal
  bin=$root/build/demo-bin
  rm -rf "$bin"
  mkdir -p "$bin"
  for name in srsyncd srsync-sandbox srsync-journal; do
    program=$(find build/release -type f -name "$name" -perm -u+x | head -n 1)
    [ -n "$program" ] || fail "the build made no $name"
    ln -s "$root/$program" "$bin/$name"
  done
fi

is_temporary=0
if [ -z "$dir" ]; then
  dir=$(mktemp -d -t srsync-demo.XXXXXX)
  is_temporary=1
else
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  [ -z "$(ls -A "$dir")" ] || fail "$dir is not empty"
fi

# Ends only what this script has started, and waits for it.
sandbox=
daemon=
result=1
clean_up() {
  local pid
  for pid in $daemon $sandbox; do
    if kill -TERM "$pid" 2>/dev/null; then wait "$pid" 2>/dev/null || true; fi
  done
  if [ "$is_temporary" = 1 ] && [ "$result" = 0 ]; then
    rm -rf "$dir"
  else
    echo "demo: logs, settings and the journal are in $dir"
  fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM

say "Two StarRocks clusters, simulated (4 databases of 8 tables; some are loaded all the time)"
"$bin/srsync-sandbox" --dir "$dir" --seed 7 --databases 4 --tables 8 --load-every-ms 500 \
  >"$dir/sandbox.log" 2>&1 &
sandbox=$!
for ((i = 0; i < 300; i++)); do
  [ -s "$dir/sandbox.json" ] && break
  kill -0 "$sandbox" 2>/dev/null || { sandbox=; tail -n 20 "$dir/sandbox.log" >&2; fail "the sandbox ended"; }
  sleep 0.1
done
[ -s "$dir/sandbox.json" ] || fail "the sandbox did not start within 30 s; see $dir/sandbox.log"

# sandbox.json is one flat object; its members that are named like keys of sync.properties are settings.
mkdir -p "$dir/conf"
tr -d '\n' <"$dir/sandbox.json" |
  grep -oE '"(source|target)_[a-z_]+"[[:space:]]*:[[:space:]]*("[^"]*"|[0-9]+)' |
  sed -E 's/^"([a-z_]+)"[[:space:]]*:[[:space:]]*"?([^"]*)"?$/\1=\2/' >"$dir/conf/sync.properties"
{
  echo one_time_run_mode=true
  echo report_interval_seconds=1
} >>"$dir/conf/sync.properties"
: >"$dir/conf/hosts.properties"
setting() { sed -n "s/^$1=//p" "$dir/conf/sync.properties"; }
source_address=$(setting source_fe_host):$(setting source_fe_query_port)
target_address=$(setting target_fe_host):$(setting target_fe_query_port)
if [ "$source_address" = : ] || [ "$target_address" = : ]; then fail "sandbox.json names no clusters"; fi
echo "source $source_address, target $target_address; try: mysql -h${source_address%:*} -P${source_address##*:} -uroot"

# synchronise LABEL: one run of the daemon in the foreground of the terminal.
synchronise() {
  local begin=$SECONDS
  "$bin/srsyncd" --conf "$dir/conf" --journal "$dir/journal" --once &
  daemon=$!
  local status=0
  wait "$daemon" || status=$?
  daemon=
  [ "$status" -eq 0 ] || fail "srsyncd ended with exit code $status"
  echo "$1: $((SECONDS - begin)) s"
}

as_source() {
  MYSQL_PWD=$(setting source_cluster_password) mysql --no-defaults --protocol=tcp -h "${source_address%:*}" \
    -P "${source_address##*:}" -u "$(setting source_cluster_user)" "$@"
}

say "First run: everything, while the source is being loaded"
synchronise "first run"

say "The source rests; second run: the journal knows what is there, so only what changed is replicated"
as_source -e "SANDBOX LOAD OFF" || fail "the sandbox did not stop its loads"
synchronise "second run"

say "The journal"
"$bin/srsync-journal" verify "$dir/journal" || fail "the journal does not verify"
"$bin/srsync-journal" stats "$dir/journal" || true

say "Verdict, read from both clusters with the mysql client"
status=0
SOURCE_USER=$(setting source_cluster_user) SOURCE_PASSWORD=$(setting source_cluster_password) \
  TARGET_USER=$(setting target_cluster_user) TARGET_PASSWORD=$(setting target_cluster_password) \
  tools/verdict.sh "$source_address" "$target_address" || status=$?

if [ "$keep" = 1 ]; then
  read -r -p "The clusters are still up. Press Enter to end them. " || true
fi
result=$status
exit "$status"
