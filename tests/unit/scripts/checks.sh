# Sourced by the script tests: a work folder that goes away, and checks that count.
# Defines $root (the tree) and $work.
root=$1
work=$(mktemp -d)
failures=0

# expect WHAT COMMAND...: the command must succeed.
expect() {
  local what=$1
  shift
  if "$@"; then
    echo "ok      $what"
  else
    echo "FAILED  $what"
    failures=$((failures + 1))
  fi
}

# has TEXT: the output of the last `run` contains TEXT.
has() { grep -qF -- "$1" "$work/output" || { sed 's/^/    /' "$work/output"; return 1; }; }
exits() { [ "$status" -eq "$1" ] || { echo "    exit code $status"; sed 's/^/    /' "$work/output"; return 1; }; }
run() {
  status=0
  "$@" >"$work/output" 2>&1 || status=$?
}
finish() {
  [ "$failures" -eq 0 ]
  exit
}
