// Long because it is data: how each program tells its version, an entry each.
import { alone, PYTHON_VERSION } from './libraries.ts';

/**
 * Texts by which a program or a library tells its version from within, wherever it was linked in: data. Each was seen in
 * real binaries (Debian 12 packages, PyPI wheels of 2023); where upstream defines it, the file is named.
 */
export interface Signature {
  readonly project: string;
  /** The fixed text that is searched for, at least 6 long. */
  readonly anchor: string;
  /** Sticky, tried where the anchor begins; group 1 is the version. */
  readonly pattern: RegExp;
  /** Only in files whose name (without wheel hash) matches; absent: in any ELF file. */
  readonly files?: RegExp;
  /** A file that asks the loader for such a library only names what it was compiled against: no copy is inside. */
  readonly linked?: RegExp;
  readonly read?: (text: string) => string;
  /** Older versions are mentioned as well (certified modules, compatibility): the version told most often is the file's. */
  readonly mentions?: boolean;
}

const V3 = String.raw`(\d{1,3}\.\d{1,3}\.\d{1,3})`;
const dots = (text: string): string => text.replaceAll('_', '.');

/** include/openssl/opensslv.h.in: `OpenSSL 1.1.1r  11 Oct 2022`. The date tells it from prose. */
const OPENSSL = /OpenSSL (\d+\.\d+\.\d+[a-z]{0,2}(?:-(?:alpha|beta)\d+)?)(?:-fips)? {1,2}\d{1,2} [A-Z][a-z]{2} \d{4}/y;

export const SIGNATURES: readonly Signature[] = [
  { project: 'openssl', anchor: 'OpenSSL ', pattern: OPENSSL, mentions: true, linked: /^lib(?:ssl|crypto)(?:[-.]|$)/ },
  {
    project: 'libressl',
    anchor: 'LibreSSL ',
    pattern: new RegExp(`LibreSSL ${V3}`, 'y'),
    linked: /^lib(?:ssl|crypto|tls)[-.]/,
  },
  // deflate.c, inftrees.c
  { project: 'zlib', anchor: 'deflate 1.', pattern: /deflate (1\.\d+(?:\.\d+)*(?:-motley|\.zlib-ng)?) Copyright/y },
  { project: 'zlib', anchor: 'inflate 1.', pattern: /inflate (1\.\d+(?:\.\d+)*(?:-motley|\.zlib-ng)?) Copyright/y },
  {
    project: 'libpng',
    anchor: 'libpng version 1.',
    pattern: new RegExp(`libpng version ${V3}`, 'y'),
    linked: /^libpng/,
  },
  // jversion.h; OpenCV's build puts its own name first
  {
    project: 'libjpeg-turbo',
    anchor: 'libjpeg-turbo version ',
    pattern: new RegExp(`libjpeg-turbo version ${V3}`, 'y'),
  },
  {
    project: 'libjpeg-turbo',
    anchor: 'OpenCV version ',
    pattern: /OpenCV version (\d\.\d+\.\d+) \(build opencv-[\w.-]+-libjpeg-turbo\)/y,
  },
  { project: 'libtiff', anchor: 'LIBTIFF, Version ', pattern: new RegExp(`LIBTIFF, Version ${V3}`, 'y') },
  { project: 'hdf5', anchor: 'HDF5 library version: ', pattern: /HDF5 library version: (\d+\.\d+\.\d+(?:-\d+)?)/y },
  { project: 'openblas', anchor: 'OpenBLAS ', pattern: /OpenBLAS (\d+\.\d+\.\d+)(?:\.dev)? /y, linked: /^libopenblas/ },
  { project: 'ffmpeg', anchor: 'FFmpeg version ', pattern: /FFmpeg version n?(\d+\.\d+(?:\.\d+)?)/y },
  { project: 'curl', anchor: 'CLIENT libcurl ', pattern: /CLIENT libcurl (\d+\.\d+\.\d+)/y },
  { project: 'curl', anchor: 'libcurl/', pattern: /libcurl\/(\d+\.\d+\.\d+)(?:-DEV)?(?=[\0 ])/y, linked: /^libcurl/ },
  { project: 'expat', anchor: 'expat_2.', pattern: new RegExp(`expat_${V3}`, 'y') },
  { project: 'bzip2', anchor: '1.0.8, 13-Jul-2019', pattern: /(1\.0\.8), 13-Jul-2019/y },
  { project: 'bzip2', anchor: '1.0.6, 6-Sept-2010', pattern: /(1\.0\.6), 6-Sept-2010/y },
  { project: 'bzip2', anchor: '1.0.7, 27-Jun-2019', pattern: /(1\.0\.7), 27-Jun-2019/y },
  { project: 'krb5', anchor: 'KRB5_BRAND: krb5-', pattern: /KRB5_BRAND: krb5-(\d+\.\d+(?:\.\d+)?)/y },
  { project: 'libssh2', anchor: 'SSH-2.0-libssh2_', pattern: new RegExp(`SSH-2\\.0-libssh2_${V3}`, 'y') },
  { project: 'libarchive', anchor: 'libarchive 3.', pattern: new RegExp(`libarchive ${V3}(?=\\0)`, 'y') },
  {
    project: 'libvpx',
    anchor: 'WebM Project VP8 Decoder v',
    pattern: new RegExp(`WebM Project VP8 Decoder v${V3}`, 'y'),
  },
  {
    project: 'libvpx',
    anchor: 'WebM Project VP9 Decoder v',
    pattern: new RegExp(`WebM Project VP9 Decoder v${V3}`, 'y'),
  },
  {
    project: 'aom',
    anchor: 'AOMedia Project AV1 Decoder v',
    pattern: new RegExp(`AOMedia Project AV1 Decoder v${V3}`, 'y'),
  },
  {
    project: 'aom',
    anchor: 'AOMedia Project AV1 Encoder v',
    pattern: new RegExp(`AOMedia Project AV1 Encoder v${V3}`, 'y'),
  },
  { project: 'x264', anchor: 'x264 - core ', pattern: /x264 - core (\d{2,3})(?= )/y },
  { project: 'nss', anchor: 'Version: NSS ', pattern: /Version: NSS (\d+\.\d+(?:\.\d+)?)/y },
  { project: 'gdal', anchor: '/gdal-3.', pattern: new RegExp(`/gdal-${V3}/`, 'y') },
  { project: 'openjpeg', anchor: '/openjpeg-', pattern: new RegExp(`/openjpeg-${V3}/`, 'y') },
  { project: 'aws-sdk-cpp', anchor: 'aws-sdk-cpp/', pattern: /aws-sdk-cpp\/(\d+\.\d+\.\d+)/y },
  // OpenCV's own build report names what it compiled in ("build" rather than a path)
  {
    project: 'opencv',
    anchor: 'General configuration for OpenCV ',
    pattern: new RegExp(`General configuration for OpenCV ${V3}`, 'y'),
  },
  { project: 'libpng', anchor: '\n    PNG:  ', pattern: new RegExp(`\\n    PNG: +build \\(ver ${V3}`, 'y') },
  { project: 'libtiff', anchor: '\n    TIFF:  ', pattern: new RegExp(`\\n    TIFF: +build \\(ver \\d+ - ${V3}`, 'y') },
  {
    project: 'openjpeg',
    anchor: '\n    JPEG 2000:  ',
    pattern: new RegExp(`\\n    JPEG 2000: +build \\(ver ${V3}`, 'y'),
  },
  { project: 'openexr', anchor: '\n    OpenEXR:  ', pattern: new RegExp(`\\n    OpenEXR: +build \\(ver ${V3}`, 'y') },
  // Paths that vcpkg leaves in assertions (pyarrow): `/buildtrees/protobuf/src/v3.21.8-b162a26f57.clean/`, `.../curl/src/url-7_84_0-...`
  {
    project: 'protobuf',
    anchor: '/buildtrees/protobuf/src/v',
    pattern: new RegExp(`/buildtrees/protobuf/src/v${V3}-[0-9a-f]{10}`, 'y'),
  },
  {
    project: 'grpc',
    anchor: '/buildtrees/grpc/src/v',
    pattern: new RegExp(`/buildtrees/grpc/src/v${V3}-[0-9a-f]{10}`, 'y'),
  },
  {
    project: 'curl',
    anchor: '/buildtrees/curl/src/',
    pattern: /\/buildtrees\/curl\/src\/c?url-(\d+_\d+_\d+)-[0-9a-f]{10}/y,
    read: dots,
  },
  {
    project: 're2',
    anchor: '/buildtrees/re2/src/',
    pattern: /\/buildtrees\/re2\/src\/(\d{4}-\d{2}-\d{2})-[0-9a-f]{10}/y,
  },

  // --- GPU and mathematics ---
  { project: 'nccl', anchor: 'NCCL version 2', pattern: /NCCL version (\d+\.\d+\.\d+)(?:\+cuda[\d.]+)?/y },
  { project: 'onednn', anchor: 'oneDNN v', pattern: new RegExp(`oneDNN v${V3} \\(commit`, 'y') },
  // PyTorch for ARM: `arm_compute_version=v22.11 Build options: {...}`
  {
    project: 'arm-compute-library',
    anchor: 'arm_compute_version=v',
    pattern: /arm_compute_version=v(\d{2}\.\d{2}(?:\.\d+)?) Build options/y,
  },
  {
    project: 'mkl',
    anchor: 'Math Kernel Library Version ',
    pattern: /Math Kernel Library Version (\d{4}\.\d+(?:\.\d+)?)(?:-Product)?/y,
  },
  { project: 'tensorrt', anchor: 'TensorRT-', pattern: /TensorRT-(\d+\.\d+\.\d+(?:\.\d+)?)/y, files: /^libnvinfer/ },

  // --- programs ---
  { project: 'xz', anchor: 'xz (XZ Utils) ', pattern: /xz \(XZ Utils\) (\d+\.\d+\.\d+(?:alpha|beta)?)/y },
  { project: 'busybox', anchor: 'BusyBox v1.', pattern: /BusyBox v(1\.\d+\.\d+)/y },
  { project: 'bash', anchor: '@(#)Bash version ', pattern: /@\(#\)Bash version (\d+\.\d+\.\d+)\(/y },
  { project: 'node', anchor: 'node.js/v', pattern: new RegExp(`node\\.js/v${V3}`, 'y'), linked: /^libnode/ },
  {
    project: 'postgresql',
    anchor: 'PostgreSQL ',
    pattern: /PostgreSQL (\d+\.\d+(?:\.\d+)?)(?= |\0)/y,
    files: /^(?:postgres|initdb|pg_ctl|psql)$/,
  },
  { project: 'nginx', anchor: 'nginx version: nginx/', pattern: new RegExp(`nginx version: nginx/${V3}`, 'y') },
  { project: 'lighttpd', anchor: 'lighttpd/1.', pattern: new RegExp(`lighttpd/${V3}`, 'y'), files: /^lighttpd/ },
  { project: 'httpd', anchor: 'Apache/2.', pattern: new RegExp(`Apache/${V3}`, 'y'), files: /^(?:httpd|apache2)$/ },
  {
    project: 'php',
    anchor: 'X-Powered-By: PHP/',
    pattern: /X-Powered-By: PHP\/(\d+\.\d+\.\d+(?:(?:RC|alpha|beta)\d+)?)/y,
  },
  { project: 'memcached', anchor: 'memcached 1.', pattern: new RegExp(`memcached ${V3}`, 'y'), files: /^memcached/ },
  { project: 'ruby', anchor: 'ruby 2.', pattern: /ruby (2\.\d+\.\d+)(?:p\d+|dev|preview\d|rc\d)? \(/y },
  { project: 'ruby', anchor: 'ruby 3.', pattern: /ruby (3\.\d+\.\d+)(?:p\d+|dev|preview\d|rc\d)? \(/y },
  { project: 'erlang', anchor: 'Erlang/OTP ', pattern: /Erlang\/OTP (\d+)%s \[erts-/y, files: /^beam/ },
  {
    project: 'rust',
    anchor: 'rustc version ',
    pattern: /rustc version (\d+\.\d+\.\d+(?:-(?:nightly|beta[.\d]*))?)/y,
    files: /^lib(?:std|rustc_driver)-/,
  },
  {
    project: 'openssh',
    anchor: 'OpenSSH_',
    pattern: /OpenSSH_(\d+\.\d+p\d+)(?=[ \0])/y,
    files: /^(?:sshd|ssh|sshd-session)$/,
  },
  { project: 'jq', anchor: 'jq-1.', pattern: /jq-(1\.\d+(?:\.\d+)?(?:rc\d)?)(?=\0)/y, files: /^(?:jq|libjq)/ },
];

/** A program known by its file name, its version a text of its own. Group 1 of `bare` is the version. */
export interface ProgramName {
  readonly project: string;
  /** Matches the whole path. */
  readonly files: RegExp;
  readonly bare: RegExp;
  /** Where the file name gives the release line, the version has to begin with it. */
  readonly within?: (path: string) => string | undefined;
}

export const PROGRAM_NAMES: readonly ProgramName[] = [
  {
    project: 'python',
    files: /(?:^|\/)python(?:[23](?:\.\d{1,2})?t?)?$/,
    bare: PYTHON_VERSION,
    within: (path) => /python([23]\.\d+)t?$/.exec(path)?.[1],
  },
  {
    project: 'gcc',
    files: /(?:^|\/)(?:[\w]+-linux-(?:gnu|musl)-)?(?:gcc|g\+\+|cc1|cc1plus)(?:-\d{1,2})?$/,
    bare: alone('\\d{1,2}\\.\\d{1,2}\\.\\d'),
  },
  { project: 'gzip', files: /(?:^|\/)gzip$/, bare: alone('1\\.\\d{1,2}') },
  { project: 'zstd', files: /(?:^|\/)zstd$/, bare: /(?<![ -~])v(1\.\d{1,2}\.\d{1,2})(?=\0)/g },
  {
    project: 'redis',
    files: /(?:^|\/)redis-(?:server|cli|benchmark|check-rdb)$/,
    bare: alone('[2-9]\\.\\d{1,2}\\.\\d{1,2}(?:-rc\\d)?'),
  },
  { project: 'valkey', files: /(?:^|\/)valkey-(?:server|cli)$/, bare: alone('[7-9]\\.\\d{1,2}\\.\\d{1,2}(?:-rc\\d)?') },
  { project: 'git', files: /(?:^|\/)git$/, bare: alone('[12]\\.\\d{1,2}\\.\\d{1,2}(?:\\.\\d+)?(?:\\.rc\\d)?') },
  { project: 'curl', files: /(?:^|\/)curl$/, bare: /(?<![ -~])curl (\d{1,2}\.\d{1,3}\.\d{1,2}) \(/g },
  {
    project: 'haproxy',
    files: /(?:^|\/)haproxy$/,
    bare: /(?<![ -~])([12]\.\d{1,2}\.\d{1,2}|3\.\d{1,2}\.\d{1,2})(?:-[\w.+~]+)?(?=\0)/g,
  },
  { project: 'perl', files: /(?:^|\/)(?:perl[\d.]*|libperl\.so[\d.]*)$/, bare: /\/(5\.\d{1,2}\.\d{1,2})(?=[/\0])/g },
  {
    project: 'mariadb',
    files: /(?:^|\/)(?:mariadbd|mysqld|mariadb)$/,
    bare: /(?<![ -~])(1[0-2]\.\d{1,2}\.\d{1,2})-MariaDB/g,
  },
  {
    project: 'julia',
    files: /(?:^|\/)libjulia(?:-internal)?\.so\.1[\d.]*$/,
    bare: alone('1\\.\\d{1,2}\\.\\d{1,2}(?:-[a-z]+\\d*)?'),
  },
];

/** How the National Vulnerability Database calls what others know by another name: vendor and product of its CPE. */
export const CPE: ReadonlyMap<string, string> = new Map([
  ['aom', 'aomedia:aomedia'],
  ['arrow', 'apache:arrow'],
  ['bash', 'gnu:bash'],
  ['brotli', 'google:brotli'],
  ['busybox', 'busybox:busybox'],
  ['bzip2', 'bzip:bzip2'],
  ['cuda', 'nvidia:cuda_toolkit'],
  ['curl', 'haxx:curl'],
  ['cyrus-sasl', 'cyrusimap:cyrus-sasl'],
  ['dav1d', 'videolan:dav1d'],
  ['erlang', 'erlang:erlang\\/otp'],
  ['expat', 'libexpat_project:libexpat'],
  ['ffmpeg', 'ffmpeg:ffmpeg'],
  ['freetype', 'freetype:freetype'],
  ['gcc', 'gnu:gcc'],
  ['gdal', 'osgeo:gdal'],
  ['geos', 'osgeo:geos'],
  ['giflib', 'giflib_project:giflib'],
  ['git', 'git-scm:git'],
  ['grpc', 'grpc:grpc'],
  ['gzip', 'gnu:gzip'],
  ['haproxy', 'haproxy:haproxy'],
  ['harfbuzz', 'harfbuzz_project:harfbuzz'],
  ['hdf5', 'hdfgroup:hdf5'],
  ['httpd', 'apache:http_server'],
  ['icu', 'unicode:international_components_for_unicode'],
  ['jq', 'jqlang:jq'],
  ['json-c', 'json-c:json-c'],
  ['julia', 'julialang:julia'],
  ['krb5', 'mit:kerberos_5'],
  ['lcms2', 'littlecms:little_cms'],
  ['libarchive', 'libarchive:libarchive'],
  ['libevent', 'libevent_project:libevent'],
  ['libjpeg', 'ijg:libjpeg'],
  ['libjpeg-turbo', 'libjpeg-turbo:libjpeg-turbo'],
  ['libpng', 'libpng:libpng'],
  ['libressl', 'openbsd:libressl'],
  ['libsodium', 'libsodium:libsodium'],
  ['libssh2', 'libssh2:libssh2'],
  ['libtiff', 'libtiff:libtiff'],
  ['libvpx', 'webmproject:libvpx'],
  ['libwebp', 'webmproject:libwebp'],
  ['libxml2', 'xmlsoft:libxml2'],
  ['libxslt', 'xmlsoft:libxslt'],
  ['lighttpd', 'lighttpd:lighttpd'],
  ['lz4', 'lz4_project:lz4'],
  ['mariadb', 'mariadb:mariadb'],
  ['memcached', 'memcached:memcached'],
  ['netcdf', 'unidata:netcdf'],
  ['nghttp2', 'nghttp2:nghttp2'],
  ['nginx', 'f5:nginx'],
  ['node', 'nodejs:node.js'],
  ['nss', 'mozilla:nss'],
  ['opencv', 'opencv:opencv'],
  ['openexr', 'openexr:openexr'],
  ['openjpeg', 'uclouvain:openjpeg'],
  ['openldap', 'openldap:openldap'],
  ['openssh', 'openbsd:openssh'],
  ['openssl', 'openssl:openssl'],
  ['pcre', 'pcre:pcre'],
  ['pcre2', 'pcre:pcre2'],
  ['perl', 'perl:perl'],
  ['php', 'php:php'],
  ['postgresql', 'postgresql:postgresql'],
  ['proj', 'osgeo:proj'],
  ['protobuf', 'google:protobuf'],
  ['python', 'python:python'],
  ['redis', 'redis:redis'],
  ['ruby', 'ruby-lang:ruby'],
  ['rust', 'rust-lang:rust'],
  ['sqlite', 'sqlite:sqlite'],
  ['tensorrt', 'nvidia:tensorrt'],
  ['valkey', 'lfprojects:valkey'],
  ['x265', 'multicorewareinc:x265_high_efficiency_video_coding'],
  ['xz', 'tukaani:xz'],
  ['zeromq', 'zeromq:libzmq'],
  ['zlib', 'zlib:zlib'],
  ['zstd', 'facebook:zstandard'],
]);
