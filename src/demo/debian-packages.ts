/**
 * What dpkg says is installed in the public image python:3.9.16-bullseye of 2023-01-23, as docker-library publishes it
 * (https://github.com/docker-library/repo-info): source package, its version, then its binary packages. `*` marks the
 * packages that several architectures can share, `=` a binary version that is not the source's: rebuilt without a new
 * source (`+b1`), numbered by themselves (mysql-common), or with an epoch of their own (bsdutils).
 */
export const DEBIAN_PACKAGES = `
acl 2.2.53-10 libacl1*
adduser 3.118 adduser
aom 1.0.0.errata1-3 libaom0*
apr-util 1.6.1-5 libaprutil1*
apr 1.7.0-6+deb11u1 libapr1*
apt 2.2.4 apt libapt-pkg6.0*
attr 1:2.4.48-6 libattr1*
audit 1:3.0-2 libaudit-common libaudit1*
autoconf 2.69-14 autoconf
automake-1.16 1:1.16.3-2 automake
autotools-dev 20180224.1+nmu1 autotools-dev
base-files 11.1+deb11u6 base-files
base-passwd 3.5.51 base-passwd
bash 5.1-2+deb11u1 bash
binutils 2.35.2-2 binutils binutils-common* binutils-x86-64-linux-gnu libbinutils* libctf-nobfd0* libctf0*
bluez 5.55-3.1 libbluetooth-dev* libbluetooth3*
brotli 1.0.9-2 libbrotli-dev*=1.0.9-2+b2 libbrotli1*=1.0.9-2+b2
bzip2 1.0.8-4 bzip2 libbz2-1.0* libbz2-dev*
ca-certificates 20210119 ca-certificates
cairo 1.16.0-5 libcairo-gobject2* libcairo-script-interpreter2* libcairo2* libcairo2-dev*
cdebconf 0.260 libdebconfclient0*
coreutils 8.32-4 coreutils=8.32-4+b1
curl 7.74.0-1.3+deb11u3 curl libcurl3-gnutls* libcurl4* libcurl4-openssl-dev*
cyrus-sasl2 2.1.27+dfsg-2.1+deb11u1 libsasl2-2* libsasl2-modules-db*
dash 0.5.11+git20200708+dd9ef66-5 dash
dav1d 0.7.1-3 libdav1d4*
db-defaults 5.3.1+nmu1 libdb-dev*
db5.3 5.3.28+dfsg1-0.8 libdb5.3* libdb5.3-dev
debconf 1.5.77 debconf
debian-archive-keyring 2021.1.1 debian-archive-keyring
debianutils 4.11.2 debianutils
diffutils 1:3.7-5 diffutils
djvulibre 3.5.28-2 libdjvulibre-dev* libdjvulibre-text libdjvulibre21*
dpkg 1.20.12 dpkg dpkg-dev libdpkg-perl
e2fsprogs 1.46.2-2 comerr-dev*=2.1-1.46.2-2 e2fsprogs libcom-err2* libext2fs2* libss2* logsave
elfutils 0.183-1 libelf1*
expat 2.2.10-2+deb11u5 libexpat1* libexpat1-dev*
fftw3 3.3.8-2 libfftw3-double3*
file 1:5.39-3 file libmagic-mgc libmagic1*
findutils 4.8.0-1 findutils
fontconfig 2.13.1-4.2 fontconfig fontconfig-config libfontconfig-dev* libfontconfig1* libfontconfig1-dev*
fonts-dejavu 2.37-2 fonts-dejavu-core
freetype 2.10.4+dfsg-1+deb11u1 libfreetype-dev* libfreetype6* libfreetype6-dev*
fribidi 1.0.8-2+deb11u1 libfribidi0*
gcc-10 10.2.1-6 cpp-10 g++-10 gcc-10 gcc-10-base* libasan6* libatomic1* libcc1-0* libgcc-10-dev* libgcc-s1* libgomp1* libitm1* liblsan0* libquadmath0* libstdc++-10-dev* libstdc++6* libtsan0* libubsan1*
gcc-9 9.3.0-22 gcc-9-base*
gcc-defaults 1.190 cpp=4:10.2.1-1 g++=4:10.2.1-1 gcc=4:10.2.1-1
gdbm 1.19-2 libgdbm-compat4* libgdbm-dev* libgdbm6*
gdk-pixbuf 2.42.2+dfsg-1+deb11u1 gir1.2-gdkpixbuf-2.0* libgdk-pixbuf-2.0-0* libgdk-pixbuf-2.0-dev* libgdk-pixbuf2.0-bin libgdk-pixbuf2.0-common
git 1:2.30.2-1 git git-man
glib2.0 2.66.8-1 libglib2.0-0* libglib2.0-bin libglib2.0-data libglib2.0-dev* libglib2.0-dev-bin
glibc 2.31-13+deb11u5 libc-bin libc-dev-bin libc6* libc6-dev*
gmp 2:6.2.1+dfsg-1+deb11u1 libgmp-dev* libgmp10* libgmpxx4ldbl*
gnupg2 2.2.27-2+deb11u2 dirmngr gnupg gnupg-l10n gnupg-utils gpg gpg-agent gpg-wks-client gpg-wks-server gpgconf gpgsm gpgv
gnutls28 3.7.1-5+deb11u2 libgnutls30*
gobject-introspection 1.66.1-1 gir1.2-freedesktop*=1.66.1-1+b1 gir1.2-glib-2.0*=1.66.1-1+b1 libgirepository-1.0-1*=1.66.1-1+b1
graphite2 1.3.14-1 libgraphite2-3*
grep 3.6-1 grep
gzip 1.10-4+deb11u1 gzip
harfbuzz 2.7.4-1 libharfbuzz0b*
hicolor-icon-theme 0.17-2 hicolor-icon-theme
hostname 3.23 hostname
icu 67.1-7 icu-devtools libicu-dev* libicu67*
ilmbase 2.5.4-1 libilmbase-dev* libilmbase25*
imagemagick 8:6.9.11.60+dfsg-1.3 imagemagick imagemagick-6-common imagemagick-6.q16 libmagickcore-6-arch-config* libmagickcore-6-headers libmagickcore-6.q16-6* libmagickcore-6.q16-6-extra* libmagickcore-6.q16-dev* libmagickcore-dev libmagickwand-6-headers libmagickwand-6.q16-6* libmagickwand-6.q16-dev* libmagickwand-dev
init-system-helpers 1.60 init-system-helpers
isl 0.23-1 libisl23*
jbigkit 2.1-3.1 libjbig-dev*=2.1-3.1+b2 libjbig0*=2.1-3.1+b2
keyutils 1.6.1-2 libkeyutils1*
krb5 1.18.3-6+deb11u3 krb5-multidev* libgssapi-krb5-2* libgssrpc4* libk5crypto3* libkadm5clnt-mit12* libkadm5srv-mit12* libkdb5-10* libkrb5-3* libkrb5-dev* libkrb5support0*
lcms2 2.12~rc1-2 liblcms2-2* liblcms2-dev*
libassuan 2.5.3-7.1 libassuan0*
libbsd 0.11.3-1 libbsd0*
libcap-ng 0.7.9-2.2 libcap-ng0*=0.7.9-2.2+b1
libcbor 0.5.0+dfsg-2 libcbor0*
libdatrie 0.2.13-1 libdatrie1*
libde265 1.0.8-1 libde265-0*
libdeflate 1.7-1 libdeflate-dev* libdeflate0*
libedit 3.1-20191231-2 libedit2*=3.1-20191231-2+b1
liberror-perl 0.17029-1 liberror-perl
libevent 2.1.12-stable-1 libevent-2.1-7* libevent-core-2.1-7* libevent-dev libevent-extra-2.1-7* libevent-openssl-2.1-7* libevent-pthreads-2.1-7*
libexif 0.6.22-3 libexif-dev* libexif12*
libffi 3.3-6 libffi-dev* libffi7*
libfido2 1.6.0-2 libfido2-1*
libgcrypt20 1.8.7-6 libgcrypt20*
libgpg-error 1.38-2 libgpg-error0*
libheif 1.11.0-1 libheif1*
libice 2:1.0.10-1 libice-dev* libice6*
libidn2 2.3.0-5 libidn2-0*
libjpeg-turbo 1:2.0.6-4 libjpeg-dev* libjpeg62-turbo* libjpeg62-turbo-dev*
libksba 1.5.0-3+deb11u2 libksba8*
liblqr 0.4.2-2.1 liblqr-1-0* liblqr-1-0-dev*
libmaxminddb 1.5.2-1 libmaxminddb-dev* libmaxminddb0*
libmd 1.0.3-3 libmd0*
libnsl 1.3.0-2 libnsl-dev* libnsl2*
libpng1.6 1.6.37-3 libpng-dev* libpng16-16*
libpsl 0.21.0-1.2 libpsl5*
libpthread-stubs 0.4-1 libpthread-stubs0-dev*
librsvg 2.50.3+dfsg-1 gir1.2-rsvg-2.0* librsvg2-2* librsvg2-common* librsvg2-dev*
libseccomp 2.5.1-1+deb11u1 libseccomp2*
libselinux 3.1-3 libselinux1* libselinux1-dev*
libsemanage 3.1-1 libsemanage-common libsemanage1*=3.1-1+b2
libsepol 3.1-1 libsepol1* libsepol1-dev*
libsigsegv 2.13-1 libsigsegv2*
libsm 2:1.2.3-1 libsm-dev* libsm6*
libssh2 1.9.0-2 libssh2-1*
libtasn1-6 4.16.0-2+deb11u1 libtasn1-6*
libthai 0.1.28-3 libthai-data libthai0*
libtirpc 1.3.1-1+deb11u1 libtirpc-common libtirpc-dev* libtirpc3*
libtool 2.4.6-15 libltdl-dev* libltdl7* libtool
libunistring 0.9.10-4 libunistring2*
libwebp 0.6.1-2.1 libwebp-dev* libwebp6* libwebpdemux2* libwebpmux3*
libwmf 0.2.8.4-17 libwmf-dev libwmf0.2-7*
libx11 2:1.7.2-1 libx11-6* libx11-data libx11-dev*
libxau 1:1.0.9-1 libxau-dev* libxau6*
libxcb 1.14-3 libxcb-render0* libxcb-render0-dev* libxcb-shm0* libxcb-shm0-dev* libxcb1* libxcb1-dev*
libxcrypt 1:4.4.18-4 libcrypt-dev* libcrypt1*
libxdmcp 1:1.1.2-3 libxdmcp-dev* libxdmcp6*
libxext 2:1.3.3-1.1 libxext-dev* libxext6*
libxml2 2.9.10+dfsg-6.7+deb11u3 libxml2* libxml2-dev*
libxrender 1:0.9.10-1 libxrender-dev* libxrender1*
libxslt 1.1.34-4+deb11u1 libxslt1-dev* libxslt1.1*
libxss 1:1.2.3-1 libxss-dev* libxss1*
libxt 1:1.2.0-1 libxt-dev* libxt6*
libyaml 0.2.2-1 libyaml-0-2* libyaml-dev*
libzstd 1.4.8+dfsg-2.1 libzstd1*
linux 5.10.158-2 linux-libc-dev*
lsb 11.1.0 lsb-base
lz4 1.9.3-2 liblz4-1*
lzo2 2.10-2 liblzo2-2*
m4 1.4.18-5 m4
make-dfsg 4.3-4.1 make
mariadb-10.5 1:10.5.18-0+deb11u1 libmariadb-dev libmariadb-dev-compat* libmariadb3* mariadb-common
mawk 1.3.4.20200120-2 mawk
media-types 4.0.0 media-types
mercurial 5.6.1-4 mercurial mercurial-common
mpclib3 1.2.0-1 libmpc3*
mpdecimal 2.5.1-1 libmpdec3*
mpfr4 4.1.0-3 libmpfr6*
mysql-defaults 1.0.7 default-libmysqlclient-dev* mysql-common=5.8+1.0.7
ncurses 6.2+20201114-2 libncurses-dev* libncurses5-dev* libncurses6* libncursesw5-dev* libncursesw6* libtinfo6* ncurses-base ncurses-bin
netbase 6.3 netbase
nettle 3.7.3-1 libhogweed6* libnettle8*
nghttp2 1.43.0-1 libnghttp2-14*
npth 1.6-3 libnpth0*
numactl 2.0.12-1 libnuma1*=2.0.12-1+b1
openexr 2.5.4-2+deb11u1 libopenexr-dev libopenexr25*
openjpeg2 2.4.0-3 libopenjp2-7* libopenjp2-7-dev
openldap 2.4.57+dfsg-3+deb11u1 libldap-2.4-2*
openssh 1:8.4p1-5+deb11u1 openssh-client
openssl 1.1.1n-0+deb11u3 libssl-dev* libssl1.1* openssl
p11-kit 0.23.22-1 libp11-kit0*
pam 1.4.0-9+deb11u1 libpam-modules* libpam-modules-bin libpam-runtime libpam0g*
pango1.0 1.46.2-3 libpango-1.0-0* libpangocairo-1.0-0* libpangoft2-1.0-0*
patch 2.7.6-7 patch
pcre2 10.36-2+deb11u1 libpcre2-16-0* libpcre2-32-0* libpcre2-8-0* libpcre2-dev* libpcre2-posix2*
pcre3 2:8.39-13 libpcre16-3* libpcre3* libpcre3-dev* libpcre32-3* libpcrecpp0v5*
perl 5.32.1-4+deb11u2 libperl5.32* perl perl-base perl-modules-5.32
pinentry 1.1.0-4 pinentry-curses
pixman 0.40.0-1.1~deb11u1 libpixman-1-0* libpixman-1-dev*
pkg-config 0.29.2-1 pkg-config
postgresql-13 13.9-0+deb11u1 libpq-dev libpq5*
procps 2:3.3.17-5 libprocps8* procps
python3-defaults 3.9.2-3 libpython3-stdlib* python3 python3-minimal
python3-stdlib-extensions 3.9.2-1 python3-distutils python3-lib2to3
python3.9 3.9.2-1 libpython3.9-minimal* libpython3.9-stdlib* python3.9 python3.9-minimal
readline 8.1-1 libreadline-dev* libreadline8* readline-common
rtmpdump 2.4+20151223.gitfa8646d.1-2 librtmp1*=2.4+20151223.gitfa8646d.1-2+b2
sed 4.7-1 sed
sensible-utils 0.0.14 sensible-utils
serf 1.3.9-10 libserf-1-1*
shadow 1:4.8.1-1 login passwd
shared-mime-info 2.0-1 shared-mime-info
sqlite3 3.34.1-3 libsqlite3-0* libsqlite3-dev*
subversion 1.14.1-3+deb11u1 libsvn1* subversion
systemd 247.3-7+deb11u1 libsystemd0* libudev1*
sysvinit 2.96-7+deb11u1 sysvinit-utils
tar 1.34+dfsg-1 tar
tcl8.6 8.6.11+dfsg-1 libtcl8.6* tcl8.6 tcl8.6-dev*
tcltk-defaults 8.6.11+1 tcl tcl-dev* tk tk-dev*
tiff 4.2.0-1+deb11u1 libtiff-dev* libtiff5* libtiffxx5*
tk8.6 8.6.11-2 libtk8.6* tk8.6 tk8.6-dev*
tzdata 2021a-1+deb11u8 tzdata
ucf 3.0043 ucf
unzip 6.0-26+deb11u1 unzip
utf8proc 2.5.0-1 libutf8proc2*
util-linux 2.36.1-8+deb11u1 bsdutils=1:2.36.1-8+deb11u1 libblkid-dev* libblkid1* libmount-dev* libmount1* libsmartcols1* libuuid1* mount util-linux uuid-dev*
wget 1.21-1+deb11u1 wget
x265 3.4-2 libx265-192*
xft 2.3.2-2 libxft-dev* libxft2*
xorg-sgml-doctools 1:1.11-1.1 xorg-sgml-doctools
xorg 1:7.7+22 x11-common
xorgproto 2020.1-1 x11proto-dev x11proto-scrnsaver-dev x11proto-xext-dev
xtrans 1.4.0-1 xtrans-dev
xxhash 0.8.0-2 libxxhash0*
xz-utils 5.2.5-2.1~deb11u1 liblzma-dev* liblzma5* xz-utils
zlib 1:1.2.11.dfsg-2+deb11u2 zlib1g* zlib1g-dev*
`;
