#!/bin/bash
# Builds the real Grype and Trivy, and the writers of their databases that lie beside this file, once: build.sh [FOLDER]
#
# They are Go modules (`modules`), fetched as this machine's own Go is configured to fetch. FOLDER is
# ${E2E_PEERS_CACHE:-${XDG_CACHE_HOME:-~/.cache}/plimsoll-peers}; what is built lies in FOLDER/KEY/bin, and FOLDER/KEY/state
# says `ready`, `building PROCESS UNTIL` (seconds since 1970) or `none: REASON`. KEY is of `modules` and of the writers'
# sources, so that another version is another folder. Ends after E2E_PEERS_MINUTES (20), with a low priority all the
# while, and never with an error: programs that are not there are a reason to skip, not to fail.
set -uo pipefail
minutes=${E2E_PEERS_MINUTES:-20}
# One group of processes with one end: whoever stops this stops all that it started.
if [ -z "${PEERS_WITHIN:-}" ]; then
  export PEERS_WITHIN=$(($(date +%s) + 60 * minutes))
  exec timeout --kill-after=10 "${minutes}m" nice -n 10 bash "$0" "$@"
fi
here=$(cd "$(dirname "$0")" && pwd)
base=${1:-${E2E_PEERS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/plimsoll-peers}}
key=$(cat "$here/modules" "$here"/*db/main.go | sha256sum | cut -c1-16)
folder=$base/$key
bin=$folder/bin

say() { printf '%s\n' "$1" >"$folder/state.new" && mv "$folder/state.new" "$folder/state"; }
none() { say "none: $1"; echo "peers: $1"; exit 0; }
there() { for program in grype trivy grypedb trivydb; do [ -x "$bin/$program" ] || return 1; done; }

mkdir -p "$bin" || exit 0
exec 9>"$folder/lock"
flock --nonblock 9 || { echo "peers: another process is building them"; exit 0; }
if there; then say ready; echo "peers: in $bin"; exit 0; fi

command -v go >/dev/null || none "Go is not installed"
version=$(go env GOVERSION 2>/dev/null)
case $version in
  go1.[0-9] | go1.[0-9].* | go1.1[0-9] | go1.1[0-9].* | go1.20 | go1.20.*)
    none "$version is too old: they need Go 1.26.8, which only Go 1.21 and newer fetch by themselves" ;;
esac
# Trivy's linker takes some 3 GB, all modules with what is compiled of them some 10.
available=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo 2>/dev/null || echo 0)
[ "${available:-0}" -ge 4096 ] || none "$available MB of memory are free, their linkers take up to 4,096"
free=$(df -Pm "$(go env GOMODCACHE 2>/dev/null || echo "$folder")" "$folder" 2>/dev/null | awk 'NR > 1 { print $4 }' | sort -n | head -1)
[ "${free:-0}" -ge 14336 ] || none "${free:-0} MB of disk are free, building them takes up to 14,336"

say "building $$ $PEERS_WITHIN"
trap 'none "they were not built within $minutes minutes"' TERM
export GOBIN=$bin
# No debugging symbols: half the memory and time of linking.
flags=("-ldflags=-s -w")
writer() { # name, module: a module of its own around the source here
  local source=$folder/source/$1
  mkdir -p "$source" && cp "$here/$1/main.go" "$source" && cd "$source" || return 1
  [ -e go.mod ] || go mod init "$1" || return
  go get "$2" && go mod tidy && go build "${flags[@]}" -o "$bin/$1" .
}

while read -r program module; do
  [ -x "$bin/$program" ] && continue
  began=$(date +%s)
  # A busy machine is slow to shake hands: what the network broke off is tried again.
  for _ in 1 2 3; do
    # Trivy needs it since 0.70. Where a package was compiled without it, what is kept of that does not serve with it.
    case $program in trivy*) export GOEXPERIMENT=jsonv2 ;; *) unset GOEXPERIMENT ;; esac
    case $program in
      *db) (writer "$program" "$module") ;;
      *) go install "${flags[@]}" "$module" ;;
    esac >"$folder/$program.log" 2>&1 </dev/null
    code=$?
    [ $code != 0 ] && grep -qiE 'timeout|reset by peer|unexpected EOF|temporary failure' "$folder/$program.log" || break
    sleep 5
  done
  [ $code = 0 ] && [ -x "$bin/$program" ] ||
    none "$program was not built: $(grep -v -e '^go: downloading' -e '^go: added' -e '^$' "$folder/$program.log" | tail -1 | cut -c1-200)"
  echo "peers: $program in $(($(date +%s) - began)) s"
done <"$here/modules"
say ready
echo "peers: in $bin"
