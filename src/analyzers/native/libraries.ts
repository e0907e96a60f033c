/**
 * How native libraries are known by their file names and by the texts inside them: data, with where each fact comes
 * from. Wheels rename what they bundle (`libwebp-b246aa5a.so.7.1.5`), so the names here are without that hash.
 */

/** A library by its file name or soname. */
export interface LibraryName {
  /** Upstream project. */
  readonly project: string;
  /** Matches the name without hash: `libwebp.so.7.1.5`. A group `so` captures the shared object version. */
  readonly files: RegExp;
  /** Release for a shared object version, where the two are tied; undefined for one it does not know. */
  readonly release?: (so: string) => string | undefined;
  /** The version as a text of its own in the file (global, sticky to nothing): group 1 is the version. */
  readonly bare?: RegExp;
  /** Turns group 1 of `bare` into a version. */
  readonly read?: (text: string) => string;
}

const table =
  (releases: Readonly<Record<string, string>>) =>
  (so: string): string | undefined =>
    Object.hasOwn(releases, so) ? releases[so] : undefined;

/** The shared object version is the release itself. */
const same = (so: string): string | undefined => (/^\d+\.\d+(\.\d+)*$/.test(so) ? so : undefined);

/** `20914` is 2.9.14, `10135` is 1.1.35. https://gitlab.gnome.org/GNOME/libxml2/-/blob/master/include/libxml/xmlversion.h.in */
const packed = (text: string): string => `${Number(text[0])}.${Number(text.slice(1, 3))}.${Number(text.slice(3))}`;

/** A text of its own: a C string whose first character follows nothing printable. */
export const alone = (version: string): RegExp => new RegExp(`(?<![ -~])(${version})(?=\\0)`, 'g');
const THREE = '\\d{1,2}\\.\\d{1,3}\\.\\d{1,3}';

/** libwebp's libtool versions: https://github.com/webmproject/libwebp/blob/main/src/Makefile.am at each release tag. */
const WEBP = table({
  '7.0.2': '1.0.0',
  '7.0.3': '1.0.1',
  '7.0.4': '1.0.2',
  '7.0.5': '1.0.3',
  '7.1.0': '1.1.0',
  '7.1.1': '1.2.0',
  '7.1.2': '1.2.1',
  '7.1.3': '1.2.2',
  '7.1.4': '1.2.3',
  '7.1.5': '1.2.4',
  '7.1.6': '1.3.0',
  '7.1.7': '1.3.1',
  '7.1.8': '1.3.2',
  '7.1.9': '1.4.0',
  '7.1.10': '1.5.0',
});

/** https://gitlab.freedesktop.org/freetype/freetype/-/blob/master/docs/VERSIONS.TXT */
const FREETYPE = table({
  '6.20.3': '2.14.0',
  '6.20.2': '2.13.3',
  '6.20.1': '2.13.2',
  '6.20.0': '2.13.1',
  '6.19.0': '2.13.0',
  '6.18.3': '2.12.1',
  '6.18.2': '2.12.0',
  '6.18.1': '2.11.1',
  '6.18.0': '2.11.0',
  '6.17.4': '2.10.4',
  '6.17.3': '2.10.3',
  '6.17.2': '2.10.2',
  '6.17.1': '2.10.1',
  '6.17.0': '2.10.0',
  '6.16.1': '2.9.1',
  '6.16.0': '2.9.0',
  '6.15.0': '2.8.1',
  '6.14.0': '2.8.0',
  '6.13.0': '2.7.1',
  '6.12.6': '2.7.0',
  '6.12.5': '2.6.5',
  '6.12.3': '2.6.3',
  '6.12.1': '2.6.1',
  '6.11.4': '2.5.5',
});

/** ZeroMQ's ABI versions: https://github.com/zeromq/libzmq/blob/master/configure.ac at each release tag. */
const ZEROMQ = table({ '5.2.1': '4.3.1', '5.2.2': '4.3.2', '5.2.3': '4.3.3', '5.2.4': '4.3.4', '5.2.5': '4.3.5' });

/**
 * HarfBuzz: 0.20704.0 is 2.7.4 and 0.60000.0 is 6.0.0; since 7.0 the number is 60000 and the release without dots, so
 * 0.60830.0 is 8.3.0. https://github.com/harfbuzz/harfbuzz/blob/main/meson.build
 */
const harfbuzz = (so: string): string | undefined => {
  const number = Number(/^0\.(\d{5,6})\.\d+$/.exec(so)?.[1] ?? 0);
  if (number === 0) return undefined;
  if (number >= 60_700 && number < 63_000)
    return `${Math.floor((number - 60_000) / 100)}.${Math.floor(number / 10) % 10}.${number % 10}`;
  return `${Math.floor(number / 10_000)}.${Math.floor(number / 100) % 100}.${number % 100}`;
};

/** libpq 5.15 is PostgreSQL 15: since 10 the minor number is the major release. */
const libpq = (so: string): string | undefined => /^5\.(1\d)$/.exec(so)?.[1];

/**
 * CPython's version ends a C string of its own, or (linkers merge what ends alike) that of its prefix, as in
 * `/root/.pyenv/versions/3.11.7`. The file's name says which release line to believe.
 */
export const PYTHON_VERSION = /(?<![\w.+-])([23]\.\d{1,2}\.\d{1,2}(?:a\d|b\d|rc\d)?\+?)(?=\0)/g;

export const LIBRARY_NAMES: readonly LibraryName[] = [
  { project: 'libwebp', files: /^libwebp\.so\.(?<so>[\d.]+)$/, release: WEBP },
  { project: 'freetype', files: /^libfreetype\.so\.(?<so>[\d.]+)$/, release: FREETYPE },
  { project: 'harfbuzz', files: /^libharfbuzz(?:-[a-z]+)?\.so\.(?<so>[\d.]+)$/, release: harfbuzz, bare: alone(THREE) },
  { project: 'zeromq', files: /^libzmq\.so\.(?<so>[\d.]+)$/, release: ZEROMQ },
  { project: 'lcms2', files: /^liblcms2\.so\.2\.0\.(?<so>\d+)$/, release: (so) => `2.${so}` },
  { project: 'openjpeg', files: /^libopenjp2\.so\.(?<so>2\.\d+\.\d+)$/, release: same, bare: alone('2\\.\\d+\\.\\d+') },
  { project: 'brotli', files: /^libbrotli(?:common|dec|enc)\.so\.(?<so>1\.\d+\.\d+)$/, release: same },
  { project: 'lz4', files: /^liblz4\.so\.(?<so>1\.\d+\.\d+)$/, release: same, bare: alone('1\\.\\d+\\.\\d+') },
  { project: 'zstd', files: /^libzstd\.so(?:\.(?<so>1\.\d+\.\d+))?/, release: same, bare: alone('1\\.\\d+\\.\\d+') },
  {
    project: 'xz',
    files: /^liblzma\.so\.(?<so>5\.\d+\.\d+)$/,
    release: same,
    bare: alone('5\\.\\d+\\.\\d+(?:alpha|beta)?'),
  },
  { project: 'sqlite', files: /^(?:libsqlite3\.so|sqlite3$)/, bare: alone('3\\.\\d{1,2}\\.\\d{1,2}(?:\\.\\d)?') },
  { project: 'nghttp2', files: /^libnghttp2\.so/, bare: alone('1\\.\\d{1,2}\\.\\d{1,2}') },
  { project: 'libsodium', files: /^libsodium\.so/, bare: alone('1\\.0\\.\\d+') },
  {
    project: 'libevent',
    files: /^libevent[\w-]*[.-]/,
    bare: alone('2\\.\\d+\\.\\d+-(?:stable|beta|alpha)'),
    read: (text) => text.replace('-stable', ''),
  },
  {
    project: 'pcre2',
    files: /^libpcre2-(?:8|16|32)\.so/,
    bare: /(?<![ -~])(10\.\d{2})(?:-RC\d)? \d{4}-\d{2}-\d{2}(?=\0)/g,
  },
  { project: 'pcre', files: /^libpcre\.so/, bare: /(?<![ -~])(8\.\d{2}) \d{4}-\d{2}-\d{2}(?=\0)/g },
  // IJG's own library: "9c  14-Jan-2018"
  {
    project: 'libjpeg',
    files: /^libjpeg\.so\.[89]/,
    bare: /(?<![ -~])([89][a-f]?) {2}\d{1,2}-[A-Z][a-z]{2}-\d{4}(?=\0)/g,
  },
  { project: 'netcdf', files: /^libnetcdf\.so/, bare: /(?<![ -~])(4\.\d+\.\d+) of [A-Z][a-z]{2} [ \d]\d \d{4}/g },
  { project: 'proj', files: /^libproj\.so/, bare: /Rel\. (\d+\.\d+\.\d+), [A-Z][a-z]+ \d/g },
  { project: 'geos', files: /^libgeos\.so\.(?<so>3\.\d+\.\d+)$/, release: same },
  { project: 'geos', files: /^libgeos_c\.so/, bare: /(?<![ -~])(3\.\d+\.\d+(?:rc\d|beta\d)?)-CAPI-/g },
  { project: 'openblas', files: /^libopenblas(?:64_?)?(?:_?p)?-r(?<so>\d+\.\d+\.\d+)(?:\.dev)?\.so$/, release: same },
  { project: 'libxml2', files: /^(?:libxml2\.so|etree\.cpython)/, bare: alone('2\\d{4}'), read: packed },
  { project: 'libxslt', files: /^(?:libxslt\.so|etree\.cpython)/, bare: alone('101\\d{2}'), read: packed },
  { project: 'postgresql', files: /^libpq\.so\.(?<so>[\d.]+)$/, release: libpq },
  { project: 'cyrus-sasl', files: /^libsasl2\.so/, bare: alone('2\\.1\\.\\d{2}') },
  { project: 'keyutils', files: /^libkeyutils\.so/, bare: /keyutils-(\d+\.\d+\.\d+)/g },
  { project: 'icu', files: /^libicu(?:uc|i18n|data|io|tu)\.so\.(?<so>\d+\.\d+)$/, release: same },
  { project: 'protobuf', files: /^libprotobuf(?:-lite)?\.so\.(?<so>\d+\.\d+\.\d+(?:\.\d+)?)$/, release: protobuf },
  { project: 'dav1d', files: /^libdav1d\.so/, bare: alone('\\d\\.\\d{1,2}\\.\\d') },
  { project: 'x265', files: /^libx265\.so/, bare: /(?<![ -~])(\d\.\d+)\+\d+-[0-9a-f]{9}(?=\0)/g },
  {
    project: 'arrow',
    files: /^libarrow\.so\.(?<so>\d{3,4})$/,
    release: (so) => `${Number(so.slice(0, -2))}.${Number(so.slice(-2))}.0`,
    bare: alone('\\d{1,2}\\.\\d{1,2}\\.\\d{1,2}'),
  },
  { project: 'gcc', files: /^lib(?:gomp|gfortran|quadmath|stdc\+\+|gcc_s)\.so/ },
  { project: 'llvm-openmp', files: /^lib(?:iomp5|omp)\.so/ },
  {
    project: 'python',
    files: /^libpython(?<so>\d\.\d+)\.so/,
    bare: PYTHON_VERSION,
  },
  { project: 'libaec', files: /^lib(?:aec|sz)\.so/ },
  { project: 'giflib', files: /^libgif\.so/ },
  { project: 'blosc', files: /^libblosc\.so/ },
  { project: 'json-c', files: /^libjson-c\.so/ },
  { project: 'openldap', files: /^lib(?:ldap|ldap_r|lber)(?:-2)?[.-]/ },
  { project: 'e2fsprogs', files: /^libcom_err\.so/ },
  { project: 'libselinux', files: /^libselinux\.so/ },
  { project: 'libxcb', files: /^libxcb\.so/ },
];

/** Up to 3.21 the object is 11 ahead of the minor number (32.0.12 is 3.21.12); since 22.0 it carries the release. https://protobuf.dev/support/version-support/ */
function protobuf(so: string): string | undefined {
  const [, major = '', minor = '', patch = ''] = /^(\d+)\.(\d+)\.(\d+)/.exec(so) ?? [];
  if (minor === '0' && Number(major) >= 12 && Number(major) <= 32) return `3.${Number(major) - 11}.${patch}`;
  return Number(major) >= 22 ? `${major}.${minor}.${patch}` : undefined;
}

/** Takes off the hash that auditwheel and delocate put into a name: `libtiff-ac0c3d92.so.6.0.0` -> `libtiff.so.6.0.0`. */
export const withoutWheelHash = (name: string): string => name.replace(/-[0-9a-f]{8}(?=[.-]|$)/, '');
