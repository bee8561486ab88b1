#!/usr/bin/env bash
# Compares two clusters table by table, by asking both with the stock mysql client and nothing of ours.
#
#   tools/verdict.sh SOURCE_HOST:PORT TARGET_HOST:PORT [RENAMES]
#
# RENAMES: other names on the target, written as srsync_rename, such as "db1 -> db2, db1.t -> db3.u".
# Users are SOURCE_USER and TARGET_USER (default root), passwords SOURCE_PASSWORD and TARGET_PASSWORD
# of the environment. Prints one line per table; exits 0 when every table of the source is equal on the
# target, 1 when one differs, 2 when a cluster cannot be read.
#
# A partition is equal when its name is there on both sides and the target's data version is the
# source's visible version; a target that knows epochs must show the source's epoch as well.
set -uo pipefail

if [ $# -lt 2 ] || [ $# -gt 3 ]; then
  sed -n '4,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
source_address=$1
target_address=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ask SIDE SQL: rows with a header line, tab-separated.
ask() {
  local address=$source_address user=${SOURCE_USER:-root} password=${SOURCE_PASSWORD:-}
  if [ "$1" = target ]; then
    address=$target_address user=${TARGET_USER:-root} password=${TARGET_PASSWORD:-}
  fi
  MYSQL_PWD=$password mysql --no-defaults --batch --connect-timeout=10 -h "${address%:*}" \
    -P "${address##*:}" -u "$user" --protocol=tcp -e "$2"
}

unreadable() {
  echo "verdict: the $1 cluster cannot be read: $2" >&2
  exit 2
}

# The rules: from "db" or "db.table" to its name on the target.
declare -A renamed=()
while IFS= read -r -d , rule; do
  rule=${rule//[[:space:]]/}
  [ -z "$rule" ] || renamed[${rule%%->*}]=${rule#*->}
done <<<"${3:-},"

# name_there DB TABLE: its name on the target, "db.table".
name_there() {
  if [ -n "${renamed[$1.$2]:-}" ]; then
    echo "${renamed[$1.$2]}"
  else
    echo "${renamed[$1]:-$1}.$2"
  fi
}

# quoted NAME: as an identifier.
quoted() { printf "\`%s\`" "${1//\`/\`\`}"; }

# partitions SIDE DB TABLE: "name<TAB>visible version<TAB>data version<TAB>epoch", sorted by name.
partitions() {
  ask "$1" "SHOW PARTITIONS FROM $(quoted "$2").$(quoted "$3")" |
    awk -F '\t' '
      NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
      { print $at["PartitionName"] "\t" $at["VisibleVersion"] "\t" \
          ("DataVersion" in at ? $at["DataVersion"] : $at["VisibleVersion"]) "\t" \
          ("VersionEpoch" in at ? $at["VersionEpoch"] : "-") }' | LC_ALL=C sort
}

# compare: one line "partitions<TAB>source versions<TAB>target versions<TAB>verdict".
compare() {
  awk -F '\t' -v source="$work/source" '
    function range(low, high) { return low == "" ? "-" : low == high ? low : low ".." high }
    FILENAME == source { version[$1] = $2; epoch[$1] = $4; count++
      if (low_s == "" || $2 + 0 < low_s + 0) low_s = $2
      if (high_s == "" || $2 + 0 > high_s + 0) high_s = $2
      next }
    { if (low_t == "" || $3 + 0 < low_t + 0) low_t = $3
      if (high_t == "" || $3 + 0 > high_t + 0) high_t = $3
      if (!($1 in version)) { extra++; next }
      seen[$1] = 1
      # An empty partition (version 1) has not met the other side yet, so its epoch says nothing.
      if (version[$1] != $3) behind++
      else if ($3 > 1 && epoch[$1] != "-" && $4 != "-" && epoch[$1] != $4) foreign++ }
    END { for (name in version) if (!(name in seen)) missing++
      verdict = ""
      if (missing) verdict = verdict ", " missing " partitions missing"
      if (extra) verdict = verdict ", " extra " partitions only here"
      if (behind) verdict = verdict ", " behind " at another version"
      if (foreign) verdict = verdict ", " foreign " of another lineage"
      print count + 0 "\t" range(low_s, high_s) "\t" range(low_t, high_t) "\t" \
          (verdict == "" ? "yes" : "NO: " substr(verdict, 3)) }' "$work/source" "$work/target"
}

databases=$(ask source "SHOW DATABASES" 2>"$work/error") || unreadable source "$(cat "$work/error")"
ask target "SHOW DATABASES" >/dev/null 2>"$work/error" || unreadable target "$(cat "$work/error")"

tables=0
different=0
format='%-40s %10s  %-12s %-12s %s\n'
# shellcheck disable=SC2059
printf "$format" table partitions source target 'equal?'
while IFS= read -r database; do
  case "$database" in information_schema | sys | _statistics_ | starrocks_monitor) continue ;; esac
  ask source "SHOW FULL TABLES FROM $(quoted "$database")" >"$work/tables" 2>"$work/error" ||
    unreadable source "$(cat "$work/error")"
  while IFS=$'\t' read -r table kind; do
    [ "$kind" = "BASE TABLE" ] || continue
    tables=$((tables + 1))
    partitions source "$database" "$table" >"$work/source" 2>"$work/error" ||
      unreadable source "$(cat "$work/error")"
    there=$(name_there "$database" "$table")
    label=$database.$table
    [ "$there" = "$label" ] || label="$label -> $there"
    if partitions target "${there%%.*}" "${there#*.}" >"$work/found" 2>/dev/null; then
      # The one partition of an unpartitioned table bears the table's name.
      awk -F '\t' -v OFS='\t' -v old="${there#*.}" -v new="$table" '
        $1 == old { $1 = new } { print }' "$work/found" >"$work/target"
      line=$(compare)
    else
      line=$(printf '%s\t?\t-\tNO: cannot be read on the target' "$(wc -l <"$work/source")")
    fi
    IFS=$'\t' read -r count source target verdict <<<"$line"
    [ "$verdict" = yes ] || different=$((different + 1))
    # shellcheck disable=SC2059
    printf "$format" "$label" "$count" "$source" "$target" "$verdict"
  done < <(tail -n +2 "$work/tables")
done < <(tail -n +2 <<<"$databases")

echo
echo "$tables tables, $((tables - different)) equal, $different different"
if [ "$tables" -eq 0 ]; then
  echo "verdict: the source has no tables; nothing was compared." >&2
  exit 1
fi
[ "$different" -eq 0 ]
