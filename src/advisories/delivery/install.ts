import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import { makeFolder } from '../../home.ts';
import { clearOrphans } from '../../orphans.ts';
import type { Descriptor } from '../../sources/manifest.ts';
import { swap, takeLock } from '../build/index.ts';
import { databasePath, openStore } from '../store/index.ts';
import { type DatabaseClaim, parseClaim, parseDatabaseArtifact, unpackLayer } from './artifact.ts';

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
  const { config, layer } = parseDatabaseArtifact(carrier.manifest, where);
  const claim = parseClaim(await carrier.config(config), where);
  const path = databasePath(home);
  if (isThere(path, claim)) return { path, claim, unchanged: true };
  refuseOlder(path, claim, { where, allowOlder });
  makeFolder(home);
  const lock = await takeLock(join(home, 'advisories.lock'), () => {}, signal);
  const building = `${path}.building-${process.pid}`;
  try {
    await clearOrphans(home, /^advisories\.db\.building-(\d{1,10})/);
    await unpackLayer(carrier.layer(layer), layer, building, where);
    checkClaim(building, claim, where);
    // Another update may have put a newer one there in the meantime.
    if (lock.waited) refuseOlder(path, claim, { where, allowOlder });
    swap(building, path);
    return { path, claim, unchanged: false };
  } finally {
    rmSync(building, { force: true });
    lock.release();
  }
}

function isThere(path: string, { contents, built }: DatabaseClaim): boolean {
  const current = currentInfo(path);
  return current !== undefined && current.digest === contents && Date.parse(current.built) >= Date.parse(built);
}

/** A mirror, or whoever stands between, may not bring back what was known before: yesterday's vulnerabilities are missing in it. */
function refuseOlder(
  path: string,
  claim: DatabaseClaim,
  { where, allowOlder }: { readonly where: string; readonly allowOlder: boolean | undefined },
): void {
  const current = currentInfo(path);
  if (current === undefined || Date.parse(current.built) <= Date.parse(claim.built) || allowOlder) return;
  throw new PlimsollError(
    'database-stale',
    `that database is of ${claim.built}, the one in service of ${current.built}`,
    {
      where,
      hint: 'pass --allow-older to go back all the same',
    },
  );
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
    // The day in the claim decides whether it may take the place of ours, so the database itself has to say the same.
    if (store.info.built !== claim.built)
      throw new PlimsollError('digest-mismatch', `the database is of ${store.info.built}, not of ${claim.built}`, {
        where,
      });
  } finally {
    store.close();
  }
}
