#!/bin/bash
# The two bases that the Containerfile takes as arguments, without a registry of images. What runs is put together as distroless
# (https://github.com/GoogleContainerTools/distroless) is: packages of Debian 12 unpacked and nothing of them run, each one's record in
# var/lib/dpkg/status.d, no shell and no package manager. What builds is the same with Node.js, npm and busybox beside it. Packages come from the mirrors
# that this machine's apt uses, so that they are as new as its security archive; Node.js and npm come through npm.
#
#   build-own-bases.sh DIR NODE NPM      DIR/own-bases/<key>/{build,run}.tar; prints that folder
#
# NODE and NPM are npm's names of the packages that hold them. Kept for a day. Says what is missing and ends with 75 ("try later").
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${1:?directory} node=${2:?package of Node.js} npm=${3:?package of npm}
cannot() {
  echo "cannot build the bases: $*" >&2
  exit 75
}
for program in apt-get dpkg-deb npm busybox timeout; do
  command -v "$program" >/dev/null || cannot "$program is not installed"
done
busybox=$(command -v busybox)
if ldd "$busybox" >/dev/null 2>&1; then cannot "busybox is not static (apt-get install busybox-static)"; fi
sites=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | sed 's#/*$##' | sort -u)
mirror=$(grep -E '/debian$' <<<"$sites" | head -1 || true)
security=$(grep -E '/debian-security$' <<<"$sites" | head -1 || true)
[ -n "$mirror" ] || cannot "apt knows no Debian mirror (run apt-get update?)"
[ -n "$security" ] || cannot "apt knows no mirror of Debian's security archive"

# As old as a day and no older: the security archive goes on.
key=$( (cat "$here/build-own-bases.sh"; echo "$mirror $security $node $npm"; date -u +%F) | sha256sum | cut -c1-16)
out=$cache/own-bases/$key
mkdir -p "$cache/own-bases"
exec 9>"$cache/own-bases/lock"
flock -w 300 9 || cannot "another run is making them"
if [ -e "$out/run.tar" ]; then
  echo "$out"
  exit 0
fi
find "$cache/own-bases" -mindepth 1 -maxdepth 1 -type d -mtime +2 -exec rm -rf {} +
rm -rf "$out"
tmp=$out/tmp
mkdir -p "$tmp"/{apt/state/lists/partial,apt/cache/archives/partial,packages,run,build,node,npm}
trap 'status=$?; rm -rf "$tmp"; exit $status' EXIT
trap 'exit 130' INT TERM

# An apt of its own: this machine may be another release, and its lists old.
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
trust="trusted=yes"
[ -e $keyring ] && trust="signed-by=$keyring"
for suite in "$mirror bookworm" "$mirror bookworm-updates" "$security bookworm-security"; do echo "deb [$trust] $suite main"; done >"$tmp/apt/sources.list"
: >"$tmp/apt/status"
own_apt() {
  timeout 180 apt-get -qq -o Dir::State="$tmp/apt/state" -o Dir::State::status="$tmp/apt/status" -o Dir::Cache="$tmp/apt/cache" \
    -o Dir::Etc::sourcelist="$tmp/apt/sources.list" -o Dir::Etc::sourceparts=- -o APT::Sandbox::User=root \
    -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o Acquire::Languages=none "$@" >&2
}
own_apt update || cannot "the machine's mirrors do not answer"
(cd "$tmp/packages" && own_apt download base-files libc6 libgcc-s1 gcc-12-base libstdc++6 ca-certificates) ||
  cannot "the machine's mirror has not all packages of Debian 12"

run=$tmp/run
mkdir -p "$run/var/lib/dpkg/status.d" "$run/etc/ssl/certs"
for package in "$tmp/packages"/*.deb; do
  record=$run/var/lib/dpkg/status.d/$(dpkg-deb -f "$package" Package)
  dpkg-deb -x "$package" "$run"
  dpkg-deb -f "$package" >"$record"
  dpkg-deb --ctrl-tarfile "$package" | tar -xO ./md5sums >"$record.md5sums"
done
cat "$run"/usr/share/ca-certificates/mozilla/*.crt >"$run/etc/ssl/certs/ca-certificates.crt"
# Users, as in distroless: root, and the one without rights.
printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' >"$run/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' >"$run/etc/group"
mkdir -p "$run/tmp" && chmod 1777 "$run/tmp"

# The files of one package of npm, without what it depends on.
from_npm() {
  (cd "$2" && timeout 180 npm pack --silent "$1" >/dev/null && tar --strip-components=1 -xzf ./*.tgz && rm ./*.tgz) ||
    cannot "$1 could not be fetched with npm"
}
from_npm "$node" "$tmp/node"
from_npm "$npm" "$tmp/npm"
build=$tmp/build
cp -a "$run/." "$build/"
mkdir -p "$build"/{bin,root} "$build"/usr/local/{bin,lib/node_modules}
cp "$busybox" "$build/bin/busybox"
for name in $(busybox --list); do [ -e "$build/bin/$name" ] || ln -s busybox "$build/bin/$name"; done
cp "$tmp/node/bin/node" "$build/usr/local/bin/node"
chmod 0755 "$build/usr/local/bin/node"
mv "$tmp/npm" "$build/usr/local/lib/node_modules/npm"
printf '#!/bin/sh\nexec /usr/local/bin/node /usr/local/lib/node_modules/npm/bin/npm-cli.js "$@"\n' >"$build/usr/local/bin/npm"
chmod 0755 "$build/usr/local/bin/npm"
# All of it out of a cache that is mounted: the registry is not asked.
printf 'offline=true\nupdate-notifier=false\nlogs-max=0\n' >"$build/root/.npmrc"

tar -C "$build" --sort=name --owner=0 --group=0 --numeric-owner -cf "$out/build.tar" .
tar -C "$run" --sort=name --owner=0 --group=0 --numeric-owner -cf "$tmp/run.tar" .
mv "$tmp/run.tar" "$out/run.tar"
echo "$out"
