import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../errors.ts';
import { home } from '../home.ts';
import type { DatabaseInfo, Notice } from '../model.ts';
import type { TrustedSigner } from '../sources/signatures/index.ts';
import { FETCHED_BY_SCANS } from './stores.ts';
import type { Surroundings } from './surroundings.ts';

/** Where a ready-made database is, and who must have signed it: as the configuration says. */
export interface ReadyMade {
  /** References in registries: the first that has it counts. */
  readonly mirrors: readonly string[];
  /** Undefined where nobody is named. Throws as `signerOf`. */
  signer(): Promise<TrustedSigner | undefined>;
}

const DAY_MS = 86_400_000;

/**
 * Takes the ready-made database where there is none yet, or where the one that is there asked its publishers more than a day ago.
 * Undefined: the database in service is newer than the ready-made one, so that it is renewed from where it came. A first one that cannot be
 * had is an error, for nobody else was named; a renewal that fails is a notice, unless what arrived is not what it has to be. Throws as `pullDatabase`.
 */
export async function takeReadyMade(
  { mirrors, signer }: ReadyMade,
  info: DatabaseInfo | undefined,
  around: Surroundings,
): Promise<readonly Notice[] | undefined> {
  if (info !== undefined && Date.now() - Date.parse(askedAt(info)) <= DAY_MS) return [];
  const { pullDatabase } = await import('./database.ts');
  const trusted = await signer();
  around.progress.say(
    `${info === undefined ? 'no advisory database yet' : 'the advisory database is older than a day'}: pulling the ready-made one (${mirrors.join(', ')})`,
  );
  try {
    const { proof, reference } = await pullDatabase(mirrors, trusted === undefined ? {} : { signer: trusted }, around);
    // What scans fetched before is gone with the database that held it.
    if (info === undefined) rmSync(join(home(around.environment), FETCHED_BY_SCANS), { force: true });
    return proof === undefined ? [unproven(reference)] : [];
  } catch (error) {
    if (!(error instanceof PlimsollError) || info === undefined) throw error;
    if (error.code === 'database-stale') return undefined;
    if (!RENEWALS.has(error.code)) throw error;
    const message = `the ready-made advisory database could not be had, the one that is there is used as it is: ${error.line}`;
    return [{ level: 'warning', code: 'update-failed', message }];
  }
}

/** When whoever built it last asked a publisher. */
const askedAt = ({ feeds, built }: DatabaseInfo): string =>
  feeds
    .flatMap(({ checked }) => checked ?? [])
    .sort()
    .at(-1) ?? built;

/** What may keep a renewal from being had on any day. A signature or digest that does not fit is none of it. */
const RENEWALS: ReadonlySet<string> = new Set(['registry', 'network', 'not-found', 'unauthorized', 'rate-limited']);

const unproven = (reference: string): Notice => ({
  level: 'warning',
  code: 'database-unverified',
  message: `nobody's signature was asked for of the advisory database from ${reference}: whoever can write there decides what is found (key: in plimsoll.yaml)`,
});
