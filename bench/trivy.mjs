/** How benchmarks ask Trivy: for vulnerabilities and secrets, all packages listed, its cache in memory. */
export const TRIVY_ASKED = [
  'image',
  '--scanners',
  'vuln,secret',
  '--timeout',
  '60m',
  '--cache-backend',
  'memory',
  '--list-all-pkgs',
  '-q',
  '-f',
  'json',
];

/** It asks nobody for anything: the database is the one that is there. */
export const TRIVY_SETTINGS = {
  TRIVY_SKIP_DB_UPDATE: 'true',
  TRIVY_SKIP_JAVA_DB_UPDATE: 'true',
  TRIVY_OFFLINE_SCAN: 'true',
  TRIVY_SKIP_VERSION_CHECK: 'true',
  TRIVY_DISABLE_TELEMETRY: 'true',
};
