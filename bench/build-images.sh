#!/bin/bash
# Builds the images that the benchmark scans, of real parts: Debian packages from the mirror this machine's apt uses, wheels,
# npm packages, jars and Go modules from where its pip, npm, mvn and go get theirs.
#
#   build-images.sh DIR
#
# DIR/KEY then holds, KEY being the digest of this folder's recipe:
#   ml      Debian 11, a Python that no package owns, 76 wheels of 2023, npm packages, jars, a Go program, in four layers:
#           ml.docker.tar, ml.oci (gzip), ml.oci-zstd
#   debian  the first of these layers alone: debian.docker.tar, debian.oci, debian.oci-zstd
#   files   300,000 small files, as many of them real as the wheels have: files.docker.tar, files.oci, files.oci-zstd
# Takes minutes. Needs root, mmdebstrap, zstd and pip; says which is missing and ends with 75 ("try later").
# npm, mvn and go are used where they are; DIR/KEY/parts says what is in the image.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
e2e=$here/../test/e2e
cache=${1:?directory}
key=$(cat "$here"/build-images.sh "$here"/*-files.mjs "$here"/pack-image.mjs "$here"/tar-header.mjs "$here"/wheels.txt "$e2e"/packages-small.txt | sha256sum | cut -c1-16)
out=$cache/$key

if [ -e "$out/done" ]; then
  echo "$out"
  exit 0
fi

cannot() {
  echo "cannot build images: $*" >&2
  exit 75
}
[ "$(id -u)" = 0 ] || cannot "root is needed for mmdebstrap"
for program in mmdebstrap apt-get python3 zstd; do
  command -v "$program" >/dev/null || cannot "$program is not installed"
done
python3 -m pip --version >/dev/null 2>&1 || cannot "pip is not installed"
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -E '/debian/?$' | head -1 || true)
[ -n "$mirror" ] || cannot "apt knows no Debian mirror (run apt-get update?)"

rm -rf "$out"
mkdir -p "$out/tmp/context"
cd "$out/tmp"
cleanup() {
  status=$?
  trap - EXIT
  rm -rf --one-file-system "$out/tmp"
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

pack() { tar -C "$1" --sort=name --owner=0 --group=0 --numeric-owner -cf "context/$1.tar" . && rm -rf "$1"; }
parts() { echo "$*" >> "$out/parts"; }

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# What takes longest is kept from one recipe to the next.
if [ -e "$cache/debian.tar" ]; then cp --reflink=auto "$cache/debian.tar" context/debian.tar; fi
for trust in "signed-by=$keyring" trusted=yes; do
  [ -e context/debian.tar ] && break
  TMPDIR="$out/tmp" mmdebstrap --quiet --variant=minbase --include="$(grep -hv '^#' "$e2e/packages-small.txt" | paste -sd,)" \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' \
    bullseye context/debian.tar "deb [$trust] $mirror bullseye main" >&2 && break
  rm -f context/debian.tar
done
[ -e context/debian.tar ] || cannot "mmdebstrap could not install Debian 11 from the machine's mirror"
[ -e "$cache/debian.tar" ] || cp --reflink=auto context/debian.tar "$cache/debian.tar"
parts "Debian 11, minbase and the packages of test/e2e/packages-small.txt"

# A Python that was built from source has a prefix of its own; what was installed into it later stays behind.
prefix=$(python3 -c 'import sys; print(sys.base_prefix)')
version=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
[ "$version" = 3.11 ] || cannot "the wheels are for Python 3.11, python3 here is $version"
mkdir -p python/usr/local
tar -C "$prefix" --exclude=site-packages --exclude=__pycache__ --exclude='*.a' -cf - bin/python$version include lib | tar -C python/usr/local -xf -
pack python
parts "Python $version of this machine in /usr/local"

site=wheels/usr/local/lib/python$version/site-packages
mkdir -p "$site"
PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --no-deps --no-compile --no-cache-dir --only-binary :all: \
  --platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64 --platform manylinux_2_28_x86_64 \
  --platform manylinux2010_x86_64 --platform manylinux_2_12_x86_64 --platform manylinux1_x86_64 --platform any \
  --implementation cp --python-version "$version" --target "$site" -r "$here/wheels.txt" >&2 || cannot "pip could not fetch the wheels"
node "$here/many-files.mjs" "$site" 300000 context/files.tar
pack wheels
parts "$(grep -vc '^#' "$here/wheels.txt") wheels of 2023"

mkdir -p app/srv/app app/srv/jars app/usr/local/bin
echo '{"name":"app","version":"1.0.0","dependencies":{"express":"4.17.1","lodash":"4.17.20","axios":"0.21.1","minimist":"1.2.5"}}' > app/srv/app/package.json
if command -v npm >/dev/null && npm install --prefix app/srv/app --ignore-scripts --no-audit --no-fund --silent >&2; then parts "npm packages"; fi
for jar in org.apache.logging.log4j:log4j-core:2.14.1 com.fasterxml.jackson.core:jackson-databind:2.9.10 \
  org.apache.commons:commons-text:1.9 org.yaml:snakeyaml:1.26 org.springframework:spring-core:5.2.0.RELEASE; do
  if command -v mvn >/dev/null && mvn -q -B dependency:copy "-Dartifact=$jar" "-DoutputDirectory=$PWD/app/srv/jars" >&2; then parts "jar $jar"; fi
done
if command -v go >/dev/null && GOBIN="$PWD/app/usr/local/bin" go install -p 1 github.com/mikefarah/yq/v4@v4.30.8 >&2; then parts "a Go program"; fi
printf 'FROM debian\nAWS_ACCESS_KEY_ID = example\n' > app/srv/app/notes.txt
pack app

image() { # name, layer...
  local name=$1
  shift
  node "$here/pack-image.mjs" "$out" "$name" "${@/%/.tar}"
}
cd context
image debian debian
image ml debian python wheels app
image files files
touch "$out/done"
echo "$out"
