#!/bin/bash
# What the end-to-end test of images that hide puts on Debian 11, and what packs it: wheels of an old model service (one of them
# brings a Go program) and an npm package as their indexes publish them, and UPX, which no current Debian has in every release.
#
#   build-hiding.sh DIR MIRROR      DIR/hiding/<key>/{app,packer}; prints that folder
#
# MIRROR is the Debian archive that the root was made from. Kept once it is made. The folder `packer` is empty where that archive has
# no UPX for this machine; what else is missing is said, and it ends with 75 ("try later").
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${1:?directory}
mirror=${2:?Debian mirror}
cannot() {
  echo "cannot fetch what the image is made of: $*" >&2
  exit 75
}
key=$( (cat "$here/build-hiding.sh"; echo "$mirror") | sha256sum | cut -c1-16)
out=$cache/hiding/$key
if [ -e "$out/done" ]; then
  echo "$out"
  exit 0
fi
for program in python3 npm tar apt-get dpkg-deb; do
  command -v "$program" >/dev/null || cannot "$program is not installed"
done
rm -rf "${cache:?}/hiding"
mkdir -p "$out/tmp" "$out/packer"
trap 'status=$?; rm -rf "$out/tmp"; exit $status' EXIT
trap 'exit 130' INT TERM

# As pip of Debian 11 installs them, without running it.
site=$out/app/usr/local/lib/python3.9/site-packages
PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --no-deps --no-compile --only-binary :all: --implementation cp \
  --python-version 3.9 --abi cp39 --abi none --platform manylinux1_x86_64 --platform manylinux2014_x86_64 --platform any --target "$site" \
  requests==2.25.0 urllib3==1.26.4 Jinja2==2.11.2 Werkzeug==0.16.0 Flask==1.0 Django==2.2.1 certifi==2020.12.5 Pillow==8.1.0 \
  PyYAML==5.4.1 wandb==0.17.0 >&2 || cannot "pip reaches no package index"

modules=$out/app/srv/app/node_modules
mkdir -p "$modules/lodash"
(cd "$out/tmp" && npm pack --silent lodash@4.17.20 >&2) || cannot "npm reaches no registry"
tar -C "$modules/lodash" --strip-components=1 --no-same-owner -xf "$out/tmp/lodash-4.17.20.tgz"

# The lists of the old release are read in a state of their own: the machine's apt is left as it is.
mkdir -p "$out/tmp/"{lists,cache,parts}/partial
echo "deb [trusted=yes] $mirror bullseye main" >"$out/tmp/sources.list"
apt=(apt-get -qq -o "Dir::Etc::SourceList=$out/tmp/sources.list" -o "Dir::Etc::SourceParts=$out/tmp/parts"
  -o "Dir::State::Lists=$out/tmp/lists" -o "Dir::Cache=$out/tmp/cache" -o Acquire::Check-Valid-Until=false
  -o Acquire::Languages=none -o Acquire::Retries=3 -o APT::Sandbox::User=root)
if "${apt[@]}" update >&2 && (cd "$out/tmp" && "${apt[@]}" download upx-ucl libucl1 >&2); then
  for package in "$out"/tmp/*.deb; do dpkg-deb -x "$package" "$out/packer"; done
fi
touch "$out/done"
echo "$out"
