import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { closed, offences } from '../../test/contracts/published-schemas.ts';
import { osvRecord, osvZip, sampleFeeds } from '../../test/feeds/sample.ts';
import { publishedSchema } from '../../test/strict-schema.ts';
import { SCHEMA } from '../advisories/store/schema.ts';
import type { PlimsollError } from '../errors.ts';
import { dbCommand } from './db.ts';

let folder: string;
let home: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-db-command-'));
  home = join(folder, 'home');
  const files = sampleFeeds();
  files.set(
    'osv/npm/all.zip',
    osvZip(
      osvRecord({ id: 'GHSA-aaaa-bbbb-cccc', aliases: ['CVE-2021-0001', 'CVE-2021-0002'] }),
      osvRecord({
        id: 'GHSA-no-versions-0',
        aliases: [],
        affected: [
          { package: { ecosystem: 'npm', name: 'x' }, ranges: [{ type: 'SEMVER', events: [{ fixed: '1' }] }] },
        ],
      }),
    ),
  );
  for (const [path, body] of files) {
    mkdirSync(dirname(join(folder, 'feeds', path)), { recursive: true });
    writeFileSync(join(folder, 'feeds', path), body);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: readonly string[]): Promise<{ code: number | undefined; out: string }> {
  const { text, code } = await runCommand(dbCommand, args, { environment: { PLIMSOLL_HOME: home, PIP_NO_INDEX: '1' } });
  return { code, out: text };
}

describe('plimsoll db', () => {
  it('without a database says how to get one', async () => {
    const error = await run('status').catch((reason: unknown) => reason);
    expect((error as PlimsollError).line).toMatch(/no advisory database yet .*; run: plimsoll db update/);
  });

  it('update says what it read, and the second time that there was nothing to read', async () => {
    const { code, out } = await run('update', '--feeds', join(folder, 'feeds'));
    expect(code).toBe(0);
    expect(out).toMatch(/^6 documents read \(10 records\), 0 unchanged, 1 record could not be read/);
    expect((await run('update', '--feeds', join(folder, 'feeds'))).out).toMatch(
      /^0 documents read \(0 records\), 6 unchanged/,
    );
    expect((await run('update', '--feeds', join(folder, 'feeds'), '--only', 'kev,osv/PyPI')).out).toMatch(
      /^0 documents read \(0 records\), 2 unchanged/,
    );
  });

  it('export of a whole database says nothing besides, of one that scans fetched what it lacks', async () => {
    const exported = async () =>
      runCommand(dbCommand, ['export', join(folder, 'out.tar')], { environment: { PLIMSOLL_HOME: home } });
    expect((await exported()).said).not.toContain('not whole');
    const mark = join(home, 'fetched-by-scans.json');
    const status = JSON.parse((await run('status', '-f', 'json')).out);
    const names: readonly string[] = status.feeds.map(({ name }: { name: string }) => name);
    const day = new Date().toISOString();
    writeFileSync(mark, JSON.stringify(Object.fromEntries(names.slice(1).map((name) => [name, day]))));
    expect((await exported()).said).not.toContain('not whole');
    writeFileSync(mark, JSON.stringify(Object.fromEntries(names.map((name) => [name, day]))));
    const partial = await exported();
    rmSync(mark);
    expect(partial.said).toContain('this database is not whole: scans fetched it for their images');
    expect(partial.text).toMatch(/sha256:[0-9a-f]{64}\n$/);
    expect(partial.text).not.toContain('not whole');
  });

  it('every name that status shows is one that --only takes', async () => {
    const { feeds } = JSON.parse((await run('status', '-f', 'json')).out);
    const names: readonly string[] = feeds.map(({ name }: { name: string }) => name);
    expect(names).toContain('osv/PyPI');
    for (const name of names)
      expect((await run('update', '--feeds', join(folder, 'feeds'), '--only', name)).out, name).toMatch(
        /^0 documents read \(0 records\), 1 unchanged/,
      );
  });

  it('a name that is none is answered in the words of status, each of which --only takes', async () => {
    const only = (name: string) => run('update', '--feeds', join(folder, 'feeds'), '--only', name);
    const refused = (await only('unknown').catch((error: unknown) => error)) as PlimsollError;
    const words = /the feeds are (.*)$/.exec(refused.hint ?? '')?.[1]?.split(', ') ?? [];
    expect(words).toEqual(expect.arrayContaining(['debian/tracker', 'alpine', 'osv', 'nvd', 'kev', 'eol']));
    // What this mirror does not have is no mistake in the name.
    for (const word of words)
      expect(
        await only(word).then(
          () => 'feed',
          (error: unknown) => (error as PlimsollError).code,
        ),
        word,
      ).toBe('feed');
  });

  it('update from a folder that is not there, or holds no feeds, is refused', async () => {
    await expect(run('update', '--feeds', join(folder, 'none'))).rejects.toMatchObject({ code: 'config' });
    await expect(run('update', '--feeds', tmpdir(), '--fresh')).rejects.toMatchObject({ code: 'feed' });
  });

  it('status counts what could not be read in a line, and names it with --documents and for programs', async () => {
    const { out } = await run('status');
    expect(out).toMatch(/osv\/npm +2 .* 1 +/);
    expect(out).toContain('1 record could not be read, or not whole: --documents names the first of each document');
    expect(out).not.toContain('rejected GHSA');
    const documents = (await run('status', '--documents')).out;
    expect(documents).toMatch(/osv\/npm: rejected GHSA-no-versions-0: a range says where it ends/);
    expect(documents).not.toContain('--documents names');
    expect(out).toMatch(/1 alias claims not followed/);
    const json = JSON.parse((await run('status', '-f', 'json')).out);
    expect(json).toMatchObject({ schema: SCHEMA, records: 10, disputedAliases: 1 });
    expect(json.feeds.find((feed: { name: string }) => feed.name === 'nvd/2022')).toMatchObject({
      records: 1,
      published: '2023-03-01T00:00:00Z',
    });
  });

  it('show lays every source side by side, under any id of the vulnerability', async () => {
    for (const id of ['CVE-2022-40897', 'GHSA-r9hx-vwmv-q579', 'PYSEC-2022-43012']) {
      const { out } = await run('show', id);
      expect(out).toMatch(/^CVE-2022-40897 {2}also GHSA-r9hx-vwmv-q579, PYSEC-2022-43012/);
      expect(out).toMatch(/MEDIUM by nvd: CVSS:3\.1 5\.9/);
      expect(out).toMatch(/known to be exploited since 2023-01-01/);
      expect(out).toMatch(/PYSEC-2022-43012 +pysec +PyPI +setuptools +fixed +< 65\.5\.1/);
      expect(out).toMatch(/nvd +CPE +python:setuptools/);
    }
    expect((await run('show', 'CVE-2021-0001')).out).toMatch(
      /GHSA-aaaa-bbbb-cccc also claims CVE-2021-0001 CVE-2021-0002: taken for a bulletin/,
    );
    await expect(run('show', 'CVE-1999-9999')).rejects.toMatchObject({ code: 'not-found' });
    const json = JSON.parse((await run('show', 'CVE-2022-40897', '-f', 'json')).out);
    expect(json.statements[0]).toHaveProperty('ecosystem');
    expect(json.statements[0]).not.toHaveProperty('namespace');
    expect(json.statements.find((statement: { source: string }) => statement.source === 'pysec')).toMatchObject({
      aliases: ['GHSA-r9hx-vwmv-q579', 'CVE-2022-40897'].sort(),
      ranges: [{ fixed: '65.5.1' }],
    });
  });

  it('writes JSON that is what its schemas describe, with nothing besides', async () => {
    const strictly = (name: string) => offences(closed(publishedSchema(name)));
    const written = async (...args: readonly string[]) => JSON.parse((await run(...args, '-f', 'json')).out);
    expect(strictly('db-status')(await written('status'))).toEqual([]);
    for (const id of ['CVE-2022-40897', 'CVE-2021-0001', 'CVE-2023-0464', 'CVE-2019-6988'])
      expect(strictly('db-show')(await written('show', id)), id).toEqual([]);
    const all = await written('search', '*');
    expect(all.length).toBeGreaterThan(5);
    expect(strictly('db-search')(all)).toEqual([]);
    expect(strictly('db-search')([{ ...all[0], state: 'perhaps' }])).not.toEqual([]);
  });

  it('search finds packages by name, by pattern, by namespace', async () => {
    expect((await run('search', 'SetupTools')).out).toMatch(/PYSEC-2022-43012/);
    expect((await run('search', 'open*', '--ecosystem', 'Debian')).out).toMatch(
      /CVE-2019-6988 .*openjpeg2 +ignored .*Minor issue/,
    );
    expect((await run('search', 'open*', '--ecosystem', 'PyPI')).out).toBe('no statement on open* in PyPI\n');
  });
});
