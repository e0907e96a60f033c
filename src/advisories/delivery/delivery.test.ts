import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import {
  createReadStream,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ArtifactRegistry, artifactRegistry } from '../../../test/feeds/artifact-registry.ts';
import { osvRecord, osvZip, sampleFeeds } from '../../../test/feeds/sample.ts';
import { type FeedServer, feedServer } from '../../../test/feeds/server.ts';
import { anonymous } from '../../../test/registry.ts';
import { createHttp, type Http } from '../../network/http.ts';
import { renewDatabase } from '../build/update.ts';
import { databasePath, openStore } from '../store/sqlite-store.ts';
import { readBundle, writeBundle } from './bundle.ts';
import { downloadDatabase, uploadDatabase } from './registry.ts';

let folder: string;
let source: string;
let home: string;
let http: Http;
let server: FeedServer;
let registry: ArtifactRegistry;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-delivery-'));
  source = join(folder, 'source');
  http = createHttp({ namedBy: 'user', environment: {}, limits: { retryBaseMs: 1, attempts: 1 } });
  server = await feedServer(sampleFeeds());
  await renewDatabase({ home: source, http, from: server.url });
});
afterAll(async () => {
  await http.close();
  await server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  home = mkdtempSync(join(folder, 'home-'));
  registry = await artifactRegistry();
});
afterEach(() => registry.close());

const access = () => ({ http, keychain: anonymous, environment: {} });
const names = (where: string) => {
  const store = openStore(databasePath(where));
  try {
    return store.statements('PyPI', 'setuptools').map(({ id }) => id);
  } finally {
    store.close();
  }
};

describe('one file for closed networks', () => {
  it('brings the same database', async () => {
    const file = join(home, 'db.tar');
    const { digest } = await writeBundle(source, file);
    expect(await readBundle(file, { home, digest })).toMatchObject({ unchanged: false });
    expect(names(home)).toEqual(names(source));
    expect(readFileSync(databasePath(home)).equals(readFileSync(databasePath(source)))).toBe(true);
    expect(await readBundle(file, { home })).toMatchObject({ unchanged: true });
  });

  it('is never written through a link that somebody laid where its parts will be', async () => {
    const file = join(home, 'db.tar');
    const other = join(home, 'other');
    writeFileSync(other, 'of somebody');
    for (const part of ['layer', 'partial']) symlinkSync(other, `${file}.plimsoll-${part}-${process.pid}`);
    const { digest } = await writeBundle(source, file);
    expect(readFileSync(other, 'utf8')).toBe('of somebody');
    expect(lstatSync(file).isFile()).toBe(true);
    expect(await readBundle(file, { home, digest })).toMatchObject({ unchanged: false });
  });

  it('is written into a pipe or a device, which stays what it is, and behind a link', async () => {
    const pipe = join(home, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const read = createReadStream(pipe).toArray() as Promise<Buffer[]>;
    const { bytes, digest } = await writeBundle(source, pipe);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    const file = join(home, 'read.tar');
    writeFileSync(file, Buffer.concat(await read));
    expect(statSync(file).size).toBe(bytes);
    expect(await readBundle(file, { home, digest })).toMatchObject({ unchanged: false });
    const link = join(home, 'link.tar');
    symlinkSync(file, link);
    await writeBundle(source, link);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readdirSync(home).filter((name) => name.includes('.plimsoll-'))).toEqual([]);
  });

  it('that was changed on the way is refused, and what was in service stays', async () => {
    const file = join(home, 'db.tar');
    await writeBundle(source, file);
    await readBundle(file, { home });
    const bytes = readFileSync(file);
    const claim = bytes.indexOf('"contents"');
    for (const at of [
      bytes.indexOf('sha256:') + 9,
      bytes.indexOf('"artifactType"', 2_000),
      claim + 14,
      claim + 1_400,
    ]) {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 0x55;
      writeFileSync(file, changed);
      rmSync(databasePath(home));
      await expect(readBundle(file, { home })).rejects.toMatchObject({
        code: expect.stringMatching(/digest-mismatch|corrupt|unsupported/),
      });
      await writeBundle(source, join(home, 'again.tar'));
      await readBundle(join(home, 'again.tar'), { home });
      expect(names(home)).toHaveLength(2);
    }
  });

  it.each([
    ['truncated', (bytes: Buffer) => bytes.subarray(0, 4_000)],
    ['empty', () => Buffer.alloc(0)],
    ['something else', () => Buffer.from('hello')],
  ])('that is %s is refused in one line', async (_, damage) => {
    const file = join(home, 'db.tar');
    await writeBundle(source, file);
    writeFileSync(file, damage(readFileSync(file)));
    await expect(readBundle(file, { home })).rejects.toMatchObject({ name: 'PlimsollError' });
    await expect(readBundle(join(home, 'none.tar'), { home })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('has to hold the digest that was named', async () => {
    const file = join(home, 'db.tar');
    await writeBundle(source, file);
    await expect(readBundle(file, { home, digest: `sha256:${'0'.repeat(64)}` })).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
  });

  it('is taken with a signature that fits, and only with it', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const file = join(home, 'db.tar');
    await writeBundle(source, file);
    const signature = join(home, 'db.sig');
    writeFileSync(signature, `${sign('sha256', readFileSync(file), privateKey).toString('base64')}\n`);
    await readBundle(file, { home, signer: { key }, signature });
    writeFileSync(signature, sign('sha256', Buffer.from('other'), privateKey).toString('base64'));
    await expect(readBundle(file, { home, signer: { key }, signature })).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
    await expect(readBundle(file, { home, signer: { key } })).rejects.toMatchObject({ code: 'usage' });
    await expect(readBundle(file, { home, signer: { key: 'no key' }, signature })).rejects.toMatchObject({
      code: 'config',
    });
  });
});

describe('a registry', () => {
  it('carries the database, and a second push sends nothing twice', async () => {
    const reference = `${registry.host}/sec/db:latest`;
    const { digest } = await uploadDatabase(source, reference, access());
    expect(await downloadDatabase([reference], access(), { home })).toMatchObject({
      digest,
      unchanged: false,
      failed: [],
    });
    expect(names(home)).toEqual(names(source));
    registry.log.length = 0;
    await uploadDatabase(source, reference, access());
    expect(registry.log.filter((line) => line.startsWith('POST'))).toEqual([]);
  });

  it('that lacks it is passed over for the next mirror', async () => {
    const good = `${registry.host}/sec/db:latest`;
    await uploadDatabase(source, good, access());
    const bad = [`${registry.host}/sec/none:1`, '127.0.0.1:1/x/y:1'];
    const pulled = await downloadDatabase([...bad, good], access(), { home });
    expect(pulled.failed.map(({ reference }) => reference)).toEqual(bad);
    expect(names(home)).toHaveLength(2);
    await expect(downloadDatabase(bad, access(), { home })).rejects.toMatchObject({ code: 'registry' });
  });

  it('that sends other bytes ends it', async () => {
    const reference = `${registry.host}/sec/db:latest`;
    await uploadDatabase(source, reference, access());
    for (const [digest, bytes] of registry.blobs)
      if (bytes.length > 1_000) registry.blobs.set(digest, Buffer.from(bytes).fill(0x20, 100, 200));
    await expect(downloadDatabase([reference], access(), { home })).rejects.toMatchObject({
      code: expect.stringMatching(/digest-mismatch|corrupt/),
    });
    expect(() => names(home)).toThrow(/no advisory database/);
  });

  it('that holds an older database than ours is refused, unless told', async () => {
    const reference = `${registry.host}/sec/db:latest`;
    await uploadDatabase(source, reference, access());
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const files = sampleFeeds();
    files.set('osv/PyPI/all.zip', osvZip(osvRecord({ modified: '2026-01-01T00:00:00Z' })));
    const newer = await feedServer(files);
    await renewDatabase({ home, http, from: newer.url }).finally(() => newer.close());
    await expect(downloadDatabase([reference], access(), { home })).rejects.toMatchObject({ code: 'database-stale' });
    expect(names(home)).toHaveLength(1);
    await downloadDatabase([reference], access(), { home, allowOlder: true });
    expect(names(home)).toHaveLength(2);
  });

  it('another artifact is no database', async () => {
    registry.manifests.set(
      'sec/db:latest',
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          config: {
            mediaType: 'application/vnd.oci.image.config.v1+json',
            digest: `sha256:${'a'.repeat(64)}`,
            size: 2,
          },
          layers: [],
        }),
      ),
    );
    await expect(downloadDatabase([`${registry.host}/sec/db:latest`], access(), { home })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});

describe('a cosign signature in a registry', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  /** As `cosign sign --key` lays it beside an image. */
  const signed = (digest: string, named = digest) => {
    const payload = Buffer.from(
      JSON.stringify({
        critical: {
          identity: { 'docker-reference': 'x' },
          image: { 'docker-manifest-digest': named },
          type: 'cosign container image signature',
        },
        optional: null,
      }),
    );
    const payloadDigest = `sha256:${createHash('sha256').update(payload).digest('hex')}`;
    registry.blobs.set(payloadDigest, payload);
    const signature = sign('sha256', payload, privateKey).toString('base64');
    const layer = {
      mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
      digest: payloadDigest,
      size: payload.length,
      annotations: { 'dev.cosignproject.cosign/signature': signature },
    };
    registry.manifests.set(
      `sec/db:${digest.replace(':', '-')}.sig`,
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          config: { mediaType: 'application/json', digest: payloadDigest, size: 2 },
          layers: [layer],
        }),
      ),
    );
  };

  it('is demanded when there is a key, and verified', async () => {
    const reference = `${registry.host}/sec/db:latest`;
    const { digest } = await uploadDatabase(source, reference, access());
    await expect(downloadDatabase([reference], access(), { home, signer: { key } })).rejects.toMatchObject({
      code: 'digest-mismatch',
      message: 'the database is not signed',
    });
    signed(digest, `sha256:${'0'.repeat(64)}`);
    await expect(downloadDatabase([reference], access(), { home, signer: { key } })).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
    signed(digest);
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .publicKey.export({ type: 'spki', format: 'pem' })
      .toString();
    await expect(downloadDatabase([reference], access(), { home, signer: { key: other } })).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
    await downloadDatabase([reference], access(), { home, signer: { key } });
    expect(names(home)).toHaveLength(2);
  });
});
