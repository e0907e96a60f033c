/** A machine of its own for tests of the command line: a home with a small database, and root file systems of a few files. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { surroundings, updateDatabase } from '../src/index.ts';
import { nvdCve, nvdYearOf, osvRecord, osvZip, sampleFeeds } from './feeds/sample.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface SmallMachine {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** A root file system; its path is a target. */
  root(name: string, files: Readonly<Record<string, string | Buffer>>): string;
  /** A file of any kind; returns its path. */
  file(name: string, text: string | Buffer): string;
  close(): void;
}

const cvss = (vectorString: string, baseScore: number) => ({
  cvssMetricV31: [{ source: 'nvd@nist.gov', type: 'Primary', cvssData: { version: '3.1', vectorString, baseScore } }],
});

/** What NVD says of a CVE that concerns nothing by name, rated by itself. */
export const rated = (id: string, baseScore: number): Record<string, unknown> =>
  nvdCve({ id, metrics: cvss('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', baseScore) });

/**
 * Feeds of a mirror: openssl's CVE-2023-0464 (HIGH, fixed), openjpeg2 (not fixed), setuptools' CVE-2022-40897 (MEDIUM, fixed,
 * exploited, EPSS 0.9). With a day, the data is of that day.
 */
export function smallFeeds(day?: string): Map<string, Buffer> {
  const all = sampleFeeds(day);
  all.set('osv/PyPI/all.zip', osvZip(osvRecord(day === undefined ? {} : { modified: `${day}T00:00:00Z` })));
  all.set(
    'nvd/nvdcve-2.0-2023.json.gz',
    nvdYearOf(
      day ?? '2023-03-01',
      nvdCve({
        id: 'CVE-2023-0464',
        configurations: [],
        metrics: cvss('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', 7.5),
      }),
    ),
  );
  all.set(
    'osv/npm/all.zip',
    osvZip(
      osvRecord({
        id: 'GHSA-35jh-r3h4-6jhm',
        aliases: ['CVE-2021-23337'],
        affected: [
          {
            package: { ecosystem: 'npm', name: 'lodash' },
            ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.21' }] }],
          },
        ],
      }),
    ),
  );
  return all;
}

/** Makes the machine. Its database is built from the feeds above, or is not there. */
export async function smallMachine({
  database = true,
  day,
}: {
  database?: boolean;
  day?: string;
} = {}): Promise<SmallMachine> {
  const folder = temporaryFolder();
  const file = (name: string, text: string | Buffer): string => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const environment = { PLIMSOLL_HOME: join(folder, 'home'), HOME: join(folder, 'user'), PATH: '/nonexistent' };
  if (database) {
    for (const [path, body] of smallFeeds(day)) file(join('feeds', path), body);
    await updateDatabase({ from: join(folder, 'feeds') }, surroundings({ environment }));
  }
  return {
    folder,
    environment,
    file,
    root(name, files) {
      const root = join(folder, 'roots', name);
      if (!existsSync(root)) for (const [path, text] of Object.entries(files)) file(join('roots', name, path), text);
      return `dir:${root}`;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const DEBIAN_11 =
  'ID=debian\nVERSION_ID="11"\nVERSION_CODENAME=bullseye\nPRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\n';

/** A package of dpkg's status. */
export const stanza = (name: string, version: string): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\nMaintainer: Debian <x@example.org>\n\n`;

/** Debian 11 with packages. */
export const debian = (...stanzas: readonly string[]): Readonly<Record<string, string>> => ({
  'etc/os-release': DEBIAN_11,
  'var/lib/dpkg/status': stanzas.join(''),
});

/** A Python package in its place. */
export const wheelFiles = (name: string, version: string): Readonly<Record<string, string>> => ({
  [`usr/local/lib/python3.9/site-packages/${name}-${version}.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
});

/**
 * A mirror, and two images that ask for different parts of it: openssl on Debian 11 (CVE-2023-0464, HIGH), and openssl mended beside
 * an npm package (lodash 4.17.20, CVE-2023-23337, CRITICAL). NVD's year has one more that concerns neither (CVE-2023-0001).
 */
export function twoImages(machine: SmallMachine): { feeds: string; debianImage: string; nodeImage: string } {
  const files = smallFeeds();
  const year = [rated('CVE-2023-0464', 7.5), rated('CVE-2023-23337', 9.8), rated('CVE-2023-0001', 5)];
  files.set('nvd/nvdcve-2.0-2023.json.gz', nvdYearOf('2023-03-01', ...year));
  const ranges = [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.21' }] }];
  const lodash = { package: { ecosystem: 'npm', name: 'lodash' }, ranges };
  files.set(
    'osv/npm/all.zip',
    osvZip(osvRecord({ id: 'GHSA-35jh-r3h4-6jhm', aliases: ['CVE-2023-23337'], affected: [lodash] })),
  );
  for (const [path, body] of files) machine.file(`feeds/${path}`, body);
  return {
    feeds: `${machine.folder}/feeds`,
    debianImage: machine.root('one', debian(stanza('openssl', '1.1.1n-0+deb11u4'))),
    nodeImage: machine.root('two', {
      ...debian(stanza('openssl', '1.1.1n-0+deb11u5')),
      'app/node_modules/lodash/package.json': '{"name":"lodash","version":"4.17.20"}',
    }),
  };
}
