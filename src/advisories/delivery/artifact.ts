import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { digestOf } from '../../sources/digest.ts';
import { jsonObject } from '../../sources/json.ts';
import { type Descriptor, parseDescriptor } from '../../sources/manifest.ts';
import { openStore, SCHEMA } from '../store/index.ts';

/*
 * The database as an OCI artifact: one gzipped layer, and a small configuration that says what it is before it is fetched.
 * The same in a registry and in an exported file, so that any tool that copies images carries it.
 * https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage
 */
export const ARTIFACT_TYPE = 'application/vnd.plimsoll.database.v1';
const CONFIG_TYPE = 'application/vnd.plimsoll.database.config.v1+json';
const LAYER_TYPE = 'application/vnd.plimsoll.database.v1.sqlite+gzip';
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

/** What the configuration of the artifact says. */
export interface DatabaseClaim {
  readonly schema: number;
  readonly built: string;
  /** `DatabaseInfo.digest`. */
  readonly contents: string;
  readonly records: number;
}

/** A database packed to be carried. */
interface Packed {
  readonly manifest: Buffer;
  readonly config: Buffer;
  readonly configDescriptor: Descriptor;
  readonly layer: Descriptor;
  readonly claim: DatabaseClaim;
}

/** Packs a database file into `target` (gzip), which is not there yet, and describes it. Throws as `openStore`, and `io`. */
export async function packDatabase(path: string, target: string): Promise<Packed> {
  const store = openStore(path);
  const { schema, built, digest: contents, records } = store.info;
  store.close();
  const claim: DatabaseClaim = { schema, built, contents, records };
  const measured = meter();
  await pipeline(
    createReadStream(path),
    createGzip({ level: 6 }),
    measured.through,
    createWriteStream(target, { flags: 'wx' }),
  );
  const layer: Descriptor = { mediaType: LAYER_TYPE, digest: measured.digest(), size: measured.size() };
  const config = Buffer.from(JSON.stringify(claim));
  const configDescriptor: Descriptor = { mediaType: CONFIG_TYPE, digest: digestOf(config), size: config.length };
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      artifactType: ARTIFACT_TYPE,
      config: configDescriptor,
      layers: [layer],
      annotations: {
        'org.opencontainers.image.created': built,
        'org.opencontainers.image.title': 'Plimsoll advisory database',
      },
    }),
  );
  return { manifest, config, configDescriptor, layer, claim };
}

/** Counts and hashes what passes. */
function meter() {
  const hash = createHash('sha256');
  let size = 0;
  let digest: string | undefined;
  const through = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  return {
    through,
    size: () => size,
    digest: () => {
      digest ??= `sha256:${hash.digest('hex')}`;
      return digest;
    },
  };
}

/** The parts of an artifact's manifest. Throws `unsupported` for an artifact of another kind, `corrupt` for a broken one. */
export function parseDatabaseArtifact(
  manifest: Uint8Array,
  where: string,
): { readonly config: Descriptor; readonly layer: Descriptor } {
  const value = jsonObject(manifest, where, 'manifest');
  const config = parseDescriptor(value.config, `${where}, config`);
  if (config.mediaType !== CONFIG_TYPE) {
    throw new PlimsollError(
      'unsupported',
      `this is no advisory database but ${value.artifactType ?? config.mediaType}`,
      { where },
    );
  }
  const layers = Array.isArray(value.layers) ? value.layers : [];
  const layer = layers.length === 1 ? parseDescriptor(layers[0], `${where}, layer`) : undefined;
  if (layer?.mediaType !== LAYER_TYPE) {
    throw new PlimsollError('unsupported', 'the database is packed in a way that this program does not know', {
      where,
      hint: 'update plimsoll',
    });
  }
  return { config, layer };
}

/** Reads the configuration. Throws `unsupported` when this program cannot read such a database. */
export function parseClaim(bytes: Uint8Array, where: string): DatabaseClaim {
  const { schema, built, contents, records } = jsonObject(bytes, where, 'configuration');
  if (typeof schema !== 'number' || typeof built !== 'string' || typeof contents !== 'string') {
    throw new PlimsollError('corrupt', 'the configuration of the database says neither schema nor date', { where });
  }
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/.test(built) ? Date.parse(built) : Number.NaN;
  if (Number.isNaN(at))
    throw new PlimsollError('corrupt', 'the day on which the database was built cannot be read', { where });
  if (at > Date.now() + LIMITS.futureMs)
    throw new PlimsollError('corrupt', `the database says that it was built on ${built}, which is yet to come`, {
      where,
      hint: 'check the clock of this machine; nothing newer could take the place of such a database',
    });
  if (schema !== SCHEMA) {
    throw new PlimsollError('unsupported', `the database has schema ${schema}, this program reads ${SCHEMA}`, {
      where,
      hint: schema > SCHEMA ? 'update plimsoll' : 'take a newer one',
    });
  }
  return { schema, built, contents, records: typeof records === 'number' ? records : 0 };
}

/** Writes the packed layer unpacked to `target`, its digest and size verified. Throws `digest-mismatch`, `limit`, `corrupt`, `io`. */
export async function unpackLayer(
  bytes: AsyncIterable<Uint8Array>,
  layer: Descriptor,
  target: string,
  where: string,
): Promise<void> {
  const measured = meter();
  let unpacked = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _, done) {
      unpacked += chunk.length;
      done(
        unpacked > LIMITS.databaseBytes
          ? new PlimsollError('limit', `it unpacks to more than ${LIMITS.databaseBytes} bytes`, { where })
          : null,
        chunk,
      );
    },
  });
  try {
    await pipeline(bytes, measured.through, createGunzip(), bounded, createWriteStream(target));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw asPlimsollError(error, code?.startsWith('Z_') ? 'corrupt' : 'io', where);
  }
  if (measured.digest() !== layer.digest || measured.size() !== layer.size) {
    throw new PlimsollError('digest-mismatch', 'the database is not what its manifest says', {
      where,
      hint: 'it was damaged or changed on the way: do not trust it',
    });
  }
}
