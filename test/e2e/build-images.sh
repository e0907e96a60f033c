#!/bin/bash
# Builds the real images that the end-to-end tests and the benchmark scan. Nothing in it is canned: Debian packages come
# from the mirror this machine's apt uses, wheels from the index its pip uses, layers are made by buildah.
#
#   build-images.sh DIR small     a Debian 11 image of a few hundred packages and Python, five layers, in every form
#   build-images.sh DIR large     a one-layer Debian 11 image of more than 1 GB (OCI layout with gzip, docker archive)
#
# Takes minutes, so DIR is kept: a finished set has DIR/<set>/<key>/done, where the key is the digest of this folder's
# scripts. Needs root, mmdebstrap, buildah, skopeo and (small) pip; says which is missing and ends with 75 ("try later").
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${1:?directory}
set=${2:?small or large}
key=$(cat "$here"/build-images.sh "$here"/append-layer.mjs "$here"/packages-*.txt | sha256sum | cut -c1-16)
out=$cache/$set/$key

if [ -e "$out/done" ]; then
  echo "$out"
  exit 0
fi

cannot() {
  echo "cannot build images: $*" >&2
  exit 75
}
[ "$(id -u)" = 0 ] || cannot "root is needed for mmdebstrap and buildah"
for program in mmdebstrap buildah skopeo apt-get dpkg-query; do
  command -v "$program" >/dev/null || cannot "$program is not installed"
done
python=$(command -v python3) || cannot "python3 is not installed"
"$python" -m pip --version >/dev/null 2>&1 || cannot "pip is not installed"

# The mirror is whatever this machine's apt already uses; Debian keeps old releases on the same hosts.
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -E '/debian/?$' | head -1 || true)
[ -n "$mirror" ] || cannot "apt knows no Debian mirror (run apt-get update?)"

rm -rf "${cache:?}/$set"
mkdir -p "$out/tmp"
cd "$out/tmp"
cleanup() {
  status=$?
  trap - EXIT
  if [ -n "${mounted:-}" ]; then storage umount "$mounted" >/dev/null 2>&1 || true; fi
  rm -rf --one-file-system "$out/tmp"
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Storage of its own: nothing of this machine's images is seen or touched.
storage() { buildah --storage-driver vfs --root "$out/tmp/storage" --runroot "$out/tmp/run" "$@"; }
# No policy file and no registries file are needed for local copies.
copy() { skopeo --insecure-policy --tmpdir "$out/tmp" copy --quiet "$@" >&2; }

bootstrap() { # packages, tar
  # Old releases are signed with keys that a newer keyring may have retired, and their Release files expire.
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg trust="trusted=yes"
  [ -e $keyring ] && trust="signed-by=$keyring"
  local attempt
  for attempt in "$trust" "trusted=yes"; do
    if TMPDIR="$out/tmp" mmdebstrap --quiet --variant=minbase --include="$1" \
      --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' \
      bullseye "$2" "deb [$attempt] $mirror bullseye main" >&2; then return 0; fi
    rm -f "$2"
  done
  cannot "mmdebstrap could not install Debian 11 from the machine's mirror"
}

wheels() { # folder, requirement...: installs as pip does on Debian 11's Python, without running it
  local target=$1
  shift
  PIP_ROOT_USER_ACTION=ignore "$python" -m pip install --quiet --no-deps --no-compile --only-binary :all: --implementation py --python-version 3.9 \
    --target "$target" "$@" >&2 || cannot "pip could not fetch $*"
}

small() {
  bootstrap "$(grep -hv '^#' "$here/packages-small.txt" | paste -sd,)" base.tar

  local site=usr/local/lib/python3.9/site-packages
  mkdir -p wheels/$site
  wheels wheels/$site setuptools==58.1.0 urllib3==1.26.4 requests==2.25.0 Jinja2==2.11.2 Werkzeug==0.16.0 \
    Django==2.2.1 certifi==2020.12.5 idna==2.10 chardet==3.0.4 Flask==1.0 tqdm==4.60.0 sqlparse==0.3.0
  tar -C wheels --sort=name --owner=0 --group=0 --numeric-owner -cf wheels.tar .

  # Removing and replacing in later layers: what a scanner that reads layers one by one still sees.
  mkdir -p newer/$site
  wheels newer/$site setuptools==65.5.1
  tar -C newer --sort=name --owner=0 --group=0 --numeric-owner -cf newer.tar .
  mkdir context
  mv base.tar wheels.tar newer.tar context/
  cat > context/Containerfile <<END
FROM scratch
ADD base.tar /
ADD wheels.tar /
RUN rm -rf /$site/setuptools* /$site/pkg_resources /$site/_distutils_hack && dpkg --purge python3-yaml libyaml-0-2 && rm -rf /$site/Flask-1.0.dist-info
ADD newer.tar /
ENV PATH=/usr/local/bin:/usr/bin:/bin
LABEL org.opencontainers.image.title="end-to-end test image"
CMD ["python3"]
END
  storage bud --quiet --isolation chroot --layers --format oci -t plimsoll-e2e:latest context >&2
  rm -rf context
  storage push --quiet plimsoll-e2e:latest "oci:$out/tmp/built:latest" >&2

  # One layer no vfs driver writes, but overlay drivers and build tools do: an opaque directory, its marker after its
  # siblings, and a package that comes back by another path.
  local opaque=opaque/usr/local/lib/python3.9/dist-packages
  mkdir -p $opaque opaque/$site/tqdm-4.60.0.dist-info opaque/opt/site
  wheels opaque/opt/site PyJWT==1.5.0
  touch opaque/$site/tqdm-4.60.0.dist-info/.wh..wh..opq $opaque/present "$opaque/.wh..wh..opq" opaque/$site/.wh.sqlparse-0.3.0.dist-info
  ln -s /opt/site opaque/srv-site
  tar -C opaque --sort=name --owner=0 --group=0 --numeric-owner -cf opaque.tar .
  node "$here/append-layer.mjs" built opaque.tar "COPY opaque / # a hand-made layer with opaque directories"

  mkdir "$out/oci" # skopeo copies only what the manifest names: the replaced manifest and config stay behind
  copy oci:built:latest "oci:$out/oci:latest"
  copy --dest-compress-format zstd oci:built:latest "oci:$out/oci-zstd:latest"
  # A frame for each file: slow to write, so at the lowest level.
  copy --dest-compress-format zstd:chunked --dest-compress-level 1 oci:built:latest "oci:$out/oci-zstd-chunked:latest"
  copy oci:built:latest "oci-archive:$out/image.oci.tar:latest"
  copy oci:built:latest "docker-archive:$out/image.docker.tar:plimsoll-e2e:latest"

  # The reference root: containers/storage applies the layers, not we.
  local container
  container=$(storage from --pull-never --quiet "$(storage pull --quiet oci:built:latest)")
  mounted=$container
  cp -a "$(storage mount "$container")" "$out/root"
  storage umount "$container" >/dev/null
  mounted=
}

large() {
  bootstrap "$(grep -hv '^#' "$here/packages-small.txt" "$here/packages-large.txt" | paste -sd,)" base.tar
  mkdir context
  mv base.tar context/
  printf 'FROM scratch\nADD base.tar /\nCMD ["python3"]\n' > context/Containerfile
  storage bud --quiet --isolation chroot --format oci -t plimsoll-bench:latest context >&2
  rm -rf context
  storage push --quiet plimsoll-bench:latest "oci:$out/oci:latest" >&2
  copy "oci:$out/oci:latest" "docker-archive:$out/image.docker.tar:plimsoll-bench:latest"
}

case $set in
small) small ;;
large) large ;;
*) cannot "no set called $set" ;;
esac
rm -rf --one-file-system "$out/tmp/storage"
touch "$out/done"
echo "$out"
