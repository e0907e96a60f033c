import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { debian, type SmallMachine, smallFeeds, smallMachine, stanza, wheelFiles } from '../../test/small-machine.ts';
import { SCHEMA } from '../advisories/store/index.ts';
import { dbCommand } from '../commands/db.ts';
import { scanCommand } from '../commands/scan.ts';

let machine: SmallMachine;
let server: Server;
let address: string;
/** Every request that reached the mirror, those for what it does not have as well. */
const requests: { readonly path: string; readonly status: number; readonly bytes: number }[] = [];
let broken = false;
/** A document in whose place that status is answered. */
let lying: { readonly path: string; readonly status: number } | undefined;
/** What is not handed out before this was asked for: two paths. */
let heldBack: { readonly path: string; readonly until: string } | undefined;
let release: (() => void) | undefined;

/** What an image of Debian and Python has no use for. */
const UNNEEDED = ['Go', 'Maven', 'crates.io', 'RubyGems', 'NuGet'].map((name) => `osv/${name}/all.zip`);
const files = smallFeeds();
for (const path of UNNEEDED) files.set(path, files.get('osv/npm/all.zip')!);

beforeAll(async () => {
  machine = await smallMachine({ database: false });
  server = createServer((request, response) => {
    const body = broken ? undefined : files.get(decodeURIComponent((request.url ?? '').slice(1)));
    const status = lying !== undefined && request.url === lying.path ? lying.status : body ? 200 : broken ? 503 : 404;
    requests.push({ path: `${request.method} ${request.url}`, status, bytes: body?.length ?? 0 });
    const answer = () => response.writeHead(status, { 'content-type': 'application/octet-stream' }).end(body);
    if (request.url === heldBack?.path) release = answer;
    else answer();
    if (request.url === heldBack?.until) release?.();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  requests.length = 0;
});
afterAll(() => {
  server.close();
  machine.close();
});

const image = () =>
  machine.root('app', { ...debian(stanza('openssl', '1.1.1n-0+deb11u4')), ...wheelFiles('setuptools', '58.1.0') });
const run = (...args: readonly string[]) =>
  runCommand(scanCommand, [image(), ...args, '-f', 'json'], { environment: machine.environment, caught: true });
const database = () => join(machine.folder, 'home', 'advisories.db');
const from = () => ['--feeds', address];
/** What was handed out, once for each time it was. */
const loaded = () =>
  requests
    .filter(({ status }) => status === 200)
    .map(({ path }) => path.replace('GET /', ''))
    .sort();
/** What was asked for more than once, had or not. */
const twice = () => requests.map(({ path }) => path).filter((path, index, all) => all.indexOf(path) !== index);
const NEEDED = [
  'debian/tracker.json',
  'epss/epss_scores-current.csv.gz',
  'kev/known_exploited_vulnerabilities.json',
  'nvd/nvdcve-2.0-2022.json.gz',
  'nvd/nvdcve-2.0-2023.json.gz',
  'osv/PyPI/all.zip',
];
/** The first bytes of an SQLite file with the number of its layout, as an older version of this program wrote it. */
function makeOutdated(path: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.from([0, 0, 0, SCHEMA - 1]), 0, 4, 60);
  closeSync(file);
}

describe('on a fresh machine', () => {
  it('one command says what is in the image, and loads only what the image needs', async () => {
    const { text, said } = await run(...from());
    const findings = JSON.parse(text).findings as { id: string; severity: string; exploited?: string }[];
    expect(findings.map(({ id, severity, exploited }) => [id, severity, exploited !== undefined])).toEqual(
      expect.arrayContaining([
        ['CVE-2023-0464', 'HIGH', false],
        ['CVE-2022-40897', 'MEDIUM', true],
      ]),
    );
    expect(said).toContain('no advisory database yet: fetching what this image needs');
    // The tracker, PyPI, what is exploited; and of NVD the years of what was found. Nothing of other languages, not NVD's other years.
    expect(loaded()).toEqual(NEEDED);
    // To the byte: each once, and of what the mirror does not have nothing was asked for twice either.
    expect(requests.map(({ path }) => path)).not.toContain('GET /alpine/');
    expect(requests.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(
      NEEDED.reduce((sum, path) => sum + files.get(path)!.length, 0),
    );
    expect(twice()).toEqual([]);
  });

  it('nothing is loaded twice', async () => {
    expect((await run(...from())).said).not.toContain('fetching');
    expect(requests).toEqual([]);
  });

  it('another image adds what it needs besides', async () => {
    const other = machine.root('node', {
      ...debian(stanza('openssl', '1.1.1n-0+deb11u5')),
      'app/node_modules/lodash/package.json': '{"name":"lodash","version":"4.17.20"}',
    });
    await runCommand(scanCommand, [other, ...from()], { environment: machine.environment });
    expect(loaded()).toEqual(['osv/npm/all.zip']);
  });

  it('a mirror without the release of an image is no mistake of whoever scans it: its packages are not assessed', async () => {
    const folder = join(machine.folder, 'mirror');
    for (const [path, body] of files) machine.file(join('mirror', path), body);
    machine.file('mirror/alpine/v3.19/main.json', '{"packages": []}');
    const alpine = machine.root('alpine', {
      'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.4\n',
      'lib/apk/db/installed': 'P:zlib\nV:1.2.13-r1\nA:x86_64\n\n',
    });
    const environment = { ...machine.environment, PLIMSOLL_HOME: join(machine.folder, 'other-home') };
    const { text, code } = await runCommand(
      scanCommand,
      [alpine, '--feeds', folder, '-f', 'json', '--fail-on', 'CRITICAL'],
      { environment },
    );
    expect(code).toBe(1);
    expect(JSON.parse(text).gate.rules[0].unjudged.join()).toContain('Alpine:v3.18');
  });

  it.each([403, 304])(
    'a feed whose host says %i is named with the reason, and asked for again by the next scan',
    async (status) => {
      const environment = { ...machine.environment, PLIMSOLL_HOME: join(machine.folder, `lied-to-${status}`) };
      const scan = async () => {
        const { text, code } = await runCommand(scanCommand, [image(), ...from(), '-f', 'json', '--fail-on', 'HIGH'], {
          environment,
          caught: true,
        });
        return { code, report: JSON.parse(text) };
      };
      lying = { path: '/debian/tracker.json', status };
      const shut = await scan();
      expect(shut.code).toBe(1);
      const told = shut.report.notices.find(({ code }: { code: string }) => code === 'feed-failed').message;
      expect(told).toContain(`debian/tracker (the host answered ${status}`);
      lying = undefined;
      requests.length = 0;
      const { report } = await scan();
      expect(loaded()).toContain('debian/tracker.json');
      expect(loaded()).not.toContain('osv/PyPI/all.zip');
      expect(report.notices.map(({ code }: { code: string }) => code)).not.toContain('feed-failed');
      expect(report.findings.map(({ package: { name } }: { package: { name: string } }) => name)).toContain('openssl');
    },
  );

  it('a day later it is asked again, unless told not to', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 86_400_000 });
    try {
      await run(...from(), '--skip-update');
      await run(...from(), '--offline');
      expect(requests).toEqual([]);
      await run(...from());
      // Renewed as it was made: each of what this image needs once, and not what another one needed.
      expect(loaded()).toEqual(NEEDED);
      expect(twice()).toEqual([]);
      requests.length = 0;
      await run(...from());
      expect(requests).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('and without the network what is there is used, and said to be', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 9 * 86_400_000 });
    broken = true;
    try {
      const { text, code } = await run(...from());
      const notices = JSON.parse(text).notices as { code: string }[];
      expect(code).toBe(0);
      expect(notices.map((notice) => notice.code)).toContain('update-failed');
    } finally {
      broken = false;
      vi.useRealTimers();
    }
  });

  it('what rates the findings is on its way before the last feed has come, and the answer is that of a whole database', async () => {
    const answered = async (home: string, ...args: readonly string[]) => {
      const environment = { ...machine.environment, PLIMSOLL_HOME: join(machine.folder, home) };
      if (args.includes('--offline')) await runCommand(dbCommand, ['update', ...from()], { environment });
      const { text } = await runCommand(scanCommand, [image(), ...args, '-f', 'json'], { environment });
      return JSON.parse(text).findings as readonly unknown[];
    };
    // The tracker alone says that NVD's 2023 is needed; whoever waited for all of PyPI would wait for ever.
    heldBack = { path: '/osv/PyPI/all.zip', until: '/nvd/nvdcve-2.0-2023.json.gz' };
    try {
      const first = await answered('ahead', ...from());
      expect(loaded()).toEqual(NEEDED);
      heldBack = undefined;
      expect(first).toEqual(await answered('whole', '--offline'));
    } finally {
      heldBack = undefined;
    }
  });

  it('a database that is gone is fetched again, although a list says what was fetched', async () => {
    rmSync(database());
    expect((await run(...from(), '--skip-update')).said).toContain('no advisory database yet');
    expect(loaded()).toEqual(NEEDED);
  });

  it('a database of an older version of this program is made anew by the scan', async () => {
    makeOutdated(database());
    for (const more of [['--offline'], ['--as-of', '2026-01-01']])
      expect((await run(...from(), ...more)).error).toMatchObject({
        code: 'unsupported',
        hint: expect.stringContaining('plimsoll db update'),
      });
    expect(requests).toEqual([]);
    const { said, text } = await run(...from());
    expect(said).toContain('the advisory database is one of an older plimsoll: fetching what this image needs');
    expect(said).toContain('building it anew');
    expect(JSON.parse(text).findings).not.toEqual([]);
    expect(loaded()).toEqual(NEEDED);
  });

  it('and where the publishers cannot be reached, one line says what to do, and the file stays', async () => {
    makeOutdated(database());
    const { error, text } = await run('--feeds', `${address}/nothing`);
    expect(error?.line).toMatch(/one of an older plimsoll, and no new one could be fetched.*run: plimsoll db update/);
    expect(text).toBe('');
    expect(existsSync(database())).toBe(true);
  });

  it('one of a newer version is left alone: this program is what has to be renewed', async () => {
    const file = openSync(database(), 'r+');
    writeSync(file, Buffer.from([0, 0, 0, SCHEMA + 1]), 0, 4, 60);
    closeSync(file);
    expect((await run(...from())).error).toMatchObject({ code: 'unsupported', hint: 'update plimsoll' });
    expect(requests).toEqual([]);
  });

  it('without any and without network it is an error that says what to do, and nothing is left half-written', async () => {
    rmSync(join(machine.folder, 'home'), { recursive: true });
    expect((await run('--offline')).error).toMatchObject({ code: 'database-missing' });
    expect((await run('--feeds', `${address}/nothing`)).error).toMatchObject({ code: 'feed' });
    expect(existsSync(join(machine.folder, 'home', 'advisories.db'))).toBe(false);
  });
});
