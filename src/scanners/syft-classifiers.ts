/**
 * Files that Syft's binary classifiers look into, as patterns of their names: what a program is called decides whether it is looked at
 * at all. Seen in Syft 1.57. https://github.com/anchore/syft/blob/main/syft/pkg/cataloger/binary/classifiers.go
 */
export const SYFT_CLASSIFIED: readonly string[] = [
  ...['python*', 'libpython*.so*', 'libpypy*.so*', 'go', 'libjulia-internal.so', 'julia', 'helm', 'redis-server'],
  ...['valkey-server', 'node', 'busybox', 'getopt', 'haproxy', 'perl', 'composer*', 'httpd', 'memcached', 'traefik'],
  ...['arangosh', 'postgres', 'mysql', 'mysqld', 'mariadb', 'ndbd', 'ndbmtd', 'ndb_mgmd', 'xtrabackup', 'libstd-*.so'],
  ...['ruby', 'erlexec', 'beam.smp', 'liberts_internal.a', 'swipl', 'dart', 'deno', 'bun', 'ghc*', 'cabal', 'stack'],
  ...['consul', 'vault', 'nginx', 'bash', 'openssl', 'ldapsearch', 'libQt*Core.so*', 'gcc', 'fluent-bit', 'wp', 'curl'],
  ...['lighttpd', 'proftpd', 'zstd', 'xz', 'gzip', 'sqlcipher', 'jq', 'chrome', 'firefox', 'ffmpeg', 'libav*'],
  ...['libswresample*', 'elixir', 'pilot-discovery', 'pilot-agent', 'grafana', 'grafana-server', 'envoy', 'mongod'],
  ...['nginx-ingress-controller', 'filebeat', 'metricbeat', 'heartbeat', 'packetbeat', 'auditbeat', 'elastic-agent'],
  ...['libkrb5.so*'],
];
