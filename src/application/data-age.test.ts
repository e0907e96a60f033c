import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { debian, type SmallMachine, smallFeeds, smallMachine, stanza, wheelFiles } from '../../test/small-machine.ts';
import { scanCommand } from '../commands/scan.ts';
import type { Report } from '../model.ts';

/** The days that the documents state, or of their newest records. */
const DATED = [
  ['nvd/2022', '2023-03-01'],
  ['nvd/2023', '2023-03-01'],
  ['osv/PyPI', '2023-07-13'],
  ['kev', '2025-08-25'],
  ['epss', '2026-08-22'],
];
const datesOf = ({ needed = [] }: Report) =>
  needed.filter(({ name }) => name !== UNDATED).map(({ name, dataDate }) => [name, dataDate.slice(0, 10)]);
/** The tracker states no date and its records have none: of it only the file's is known. */
const UNDATED = 'debian/tracker';

/** A mirror whose files were copied a moment ago, of data that is years old. */
let machine: SmallMachine;
let server: Server;
let address: string;
let asked = 0;

beforeAll(async () => {
  machine = await smallMachine({ database: false });
  const files = smallFeeds();
  server = createServer((request, response) => {
    asked += 1;
    const body = files.get(decodeURIComponent((request.url ?? '').slice(1)));
    const headers = { 'content-type': 'application/octet-stream', 'last-modified': new Date().toUTCString() };
    response.writeHead(body ? 200 : 404, headers).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  machine.close();
});

const python = () => machine.root('python', wheelFiles('setuptools', '58.1.0'));
const both = () =>
  machine.root('both', { ...debian(stanza('openssl', '1.1.1n-0+deb11u4')), ...wheelFiles('setuptools', '58.1.0') });
const run = (target: string, ...args: readonly string[]) =>
  runCommand(scanCommand, [target, '--feeds', address, ...args], { environment: machine.environment, caught: true });
const reportOf = async (target: string): Promise<Report> =>
  JSON.parse((await run(target, '-f', 'json')).text) as Report;

describe('how old an answer is', () => {
  it('is how old the data is, however new the copy: the oldest feed that the image needs is named', async () => {
    const report = await reportOf(both());
    expect(datesOf(report)).toEqual(DATED);
    const today = new Date().toISOString().slice(0, 10);
    expect(report.needed?.map(({ checked }) => checked?.slice(0, 10))).toEqual(Array(6).fill(today));
    expect((await run(both())).text.replace(/\s+/g, ' ')).toMatch(
      /oldest data: NVD of 2023-03-01 \(\d+ days ago\); newer: PyPI of 2023-07-13, KEV of 2025-08-25, EPSS of 2026-08-22/,
    );
  });

  it('is not that of feeds on what is not in the image', async () => {
    const { needed = [] } = await reportOf(python());
    expect(needed.map(({ name }) => name)).not.toContain('debian/tracker');
  });

  it('is what --max-db-age goes by; and data that was asked for today is not asked for again', async () => {
    await run(both());
    asked = 0;
    const { error } = await run(both(), '--max-db-age', '7d');
    expect(error).toMatchObject({ code: 'database-stale' });
    expect(error?.line).toMatch(/the data of \S+ is of 20\d\d.*the mirror itself has nothing newer/);
    expect((await run(both(), '--max-db-age', '999w')).error).toBeUndefined();
    expect(asked).toBe(0);
  });

  it('a day later it is asked for again, and is as old as before', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 86_400_000 });
    try {
      asked = 0;
      const report = await reportOf(both());
      expect(asked).toBeGreaterThan(0);
      expect(datesOf(report)).toEqual(DATED);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is what the gate on incomplete answers goes by', async () => {
    const { text, code } = await run(both(), '--fail-on', 'incomplete', '-f', 'json');
    expect(code).not.toBe(0);
    expect(JSON.stringify((JSON.parse(text) as Report).gate)).toMatch(/the data of \S+ is of 20\d\d/);
  });

  it('as of a day long ago it is measured at that day', async () => {
    const { text } = await run(both(), '--as-of', '2023-05-12', '-f', 'json');
    const { notices } = JSON.parse(text) as Report;
    const stale = notices.find(({ code }) => code === 'database-stale')?.message;
    expect(stale).toMatch(/nvd\/2022 is of 2023-03-01, 72 days old/);
  });
});
