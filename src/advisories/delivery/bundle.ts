import { chmodSync, createReadStream, createWriteStream, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { boundedText } from '../../bounded-file.ts';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { missingFile } from '../../missing-file.ts';
import { clearOrphans } from '../../orphans.ts';
import { digestOf, verifyDigest } from '../../sources/digest.ts';
import { tarStore } from '../../sources/files/index.ts';
import { jsonObject } from '../../sources/json.ts';
import { parseDescriptor } from '../../sources/manifest.ts';
import { signatureCheck, type TrustedSigner } from '../../sources/signatures/index.ts';
import { databasePath } from '../store/index.ts';
import { ARTIFACT_TYPE, type DatabaseClaim, MANIFEST_TYPE, packDatabase } from './artifact.ts';
import { type Installed, type InstallOptions, install } from './install.ts';

export interface Exported {
  readonly path: string;
  readonly bytes: number;
  /** Digest of the manifest inside: names exactly this database wherever it goes. */
  readonly digest: string;
  readonly claim: DatabaseClaim;
}

/**
 * Writes the database into one file for closed networks: an OCI layout in a tar archive, which `skopeo copy oci-archive:` can
 * also put into a registry. The file appears whole or not at all; behind a link it is the link's target. A device or a pipe is
 * written to, and stays what it is. Throws as `openStore`, and `io`.
 */
export async function writeBundle(home: string, file: string): Promise<Exported> {
  const there = statSync(file, { throwIfNoEntry: false });
  const isStream = there !== undefined && !there.isFile() && !there.isDirectory();
  // A pipe has no path of its own (`/dev/stdout` leads to `pipe:[12]`).
  const target = there === undefined || isStream ? file : realpathSync(file);
  const beside = isStream ? databasePath(home) : target;
  await clearOrphans(dirname(beside), /\.plimsoll-(?:layer|partial)-(\d{1,10})$/);
  const layerFile = `${beside}.plimsoll-layer-${process.pid}`;
  const partial = `${beside}.plimsoll-partial-${process.pid}`;
  // In a folder that others write to, a link of such a name would lead the bytes elsewhere: it is taken away, and none is followed.
  for (const temporary of [layerFile, partial]) rmSync(temporary, { force: true });
  try {
    const { manifest, config, configDescriptor, layer, claim } = await packDatabase(databasePath(home), layerFile);
    const digest = digestOf(manifest);
    const index = {
      schemaVersion: 2,
      manifests: [{ mediaType: MANIFEST_TYPE, artifactType: ARTIFACT_TYPE, digest, size: manifest.length }],
    };
    const members: readonly Member[] = [
      member('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')),
      member('index.json', Buffer.from(JSON.stringify(index))),
      member(blobName(digest), manifest),
      member(blobName(configDescriptor.digest), config),
      { name: blobName(layer.digest), size: layer.size, bytes: () => createReadStream(layerFile) },
    ];
    const out = createWriteStream(isStream ? target : partial, { flags: isStream ? 'a' : 'wx' });
    await pipeline(Readable.from(archive(members), { objectMode: false }), out);
    if (there?.isFile()) chmodSync(partial, there.mode & 0o7777);
    if (!isStream) renameSync(partial, target);
    return { path: file, bytes: out.bytesWritten, digest, claim };
  } catch (error) {
    throw notWritten(error, file);
  } finally {
    for (const temporary of [layerFile, partial]) rmSync(temporary, { force: true });
  }
}

/** What kept the file from being written; what is wrong with the database says so itself. */
function notWritten(error: unknown, file: string): PlimsollError {
  if (error instanceof PlimsollError) return error;
  return new PlimsollError('io', `the file could not be written: ${asPlimsollError(error, 'io').message}`, {
    where: file,
    hint: `check that ${dirname(file)} exists, may be written to and has room`,
    cause: error,
  });
}

const blobName = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

interface Member {
  readonly name: string;
  readonly size: number;
  bytes(): AsyncIterable<Buffer> | Iterable<Buffer>;
}

const member = (name: string, content: Buffer): Member => ({ name, size: content.length, bytes: () => [content] });

/** ustar: names here are short and sizes below 8 GiB. https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html */
async function* archive(members: readonly Member[]): AsyncGenerator<Buffer> {
  for (const { name, size, bytes } of members) {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(`0000644\0${'0000000\0'.repeat(2)}`, 100);
    header.write(`${size.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0        0`, 124);
    header.write('ustar\u000000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    yield header;
    yield* bytes();
    yield Buffer.alloc((512 - (size % 512)) % 512);
  }
  yield Buffer.alloc(1_024);
}

interface ImportOptions extends InstallOptions {
  /** The digest that the manifest must have. */
  readonly digest?: string;
  /** Who must have signed the imported file, and the file that holds the signature or bundle (`cosign sign-blob`). */
  readonly signer?: TrustedSigner;
  readonly signature?: string;
}

/** Puts an exported database in service. Throws as `install`, and `not-found`, `corrupt` for the file itself. */
export async function readBundle(file: string, options: ImportOptions): Promise<Installed> {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) throw missingFile(file);
  if (!status.isFile())
    throw new PlimsollError('unsupported', 'an exported database is a file, this is none', { where: file });
  if (options.signer !== undefined) await verify(file, options.signer, options.signature);
  const store = await tarStore(file);
  const index = jsonObject(await store.read('index.json', LIMITS.manifestBytes), file, 'index');
  const [first] = Array.isArray(index.manifests) ? index.manifests : [];
  const descriptor = parseDescriptor(first, `${file}, manifest`);
  if (options.digest !== undefined && options.digest !== descriptor.digest) {
    throw new PlimsollError('digest-mismatch', `the file holds ${descriptor.digest}, not ${options.digest}`, {
      where: file,
    });
  }
  const manifest = await store.read(blobName(descriptor.digest), LIMITS.manifestBytes);
  verifyDigest(manifest, descriptor.digest, `${basename(file)}, manifest`);
  return install(
    {
      where: file,
      manifest,
      async config({ digest }) {
        const bytes = await store.read(blobName(digest), LIMITS.configBytes);
        verifyDigest(bytes, digest, `${basename(file)}, configuration`);
        return bytes;
      },
      async *layer({ digest }) {
        const region = await store.region(blobName(digest));
        if (region === undefined)
          throw new PlimsollError('corrupt', 'the file lacks the database itself', { where: file });
        if (region.length === 0) return;
        yield* createReadStream(region.path, { start: region.offset, end: region.offset + region.length - 1 });
      },
    },
    options,
  );
}

async function verify(file: string, signer: TrustedSigner, signature: string | undefined): Promise<void> {
  if (signature === undefined) {
    throw new PlimsollError('usage', 'a key or identity without a signature verifies nothing', {
      hint: 'pass --signature with what cosign sign-blob wrote',
    });
  }
  try {
    const check = await signatureCheck(signer);
    if (await check.file(file, await boundedText(signature, LIMITS.configBytes), signature)) return;
    throw new PlimsollError('digest-mismatch', `the signature is not by ${check.signer}, or the database was changed`, {
      where: file,
      hint: 'do not trust it',
    });
  } catch (error) {
    throw asPlimsollError(error, 'io', signature);
  }
}
