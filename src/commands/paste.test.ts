import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { osvRecord, osvZip, sampleFeeds } from '../../test/feeds/sample.ts';
import { blobs, instruction, layer } from '../../test/image.ts';
import { dockerArchive } from '../../test/saved.ts';
import type { CommandModule } from './command.ts';
import { dbCommand } from './db.ts';
import { fixCommand } from './fix.ts';
import { scanCommand } from './scan.ts';

/**
 * What is printed as a command is copied from the terminal as it stands, at any width, and pasted into a real shell in which the package
 * managers only write down what they are told: it is read without a complaint, and says what the plan says.
 */

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
let environment: NodeJS.ProcessEnv;
const hasBash = spawnSync('bash', ['--version'], { stdio: 'ignore' }).status === 0;

const dist = (site: string, name: string, version: string): Record<string, string> => ({
  [`${site}/${name}-${version}.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
});
const affected = (ecosystem: string, name: string, fixed: string): Record<string, unknown> => ({
  affected: [
    { package: { ecosystem, name }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }] },
  ],
});
/** Twelve more of them make a line that no terminal holds. */
const MANY = Array.from({ length: 12 }, (_, index) => `a-package-with-a-long-name-${index}`);
const DEBIAN = {
  'etc/os-release': 'ID=debian\nVERSION_ID="11"\nVERSION_CODENAME=bullseye\nPRETTY_NAME="Debian 11"\n',
  'etc/apt/sources.list':
    'deb http://mirror.example/debian bullseye main\ndeb http://mirror.example/debian-security bullseye-security main\n',
  'var/lib/dpkg/status':
    'Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.1.1n-0+deb11u4\nMaintainer: x\n',
};
const ALPINE = {
  'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.2\nPRETTY_NAME="Alpine Linux v3.18"\n',
  'etc/apk/repositories': 'https://mirror.example/alpine/v3.18/main\n',
  'lib/apk/db/installed': 'P:libcrypto3\nV:3.1.1-r1\nA:x86_64\no:openssl\n\n',
};
const IMAGES = {
  'debian, pip and npm': {
    ...DEBIAN,
    ...dist('usr/local/lib/python3.9/site-packages', 'setuptools', '58.1.0'),
    ...Object.assign({}, ...MANY.map((name) => dist('usr/local/lib/python3.9/site-packages', name, '1.0'))),
    'usr/local/bin/python3.9': '',
    // A folder that a shell would take apart.
    ...dist('opt/my env/lib/python3.11/site-packages', 'setuptools', '58.1.0'),
    'opt/my env/bin/python3.11': '',
    'usr/local/lib/node_modules/npm/package.json': '{"name":"npm","version":"10.9.0"}',
    'srv/my app/package.json': '{"name":"web","version":"1.0.0","dependencies":{"semver":"^7.0.0"}}',
    'srv/my app/node_modules/semver/package.json': '{"name":"semver","version":"7.5.1"}',
  },
  'alpine and conda': {
    ...ALPINE,
    'opt/conda/conda-meta/history': '',
    'opt/conda/conda-meta/setuptools-58.1.0-py39_0.json':
      '{"name":"setuptools","version":"58.1.0","build":"py39_0","channel":"https://conda.example/main/linux-64","depends":["python >=3.9"]}',
  },
} as const;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-paste-'));
  environment = { PLIMSOLL_HOME: at('home'), PATH: '/nonexistent', HOME: at('user'), NO_COLOR: '1' };
  const files = sampleFeeds();
  const records = MANY.map((name, index) =>
    osvRecord({ id: `PYSEC-2099-${index}`, aliases: [], ...affected('PyPI', name, '1.1') }),
  );
  files.set('osv/PyPI/all.zip', osvZip(osvRecord(), ...records));
  files.set(
    'osv/npm/all.zip',
    osvZip(
      osvRecord({ id: 'GHSA-c2qf-rxjj-qqgw', aliases: ['CVE-2022-25883'], ...affected('npm', 'semver', '7.5.2') }),
    ),
  );
  files.set(
    'osv/Alpine/all.zip',
    osvZip(
      osvRecord({
        id: 'ALPINE-CVE-2023-2975',
        aliases: ['CVE-2023-2975'],
        ...affected('Alpine:v3.18', 'openssl', '3.1.1-r2'),
      }),
    ),
  );
  for (const [path, body] of files) {
    mkdirSync(dirname(at('feeds', path)), { recursive: true });
    writeFileSync(at('feeds', path), body);
  }
  await runCommand(dbCommand, ['update', '--feeds', at('feeds')], { environment });
  for (const [name, entries] of Object.entries(IMAGES))
    writeFileSync(
      at(`${name}.tar`),
      dockerArchive(blobs(layer(entries), instruction('ENV PATH=/usr/local/bin:/usr/bin:/bin'))),
    );
  mkdirSync(at('bin'));
  for (const name of ['apt-get', 'apk', 'pip', 'npm', 'conda', 'rm', 'dnf']) {
    writeFileSync(
      at('bin', name),
      `#!/bin/sh\nprintf '%s' ${name} >> '${at('told')}'\nprintf ' <%s>' "$@" >> '${at('told')}'\necho >> '${at('told')}'\n`,
    );
    chmodSync(at('bin', name), 0o755);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The commands of a page, as somebody would mark and copy them: from what stands before the first word to the line without a backslash. */
function copied(page: string, begins: RegExp): string[] {
  const commands: string[] = [];
  let open: string | undefined;
  for (const line of page.split('\n')) {
    const start = open === undefined ? begins.exec(line) : undefined;
    if (start) open = line.slice(start[0].length);
    else if (open !== undefined) open += `\n${line}`;
    if (open !== undefined && !line.endsWith('\\')) {
      commands.push(open);
      open = undefined;
    }
  }
  return commands;
}

/** A shell without anybody's settings, which finds the package managers that write down what they are told. */
const bash = (options: readonly string[], text: string) =>
  spawnSync('bash', ['--norc', '--noprofile', '-f', ...options, '-c', text], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: at('user-folder'),
    env: { PATH: `${at('bin')}:/usr/bin:/bin` },
  });

/** What the package managers were told when a command was pasted. */
function pasted(command: string): string[] {
  writeFileSync(at('told'), '');
  // Folders of the image are none of this machine's, and its interpreters are the shim.
  const here = command.replace(/\bcd ('[^']*'|\S+)/g, 'true $1');
  const checked = bash(['-n'], here);
  expect([checked.status, checked.stderr], command).toEqual([0, '']);
  const done = bash(['-e'], here);
  const interpreter = /^bash: line \d+: (\/.*): No such file or directory$/m.exec(done.stderr)?.[1];
  if (interpreter !== undefined) return [interpreter];
  expect([done.status, done.stderr], command).toEqual([0, '']);
  return readFileSync(at('told'), 'utf8').trim().split('\n');
}

/** The section of a scan that says what to change. */
const changesIn = (page: string): string => page.slice(page.indexOf('\nWHAT TO CHANGE'));

const printed = async (command: CommandModule, image: string, columns: number | undefined, ...more: string[]) =>
  (await runCommand(command, [`archive:${at(`${image}.tar`)}`, ...more], { environment, columns })).text;

describe.skipIf(!hasBash)('a printed command, pasted into a shell', () => {
  beforeAll(() => void mkdirSync(at('user-folder')));

  const PIPS = MANY.map((name) => `<${name}==1.1>`)
    .sort()
    .join(' ');
  const WORLD = [
    'apt-get <update>',
    'apt-get <install> <-y> <--no-install-recommends> <--only-upgrade> <openssl>',
    'rm <-rf> </var/lib/apt/lists/*>',
    `pip <install> <--no-cache-dir> ${PIPS} <setuptools==65.5.1>`,
    '/opt/my env/bin/python3.11',
    'npm <install> <semver@7.5.2>',
  ];

  it.each([40, 80, 120, undefined])('of fix, on a terminal of %s columns, is what the plan says', async (columns) => {
    const page = await printed(fixCommand, 'debian, pip and npm', columns, '--offline');
    const told = copied(page, /^ {3}\$ /).flatMap(pasted);
    expect(told.sort()).toEqual([...WORLD].sort());
    const other = await printed(fixCommand, 'alpine and conda', columns, '--offline');
    expect(
      copied(other, /^ {3}\$ /)
        .flatMap(pasted)
        .sort(),
    ).toEqual(['apk <upgrade> <--no-cache> <libcrypto3>', 'conda <update> <-y> <-p> </opt/conda> <setuptools>']);
  });

  it.each([60, 120, undefined])('of scan, on a terminal of %s columns, is that of fix', async (columns) => {
    const page = await printed(scanCommand, 'debian, pip and npm', columns, '--all');
    const begins = /^ {2}(?:OS packages|Python|Node\.js|Conda) +(?=[/'a-z])/;
    expect(copied(changesIn(page), begins).flatMap(pasted).sort()).toEqual([...WORLD].sort());
    const other = await printed(scanCommand, 'alpine and conda', columns, '--all');
    expect(copied(changesIn(other), begins).flatMap(pasted).sort()).toEqual([
      'apk <upgrade> <--no-cache> <libcrypto3>',
      'conda <update> <-y> <-p> </opt/conda> <setuptools>',
    ]);
  });

  it.each([50, 120, undefined])(
    'is the last line of a scan, too, on a terminal of %s columns: the name of an image is one word',
    async (columns) => {
      const page = await printed(scanCommand, 'debian, pip and npm', columns);
      const [last = ''] = copied(page.slice(page.lastIndexOf('plimsoll fix ')), /^(?=plimsoll fix )/);
      const said = bash(['-e'], `plimsoll() { printf '<%s>' "$@"; }; ${last.replace(/ {3}asks .*$/, '')}`);
      expect([said.stdout, said.stderr]).toEqual([`<fix><archive:${at('debian, pip and npm.tar')}>`, '']);
    },
  );
});
