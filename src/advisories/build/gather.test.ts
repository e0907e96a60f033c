import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { feedNamed } from '../../../test/feeds/feed-named.ts';
import { sampleFeeds } from '../../../test/feeds/sample.ts';
import { type FeedServer, feedServer } from '../../../test/feeds/server.ts';
import { createHttp, type Http } from '../../network/http.ts';
import type { RecordedVersion } from '../distribution.ts';
import { databasePath, openStore } from '../store/sqlite-store.ts';
import type { IndexAsker } from './gather.ts';
import { renewDatabase, type UpdateOptions } from './update.ts';

let home: string;
let server: FeedServer;
let mirror: FeedServer | undefined;
let http: Http;
let asked: string[];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'plimsoll-gather-'));
  server = await feedServer(sampleFeeds());
  http = createHttp({ namedBy: 'user', environment: {}, limits: { retryBaseMs: 1 } });
  asked = [];
});
afterEach(async () => {
  await http.close();
  await server.close();
  await mirror?.close();
  mirror = undefined;
  rmSync(home, { recursive: true });
});

const index = (versions: IndexAsker['versions']): (() => Promise<IndexAsker>) => {
  return async () => ({
    address: 'index.example',
    versions(name) {
      asked.push(name);
      return versions(name);
    },
  });
};
/** The feeds that this is about. */
const feeds = ['osv', 'python-index'].map((name) => feedNamed(name)!);
const update = (options: Partial<UpdateOptions>) => renewDatabase({ home, http, from: server.url, feeds, ...options });
const recorded = (name: string) => {
  const store = openStore(databasePath(home));
  try {
    return store.distribution?.(name);
  } finally {
    store.close();
  }
};

const SETUPTOOLS: readonly RecordedVersion[] = [
  { version: '58.1.0', requiresPython: '>=3.6', wheels: ['py3-none-any'], source: true },
  { version: '65.5.1', requiresPython: '>=3.7', wheels: ['py3-none-any'], source: true },
  { version: '66.0.0', requiresPython: '>=3.7', wheels: [], source: true, yanked: true },
  { version: '67.0.0', requiresPython: '>=3.7', wheels: [], foreign: true },
];

describe('what a package index has', () => {
  it('is recorded of the distributions that advisories call fixed, from the lowest fixed version on, and told again as it was', async () => {
    await update({ pythonIndex: index(async (name) => (name === 'setuptools' ? SETUPTOOLS : [])) });
    expect(asked).toEqual(['setuptools']);
    expect(recorded('setuptools')?.versions).toEqual(SETUPTOOLS.slice(1));
    expect(recorded('requests')).toBeUndefined();
  });

  it('is asked about once, and again on another day where a fix that is named was not there', async () => {
    await update({ pythonIndex: index(async () => SETUPTOOLS) });
    await update({ pythonIndex: index(async () => SETUPTOOLS) });
    expect(asked).toEqual(['setuptools']);
    expect(recorded('setuptools')?.versions.length).toBe(3);
  });

  it('is left out where the index does not answer, which is said, and the rest of the database is in service', async () => {
    const { results } = await update({ pythonIndex: index(async () => undefined) });
    expect(results.find(({ name }) => name === 'python-index')).toMatchObject({
      kind: 'failed',
      reason: 'the package index does not answer',
    });
    expect(results.filter(({ kind }) => kind === 'updated').map(({ name }) => name)).toEqual(['osv/PyPI']);
    expect(recorded('setuptools')).toBeUndefined();
  });

  it('is not asked where the settings forbid it, other feeds were named, or a mirror has the document', async () => {
    const pythonIndex = index(async () => SETUPTOOLS);
    await update({ pythonIndex, settings: { 'python-index': { enabled: false } } });
    await update({ pythonIndex, only: ['osv'] });
    const line = JSON.stringify({ name: 'Set_Uptools', asked: '2026-01-02', versions: SETUPTOOLS });
    const files = new Map([
      ...sampleFeeds(),
      ['python-index/distributions.jsonl', Buffer.from(`${line}\nnonsense\n${line}`)],
    ]);
    mirror = await feedServer(files);
    await update({ from: mirror.url, pythonIndex });
    expect(asked).toEqual([]);
    expect(recorded('set-uptools')).toMatchObject({ asked: '2026-01-02', versions: [...SETUPTOOLS] });
  });
});
