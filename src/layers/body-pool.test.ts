import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { elf } from '../../test/elf.ts';
import { tar } from '../../test/image.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { analyzers } from '../analyzers/index.ts';
import type { Layer } from '../model.ts';
import { type BodyPool, bodyPool, POOLED_BYTES, threadsWanted } from './body-pool.ts';
import { indexLayer } from './index-layer.ts';
import { selection } from './selection.ts';

/** What `npm ci` compiled: a thread cannot run source text. */
const script = new URL('../../dist/body-thread.js', import.meta.url);
const compiled = existsSync(fileURLToPath(script));
const folder = temporaryFolder();

const large = (content: string | Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(content), Buffer.alloc(POOLED_BYTES, 0x0a)]);
const models = new URL('../analyzers/fixtures/models/', import.meta.url);
const metadata = (name: string): Buffer => large(`Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n\n`);
/** Bodies for every kind of reader, large ones and small ones, one path twice, some that cannot be understood. */
const entries: [string, Buffer][] = [
  ...readdirSync(models).map((name): [string, Buffer] => [
    `models/${name}`,
    large(readFileSync(new URL(name, models))),
  ]),
  ...Array.from({ length: 40 }, (_, at): [string, Buffer] => [
    `site-packages/p${at}-1.0.dist-info/METADATA`,
    metadata(`p${at}`),
  ]),
  ['site-packages/nameless-1.0.dist-info/METADATA', large('Metadata-Version: 2.1\n\n')],
  ['app/package-lock.json', large('{ "not json')],
  ['usr/local/bin/tool', large(elf({ parts: [{ content: Buffer.from('\0OpenSSL 1.1.1k  25 Mar 2021\0') }] }))],
  ['app/small.json', Buffer.from('{}')],
  ['site-packages/p3-1.0.dist-info/METADATA', metadata('p3-again')],
];
const path = join(folder, 'layer.tar');
const bytes = tar(entries);
writeFileSync(path, bytes);
const layer = { index: 0, diffID: 'sha256:0', verify: false } as unknown as Layer;
const read = async (pool: BodyPool | undefined) => {
  const content = { kind: 'file' as const, path, offset: 0, length: bytes.length };
  const { facts, unknowns, deferred } = await indexLayer(layer, content, selection(analyzers), 'a layer', { pool });
  return { facts, unknowns, deferred };
};

describe.skipIf(!compiled)('large bodies read by threads (skipped where dist/ was not built)', () => {
  it('prove the same, in the same order, however many threads there are', async () => {
    const alone = await read(undefined);
    expect(alone.facts.length).toBeGreaterThan(50);
    expect(alone.unknowns.length).toBeGreaterThan(0);
    for (const threads of [1, 2, 4, 8]) {
      const pool = bodyPool(threads, analyzers, { script, worthBytes: 0 });
      try {
        expect(await read(pool)).toEqual(alone);
      } finally {
        await pool.close();
      }
    }
  });

  it('are one Unknown each where their thread dies, and the rest of the layer is read', async () => {
    const dying = new URL(
      `data:text/javascript,${encodeURIComponent("import{parentPort}from'node:worker_threads';parentPort.on('message',()=>process.exit(3))")}`,
    );
    const pool = bodyPool(2, analyzers, { script: dying, worthBytes: 0 });
    const alone = await read(undefined);
    const { facts, unknowns } = await read(pool);
    const lost = unknowns.filter(({ reason }) => reason.startsWith('the thread that read it ended'));
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.length).toBeLessThan(5);
    const paths = new Set(lost.map(({ path: of }) => of));
    expect(facts).toEqual(alone.facts.filter(({ path: of }) => !paths.has(of)));
    await pool.close();
  });

  it('that cannot be read are an error of the file, as without threads', async () => {
    const pool = bodyPool(2, analyzers, { script, worthBytes: 0 });
    const entry = { path: 'a', type: 'file' as const, mode: 0, uid: 0, gid: 0, size: POOLED_BYTES, mtime: 0 };
    const job = { file: join(folder, 'gone'), offset: 0, entry, analyzers: analyzers.slice(0, 1) };
    await expect(pool.offer(job)).rejects.toMatchObject({ code: 'io' });
    await pool.close();
  });

  it('stay with their caller where an analyzer is not one of ours, or there is little to read', () => {
    const entry = { path: 'a', type: 'file' as const, mode: 0, uid: 0, gid: 0, size: POOLED_BYTES, mtime: 0 };
    const job = { file: path, offset: 0, entry, analyzers: [{ name: 'mine', version: 1 }] };
    expect(bodyPool(4, analyzers, { script, worthBytes: 0 }).offer(job as never)).toBeUndefined();
    expect(bodyPool(4, analyzers, { script }).offer({ ...job, analyzers: analyzers.slice(0, 1) })).toBeUndefined();
    expect(bodyPool(1, analyzers, { script, worthBytes: 0 }).offer({ ...job, analyzers: [] })).toBeUndefined();
  });
});

describe('the number of threads', () => {
  it('is what the environment says, within bounds, else that of the processors', () => {
    expect(threadsWanted({ PLIMSOLL_THREADS: '1' })).toBe(1);
    expect(threadsWanted({ PLIMSOLL_THREADS: '0' })).toBe(1);
    expect(threadsWanted({ PLIMSOLL_THREADS: '500' })).toBe(8);
    expect(threadsWanted({ PLIMSOLL_THREADS: 'many' })).toBe(threadsWanted({}));
  });
});
