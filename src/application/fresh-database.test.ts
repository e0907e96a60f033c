import { existsSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { debian, type SmallMachine, smallFeeds, smallMachine, stanza, wheelFiles } from '../../test/small-machine.ts';
import { scanCommand } from '../commands/scan.ts';

let machine: SmallMachine;
let server: Server;
let address: string;
const asked: { path: string; bytes: number }[] = [];
let broken = false;

beforeAll(async () => {
  machine = await smallMachine({ database: false });
  const files = smallFeeds();
  server = createServer((request, response) => {
    const body = broken ? undefined : files.get(decodeURIComponent((request.url ?? '').slice(1)));
    if (body) asked.push({ path: request.url ?? '', bytes: body.length });
    response.writeHead(body ? 200 : broken ? 503 : 404, { 'content-type': 'application/octet-stream' }).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  machine.close();
});

const image = () =>
  machine.root('app', { ...debian(stanza('openssl', '1.1.1n-0+deb11u4')), ...wheelFiles('setuptools', '58.1.0') });
const run = (...args: readonly string[]) =>
  runCommand(scanCommand, [image(), ...args, '-f', 'json'], { environment: machine.environment, caught: true });
const from = () => ['--feeds', address];
const paths = () => asked.map(({ path }) => path).sort();

describe('on a fresh machine', () => {
  it('one command says what is in the image, and loads only what the image needs', async () => {
    const { text, said } = await run(...from());
    const found = JSON.parse(text).findings as { id: string; severity: string; exploited?: string }[];
    expect(found.map(({ id, severity, exploited }) => [id, severity, exploited !== undefined])).toEqual(
      expect.arrayContaining([
        ['CVE-2023-0464', 'HIGH', false],
        ['CVE-2022-40897', 'MEDIUM', true],
      ]),
    );
    expect(said).toContain('no advisory database yet: fetching what this image needs');
    // The tracker, PyPI, what is exploited; and of NVD the years of what was found. Not npm, not NVD's other years.
    expect(paths()).toEqual([
      '/debian/tracker.json',
      '/epss/epss_scores-current.csv.gz',
      '/kev/known_exploited_vulnerabilities.json',
      '/nvd/nvdcve-2.0-2022.json.gz',
      '/nvd/nvdcve-2.0-2023.json.gz',
      '/osv/PyPI/all.zip',
    ]);
    const needed = asked.reduce((sum, { bytes }) => sum + bytes, 0);
    const all = [...smallFeeds().values()].reduce((sum, body) => sum + body.length, 0);
    expect(needed).toBeLessThan(all);
  });

  it('nothing is loaded twice', async () => {
    asked.length = 0;
    expect((await run(...from())).said).not.toContain('fetching');
    expect(asked).toEqual([]);
  });

  it('another image adds what it needs besides', async () => {
    asked.length = 0;
    const other = machine.root('node', {
      ...debian(stanza('openssl', '1.1.1n-0+deb11u5')),
      'app/node_modules/lodash/package.json': '{"name":"lodash","version":"4.17.20"}',
    });
    await runCommand(scanCommand, [other, ...from()], { environment: machine.environment });
    expect(paths()).toEqual(['/osv/npm/all.zip']);
  });

  it('a day later it is asked again, unless told not to', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 86_400_000 });
    try {
      asked.length = 0;
      await run(...from(), '--skip-update');
      await run(...from(), '--offline');
      expect(asked).toEqual([]);
      await run(...from());
      expect(paths()).toContain('/debian/tracker.json');
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
  }, 60_000);

  it('without any and without network it is an error that says what to do, and nothing is left half-written', async () => {
    rmSync(join(machine.folder, 'home'), { recursive: true });
    expect((await run('--offline')).error).toMatchObject({ code: 'database-missing' });
    broken = true;
    try {
      expect((await run(...from())).error).toMatchObject({ code: expect.stringMatching(/feed|network/) });
    } finally {
      broken = false;
    }
    expect(existsSync(join(machine.folder, 'home', 'advisories.db'))).toBe(false);
  }, 60_000);
});
