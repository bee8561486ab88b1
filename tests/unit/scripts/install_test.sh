#!/usr/bin/env bash
# The install tree, made by the install rules in a project of their own with a stand-in for the daemon.
set -uo pipefail
. "$(dirname "$0")/checks.sh"
trap 'rm -rf "$work"' EXIT

tree=$work/tree
mkdir -p "$tree/conf" "$tree/tools"
cp -r "$root/tools/bin" "$root/tools/cmake" "$tree/tools/"
cp "$root"/README.md "$root"/LICENSE "$root"/CHANGELOG.md "$tree/"
cp "$root/conf/srsyncd.service" "$root/conf/alerts.rules.yml" "$tree/conf/"
echo "one_time_run_mode=false" >"$tree/conf/sync.properties"
echo "int main() {}" >"$tree/main.cc"
cat >"$tree/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(sample LANGUAGES CXX)
add_executable(srsyncd main.cc)
include(tools/cmake/install.cmake)
END
run cmake -S "$tree" -B "$work/b" -G Ninja
expect "configures" exits 0
run cmake --build "$work/b"
expect "builds" exits 0
run cmake --install "$work/b" --prefix "$work/opt"
expect "installs" exits 0
for name in bin/srsyncd bin/start.sh bin/stop.sh; do expect "$name can be run" test -x "$work/opt/$name"; done
expect "log/ is there" test -d "$work/opt/log"
expect "the settings are there" grep -q one_time "$work/opt/conf/sync.properties"
expect "the unit is there" test -f "$work/opt/conf/srsyncd.service"
expect "the alert rules are there" test -f "$work/opt/conf/alerts.rules.yml"

echo "source_fe_host=mine" >"$work/opt/conf/sync.properties"
run cmake --install "$work/b" --prefix "$work/opt"
expect "installs again" exits 0
expect "the operator's settings are kept" grep -q mine "$work/opt/conf/sync.properties"
expect "the new ones are beside them" grep -q one_time "$work/opt/conf/sync.properties.dist"

finish
