import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { feedNamed } from '../../../test/feeds/feed-named.ts';
import { sampleFeeds } from '../../../test/feeds/sample.ts';
import { type FeedServer, feedServer } from '../../../test/feeds/server.ts';
import type { Sources } from '../../formats/python/index.ts';
import { createHttp, type Http } from '../../network/http.ts';
import { databasePath, openStore } from '../store/sqlite-store.ts';
import type { IndexAsker, SourcesOfVersions } from './gather.ts';
import { renewDatabase, type UpdateOptions } from './update.ts';

let home: string;
let server: FeedServer;
let http: Http;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'plimsoll-wheels-'));
  server = await feedServer(sampleFeeds());
  http = createHttp({ namedBy: 'user', environment: {}, limits: { retryBaseMs: 1 } });
});
afterEach(async () => {
  await http.close();
  await server.close();
  rmSync(home, { recursive: true });
});

const feeds = ['osv', 'python-wheels'].map((name) => feedNamed(name)!);
const wanted = { 'python-wheels': { enabled: true } };
const update = (options: Partial<UpdateOptions>) => renewDatabase({ home, http, from: server.url, feeds, ...options });
const sources = (digest: string): Sources => new Map([['/__init__.py', digest]]);
const release = (version: string): [string, ReadonlyMap<string, Sources>] => [
  version,
  new Map([
    ['setuptools', sources(`setuptools ${version}`)],
    ['pkg_resources', sources('the same')],
  ]),
];
/** An index that has these releases; it hears which are known already. */
const index = (asked: [string, number][], releases: () => string[] | undefined): (() => Promise<IndexAsker>) => {
  const told = async (name: string, known: ReadonlySet<string>): Promise<SourcesOfVersions | undefined> => {
    asked.push([name, known.size]);
    const all = releases();
    return all && new Map(all.filter((version) => !known.has(version)).map(release));
  };
  return async () => ({ address: 'index.example', versions: async () => [], sources: told });
};
const known = (module: string): string[] => {
  const store = openStore(databasePath(home));
  try {
    return (store.wheels?.(module) ?? []).map(({ name, versions }) => `${name} ${[...versions].sort().join(' ')}`);
  } finally {
    store.close();
  }
};

describe('what wheels hold', () => {
  it('is asked of the package index where somebody wants it, of the well-known distributions that advisories speak of', async () => {
    const asked: [string, number][] = [];
    await update({ pythonIndex: index(asked, () => ['65.5.0', '65.5.1']) });
    expect(asked).toEqual([]);
    const { results } = await update({ settings: wanted, pythonIndex: index(asked, () => ['65.5.0', '65.5.1']) });
    expect(asked).toEqual([['setuptools', 0]]);
    expect(results.find(({ name }) => name === 'python-wheels')).toMatchObject({ kind: 'updated', records: 2 });
    expect(known('setuptools')).toEqual(['setuptools 65.5.0 65.5.1']);
    expect(known('pkg_resources')).toEqual(['setuptools 65.5.0 65.5.1']);
    expect(known('requests')).toEqual([]);
  });

  it('is asked of nothing twice: what came out since is put beside', async () => {
    const asked: [string, number][] = [];
    await update({ settings: wanted, pythonIndex: index(asked, () => ['65.5.0', '65.5.1']) });
    await update({ settings: wanted, pythonIndex: index(asked, () => ['65.5.0', '65.5.1', '66.0.0']) });
    expect(asked).toEqual([
      ['setuptools', 0],
      ['setuptools', 2],
    ]);
    expect(known('setuptools')).toEqual(['setuptools 65.5.0 65.5.1 66.0.0']);
    const { results } = await update({ only: ['python-wheels'], pythonIndex: index(asked, () => ['66.0.0']) });
    expect(results).toMatchObject([{ name: 'python-wheels', kind: 'unchanged' }]);
    expect(known('setuptools')).toEqual(['setuptools 65.5.0 65.5.1 66.0.0']);
  });

  it('stays what it was where the index does not answer, which is said', async () => {
    await update({ settings: wanted, pythonIndex: index([], () => ['65.5.0']) });
    const { results } = await update({ settings: wanted, pythonIndex: index([], () => undefined) });
    expect(results.find(({ name }) => name === 'python-wheels')).toMatchObject({
      kind: 'failed',
      reason: 'the package index does not answer',
      kept: true,
    });
    expect(known('setuptools')).toEqual(['setuptools 65.5.0']);
  });

  it('is read from a folder of lists that the settings name, and then nobody is asked', async () => {
    const folder = join(home, 'wheelhouse');
    mkdirSync(folder);
    const digest = 'e-bmKEApNVqFdylxuMJJfiaHdlmS_zhWhIMEzlHvGuc';
    writeFileSync(
      join(folder, 'flask-2.2.5.RECORD'),
      `flask/__init__.py,sha256=${digest},20\nflask-2.2.5.dist-info/RECORD,,\n`,
    );
    const asked: [string, number][] = [];
    await update({
      settings: { 'python-wheels': { enabled: true, url: `${folder}/` } },
      pythonIndex: index(asked, () => ['1.0']),
    });
    expect(asked).toEqual([]);
    expect(known('flask')).toEqual(['flask 2.2.5']);
  });
});
