#!/usr/bin/env bash
# One whole migration between two sandbox clusters: time, statements and RPCs per table; then the same
# daemon with nothing to do: statements per second. Prints figures; fails only when the migration does.
#
#   bench/sandbox_bench.sh BUILD_DIR [TABLES [PARTITIONS]]     (default 2000 tables of 3 partitions)
set -euo pipefail

build=$(cd "${1:?usage: sandbox_bench.sh BUILD_DIR [TABLES [PARTITIONS]]}" && pwd)
tables=${2:-2000}
partitions=${3:-3}
dir=$(mktemp -d -t srsync-bench.XXXXXX)
sandbox=
daemon=
clean_up() {
  if [ -n "$daemon" ]; then kill "$daemon" 2>/dev/null || true; wait "$daemon" 2>/dev/null || true; fi
  if [ -n "$sandbox" ]; then kill "$sandbox" 2>/dev/null || true; wait "$sandbox" 2>/dev/null || true; fi
  rm -rf "$dir"
}
trap clean_up EXIT

databases=4
"$build/tools/sandbox/srsync-sandbox" --dir "$dir" --seed 3 --databases "$databases" \
  --tables $(((tables + databases - 1) / databases)) --partitions "$partitions" --replication-ms 50 \
  >"$dir/sandbox.log" 2>&1 &
sandbox=$!
for ((i = 0; i < 600; i++)); do
  [ -s "$dir/sandbox.json" ] && break
  sleep 0.1
done
mkdir -p "$dir/conf"
tr -d '\n' <"$dir/sandbox.json" |
  grep -oE '"(source|target)_[a-z_]+"[[:space:]]*:[[:space:]]*("[^"]*"|[0-9]+)' |
  sed -E 's/^"([a-z_]+)"[[:space:]]*:[[:space:]]*"?([^"]*)"?$/\1=\2/' >"$dir/conf/sync.properties"
: >"$dir/conf/hosts.properties"
setting() { sed -n "s/^$1=//p" "$dir/conf/sync.properties"; }
status() {
  mysql --no-defaults --protocol=tcp -N -B -h "$(setting source_fe_host)" \
    -P "$(setting source_fe_query_port)" -u "$(setting source_cluster_user)" -e "SANDBOX STATUS" |
    awk -v key="$1" '$1 == key {print $2}'
}

begin=$(date +%s%N)
"$build/src/daemon/srsyncd" --conf "$dir/conf" --journal "$dir/journal" --log "$dir/log" --once >/dev/null
elapsed_ms=$((($(date +%s%N) - begin) / 1000000))

printf '%d tables of %d partitions, %d.%03d s\n' "$tables" "$partitions" \
  $((elapsed_ms / 1000)) $((elapsed_ms % 1000))
for side in source target; do
  statements=$(status "$side.statements")
  rpcs=$(status "$side.rpcs")
  awk -v side="$side" -v s="$statements" -v r="$rpcs" -v t="$tables" 'BEGIN {
    printf "%-8s %8d statements %6.2f per table   %8d RPCs %6.2f per table\n", side, s, s / t, r, r / t
  }'
done

# At rest: after a start has settled, over half a minute.
rest_seconds=30
"$build/src/daemon/srsyncd" --conf "$dir/conf" --journal "$dir/journal" --log "$dir/log" >/dev/null &
daemon=$!
sleep 15
declare -A before
for side in source target; do before[$side]=$(status "$side.statements"); done
sleep "$rest_seconds"
for side in source target; do
  awk -v side="$side" -v n="$(($(status "$side.statements") - before[$side]))" -v s="$rest_seconds" 'BEGIN {
    printf "%-8s %8.2f statements per second at rest\n", side, n / s
  }'
done
