import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { elf } from '../../test/elf.ts';
import { tar } from '../../test/image.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { analyzers } from '../analyzers/index.ts';
import { LIMITS } from '../limits.ts';
import type { Layer } from '../model.ts';
import { type BodyPool, bodyPool, POOLED_BYTES } from './body-pool.ts';
import { indexLayer } from './index-layer.ts';
import { selection } from './selection.ts';

/** What `npm ci` compiled: a thread cannot run source text. */
const script = new URL('../../dist/body-thread.cjs', import.meta.url);
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
  // A body that cannot be understood, and another one of its path.
  ['twice/package-lock.json', large('{ "not json')],
  ['twice/package-lock.json', large('{ "lockfileVersion": 3, "packages": {} }')],
  ['site-packages/p3-1.0.dist-info/METADATA', metadata('p3-again')],
];
const path = join(folder, 'layer.tar');
const bytes = tar(entries);
writeFileSync(path, bytes);
const sized = (size: number) => ({ path: 'a', type: 'file' as const, mode: 0, uid: 0, gid: 0, size, mtime: 0 });
const layer = { index: 0, diffID: 'sha256:0', verify: false } as unknown as Layer;
const packed = join(folder, 'layer.tar.gz');
writeFileSync(packed, gzipSync(bytes));
const read = async (pool: BodyPool | undefined, from = path) => {
  const content = { kind: 'file' as const, path: from, offset: 0, length: statSync(from).size };
  const { facts, unknowns, deferred } = await indexLayer(layer, content, selection(analyzers), 'a layer', { pool });
  return { facts, unknowns, deferred };
};

describe.skipIf(!compiled)('large bodies read by threads (skipped where dist/ was not built)', () => {
  it.each([
    ['lie in a file', path],
    ['pass by', packed],
  ])('that %s prove the same, in the same order, however many threads there are', async (_, from) => {
    const alone = await read(undefined, from);
    expect(alone.facts.length).toBeGreaterThan(50);
    expect(alone.unknowns.length).toBeGreaterThan(0);
    for (const threads of [1, 2, 4, 8]) {
      const pool = bodyPool(threads, analyzers, { script, worthBytes: 0 });
      try {
        // Several layers at once share the threads.
        const both = await Promise.all([read(pool, from), read(pool, from)]);
        expect(both).toEqual([alone, alone]);
      } finally {
        await pool.close();
      }
    }
  });

  it('that pass by are given to a thread part by part, no further ahead than it has memory for', async () => {
    const silent = new URL(
      `data:text/javascript,import{parentPort}from'node:worker_threads';parentPort.on('message',()=>{})`,
    );
    const pool = bodyPool(2, analyzers, { script: silent, worthBytes: 0 });
    const body = pool.offerPassing({ entry: sized(50_000_000), analyzers: analyzers.slice(0, 1) });
    const part = Buffer.alloc(1_000_000);
    let given = 0;
    const giving = (async () => {
      for (; given < 50; given += 1) await body?.push(part);
    })();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(given).toBeLessThan(4);
    // Nor is a second one begun behind it.
    expect(pool.offerPassing({ entry: sized(1_000_000), analyzers: analyzers.slice(0, 1) })).toBeUndefined();
    // A thread that ends keeps nobody waiting.
    await pool.close();
    await giving;
    expect(body?.enough).toBe(true);
    expect(await body?.facts).toMatchObject([
      { fact: { reason: expect.stringContaining('the thread that read it ended') } },
    ]);
  });

  it('that pass by have four threads at most: they come no faster than that', async () => {
    const script = new URL(
      `data:text/javascript,import{parentPort}from'node:worker_threads';parentPort.on('message',()=>{})`,
    );
    const pool = bodyPool(8, analyzers, { script, worthBytes: 0 });
    const bodies = Array.from({ length: 5 }, () =>
      pool.offerPassing({ entry: sized(1_000_000), analyzers: analyzers.slice(0, 1) }),
    );
    expect(bodies.map((body) => body !== undefined)).toEqual([true, true, true, true, false]);
    await pool.close();
  });

  it('that pass by are not sent on when nobody needs the rest', async () => {
    const pool = bodyPool(2, analyzers, { script, worthBytes: 0 });
    const onnx = analyzers.filter(({ name }) => name === 'safetensors');
    const body = pool.offerPassing({ entry: { ...sized(1e12), path: 'a.safetensors' }, analyzers: onnx });
    const part = Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{}'), Buffer.alloc(200_000)]);
    let given = 0;
    for (; !body?.enough && given < 100_000; given += 1) await body?.push(part);
    body?.over();
    expect(given).toBeLessThan(100_000);
    expect(Array.isArray(await body?.facts)).toBe(true);
    // And the thread is there for the next.
    const next = pool.offerPassing({ entry: { ...sized(part.length), path: 'b.safetensors' }, analyzers: onnx });
    await next?.push(part);
    next?.over();
    expect(Array.isArray(await next?.facts)).toBe(true);
    await pool.close();
  });

  it('whose source fails do not keep their thread', async () => {
    const pool = bodyPool(2, analyzers, { script, worthBytes: 0 });
    const cut = pool.offerPassing({ entry: sized(60_000), analyzers: analyzers.slice(0, 1) });
    await cut?.push(Buffer.alloc(1_000));
    cut?.over();
    await expect(cut?.facts).rejects.toMatchObject({ code: 'io' });
    await pool.close();
  });

  it('are one Unknown where their thread dies: what it had not begun and the rest of the layer are read', async () => {
    const dying = new URL(
      `data:text/javascript,${encodeURIComponent("import{parentPort}from'node:worker_threads';parentPort.on('message',()=>process.exit(3))")}`,
    );
    const pool = bodyPool(2, analyzers, { script: dying, worthBytes: 0 });
    const alone = await read(undefined);
    const { facts, unknowns } = await read(pool);
    const lost = unknowns.filter(({ reason }) => reason.startsWith('the thread that read it ended'));
    expect(lost.length).toBe(1);
    const paths = new Set(lost.map(({ path: of }) => of));
    expect(facts).toEqual(alone.facts.filter(({ path: of }) => !paths.has(of)));
    await pool.close();
  });

  it('go to a thread largest first, and what it has not been given is read here, smallest first', async () => {
    const silent = new URL(
      `data:text/javascript,import{parentPort}from'node:worker_threads';parentPort.on('message',()=>{})`,
    );
    const pool = bodyPool(2, analyzers, { script: silent, worthBytes: 0 });
    const order: number[] = [];
    const told = [5, 3, 9, 1, 7].map((megabytes) => {
      const file = join(folder, `of-${megabytes}`);
      writeFileSync(file, Buffer.alloc(megabytes * 1e6));
      const answer = pool.offer({ file, offset: 0, entry: sized(megabytes * 1e6), analyzers: analyzers.slice(0, 1) });
      return answer?.then(() => order.push(megabytes));
    });
    await pool.help();
    // The first two were given away before the others came.
    expect(order).toEqual([1, 7, 9]);
    expect(await Promise.race([told[0], 'never told'])).toBe('never told');
    await pool.close();
    await Promise.all(told);
  });

  it('weigh what it takes to read them: fifty megabytes of programs start no thread, nor do changelogs and pictures of any size', async () => {
    const silent = new URL(
      `data:text/javascript,import{parentPort}from'node:worker_threads';parentPort.on('message',()=>{})`,
    );
    const offered = (name: string, megabytes: number): boolean => {
      const pool = bodyPool(2, analyzers, { script: silent });
      const wanting = analyzers.filter((analyzer) => analyzer.name === name);
      expect(wanting.length).toBe(1);
      const answers = Array.from({ length: megabytes }, () =>
        pool.offer({ file: path, offset: 0, entry: sized(1024 * 1024), analyzers: wanting }),
      );
      void pool.close();
      return answers.some((answer) => answer !== undefined);
    };
    expect(offered('pickle', 11)).toBe(false);
    expect(offered('pickle', 12)).toBe(true);
    expect(offered('binaries', 95)).toBe(false);
    expect(offered('binaries', 96)).toBe(true);
    expect(offered('appended-zip', 5_000)).toBe(false);
  });

  it.each([
    ['appended-zip', Buffer.from('%PDF-1.4\n')],
    ['debian-changelogs', Buffer.from('a (1.0) unstable; urgency=low\n')],
    ['listed-changelogs', Buffer.from('a (1.0) unstable; urgency=low\n')],
    ['closed-programs', elf({ parts: [{ content: Buffer.from('\0x\0') }] })],
  ])('are little read by what says that it glances at them: %s', async (name, head) => {
    const [glancing] = analyzers.filter((analyzer) => analyzer.name === name);
    expect(glancing?.effort).toBe('glances');
    const size = 32 * 1024 * 1024;
    const bytes = Buffer.concat([head, Buffer.alloc(size - head.length)]);
    const reader = glancing?.stream?.({ ...sized(size), path: 'usr/share/doc/a/changelog.gz' });
    let asked = 0;
    for (let at = 0; reader !== undefined && at < size; ) {
      const chunk = bytes.subarray(
        at,
        at + Math.min(LIMITS.readChunkBytes, reader.enough?.() ?? LIMITS.readChunkBytes),
      );
      asked += chunk.length;
      at += chunk.length + reader.push(chunk, at);
    }
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(size / 16);
  });

  it('that cannot be read are an error of the file, as without threads', async () => {
    const pool = bodyPool(2, analyzers, { script, worthBytes: 0 });
    const entry = sized(POOLED_BYTES);
    const job = { file: join(folder, 'gone'), offset: 0, entry, analyzers: analyzers.slice(0, 1) };
    await expect(pool.offer(job)).rejects.toMatchObject({ code: 'io' });
    await pool.close();
  });

  it('stay with their caller where an analyzer is not one of ours, or there is little to read', () => {
    const entry = sized(POOLED_BYTES);
    const job = { file: path, offset: 0, entry, analyzers: [{ name: 'mine', version: 1 }] };
    expect(bodyPool(4, analyzers, { script, worthBytes: 0 }).offer(job as never)).toBeUndefined();
    expect(bodyPool(4, analyzers, { script }).offer({ ...job, analyzers: analyzers.slice(0, 1) })).toBeUndefined();
    expect(bodyPool(1, analyzers, { script, worthBytes: 0 }).offer({ ...job, analyzers: [] })).toBeUndefined();
  });
});

it('stops a layer as soon as what threads hold ready of it is too much, and not when all of it is there', async () => {
  let asked = 0;
  // A hostile file names as much as one may; here each thread's answer does.
  const answer = Array.from({ length: LIMITS.factsPerFile }, () => ({}) as never);
  const pool: BodyPool = {
    offer: async () => {
      asked += 1;
      return answer;
    },
    offerPassing: () => undefined,
    // Others would be read for as long as there is anything.
    help: () => new Promise(() => {}),
    close: async () => {},
  };
  const many = join(folder, 'many.tar');
  const files = Array.from({ length: 2_000 }, (_, at): [string, Buffer] => [
    `site-packages/p${at}-1.0.dist-info/METADATA`,
    metadata(`p${at}`),
  ]);
  writeFileSync(many, tar(files));
  await expect(read(pool, many)).rejects.toMatchObject({
    code: 'limit',
    message: `the files of one layer name more than ${LIMITS.factsPerLayer} packages, owners and risks`,
  });
  expect(asked).toBeGreaterThan(2);
});
