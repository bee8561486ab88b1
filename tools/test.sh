#!/usr/bin/env bash
# Sets up, builds and tests everything: what the build server runs and what a change must pass.
#
#   tools/test.sh                 everything
#   tools/test.sh --quick         layout, and the tests under AddressSanitizer and UBSan
#   tools/test.sh --only PATTERN  only the tests whose name matches, under AddressSanitizer and UBSan
#
# Every stage writes its output to build/test-logs/. The last line is "N passed, N failed", over all
# test runs; the exit status is 0 only when every stage succeeded, without a warning of the compiler
# and without a report of a sanitizer.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1

mode=all
only=
while [ $# -gt 0 ]; do
  case "$1" in
    --quick) mode=quick ;;
    --only)
      mode=quick
      only=${2:?--only needs a pattern}
      shift
      ;;
    --help | -h) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "test: unknown option '$1' (see --help)" >&2; exit 2 ;;
  esac
  shift
done

jobs=$(nproc)
logs=$root/build/test-logs
rm -rf "$logs"
mkdir -p "$logs"

# Objects are shared between clones: ccache's own directory (CCACHE_DIR moves it), paths relative.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
export CMAKE_CXX_COMPILER_LAUNCHER=ccache

# Reports go to files: the tests start programs whose output nobody reads.
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:log_path=$logs/sanitizer
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:log_path=$logs/sanitizer
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:log_path=$logs/sanitizer
TSAN_OPTIONS+=:suppressions=$root/tests/support/tsan.supp
export LSAN_OPTIONS=log_path=$logs/sanitizer:suppressions=$root/tests/support/lsan.supp:print_suppressions=0

table=()
failed_stages=0
passed=0
failed=0
SECONDS=0
clock() { printf '%02d:%02d' $((SECONDS / 60)) $((SECONDS % 60)); }

# Prints the last line of a log once a minute, so that a long stage does not look like a dead one.
heartbeat() {
  while sleep 60 </dev/null >/dev/null 2>&1; do
    printf '[%s]   ... %s\n' "$(clock)" "$(tail -n 1 "$1" 2>/dev/null | tr -d '\r' | cut -c1-100)"
  done
}

# stage NAME COMMAND...: runs one stage, notes result and time, returns the command's status.
stage() {
  local name=$1 begin=$SECONDS status=0 log pulse
  shift
  log=$logs/${name// /-}.log
  printf '[%s] %s\n' "$(clock)" "$name"
  heartbeat "$log" &
  pulse=$!
  "$@" >"$log" 2>&1 || status=$?
  { kill "$pulse" && wait "$pulse"; } 2>/dev/null
  if [ "$status" -eq 0 ]; then
    table+=("$(printf '%-24s %-6s %5d s' "$name" ok $((SECONDS - begin)))")
  else
    failed_stages=$((failed_stages + 1))
    table+=("$(printf '%-24s %-6s %5d s   %s' "$name" FAILED $((SECONDS - begin)) "${log#"$root"/}")")
    printf '[%s] %s FAILED; the end of %s:\n' "$(clock)" "$name" "${log#"$root"/}"
    tail -n 60 "$log" | sed 's/^/    /'
  fi
  return "$status"
}

# Our own sources, generated and foreign ones aside.
sources() { find src tools tests bench schema -name '*.h' -o -name '*.cc' | grep -v '^tests/data/' | sort; }

check_layout() { sources | xargs -r clang-format --dry-run -Werror; }

# clang-tidy over the rooms given, file by file, with commands of their own: the builds join sources
# before they compile them.
check_statically() {
  cmake --preset tidy || return
  find "$@" -name '*.cc' | sort |
    xargs -r -n 1 -P "$jobs" clang-tidy --quiet -p build/tidy --extra-arg=-Wno-unknown-warning-option
}

configure_and_build() {
  local preset=$1
  shift
  cmake --preset "$preset" "${configure_options[@]}" && cmake --build --preset "$preset" -j "$jobs" "$@"
}

# count_tests PRESET: adds a run's tests to `passed` and `failed`. A GoogleTest program counts by its
# cases, any other test as one; a program that fails with all its cases passed (a leak, a crash at the
# end) counts as one failure more.
count_tests() {
  local dir=$logs/$1 counts
  [ -f "$dir/ctest.xml" ] || return 0
  counts=$(awk -v dir="$dir" '
    function attribute(line, name) {
      return match(line, " " name "=\"[^\"]*\"") ? substr(line, RSTART + length(name) + 3,
                                                      RLENGTH - length(name) - 4) : ""
    }
    /<testcase / {
      file = dir "/cases/" attribute($0, "name") ".xml"; cases = 0; bad = 0; skipped = 0
      while ((getline line < file) > 0) {
        if (line ~ /<testsuites /) { cases = attribute(line, "tests"); bad = attribute(line, "failures") }
        if (line ~ /<testsuite /) skipped += attribute(line, "skipped") + attribute(line, "disabled")
      }
      close(file)
      is_bad = attribute($0, "status") == "fail"
      good += cases > 0 ? cases - skipped - bad : !is_bad
      if (is_bad && bad == 0) bad = 1
      failed += is_bad ? bad : 0
    }
    END { print good + 0, failed + 0 }' "$dir/ctest.xml")
  passed=$((passed + ${counts% *}))
  failed=$((failed + ${counts#* }))
}

# run_tests PRESET CTEST-OPTIONS...
run_tests() {
  local preset=$1 dir=$logs/$1
  shift
  mkdir -p "$dir/cases"
  GTEST_OUTPUT=xml:$dir/cases/ "${runner[@]}" ctest --test-dir "build/$preset" --output-on-failure \
    --no-tests="$no_tests" -j "$jobs" --output-junit "$dir/ctest.xml" "$@"
}

labelled() { ctest --test-dir "build/$1" -N -L "$2" | sed -n 's/^ *Test *#[0-9]*: //p'; }

no_sanitizer_reports() {
  local found=0 report
  for report in "$logs"/sanitizer.*; do
    [ -f "$report" ] || continue
    found=1
    echo "== $report"
    head -n 40 "$report"
  done
  [ "$found" = 0 ]
}

test_asan() {
  configure_options=(-DCMAKE_EXPORT_COMPILE_COMMANDS=ON)
  stage "build asan" configure_and_build asan || return
  runner=() no_tests=error
  stage "test asan" run_tests asan ${only:+-R "$only"}
  count_tests asan
}

# The release build proves that an optimised build is free of warnings, and tries each benchmark once.
test_release() {
  configure_options=(-DSRSYNC_TESTS=OFF)
  stage "build release" configure_and_build release || return
  runner=() no_tests=ignore
  stage "benches, one round" run_tests release -L bench
  count_tests release
}

# Only what has threads is built a third time.
test_tsan() {
  configure_options=()
  stage "configure tsan" cmake --preset tsan || return
  local targets
  targets=$(labelled tsan threads)
  if [ -z "$targets" ]; then
    table+=("test tsan: no test is labelled 'threads'")
    return
  fi
  # shellcheck disable=SC2086
  stage "build tsan" configure_and_build tsan --target $targets || return
  # ThreadSanitizer cannot live with some layouts of memory that the kernel may choose.
  runner=() no_tests=error
  if setarch "$(uname -m)" -R true 2>/dev/null; then runner=(setarch "$(uname -m)" -R); fi
  stage "test tsan" run_tests tsan -L threads
  count_tests tsan
}

echo "[$(clock)] set up"
tools/setup.sh || exit 1
stage "layout" check_layout
test_asan
if [ "$mode" = all ]; then
  stage "clang-tidy" check_statically src/base src/ddl src/core
  test_release
  test_tsan
fi
stage "sanitizer reports" no_sanitizer_reports

echo
printf '  %s\n' "${table[@]}"
printf '  %-31s %5d s\n' total "$SECONDS"
echo
if [ "$failed_stages" -gt 0 ]; then
  echo "$failed_stages stages failed"
elif [ "$passed" -eq 0 ]; then
  echo "no test ran"
fi
echo "$passed passed, $failed failed"
[ "$failed_stages" -eq 0 ] && [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
