#!/bin/bash
# The roots of two systems whose package database can be hidden, out of Debian's packages, since no Alpine and no AlmaLinux can be had
# from a Debian archive:
#
#   alpine.tar   musl, a static busybox and the libraries and programs of Debian 13, laid out as Alpine 3.22 has them, with the release
#                files, sources and package database of one: names are Alpine's, versions what the files are, revisions `-r0`. There is no
#                apk in it.
#   rpm.tar      libraries and programs of Debian 11, packed by a real rpmbuild and installed by a real rpm, under the names that
#                AlmaLinux 9 has for them, with its release files, keys and settings: the database is rpm's own.
#
#   build-hiding-systems.sh DIR MIRROR BASE      DIR/hiding-systems/<key>/{alpine.tar,rpm.tar}; prints that folder
#
# MIRROR is a Debian archive, BASE the root of a Debian 11 (build-fix-base.sh). Kept once it is made. Says what is missing and ends with
# 75 ("try later").
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${1:?directory}
mirror=${2:?Debian mirror}
base=${3:?base.tar}
cannot() {
  echo "cannot make the systems: $*" >&2
  exit 75
}
[ "$(id -u)" = 0 ] || cannot "root is needed for chroot"
for program in apt-get dpkg-deb tar chroot; do
  command -v "$program" >/dev/null || cannot "$program is not installed"
done
key=$( (cat "$here/build-hiding-systems.sh"; echo "$mirror") | sha256sum | cut -c1-16)
out=$cache/hiding-systems/$key
if [ -e "$out/done" ]; then
  echo "$out"
  exit 0
fi
rm -rf "${cache:?}/hiding-systems"
tmp=$out/tmp
mkdir -p "$tmp"
trap 'status=$?; rm -rf "$tmp"; exit $status' EXIT
trap 'exit 130' INT TERM

# fetch RELEASE DIR PACKAGE...: the packages of a release, unpacked. The machine's apt is left as it is.
fetch() {
  local release=$1 into=$2 state=$tmp/apt-$1
  shift 2
  mkdir -p "$state/"{lists,cache,parts,debs}/partial "$into"
  echo "deb [trusted=yes] $mirror $release main" >"$state/sources.list"
  : >"$state/status" # what this machine has installed is of another release
  local apt=(apt-get -qq -o "Dir::Etc::SourceList=$state/sources.list" -o "Dir::Etc::SourceParts=$state/parts"
    -o "Dir::State::Lists=$state/lists" -o "Dir::Cache=$state/cache" -o "Dir::State::status=$state/status"
    -o Acquire::Check-Valid-Until=false
    -o Acquire::Languages=none -o Acquire::Retries=3 -o APT::Sandbox::User=root)
  "${apt[@]}" update >&2 && (cd "$state/debs" && "${apt[@]}" download "$@" >&2) || cannot "the archive has not all of Debian's $release"
  for package in "$state/debs"/*.deb; do dpkg-deb -x "$package" "$into"; done
}
# version FILE PATTERN: upstream's version, as a text in the file has it.
version() {
  (
    set +o pipefail # the first that matches is enough
    LC_ALL=C grep -aoE '[ -~]{4,}' "$1" | grep -oE "$2" | grep -oE '[0-9][0-9.a-z]*' | head -1
  )
}

# --- an Alpine 3.22 ---
fetch trixie "$tmp/trixie" musl busybox-static libssl3t64 openssl zlib1g libexpat1 libcurl4t64 curl libpng16-16t64 libxml2 \
  libtasn1-6 libnghttp2-14 libarchive13t64 git bash libgcrypt20 liblzma5 gpgv
t=$tmp/trixie
a=$tmp/alpine
mkdir -p "$a"/{bin,sbin,lib,usr/bin,usr/lib,etc/apk/keys,lib/apk/db,tmp,var/log}
triplet=$(basename "$(dirname "$(find "$t/usr/lib" -name 'libz.so.1' | head -1)")")
machine=${triplet%%-*}
installed=$a/lib/apk/db/installed
# pack NAME SOURCE VERSION FILE...: files of the image that this package owns.
pack() {
  local name=$1 source=$2 number=$3 file
  shift 3
  [ -n "$number" ] || cannot "$name tells no version"
  printf 'P:%s\nV:%s-r0\nA:%s\no:%s\n' "$name" "$number" "$machine" "$source" >>"$installed"
  for file in "$@"; do printf 'F:%s\nR:%s\n' "$(dirname "$file")" "$(basename "$file")" >>"$installed"; done
  echo >>"$installed"
}
# put PATH FROM...: a library or a program at the place that Alpine has for it.
put() {
  local path=$1
  shift
  cp -L "$@" "$a/$path"
}
libs=$t/usr/lib/$triplet
put "lib/ld-musl-$machine.so.1" "$(find "$t" -name 'libc.so' -path '*musl*' -type f | head -1)"
put bin/busybox "$(find "$t" -path '*bin/busybox' | head -1)"
for name in sh rm ls cat find xargs printf mkdir cp mv sed; do ln -s /bin/busybox "$a/bin/$name"; done
put lib/libcrypto.so.3 "$libs/libcrypto.so.3"
put lib/libssl.so.3 "$libs/libssl.so.3"
put usr/bin/openssl "$t/usr/bin/openssl"
put usr/bin/git "$t/usr/bin/git"
put usr/bin/curl "$t/usr/bin/curl"
put bin/bash "$(find "$t" -path '*bin/bash' | head -1)"
put usr/bin/gpgv "$t/usr/bin/gpgv"
for name in libz.so.1 libexpat.so.1 libcurl.so.4 libpng16.so.16 libxml2.so.2 libtasn1.so.6 libnghttp2.so.14 libarchive.so.13 libgcrypt.so.20 liblzma.so.5; do
  put "usr/lib/$name" "$libs/$name"
done
openssl=$(version "$a/lib/libcrypto.so.3" 'OpenSSL [0-9.]+ ')
curl=$(version "$a/usr/lib/libcurl.so.4" '^CLIENT libcurl [0-9.]+|^libcurl/[0-9.]+')
pack alpine-release alpine-base 3.22.0 etc/alpine-release
pack musl musl "$(version "$a/lib/ld-musl-$machine.so.1" '^1\.2\.[0-9]+$')" "lib/ld-musl-$machine.so.1"
pack busybox busybox "$(version "$a/bin/busybox" 'BusyBox v[0-9.]+')" bin/busybox
pack libcrypto3 openssl "$openssl" lib/libcrypto.so.3
pack libssl3 openssl "$openssl" lib/libssl.so.3
pack openssl openssl "$openssl" usr/bin/openssl
pack zlib zlib "$(version "$a/usr/lib/libz.so.1" 'deflate [0-9.]+')" usr/lib/libz.so.1
pack libexpat expat "$(version "$a/usr/lib/libexpat.so.1" 'expat_[0-9.]+')" usr/lib/libexpat.so.1
pack libcurl curl "$curl" usr/lib/libcurl.so.4
pack curl curl "$curl" usr/bin/curl
pack libpng libpng "$(version "$a/usr/lib/libpng16.so.16" 'libpng version [0-9.]+')" usr/lib/libpng16.so.16
pack libxml2 libxml2 "$(version "$a/usr/lib/libxml2.so.2" '^2[0-9]{4}$' | sed -E 's/^(.)(..)(..)$/\1.\2.\3/; s/\.0/./g')" usr/lib/libxml2.so.2
pack libtasn1 libtasn1 "$(version "$a/usr/lib/libtasn1.so.6" '^4\.[0-9]+\.[0-9]+$')" usr/lib/libtasn1.so.6
pack nghttp2-libs nghttp2 "$(version "$a/usr/lib/libnghttp2.so.14" '^1\.[0-9]+\.[0-9]+$')" usr/lib/libnghttp2.so.14
pack libarchive libarchive "$(version "$a/usr/lib/libarchive.so.13" '^libarchive [0-9.]+$')" usr/lib/libarchive.so.13
pack libgcrypt libgcrypt "$(version "$a/usr/lib/libgcrypt.so.20" 'This is Libgcrypt [0-9.]+')" usr/lib/libgcrypt.so.20
pack xz-libs xz "$(version "$a/usr/lib/liblzma.so.5" '^5\.[0-9]+\.[0-9]+$')" usr/lib/liblzma.so.5
pack git git "$(version "$a/usr/bin/git" '^2\.[0-9]+\.[0-9]+$')" usr/bin/git
pack bash bash "$(version "$a/bin/bash" '@\(#\)Bash version [0-9.]+')" bin/bash
pack gpgv gnupg "$(version "$a/usr/bin/gpgv" '^2\.[0-9]\.[0-9]+$')" usr/bin/gpgv
printf 'ID=alpine\nVERSION_ID=3.22.0\nNAME="Alpine Linux"\nPRETTY_NAME="Alpine Linux v3.22"\n' >"$a/etc/os-release"
echo 3.22.0 >"$a/etc/alpine-release"
printf 'https://dl-cdn.alpinelinux.org/alpine/v3.22/%s\n' main community >"$a/etc/apk/repositories"
touch "$a/etc/apk/keys/alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub"
tar -C "$a" --owner=0 --group=0 --sort=name -cf "$out/alpine.tar" .

# --- an AlmaLinux 9 ---
r=$tmp/root
mkdir -p "$r"
tar -C "$r" -xf "$base" --exclude='./dev/*'
fetch bullseye "$r" rpm rpm-common librpm9 librpmio9 librpmbuild9 librpmsign9 liblua5.2-0 libpopt0 libarchive13 libxml2 libicu67 debugedit \
  libdw1 libelf1 libmagic1 libmagic-mgc libsqlite3-0 libdbus-1-3 file libcap2 libgomp1 libkrb5-3 libkeyutils1 libcurl4 curl libnghttp2-14 libexpat1 git \
  libssl1.1 openssl
mkdir -p "$r/build/SPECS" "$r/target"
u=usr/lib/$triplet
spec=$r/build/SPECS/system.spec
{
  printf 'Name: system\nVersion: 1\nRelease: 1\nSummary: parts\nLicense: MIT\nAutoReqProv: no\n%%description\nparts\n'
} >"$spec"
files=
# part NAME EPOCH VERSION RELEASE FILE...: a package of these files, where AlmaLinux has them.
part() {
  local name=$1 epoch=$2 number=$3 release=$4 file to
  shift 4
  [ -n "$number" ] || cannot "$name tells no version"
  printf '%%package -n %s\nSummary: %s\n%sVersion: %s\nRelease: %s\nVendor: AlmaLinux\n%%description -n %s\n%s\n' \
    "$name" "$name" "${epoch:+Epoch: $epoch
}" "$number" "$release" "$name" "$name" >>"$spec"
  files+=$(printf '\n%%files -n %s\n%%license /usr/share/licenses/%s/COPYING\n' "$name" "$name")
  mkdir -p "$r/build/in/usr/share/licenses/$name"
  echo "the terms of $name" >"$r/build/in/usr/share/licenses/$name/COPYING"
  for file in "$@"; do
    case $file in *.so*) to=usr/lib64/$(basename "$file") ;; *) to=$file ;; esac
    if [ -e "$r/$file" ] && [ ! -e "$r/build/in/$to" ]; then
      mkdir -p "$r/build/in/$(dirname "$to")"
      cp -L "$r/$file" "$r/build/in/$to"
    fi
    files+=$'\n'"/$to"
  done
}
l=lib/$triplet
of() { version "$r/$1" "$2"; }
mkdir -p "$r/build/in/"{etc/pki/rpm-gpg,usr/lib/rpm/macros.d,lib64,bin}
printf 'ID="almalinux"\nVERSION_ID="9.2"\nNAME="AlmaLinux"\nID_LIKE="rhel centos fedora"\nPRETTY_NAME="AlmaLinux 9.2 (Turquoise Kodkod)"\n' >"$r/build/in/etc/os-release"
echo 'AlmaLinux release 9.2 (Turquoise Kodkod)' >"$r/build/in/etc/redhat-release"
echo key >"$r/build/in/etc/pki/rpm-gpg/RPM-GPG-KEY-AlmaLinux-9"
printf '%%rhel 9\n%%dist .el9\n' >"$r/build/in/usr/lib/rpm/macros.d/macros.dist"
loader=$(cd "$r" && find lib64/ lib/ -maxdepth 1 -name 'ld-linux-*.so.*' 2>/dev/null | sed -n 1p)
part almalinux-release '' 9.2 1.el9 etc/os-release etc/redhat-release etc/pki/rpm-gpg/RPM-GPG-KEY-AlmaLinux-9 usr/lib/rpm/macros.d/macros.dist
part glibc '' 2.31 60.el9 "$l/libc.so.6" "$l/libdl.so.2" "$l/libpthread.so.0" "$l/libm.so.6"
part openssl-libs 1 "$(of "$u/libcrypto.so.1.1" 'OpenSSL [0-9.]+[a-z]?  ')" 6.el9 "$u/libcrypto.so.1.1" "$u/libssl.so.1.1"
part openssl 1 "$(of "$u/libcrypto.so.1.1" 'OpenSSL [0-9.]+[a-z]?  ')" 6.el9 usr/bin/openssl
part zlib '' "$(of "$l/libz.so.1" 'deflate [0-9.]+')" 35.el9 "$l/libz.so.1"
part expat '' "$(of "$l/libexpat.so.1" 'expat_[0-9.]+')" 1.el9 "$l/libexpat.so.1"
part libcurl '' "$(of "$u/libcurl.so.4" '^CLIENT libcurl [0-9.]+|^libcurl/[0-9.]+')" 19.el9 "$u/libcurl.so.4"
part curl '' "$(of "$u/libcurl.so.4" '^CLIENT libcurl [0-9.]+|^libcurl/[0-9.]+')" 19.el9 usr/bin/curl
part libxml2 '' "$(of "$u/libxml2.so.2" '^2[0-9]{4}$' | sed -E 's/^(.)(..)(..)$/\1.\2.\3/; s/\.0/./g')" 1.el9 "$u/libxml2.so.2"
part sqlite-libs '' "$(of "$u/libsqlite3.so.0" '^3\.[0-9]+\.[0-9]+$')" 5.el9 "$u/libsqlite3.so.0"
part gnutls '' "$(of "$u/libgnutls.so.30" '^3\.7\.[0-9]+$')" 1.el9 "$u/libgnutls.so.30"
part krb5-libs '' "$(of "$u/libkrb5.so.3" ' 1\.[0-9]+(\.[0-9]+)? ')" 1.el9 "$u/libkrb5.so.3"
part libnghttp2 '' "$(of "$u/libnghttp2.so.14" '^1\.[0-9]+\.[0-9]+$')" 4.el9 "$u/libnghttp2.so.14"
part xz-libs '' "$(of "$l/liblzma.so.5" '^5\.[0-9]+\.[0-9]+$')" 8.el9 "$l/liblzma.so.5"
part bash '' "$(of bin/bash '@\(#\)Bash version [0-9.]+')" 1.el9 bin/bash
part ncurses-libs '' 6.2 8.20210508.el9 "$l/libtinfo.so.6"
part coreutils '' 8.32 31.el9 bin/rm bin/cat bin/ls
part git-core '' "$(of usr/bin/git '^2\.[0-9]+\.[0-9]+$')" 1.el9 usr/bin/git
part tar '' 1.34 1.el9 bin/tar
part libgcrypt '' "$(of "$u/libgcrypt.so.20" 'This is Libgcrypt [0-9.]+')" 1.el9 "$u/libgcrypt.so.20"
part rpm '' 4.16.1.2 1.el9 usr/bin/rpm "$u/librpm.so.9"
printf '%%install\nmkdir -p %%{buildroot}\ncp -a /build/in/. %%{buildroot}/\n%s\n' "$files" >>"$spec"
mkdir -p "$r/dev" "$r/proc"
: >"$r/dev/null"
chroot "$r" /usr/bin/rpmbuild -bb --quiet --define '_topdir /build' --define '_build_id_links none' --define '__os_install_post %{nil}' \
  --define 'debug_package %{nil}' --define '_unpackaged_files_terminate_build 0' /build/SPECS/system.spec >&2 || cannot "rpmbuild failed"
database="--root /target --dbpath /var/lib/rpm --define='_db_backend sqlite'"
chroot "$r" /bin/sh -c "rpm $database --initdb && rpm $database -i --nodeps --noscripts --nosignature /build/RPMS/*/*.rpm" >&2 ||
  cannot "rpm failed"
target=$r/target
# The names by which programs ask for their loader and a shell.
mkdir -p "$target/$(dirname "$loader")" "$target/tmp"
cp -L "$r$(chroot "$r" readlink -f "/$loader")" "$target/$loader"
ln -s bash "$target/bin/sh"
tar -C "$target" --owner=0 --group=0 --sort=name -cf "$out/rpm.tar" .
touch "$out/done"
echo "$out"
