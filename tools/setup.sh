#!/usr/bin/env bash
# Installs the Debian 12 packages that srsync needs and that are missing. Run it as root, or as a
# user with sudo. When nothing is missing it touches nothing and needs no network.
#
#   tools/setup.sh            install what is missing
#   tools/setup.sh --check    only say what is missing; exit 1 when something is
#   tools/setup.sh --list     print every package with the reason for it
set -euo pipefail

# The one list: package, and why.
packages='
g++                       the compiler (C++20)
cmake                     the build (3.25)
ninja-build               runs the build
ccache                    makes the second build quick
pkg-config                finds libmariadb, libthrift and libxxhash
librocksdb-dev            stores the journal
libprotobuf-dev           the encoding of journal records
protobuf-compiler         generates code from schema/*.proto
libthrift-dev             calls between srsync and a frontend
thrift-compiler           generates code from schema/*.thrift
libboost-dev              headers that libthrift-dev includes
default-libmysqlclient-dev  SQL connections to a frontend
libssl-dev                decrypts passwords from sync.properties
libmicrohttpd-dev         the HTTP port: status page, metrics, commands
libxxhash-dev             digests of the state and of journal records
libfmt-dev                formatting of text
libspdlog-dev             the log files
nlohmann-json3-dev        JSON in tools and tests
libcli11-dev              command line options
libgtest-dev              unit tests
libgmock-dev              matchers of the unit tests
libbenchmark-dev          benchmarks
default-mysql-client      the stock client that reads the verdict of tools/demo.sh
clang-format              layout check of tools/test.sh
clang-tidy                static checks of tools/test.sh
'

usage() { sed -n '2,7s/^# \{0,1\}//p' "$0"; }
names() { awk 'NF {print $1}' <<<"$packages"; }
reason() { awk -v name="$1" '$1 == name {$1 = ""; sub(/^ +/, ""); print}' <<<"$packages"; }
installed() { [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]; }

mode=install
case "${1:-}" in
  "") ;;
  --check) mode=check ;;
  --list) printf '%s' "${packages#?}"; exit 0 ;;
  --help | -h) usage; exit 0 ;;
  *) echo "setup: unknown option '$1'" >&2; usage >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null 2>&1; then
  echo "setup: this script installs Debian 12 packages, and dpkg is not here." >&2
  echo "setup: install the equivalents of the packages that '$0 --list' prints." >&2
  exit 1
fi

missing=()
for name in $(names); do
  installed "$name" || missing+=("$name")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "setup: all $(names | wc -l) packages are installed."
  exit 0
fi

echo "setup: ${#missing[@]} of $(names | wc -l) packages are missing:"
for name in "${missing[@]}"; do
  printf '  %-28s %s\n' "$name" "$(reason "$name")"
done
[ "$mode" = install ] || exit 1

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "setup: run this as root, or install sudo." >&2
    exit 1
  fi
  as_root=(sudo)
fi

apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
    -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "$@"
}
install_missing() { apt update && apt install --no-install-recommends "${missing[@]}"; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
for attempt in 1 2; do
  echo "setup: apt-get update and install (attempt $attempt of 2; a minute or two) ..."
  if install_missing >"$log" 2>&1; then
    echo "setup: done."
    exit 0
  fi
  tail -n 15 "$log" >&2
  [ "$attempt" = 2 ] || sleep 5
done
echo "setup: apt-get failed twice; its last lines are above." >&2
exit 1
