/** What doubles of Quay and GitLab answer: `src/sources/live/published.test.ts` holds each to what these publish of their answers. */

/** A scanned image as Quay has it: one package with a vulnerability, one without. */
export function quayScanned(digest: string) {
  const metadata = {
    ...{ UpdatedBy: 'debian/updater', RepoName: null, RepoLink: null, DistroName: 'Debian GNU/Linux' },
    ...{ DistroVersion: '11 (bullseye)', NVD: { CVSSv3: { Vectors: '', Score: null } } },
  };
  const vulnerability = {
    ...{ Name: 'CVE-2023-0464 openssl', Severity: 'Medium', NamespaceName: 'debian/updater', FixedBy: '' },
    ...{ Link: 'https://security-tracker.debian.org/tracker/CVE-2023-0464', Description: '', Metadata: metadata },
  };
  const feature = (Name: string, Version: string, Vulnerabilities: readonly (typeof vulnerability)[]) => ({
    ...{ Name, Version, VersionFormat: '', NamespaceName: '', AddedBy: 'sha256:aa', BaseScores: [], CVEIds: [] },
    Vulnerabilities,
  });
  const Features = [feature('libssl1.1', '1.1.1n-0+deb11u3', [vulnerability]), feature('zlib1g', '1', [])];
  const Layer = { Name: digest, ParentName: '', NamespaceName: '', IndexedByVersion: 4, Features };
  return { status: 'scanned', data: { Layer } };
}

/** How Quay refuses: `insufficient_scope` with 403, `invalid_token` and `expired_token` with 401. */
export const quayRefusal = (error_type: string, status: number, detail: string) => ({
  ...{ detail, error_message: detail, error_type, title: error_type, status },
  type: `https://quay.example/api/v1/error/${error_type}`,
});

const tool = { id: 'trivy', name: 'Trivy', version: '0.58.0', vendor: { name: 'GitLab' } };

/** A report of GitLab's container scanning with one vulnerability. */
export const GITLAB_REPORT = {
  version: '15.0.2',
  scan: {
    ...{
      type: 'container_scanning',
      status: 'success',
      start_time: '2026-11-01T00:00:00',
      end_time: '2026-11-01T00:01:00',
    },
    ...{ scanner: tool, analyzer: { ...tool, id: 'gcs', name: 'GitLab Container Scanning' } },
  },
  vulnerabilities: [
    {
      id: '642735a5',
      severity: 'High',
      identifiers: [{ type: 'cve', name: 'CVE-2023-0464', value: 'CVE-2023-0464' }],
      location: {
        dependency: { package: { name: 'libssl1.1' }, version: '1.1.1n-0+deb11u3' },
        operating_system: 'debian 11',
        image: 'team/model:1',
      },
    },
  ],
};

/** A job of a pipeline of GitLab that keeps a file of some kind: a report of container scanning, unless it is said. */
export const gitlabJob = (id: number, name: string, file_type = 'container_scanning') => ({
  ...{ id, name },
  artifacts: [{ file_type, size: 1000, filename: 'gl-container-scanning-report.json', file_format: 'raw' }],
});
