import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import { makeFolder } from '../../home.ts';
import type { Descriptor } from '../../sources/manifest.ts';
import { swap, takeLock } from '../build/index.ts';
import { databasePath, openStore } from '../store/index.ts';
import { type DatabaseClaim, parseArtifact, parseClaim, unpackLayer } from './artifact.ts';

/** Where a packed database comes from. */
interface Carrier {
  /** For messages. */
  readonly where: string;
  readonly manifest: Buffer;
  config(descriptor: Descriptor): Promise<Buffer>;
  layer(descriptor: Descriptor): AsyncIterable<Uint8Array>;
}

export interface InstallOptions {
  readonly home: string;
  /** Put it in service although it is older than the one there. */
  readonly allowOlder?: boolean;
  readonly signal?: AbortSignal;
}

export interface Installed {
  readonly path: string;
  readonly claim: DatabaseClaim;
  /** The database in service had the same contents already. */
  readonly unchanged: boolean;
}

/**
 * Puts a carried database in service: verified, tried, then swapped in whole. Refuses one that is older than the one in
 * service (`database-stale`), of another schema (`unsupported`), or not what its manifest says (`digest-mismatch`).
 */
export async function install(carrier: Carrier, { home, allowOlder, signal }: InstallOptions): Promise<Installed> {
  const { where } = carrier;
  const { config, layer } = parseArtifact(carrier.manifest, where);
  const claim = parseClaim(await carrier.config(config), where);
  const path = databasePath(home);
  const current = currentInfo(path);
  if (current?.digest === claim.contents && current.built >= claim.built) return { path, claim, unchanged: true };
  if (current !== undefined && current.built > claim.built && !allowOlder) {
    throw new PlimsollError(
      'database-stale',
      `that database is of ${claim.built}, the one in service of ${current.built}`,
      {
        where,
        hint: 'pass --allow-older to go back all the same',
      },
    );
  }
  makeFolder(home);
  const lock = await takeLock(join(home, 'advisories.lock'), () => {}, signal);
  const building = `${path}.building-${process.pid}`;
  try {
    await unpackLayer(carrier.layer(layer), layer, building, where);
    checkClaim(building, claim, where);
    swap(building, path);
    return { path, claim, unchanged: false };
  } finally {
    rmSync(building, { force: true });
    lock.release();
  }
}

function currentInfo(path: string): { readonly digest: string; readonly built: string } | undefined {
  try {
    const store = openStore(path);
    store.close();
    return store.info;
  } catch {
    return undefined; // missing or damaged: anything is better
  }
}

/** The file has to be what its configuration promised before it may be in service. */
function checkClaim(path: string, claim: DatabaseClaim, where: string): void {
  const store = openStore(path);
  try {
    const [answer] = store.guarded(() => store.sqlite.query('PRAGMA quick_check').get([])) ?? [];
    if (answer !== 'ok')
      throw new PlimsollError('database-damaged', `the database that came is damaged: ${answer}`, { where });
    if (store.info.digest !== claim.contents)
      throw new PlimsollError('digest-mismatch', 'the database holds other contents than it claims', { where });
  } finally {
    store.close();
  }
}
