#!/usr/bin/env bash
# tools/verdict.sh with a stand-in for the mysql client: files answer statements.
set -uo pipefail
. "$(dirname "$0")/checks.sh"
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/bin" "$work/9030" "$work/9031"
cat >"$work/bin/mysql" <<'END'
#!/usr/bin/env bash
while [ $# -gt 0 ]; do
  case "$1" in -P) port=$2; shift ;; -e) sql=$2; shift ;; esac
  shift
done
file=$ANSWERS/$port/$(tr -d '`' <<<"$sql" | tr ' ' '_')
[ -f "$file" ] || { echo "ERROR 1064: $sql" >&2; exit 1; }
printf '%b' "$(cat "$file")"
END
chmod +x "$work/bin/mysql"
export ANSWERS=$work
answer() { printf '%s' "$3" >"$work/$1/${2// /_}"; }
verdict() { run env PATH="$work/bin:$PATH" "$root/tools/verdict.sh" 127.0.0.1:9030 127.0.0.1:9031 "$@"; }
header='PartitionId\tPartitionName\tVisibleVersion\tDataVersion\tVersionEpoch\n'

for port in 9030 9031; do
  answer $port "SHOW DATABASES" 'Database\ninformation_schema\nshop\n'
  answer $port "SHOW FULL TABLES FROM shop" 'Tables_in_shop\tTable_type\norders\tBASE TABLE\nv\tVIEW\n'
done
partitions() { answer "$1" "SHOW PARTITIONS FROM shop.orders" "$header$2"; }

partitions 9030 '1\tp1\t3\t3\t77\n2\tp2\t7\t7\t78\n3\tp3\t1\t1\t79\n'
partitions 9031 '8\tp2\t7\t7\t78\n9\tp1\t9\t3\t77\n7\tp3\t1\t1\t5\n'
verdict
expect "equal tables are equal" exits 0
expect "and are counted" has "1 tables, 1 equal, 0 different"
expect "with the range of their versions" grep -qE 'shop.orders +3 +1..7 +1..7 +yes' "$work/output"

partitions 9031 '8\tp2\t6\t6\t78\n9\tp1\t3\t3\t77\n7\tp3\t1\t1\t5\n'
verdict
expect "a partition behind is a difference" exits 1
expect "and is named so" has "NO: 1 at another version"

partitions 9031 '8\tp2\t7\t7\t99\n9\tp1\t3\t3\t77\n7\tp3\t1\t1\t5\n'
verdict
expect "another lineage is a difference although versions are equal" exits 1
expect "and is named so" has "1 of another lineage"

partitions 9031 '9\tp1\t3\t3\t77\n7\tp4\t1\t1\t5\n7\tp3\t1\t1\t5\n'
verdict
expect "missing and further partitions are differences" exits 1
expect "and are named so" has "NO: 1 partitions missing, 1 partitions only here"

partitions 9031 ''
verdict
expect "a target without partitions differs" exits 1

# Under other names: the database's, the table's, and the one partition that bears the table's name.
answer 9031 "SHOW PARTITIONS FROM copy.orders" "$header"'8\tp2\t7\t7\t78\n9\tp1\t9\t3\t77\n7\tp3\t1\t1\t5\n'
verdict "shop -> copy"
expect "a renamed database is found" exits 0
expect "and shown with both names" has "shop.orders -> copy.orders"
partitions 9030 '1\torders\t3\t3\t77\n'
answer 9031 "SHOW PARTITIONS FROM other.o2" "$header"'8\to2\t3\t3\t77\n'
verdict "shop -> copy, shop.orders -> other.o2"
expect "a renamed table is found with its partition" exits 0
partitions 9030 '1\tp1\t3\t3\t77\n2\tp2\t7\t7\t78\n3\tp3\t1\t1\t79\n'

rm "$work/9031/SHOW_PARTITIONS_FROM_shop.orders"
verdict
expect "a table that the target lacks is a difference" exits 1
expect "and is named so" has "cannot be read on the target"

answer 9030 "SHOW FULL TABLES FROM shop" 'Tables_in_shop\tTable_type\n'
verdict
expect "an empty source proves nothing" exits 1

rm "$work/9031/SHOW_DATABASES"
verdict
expect "an unreadable cluster is neither equal nor different" exits 2

finish
