/**
 * Programs that Syft's binary classifiers tell, by the names of the files that they look into: what a file is called decides whether it
 * is looked at, and the OpenSSL inside `node` is no program of its own. `libkrb5-fcafa220.so.3.3` of a wheel is none of them,
 * `libavcodec-16a334ab.so.59.37.100` is one. Those that an inventory of ours names; seen in Syft 1.57.
 * https://github.com/anchore/syft/blob/main/syft/pkg/cataloger/binary/classifiers.go
 */
export const SYFT_CLASSIFIED: Readonly<Record<string, readonly string[]>> = {
  bash: ['bash'],
  busybox: ['busybox'],
  curl: ['curl'],
  erlang: ['erlexec', 'beam.smp', 'liberts_internal.a'],
  ffmpeg: ['ffmpeg', 'libav*', 'libswresample*'],
  gcc: ['gcc'],
  go: ['go'],
  gzip: ['gzip'],
  haproxy: ['haproxy'],
  httpd: ['httpd'],
  jq: ['jq'],
  julia: ['julia', 'libjulia-internal.so'],
  krb5: ['libkrb5.so*'],
  lighttpd: ['lighttpd'],
  mariadb: ['mariadb', 'mysql'],
  memcached: ['memcached'],
  nginx: ['nginx'],
  node: ['node'],
  openldap: ['ldapsearch'],
  openssl: ['openssl'],
  perl: ['perl'],
  // cataloger/php/interpreter_cataloger.go
  php: ['php*', 'libphp*.so'],
  postgresql: ['postgres'],
  python: ['python*.*', 'libpython*.*.so*'],
  redis: ['redis-server'],
  ruby: ['ruby'],
  rust: ['libstd-*.so'],
  valkey: ['valkey-server'],
  xz: ['xz'],
  zstd: ['zstd'],
};
