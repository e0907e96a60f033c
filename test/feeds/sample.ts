import { gzipSync } from 'node:zlib';
import { zip } from './zip-writer.ts';

/** An OSV record with real facts (setuptools' ReDoS, fixed in 65.5.1), or changed as a test wants. */
export function osvRecord(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'PYSEC-2022-43012',
    modified: '2023-07-13T16:05:24Z',
    published: '2022-12-23T00:15:00Z',
    aliases: ['CVE-2022-40897', 'GHSA-r9hx-vwmv-q579'],
    details: 'Regular expression denial of service in package_index.py',
    affected: [
      {
        package: { ecosystem: 'PyPI', name: 'setuptools' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '65.5.1' }] }],
        versions: ['58.1.0', '65.5.0'],
      },
    ],
    ...changes,
  };
}

export const osvZip = (...records: readonly Record<string, unknown>[]): Buffer =>
  zip(records.map((record) => ({ name: `${record.id}.json`, content: JSON.stringify(record) })));

/** The Debian tracker's shape, with its real words for a handful of states in bullseye. */
export const tracker = (): Record<string, unknown> => ({
  openssl: {
    'CVE-2023-0464': {
      releases: {
        bullseye: {
          status: 'resolved',
          repositories: {},
          fixed_version: '1.1.1n-0+deb11u5',
          urgency: 'not yet assigned',
        },
        sid: { status: 'resolved', repositories: {}, fixed_version: '3.0.9-1', urgency: 'not yet assigned' },
      },
    },
  },
  openjpeg2: {
    'CVE-2019-6988': {
      releases: {
        bullseye: { status: 'open', urgency: 'low', nodsa: 'Minor issue', nodsa_reason: 'ignored', repositories: {} },
      },
    },
    'CVE-2016-10505': { releases: { bullseye: { status: 'open', urgency: 'unimportant', repositories: {} } } },
  },
});

/** CVEs in NVD's shape. */
export const nvdYear = (...cves: readonly Record<string, unknown>[]): Buffer => nvdYearOf('2023-03-01', ...cves);

/** The same, as of a day. */
export const nvdYearOf = (day: string, ...cves: readonly Record<string, unknown>[]): Buffer =>
  gzipSync(
    JSON.stringify({
      format: 'NVD_CVE',
      version: '2.0',
      timestamp: `${day}T00:00:00.000`,
      vulnerabilities: cves.map((cve) => ({ cve })),
    }),
  );

export const nvdCve = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: 'CVE-2022-40897',
  sourceIdentifier: 'cve@mitre.org',
  published: '2022-12-23T00:15:13.987',
  lastModified: '2023-03-01T02:00:00.000',
  vulnStatus: 'Analyzed',
  descriptions: [
    { lang: 'en', value: 'setuptools before 65.5.1 allows remote attackers to cause a denial of service' },
  ],
  metrics: {
    cvssMetricV31: [
      {
        source: 'nvd@nist.gov',
        type: 'Primary',
        cvssData: {
          version: '3.1',
          vectorString: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H',
          baseScore: 5.9,
          baseSeverity: 'MEDIUM',
        },
      },
    ],
  },
  weaknesses: [{ source: 'nvd@nist.gov', type: 'Primary', description: [{ lang: 'en', value: 'CWE-1333' }] }],
  configurations: [
    {
      nodes: [
        {
          operator: 'OR',
          negate: false,
          cpeMatch: [
            {
              vulnerable: true,
              criteria: 'cpe:2.3:a:python:setuptools:*:*:*:*:*:*:*:*',
              versionEndExcluding: '65.5.1',
            },
          ],
        },
      ],
    },
  ],
  references: [{ url: 'https://github.com/pypa/setuptools/commit/43a9c9bfa6aa626ec2a22540bea28d2ca77964be' }],
  ...changes,
});

/** Days on which the documents of the small mirror were published. */
const DAYS = { nvd: '2023-03-01', kev: '2025-08-25', epss: '2026-08-22' };

/** A small mirror: the tracker, PyPI's and npm's exports, one year of NVD, KEV and EPSS. With a day, all documents that state one are of it. */
export function sampleFeeds(day?: string): Map<string, Buffer> {
  return new Map([
    ['debian/tracker.json', Buffer.from(JSON.stringify(tracker()))],
    [
      'osv/PyPI/all.zip',
      osvZip(
        osvRecord(),
        osvRecord({ id: 'PYSEC-2013-22', aliases: ['CVE-2013-1633'], modified: '2013-08-06T02:52:00Z' }),
      ),
    ],
    ['nvd/nvdcve-2.0-2022.json.gz', nvdYearOf(day ?? DAYS.nvd, nvdCve())],
    [
      'kev/known_exploited_vulnerabilities.json',
      Buffer.from(
        JSON.stringify({
          dateReleased: `${day ?? DAYS.kev}T17:04:19.9796Z`,
          vulnerabilities: [{ cveID: 'CVE-2022-40897', dateAdded: '2023-01-01' }],
        }),
      ),
    ],
    [
      'epss/epss_scores-current.csv.gz',
      gzipSync(
        `#model_version:v2025.03.14,score_date:${day ?? DAYS.epss}T12:55:00Z\ncve,epss,percentile\nCVE-2022-40897,0.01015,0.60644\n`,
      ),
    ],
  ]);
}
