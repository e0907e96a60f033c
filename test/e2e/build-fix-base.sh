#!/bin/bash
# The root of a Debian 11 of the day it was released, with Python: what a Dockerfile of that year stood on. It is made of the
# release alone, without its security archive, so that there is something to fix. The packages come from the mirror that this
# machine's apt uses; the sources.list that an upgrade needs is written beside it, and never committed.
#
#   build-fix-base.sh DIR      DIR/fix-base/<key>/{base.tar,sources.list}; prints that folder
#
# Kept once it is made. Needs root, mmdebstrap and apt; says what is missing and ends with 75 ("try later").
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${1:?directory}
cannot() {
  echo "cannot build the image: $*" >&2
  exit 75
}
[ "$(id -u)" = 0 ] || cannot "root is needed for mmdebstrap and buildah"
for program in mmdebstrap apt-get; do
  command -v "$program" >/dev/null || cannot "$program is not installed"
done

# Debian keeps old releases on the hosts of the current one.
sites=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | sed 's#/*$##' | sort -u)
mirror=$(grep -E '/debian$' <<<"$sites" | head -1 || true)
security=$(grep -E '/debian-security$' <<<"$sites" | head -1 || true)
[ -n "$mirror" ] || cannot "apt knows no Debian mirror (run apt-get update?)"
[ -n "$security" ] || cannot "apt knows no mirror of Debian's security archive"

key=$( (cat "$here/build-fix-base.sh"; echo "$mirror $security") | sha256sum | cut -c1-16)
out=$cache/fix-base/$key
if [ -e "$out/base.tar" ]; then
  echo "$out"
  exit 0
fi
rm -rf "${cache:?}/fix-base"
mkdir -p "$out/tmp"
trap 'status=$?; rm -rf "$out/tmp"; exit $status' EXIT
trap 'exit 130' INT TERM

# Old releases are signed with keys that a newer keyring may have retired, and their Release files expire.
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
trust="trusted=yes"
[ -e $keyring ] && trust="signed-by=$keyring"
made=
for attempt in "$trust" "trusted=yes"; do
  if TMPDIR="$out/tmp" mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,ca-certificates \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' \
    bullseye "$out/tmp/base.tar" "deb [$attempt] $mirror bullseye main" >&2; then
    made=yes
    break
  fi
  rm -f "$out/tmp/base.tar"
done
[ -n "$made" ] || cannot "mmdebstrap could not install Debian 11 from the machine's mirror"
printf 'deb %s bullseye main\ndeb %s bullseye-security main\n' "$mirror" "$security" >"$out/sources.list"
mv "$out/tmp/base.tar" "$out/base.tar"
echo "$out"
