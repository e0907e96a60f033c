// Long because it is data: how distributions call the well-known projects whose programs and libraries tell their version.

/** A source package of a distribution, and the packages that are built from it. */
export interface Part {
  readonly source: string;
  /** What the distribution puts before upstream's version, since it once counted otherwise: `1:`. */
  readonly epoch: string;
  /**
   * Its packages, the one that is named where nothing shows which of them are there first; `{}` in a name stands for what the pattern's
   * group captured in a file's path. A package is there where a file that its pattern matches is.
   */
  readonly packages: readonly (readonly [name: string, files: RegExp])[];
  /** Names of its packages, for those that documentation or a list left behind shows. */
  readonly named: RegExp;
}

const LIB = String.raw`^(?:usr/)?lib(?:64)?/(?:[\w-]+/)?`;
const BIN = `^(?:usr/)?s?bin/`;
/** Both as they stand in the source of an expression: many that begin so are asked at once in less time where they share the beginning. */
export const FOLDERS: readonly string[] = [LIB, BIN].map((folder) => folder.replaceAll('/', String.raw`\/`));
const lib = (name: string): RegExp => new RegExp(`${LIB}${name}$`);
const bin = (name: string): RegExp => new RegExp(`${BIN}(?:${name})$`);

/** `1:openssl` is a source whose versions have an epoch. */
const part = (title: string, named: string, ...packages: Part['packages']): Part => ({
  source: title.replace(/^\d:/, ''),
  epoch: /^\d:/.exec(title)?.[0] ?? '',
  named: new RegExp(`^(?:${named})$`),
  packages,
});

/**
 * By the project's name, as it is called where versions are told. Names of packages were taken from the distributions' own indexes: https://pkgs.alpinelinux.org
 * (3.14 to 3.20), https://packages.debian.org (11 to 13, with Ubuntu's of the same age), and of Rocky Linux 8 and 9.
 */
export const PARTS: Readonly<Record<string, Readonly<Partial<Record<string, Part>>>>> = {
  openssl: {
    apk: part(
      'openssl',
      'openssl|lib(?:crypto|ssl)[\\d.]+',
      ['libcrypto{}', lib('libcrypto\\.so\\.(1\\.1|3)')],
      ['libssl{}', lib('libssl\\.so\\.(1\\.1|3)')],
      ['openssl', bin('openssl')],
    ),
    deb: part(
      'openssl',
      'openssl|libssl[\\d.]+(?:t64)?',
      ['libssl{}', lib('lib(?:ssl|crypto)\\.so\\.(1\\.1|3)')],
      ['openssl', bin('openssl')],
    ),
    rpm: part(
      '1:openssl',
      'openssl(?:-libs)?',
      ['openssl-libs', lib('lib(?:crypto|ssl)\\.so\\.(?:1\\.1|3)[.\\d\\w]*')],
      ['openssl', bin('openssl')],
    ),
  },
  musl: {
    apk: part(
      'musl',
      'musl(?:-utils)?',
      ['musl', lib('ld-musl-\\w+\\.so\\.1')],
      ['musl-utils', bin('getconf|getent|iconv|ldconfig')],
    ),
    deb: part('musl', 'musl', ['musl', lib('ld-musl-\\w+\\.so\\.1')]),
  },
  busybox: {
    apk: part(
      'busybox',
      'busybox(?:-binsh)?|ssl_client',
      ['busybox', bin('busybox')],
      ['ssl_client', bin('ssl_client')],
    ),
    deb: part('1:busybox', 'busybox(?:-static)?', ['busybox', bin('busybox')]),
    rpm: part('busybox', 'busybox', ['busybox', bin('busybox')]),
  },
  'apk-tools': { apk: part('apk-tools', 'apk-tools|libapk2', ['apk-tools', bin('apk')]) },
  zlib: {
    apk: part('zlib', 'zlib', ['zlib', lib('libz\\.so\\.1[.\\d]*')]),
    deb: part('1:zlib', 'zlib1g', ['zlib1g', lib('libz\\.so\\.1[.\\d]*')]),
    rpm: part('zlib', 'zlib', ['zlib', lib('libz\\.so\\.1[.\\d]*')]),
  },
  glibc: {
    deb: part(
      'glibc',
      'libc6|libc-bin|libc-l10n|locales',
      ['libc6', lib('libc(?:\\.so\\.6|-2\\.\\d+\\.so)')],
      ['libc-bin', bin('ldd|getent')],
    ),
    rpm: part(
      'glibc',
      'glibc(?:-common|-minimal-langpack|-langpack-\\w+|-gconv-extra)?',
      ['glibc', lib('libc(?:\\.so\\.6|-2\\.\\d+\\.so)')],
      ['glibc-common', bin('getent|locale')],
    ),
  },
  expat: {
    apk: part('expat', 'libexpat|expat', ['libexpat', lib('libexpat\\.so\\.1[.\\d]*')]),
    deb: part('expat', 'libexpat1|expat', ['libexpat1', lib('libexpat\\.so\\.1[.\\d]*')]),
    rpm: part('expat', 'expat', ['expat', lib('libexpat\\.so\\.1[.\\d]*')]),
  },
  curl: {
    apk: part('curl', 'curl|libcurl', ['libcurl', lib('libcurl\\.so\\.4[.\\d]*')], ['curl', bin('curl')]),
    deb: part(
      'curl',
      'curl|libcurl[34](?:-\\w+|t64)*',
      ['libcurl4', lib('libcurl\\.so\\.4[.\\d]*')],
      ['curl', bin('curl')],
    ),
    rpm: part(
      'curl',
      'curl(?:-minimal)?|libcurl(?:-minimal)?',
      ['libcurl', lib('libcurl\\.so\\.4[.\\d]*')],
      ['curl', bin('curl')],
    ),
  },
  nghttp2: {
    apk: part('nghttp2', 'nghttp2(?:-libs)?', ['nghttp2-libs', lib('libnghttp2\\.so\\.14[.\\d]*')]),
    deb: part('nghttp2', 'libnghttp2-14', ['libnghttp2-14', lib('libnghttp2\\.so\\.14[.\\d]*')]),
    rpm: part('nghttp2', 'libnghttp2', ['libnghttp2', lib('libnghttp2\\.so\\.14[.\\d]*')]),
  },
  brotli: {
    apk: part('brotli', 'brotli(?:-libs)?', ['brotli-libs', lib('libbrotlidec\\.so\\.1[.\\d]*')]),
    deb: part('brotli', 'libbrotli1', ['libbrotli1', lib('libbrotlidec\\.so\\.1[.\\d]*')]),
    rpm: part('brotli', 'libbrotli|brotli', ['libbrotli', lib('libbrotlidec\\.so\\.1[.\\d]*')]),
  },
  sqlite: {
    apk: part(
      'sqlite',
      'sqlite(?:-libs)?',
      ['sqlite-libs', lib('libsqlite3\\.so\\.0[.\\d]*')],
      ['sqlite', bin('sqlite3')],
    ),
    deb: part(
      'sqlite3',
      'libsqlite3-0|sqlite3',
      ['libsqlite3-0', lib('libsqlite3\\.so\\.0[.\\d]*')],
      ['sqlite3', bin('sqlite3')],
    ),
    rpm: part('sqlite', 'sqlite(?:-libs)?', ['sqlite-libs', lib('libsqlite3\\.so\\.0[.\\d]*')]),
  },
  xz: {
    apk: part('xz', 'xz(?:-libs)?', ['xz-libs', lib('liblzma\\.so\\.5[.\\d]*')], ['xz', bin('xz')]),
    deb: part('xz-utils', 'liblzma5|xz-utils', ['liblzma5', lib('liblzma\\.so\\.5[.\\d]*')], ['xz-utils', bin('xz')]),
    rpm: part('xz', 'xz(?:-libs)?', ['xz-libs', lib('liblzma\\.so\\.5[.\\d]*')], ['xz', bin('xz')]),
  },
  libxml2: {
    apk: part('libxml2', 'libxml2', ['libxml2', lib('libxml2\\.so\\.2[.\\d]*')]),
    deb: part('libxml2', 'libxml2', ['libxml2', lib('libxml2\\.so\\.2[.\\d]*')]),
    rpm: part('libxml2', 'libxml2|python3-libxml2', ['libxml2', lib('libxml2\\.so\\.2[.\\d]*')]),
  },
  pcre2: {
    apk: part('pcre2', 'pcre2', ['pcre2', lib('libpcre2-8\\.so\\.0[.\\d]*')]),
    deb: part('pcre2', 'libpcre2-8-0', ['libpcre2-8-0', lib('libpcre2-8\\.so\\.0[.\\d]*')]),
    rpm: part('pcre2', 'pcre2(?:-syntax)?', ['pcre2', lib('libpcre2-8\\.so\\.0[.\\d]*')]),
  },
  pcre: {
    apk: part('pcre', 'pcre', ['pcre', lib('libpcre\\.so\\.1[.\\d]*')]),
    deb: part('2:pcre3', 'libpcre3', ['libpcre3', lib('libpcre\\.so\\.3[.\\d]*')]),
    rpm: part('pcre', 'pcre', ['pcre', lib('libpcre\\.so\\.1[.\\d]*')]),
  },
  ncurses: {
    apk: part('ncurses', 'ncurses-(?:libs|terminfo-base)|libncursesw|ncurses', [
      'ncurses-libs',
      lib('libncursesw?\\.so\\.6[.\\d]*'),
    ]),
    deb: part(
      'ncurses',
      'libtinfo6|libncursesw?6|ncurses-(?:base|bin)',
      ['libtinfo6', lib('libtinfo\\.so\\.6[.\\d]*')],
      ['ncurses-bin', bin('tput|infocmp')],
    ),
    rpm: part('ncurses', 'ncurses(?:-libs|-base)?', ['ncurses-libs', lib('libtinfo\\.so\\.6[.\\d]*')]),
  },
  krb5: {
    apk: part('krb5', 'krb5-libs|krb5', ['krb5-libs', lib('libkrb5\\.so\\.3[.\\d]*')]),
    deb: part(
      'krb5',
      'libkrb5-3|libgssapi-krb5-2|libk5crypto3|libkrb5support0',
      ['libkrb5-3', lib('libkrb5\\.so\\.3[.\\d]*')],
      ['libgssapi-krb5-2', lib('libgssapi_krb5\\.so\\.2[.\\d]*')],
      ['libk5crypto3', lib('libk5crypto\\.so\\.3[.\\d]*')],
      ['libkrb5support0', lib('libkrb5support\\.so\\.0[.\\d]*')],
    ),
    rpm: part('krb5', 'krb5-libs', ['krb5-libs', lib('libkrb5\\.so\\.3[.\\d]*')]),
  },
  gnutls: {
    apk: part('gnutls', 'gnutls', ['gnutls', lib('libgnutls\\.so\\.30[.\\d]*')]),
    deb: part('gnutls28', 'libgnutls30(?:t64)?', ['libgnutls30', lib('libgnutls\\.so\\.30[.\\d]*')]),
    rpm: part('gnutls', 'gnutls', ['gnutls', lib('libgnutls\\.so\\.30[.\\d]*')]),
  },
  libgcrypt: {
    apk: part('libgcrypt', 'libgcrypt', ['libgcrypt', lib('libgcrypt\\.so\\.20[.\\d]*')]),
    deb: part('libgcrypt20', 'libgcrypt20', ['libgcrypt20', lib('libgcrypt\\.so\\.20[.\\d]*')]),
    rpm: part('libgcrypt', 'libgcrypt', ['libgcrypt', lib('libgcrypt\\.so\\.20[.\\d]*')]),
  },
  'libgpg-error': {
    deb: part('libgpg-error', 'libgpg-error0', ['libgpg-error0', lib('libgpg-error\\.so\\.0[.\\d]*')]),
    rpm: part('libgpg-error', 'libgpg-error', ['libgpg-error', lib('libgpg-error\\.so\\.0[.\\d]*')]),
    apk: part('libgpg-error', 'libgpg-error', ['libgpg-error', lib('libgpg-error\\.so\\.0[.\\d]*')]),
  },
  gnupg: {
    apk: part('gnupg', 'gnupg|gpgv?', ['gnupg', bin('gpg')], ['gpgv', bin('gpgv')]),
    deb: part('gnupg2', 'gpgv?|gnupg|gpg-agent|gpgconf|gpgsm|dirmngr', ['gpgv', bin('gpgv')], ['gpg', bin('gpg')]),
    rpm: part('gnupg2', 'gnupg2', ['gnupg2', bin('gpgv?2?')]),
  },
  python: {
    apk: part('python3', 'python3', ['python3', bin('python3\\.\\d+')]),
    deb: part('python3.{}', 'python3\\.\\d+(?:-minimal)?|libpython3\\.\\d+-(?:minimal|stdlib)', [
      'python3.{}-minimal',
      bin('python3\\.(\\d+)'),
    ]),
    rpm: part('python3.{}', 'python3(?:-libs)?|python3\\.\\d+', ['python3', bin('python3\\.(\\d+)')]),
  },
  perl: {
    apk: part('perl', 'perl', ['perl', bin('perl')]),
    deb: part('perl', 'perl(?:-base|-modules-[\\d.]+)?|libperl[\\d.]+', ['perl-base', bin('perl')]),
    rpm: part('4:perl', 'perl(?:-libs|-interpreter)?', ['perl-interpreter', bin('perl')]),
  },
  git: {
    apk: part('git', 'git', ['git', bin('git')]),
    deb: part('1:git', 'git(?:-man)?', ['git', bin('git')]),
    rpm: part('git', 'git(?:-core)?', ['git-core', bin('git')]),
  },
  openssh: {
    apk: part('openssh', 'openssh(?:-\\w+)*', ['openssh-client-default', bin('ssh')], ['openssh-server', bin('sshd')]),
    deb: part(
      '1:openssh',
      'openssh-(?:client|server|sftp-server)',
      ['openssh-client', bin('ssh')],
      ['openssh-server', bin('sshd')],
    ),
    rpm: part(
      'openssh',
      'openssh(?:-clients|-server)?',
      ['openssh', bin('ssh-keygen')],
      ['openssh-clients', bin('ssh')],
      ['openssh-server', bin('sshd')],
    ),
  },
  bash: {
    apk: part('bash', 'bash', ['bash', bin('bash')]),
    deb: part('bash', 'bash', ['bash', bin('bash')]),
    rpm: part('bash', 'bash', ['bash', bin('bash')]),
  },
  bzip2: {
    apk: part('bzip2', 'libbz2|bzip2', ['libbz2', lib('libbz2\\.so\\.1[.\\d]*')]),
    deb: part('bzip2', 'libbz2-1\\.0|bzip2', ['libbz2-1.0', lib('libbz2\\.so\\.1[.\\d]*')], ['bzip2', bin('bzip2')]),
    rpm: part('bzip2', 'bzip2-libs|bzip2', ['bzip2-libs', lib('libbz2\\.so\\.1[.\\d]*')]),
  },
  zstd: {
    apk: part('zstd', 'zstd(?:-libs)?', ['zstd-libs', lib('libzstd\\.so\\.1[.\\d]*')], ['zstd', bin('zstd')]),
    deb: part('libzstd', 'libzstd1|zstd', ['libzstd1', lib('libzstd\\.so\\.1[.\\d]*')], ['zstd', bin('zstd')]),
    rpm: part('zstd', 'libzstd|zstd', ['libzstd', lib('libzstd\\.so\\.1[.\\d]*')], ['zstd', bin('zstd')]),
  },
  lz4: {
    apk: part('lz4', 'lz4(?:-libs)?', ['lz4-libs', lib('liblz4\\.so\\.1[.\\d]*')]),
    deb: part('lz4', 'liblz4-1', ['liblz4-1', lib('liblz4\\.so\\.1[.\\d]*')]),
    rpm: part('lz4', 'lz4-libs', ['lz4-libs', lib('liblz4\\.so\\.1[.\\d]*')]),
  },
  coreutils: {
    apk: part('coreutils', 'coreutils', ['coreutils', bin('coreutils')]),
    deb: part('coreutils', 'coreutils', ['coreutils', bin('ls')]),
    rpm: part('coreutils', 'coreutils(?:-common|-single)?', ['coreutils', bin('ls|coreutils')]),
  },
  tar: {
    apk: part('tar', 'tar', ['tar', bin('tar')]),
    deb: part('tar', 'tar', ['tar', bin('tar')]),
    rpm: part('tar', 'tar', ['tar', bin('tar')]),
  },
  gzip: {
    deb: part('gzip', 'gzip', ['gzip', bin('gzip')]),
    rpm: part('gzip', 'gzip', ['gzip', bin('gzip')]),
  },
  'util-linux': {
    apk: part('util-linux', 'util-linux(?:-misc)?|libuuid|libblkid|libmount', [
      'libuuid',
      lib('libuuid\\.so\\.1[.\\d]*'),
    ]),
    deb: part(
      'util-linux',
      'util-linux|mount|bsdutils|fdisk|lib(?:blkid|mount|uuid|smartcols|fdisk)1',
      ['util-linux', bin('more')],
      ['mount', bin('mount')],
      ['libuuid1', lib('libuuid\\.so\\.1[.\\d]*')],
      ['libblkid1', lib('libblkid\\.so\\.1[.\\d]*')],
      ['libmount1', lib('libmount\\.so\\.1[.\\d]*')],
      ['libsmartcols1', lib('libsmartcols\\.so\\.1[.\\d]*')],
    ),
    rpm: part(
      'util-linux',
      'util-linux(?:-core)?|lib(?:blkid|mount|uuid|smartcols|fdisk)',
      ['util-linux', bin('mount')],
      ['libuuid', lib('libuuid\\.so\\.1[.\\d]*')],
      ['libblkid', lib('libblkid\\.so\\.1[.\\d]*')],
      ['libmount', lib('libmount\\.so\\.1[.\\d]*')],
    ),
  },
  e2fsprogs: {
    apk: part('e2fsprogs', 'e2fsprogs(?:-libs)?|libcom_err', ['libcom_err', lib('libcom_err\\.so\\.2[.\\d]*')]),
    deb: part(
      'e2fsprogs',
      'e2fsprogs|libext2fs2(?:t64)?|libcom-err2|libss2|logsave',
      ['e2fsprogs', bin('mke2fs')],
      ['libext2fs2', lib('libext2fs\\.so\\.2[.\\d]*')],
      ['libcom-err2', lib('libcom_err\\.so\\.2[.\\d]*')],
      ['libss2', lib('libss\\.so\\.2[.\\d]*')],
    ),
    rpm: part('e2fsprogs', 'e2fsprogs(?:-libs)?|libcom_err|libss', ['libcom_err', lib('libcom_err\\.so\\.2[.\\d]*')]),
  },
  libtasn1: {
    apk: part('libtasn1', 'libtasn1', ['libtasn1', lib('libtasn1\\.so\\.6[.\\d]*')]),
    deb: part('libtasn1-6', 'libtasn1-6', ['libtasn1-6', lib('libtasn1\\.so\\.6[.\\d]*')]),
    rpm: part('libtasn1', 'libtasn1', ['libtasn1', lib('libtasn1\\.so\\.6[.\\d]*')]),
  },
  gmp: {
    apk: part('gmp', 'gmp', ['gmp', lib('libgmp\\.so\\.10[.\\d]*')]),
    deb: part('2:gmp', 'libgmp10', ['libgmp10', lib('libgmp\\.so\\.10[.\\d]*')]),
    rpm: part('1:gmp', 'gmp', ['gmp', lib('libgmp\\.so\\.10[.\\d]*')]),
  },
  libidn2: {
    apk: part('libidn2', 'libidn2', ['libidn2', lib('libidn2\\.so\\.0[.\\d]*')]),
    deb: part('libidn2', 'libidn2-0', ['libidn2-0', lib('libidn2\\.so\\.0[.\\d]*')]),
    rpm: part('libidn2', 'libidn2', ['libidn2', lib('libidn2\\.so\\.0[.\\d]*')]),
  },
  'db5.3': { deb: part('db5.3', 'libdb5\\.3(?:t64)?', ['libdb5.3', lib('libdb-5\\.3\\.so')]) },
  dpkg: { deb: part('dpkg', 'dpkg', ['dpkg', bin('dpkg')]) },
  rpm: { rpm: part('rpm', 'rpm(?:-libs)?', ['rpm-libs', lib('librpm\\.so\\.\\d+[.\\d]*')], ['rpm', bin('rpm')]) },
  systemd: {
    deb: part(
      'systemd',
      'systemd|libsystemd0|libudev1',
      ['libsystemd0', lib('libsystemd\\.so\\.0[.\\d]*')],
      ['libudev1', lib('libudev\\.so\\.1[.\\d]*')],
      ['systemd', bin('systemctl')],
    ),
    rpm: part(
      'systemd',
      'systemd(?:-libs|-pam)?',
      ['systemd-libs', lib('libsystemd\\.so\\.0[.\\d]*')],
      ['systemd', bin('systemctl')],
    ),
  },
  wget: {
    apk: part('wget', 'wget', ['wget', bin('wget')]),
    deb: part('wget', 'wget', ['wget', bin('wget')]),
    rpm: part('wget', 'wget', ['wget', bin('wget')]),
  },
  libarchive: {
    apk: part('libarchive', 'libarchive', ['libarchive', lib('libarchive\\.so\\.13[.\\d]*')]),
    deb: part('libarchive', 'libarchive13(?:t64)?', ['libarchive13', lib('libarchive\\.so\\.13[.\\d]*')]),
    rpm: part('libarchive', 'libarchive', ['libarchive', lib('libarchive\\.so\\.13[.\\d]*')]),
  },
  libpng: {
    apk: part('libpng', 'libpng', ['libpng', lib('libpng16\\.so\\.16[.\\d]*')]),
    deb: part('libpng1.6', 'libpng16-16(?:t64)?', ['libpng16-16', lib('libpng16\\.so\\.16[.\\d]*')]),
    rpm: part('libpng', 'libpng', ['libpng', lib('libpng16\\.so\\.16[.\\d]*')]),
  },
  libtiff: {
    apk: part('tiff', 'tiff', ['tiff', lib('libtiff\\.so\\.\\d[.\\d]*')]),
    deb: part('tiff', 'libtiff[56]', ['libtiff{}', lib('libtiff\\.so\\.(\\d)[.\\d]*')]),
    rpm: part('libtiff', 'libtiff', ['libtiff', lib('libtiff\\.so\\.5[.\\d]*')]),
  },
  libwebp: {
    apk: part('libwebp', 'libwebp\\w*', ['libwebp', lib('libwebp\\.so\\.7[.\\d]*')]),
    deb: part('libwebp', 'libwebp\\w*', ['libwebp7', lib('libwebp\\.so\\.7[.\\d]*')]),
    rpm: part('libwebp', 'libwebp', ['libwebp', lib('libwebp\\.so\\.7[.\\d]*')]),
  },
  freetype: {
    apk: part('freetype', 'freetype', ['freetype', lib('libfreetype\\.so\\.6[.\\d]*')]),
    deb: part('freetype', 'libfreetype6', ['libfreetype6', lib('libfreetype\\.so\\.6[.\\d]*')]),
    rpm: part('freetype', 'freetype', ['freetype', lib('libfreetype\\.so\\.6[.\\d]*')]),
  },
  libssh2: {
    apk: part('libssh2', 'libssh2', ['libssh2', lib('libssh2\\.so\\.1[.\\d]*')]),
    deb: part('libssh2', 'libssh2-1(?:t64)?', ['libssh2-1', lib('libssh2\\.so\\.1[.\\d]*')]),
    rpm: part('libssh2', 'libssh2', ['libssh2', lib('libssh2\\.so\\.1[.\\d]*')]),
  },
  nginx: {
    apk: part('nginx', 'nginx', ['nginx', bin('nginx')]),
    deb: part('nginx', 'nginx(?:-\\w+)*', ['nginx', bin('nginx')]),
    rpm: part('nginx', 'nginx(?:-core)?', ['nginx', bin('nginx')]),
  },
};

/** The types of packages that the table speaks of. */
export const PART_TYPES: ReadonlySet<string> = new Set(Object.values(PARTS).flatMap((byType) => Object.keys(byType)));

/** How a distribution calls a project whose file lies there, with the number of the file's where the name has one (`python3.11`). */
export function partOf(project: string, type: string, path: string): Part | undefined {
  const part = PARTS[project]?.[type];
  if (part === undefined || !part.source.includes('{}')) return part;
  const number = /python3\.(\d+)/.exec(path)?.[1];
  return number === undefined ? undefined : { ...part, source: part.source.replace('{}', number) };
}

/** The package of a source that a file is of. */
export function packageAt({ packages }: Part, path: string): string | undefined {
  for (const [name, files] of packages) {
    const match = files.exec(path);
    if (match !== null) return name.replace('{}', match[1] ?? '');
  }
  return undefined;
}
