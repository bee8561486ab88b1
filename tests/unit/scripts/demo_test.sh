#!/usr/bin/env bash
# tools/demo.sh with stand-ins for the programs and for the mysql client.
set -uo pipefail
. "$(dirname "$0")/checks.sh"
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/bin"
stand_in() { printf '#!/usr/bin/env bash\n%s\n' "$2" >"$work/bin/$1"; chmod +x "$work/bin/$1"; }
stand_in srsync-sandbox 'while [ $# -gt 0 ]; do [ "$1" = --dir ] && dir=$2; shift; done
echo $$ >"$WORK/sandbox.pid"
trap "echo ended >\"$WORK/sandbox.end\"; exit 0" TERM
cat >"$dir/.new" <<END
{
  "source_fe_host": "127.0.0.1", "source_fe_query_port": 19030, "source_cluster_user" : "root",
  "source_cluster_password": "", "source_cluster_token": "a-b=c/d", "control_port": 5,
  "target_fe_host": "127.0.0.2",
  "target_fe_query_port": 29030,
  "target_cluster_user": "root", "target_cluster_password": "p w"
}
END
mv "$dir/.new" "$dir/sandbox.json"
while :; do read -r -t 0.1 _ <> <(:); done'
stand_in srsyncd 'echo "$@" >>"$WORK/daemon"; cp "$2/sync.properties" "$WORK/"; exit "${DAEMON_STATUS:-0}"'
stand_in srsync-journal 'echo "$@" >>"$WORK/journal"'
stand_in mysql 'while [ $# -gt 0 ]; do case "$1" in -P) port=$2 ;; -e) sql=$2 ;; esac; shift; done
echo "$port $sql" >>"$WORK/statements"
case "$sql" in
  "SHOW DATABASES") printf "Database\nshop\n" ;;
  "SHOW FULL TABLES"*) printf "T\tK\norders\tBASE TABLE\n" ;;
  "SHOW PARTITIONS"*)
    printf "PartitionName\tVisibleVersion\tDataVersion\np\t4\t%s\n" \
      "$([ "$port" = 29030 ] && echo "$TARGET" || echo 4)" ;;
esac'
demo() {
  rm -rf "$work"/{demo,daemon,sandbox.end,statements}
  run env WORK="$work" SRSYNC_DEMO_BIN="$work/bin" PATH="$work/bin:$PATH" "$@" \
    "$root/tools/demo.sh" --dir "$work/demo"
}

demo TARGET=4
expect "equal clusters: exits 0" exits 0
expect "shows the verdict" has "1 tables, 1 equal, 0 different"
expect "text settings are taken over" grep -qx 'source_cluster_token=a-b=c/d' "$work/sync.properties"
expect "numbers are taken over" grep -qx 'target_fe_query_port=29030' "$work/sync.properties"
expect "passwords keep their blanks" grep -qx 'target_cluster_password=p w' "$work/sync.properties"
expect "the last member is not lost" grep -qx 'target_cluster_user=root' "$work/sync.properties"
expect "other members are left alone" test -z "$(grep control "$work/sync.properties")"
expect "the daemon runs twice, once each" test "$(grep -c -- --once "$work/daemon")" = 2
expect "the loads are ended on the source" grep -qx '19030 SANDBOX LOAD OFF' "$work/statements"
expect "the sandbox was ended" grep -q ended "$work/sandbox.end"
expect "and is gone" test ! -d "/proc/$(cat "$work/sandbox.pid")"

demo TARGET=3
expect "a difference: exits 1" exits 1

demo TARGET=4 DAEMON_STATUS=1
expect "a daemon that failed: exits 1" exits 1
expect "the sandbox was ended all the same" grep -q ended "$work/sandbox.end"

run env SRSYNC_DEMO_BIN="$work/bin" "$root/tools/demo.sh" --dir "$work/demo"
expect "a folder in use is refused" has "is not empty"

stand_in srsync-sandbox 'echo "no port"; exit 3'
demo TARGET=4
expect "a sandbox that ends: exits 1" exits 1
expect "and its words are shown" has "no port"

finish
