import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { file, image, layer } from '../../test/image.ts';
import { analyzer } from '../analyzers/analyzer.ts';
import { pythonDist } from '../analyzers/python/distributions.ts';
import { takeInventory } from '../inventory/take.ts';
import { layerKey, openLayerCache } from './cache.ts';
import { codePlaces } from './code-places.ts';
import { ownershipTable } from './ownership.ts';
import { pathTable } from './path-table.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const python = layer({ 'usr/lib/python3/six-1.16.0.dist-info/METADATA': 'Name: six\nVersion: 1.16.0\n' });
const open = async (problems: string[] = []) => openLayerCache(folder, (message) => problems.push(message));

/** The index of a layer in which nothing is. */
const NOTHING = {
  entries: pathTable(),
  facts: [],
  owned: ownershipTable([]),
  unknowns: [],
  links: [],
  deferred: [],
  code: () => [],
  codeLater: codePlaces(false),
  extras: new Map(),
};

describe('the layer cache', () => {
  it('answers a second scan without a byte of the layer being read', async () => {
    const cache = await open();
    const first = await takeInventory(image(python), { cache });
    const unreadable = image(python);
    const again = await takeInventory(
      {
        ...unreadable,
        layers: unreadable.layers.map((layer) => ({ ...layer, open: () => Promise.reject(new Error('read again')) })),
      },
      { cache },
    );
    expect([first.read.cached, again.read.cached]).toEqual([0, 1]);
    expect(again.inventory).toEqual(first.inventory);
    cache.close();
  });

  it('asks again when an analyzer has a new version, when bytes were not verified, and never for a folder', async () => {
    const [layer] = image(python).layers;
    if (!layer) throw new Error('no layer');
    const newer = analyzer({ ...pythonDist, version: pythonDist.version + 1 });
    const keys = [
      layerKey(layer, [pythonDist]),
      layerKey(layer, [newer]),
      layerKey({ ...layer, identity: '/some/file 1234' }, [pythonDist]),
    ];
    expect(new Set(keys).size).toBe(3);
    expect(layerKey({ ...layer, identity: null }, [pythonDist])).toBeUndefined();
  });

  it('keeps nothing under a diffID that the content does not have, and says so', async () => {
    const forged = image(layer({ 'bin/sh': file('') }).claiming(`sha256:${'0'.repeat(64)}`));
    const cache = await open();
    const first = await takeInventory(forged, { cache });
    expect(first.inventory.unknowns[0]?.reason).toContain('engines may refuse the image');
    expect((await takeInventory(forged, { cache })).read.cached).toBe(0);
    cache.close();
  });

  it('gives JSON back whatever its characters, in ASCII, and of more than one piece', async () => {
    const cache = await open();
    const said = { '\u{1f6a2} \u2028': 'Überlauf – “buffer” \\u0041 \ud800', long: 'ä'.repeat(1_000_000) };
    cache.putText('findings', () => JSON.stringify(said));
    const text = cache.text('findings') ?? '';
    expect(JSON.parse(text)).toEqual(said);
    expect(text).not.toMatch(/[^\0-\x7f]/);
    cache.close();
  });

  it('begins anew when its file is damaged, and goes without when there can be none', async () => {
    const problems: string[] = [];
    writeFileSync(join(folder, 'layers.db'), 'this is no database, and long enough to be taken for one'.repeat(40));
    const cache = await open(problems);
    await takeInventory(image(python), { cache });
    expect((await takeInventory(image(python), { cache })).read.cached).toBe(1);
    cache.close();
    expect(problems[0]).toContain('begun anew');
    const nowhere = await openLayerCache(join(folder, 'layers.db', 'below'), (message) => problems.push(message));
    expect(nowhere.get('x')).toBeUndefined();
    expect(problems[1]).toContain('no layer cache');
  });

  it('reads a truncated database as empty rather than failing the scan', async () => {
    const cache = await open();
    await takeInventory(image(python), { cache });
    cache.close();
    const path = join(folder, 'layers.db');
    truncateSync(path, Math.floor(statSync(path).size / 2));
    const again = await open([]);
    expect((await takeInventory(image(python), { cache: again })).inventory.packages).toHaveLength(1);
    again.close();
  });

  it('is whole after a writer is killed in the middle, and shared by two processes', async () => {
    const writer = `
      import Sqlite from 'libsql';
      const database = new Sqlite(${JSON.stringify(join(folder, 'layers.db'))}, { timeout: 5000 });
      database.exec('BEGIN IMMEDIATE');
      for (let n = 0; n < 200; n++) database.prepare('INSERT OR REPLACE INTO layer VALUES (?, 0, 10000, ?)').run('k' + n, Buffer.alloc(10000));
      console.log('half');
      setInterval(() => {}, 1000);`;
    const cache = await open();
    cache.put('before', NOTHING);
    const child = spawn(process.execPath, ['--input-type=module', '-e', writer], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    // The other process holds the write lock: reading goes on.
    expect(cache.get('before')).toBeDefined();
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    cache.put('after', NOTHING);
    expect([cache.get('before'), cache.get('after'), cache.get('k1')].map((index) => index !== undefined)).toEqual([
      true,
      true,
      false,
    ]);
    cache.close();
  });

  it('believes no byte that changed: what it answers is what was kept, or nothing', async () => {
    const cache = await open();
    const { inventory } = await takeInventory(image(python), { cache });
    cache.close();
    const path = join(folder, 'layers.db');
    const whole = readFileSync(path);
    for (let at = 20; at < whole.length; at += 997) {
      for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true });
      writeFileSync(path, Buffer.from(whole).fill(0xff, at, at + 3));
      const damaged = await open();
      expect((await takeInventory(image(python), { cache: damaged })).inventory, `byte ${at}`).toEqual(inventory);
      damaged.close();
    }
  });
});
