#!/usr/bin/env bash
# tools/setup.sh with stand-ins for dpkg-query and apt-get.
set -uo pipefail
. "$(dirname "$0")/checks.sh"
trap 'rm -rf "$work"' EXIT

mkdir "$work/bin"
stand_in() { printf '#!/usr/bin/env bash\n%s\n' "$2" >"$work/bin/$1"; chmod +x "$work/bin/$1"; }
setup() { run env PATH="$work/bin:$PATH" "$root/tools/setup.sh" "$@"; }
stand_in id 'echo 0'
stand_in sleep ''
stand_in apt-get "echo \"\$@\" >>'$work/apt'; [ ! -e '$work/broken' ]"

stand_in dpkg-query 'printf "ii "'
setup
expect "nothing missing: succeeds" exits 0
expect "nothing missing: apt-get is left alone" test ! -e "$work/apt"

stand_in dpkg-query '[ "${!#}" != cmake ] && printf "ii "'
setup --check
expect "check: fails" exits 1
expect "check: names the package and the reason" grep -qE 'cmake +the build' "$work/output"
expect "check: installs nothing" test ! -e "$work/apt"

setup
expect "one missing: succeeds" exits 0
expect "one missing: installs that one" grep -qE 'install .* cmake$' "$work/apt"

rm "$work/apt"
touch "$work/broken"
setup
expect "a broken network: fails" exits 1
expect "a broken network: was tried twice" test "$(grep -c update "$work/apt")" = 2

finish
