import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import { PlimsollError } from '../errors.ts';
import { home } from '../home.ts';
import type { DatabaseInfo, Notice } from '../model.ts';
import type { Surroundings } from './surroundings.ts';

/** How the database may be looked at: as of a day. */
export interface DatabaseView {
  /** `2023-05-12`: judged by what was published by that day. */
  readonly asOf?: string;
}

/** The database a scan judges by, and what has to be said of it once it has been asked. */
export interface JudgingStore {
  readonly store: AdvisoryStore;
  notices(): readonly Notice[];
}

/**
 * Opens the advisory database for a judgement. Throws as `openStore`, and `usage` for a date that is none.
 */
export async function openJudgingStore(view: DatabaseView, { environment }: Surroundings): Promise<JudgingStore> {
  const { openStore, databasePath } = await import('../advisories/store/sqlite-store.ts');
  return seenAs(view, openStore(databasePath(home(environment))));
}

/** One opened database for several scans. */
interface SharedDatabase {
  /** As `openJudgingStore`; to close what it returns closes nothing. */
  readonly open: typeof openJudgingStore;
  close(): void;
}

/** A database that is opened by the first who asks, and anew only where another file has taken its place since. */
export function sharedDatabase(): SharedDatabase {
  let held: { readonly store: AdvisoryStore; readonly file: string } | undefined;
  const close = (): void => {
    held?.store.close();
    held = undefined;
  };
  return {
    close,
    open: async (view, { environment }) => {
      const { openStore, databasePath } = await import('../advisories/store/sqlite-store.ts');
      const path = databasePath(home(environment));
      const file = identityOf(path);
      if (held?.file !== file) close();
      held ??= { store: openStore(path), file };
      return seenAs(view, { ...held.store, close() {} });
    },
  };
}

/** A file that was written anew has another number or another time. */
function identityOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  return `${path} ${status?.ino} ${status?.size} ${status?.mtimeMs}`;
}

async function seenAs({ asOf }: DatabaseView, store: AdvisoryStore): Promise<JudgingStore> {
  try {
    if (asOf === undefined) return { store, notices: () => [] };
    const { parseMoment, storeAsOf } = await import('../advisories/ratings/as-of.ts');
    const past = storeAsOf(store, parseMoment(asOf));
    return { store: past, notices: () => pastNotices(past) };
  } catch (error) {
    store.close();
    throw error;
  }
}

const DAY_MS = 86_400_000;

/** Which documents scans have fetched by themselves, and when: beside a database that nobody else updates. */
export const FETCHED_BY_SCANS = 'fetched-by-scans.json';

/** Whether scans look after the database of this machine. */
export const isKeptByScans = ({ environment }: Surroundings): boolean =>
  existsSync(join(home(environment), FETCHED_BY_SCANS));

/** Whether a database could not be opened because there is none, or only one that an older version of this program left. */
export async function isToBeMade(error: unknown, { environment }: Pick<Surroundings, 'environment'>): Promise<boolean> {
  if (!(error instanceof PlimsollError)) return false;
  if (error.code !== 'unsupported') return error.code === 'database-missing';
  const { databasePath, isOutdated } = await import('../advisories/store/sqlite-store.ts');
  return isOutdated(databasePath(home(environment)));
}

/** Whether a database may lack something for an image, or was not asked for again for more than a day. */
export function mayNeedUpdate({ feeds }: DatabaseInfo, skipUpdate: boolean, around: Surroundings): boolean {
  if (isKeptByScans(around)) return true;
  return !skipUpdate && feeds.some(({ checked }) => checked !== undefined && Date.now() - Date.parse(checked) > DAY_MS);
}

/** That the answer is of another day, and where dates were missing to make it so; none of today's. Counts what was asked so far. */
export function pastNotices({ moment, undated }: AdvisoryStore): readonly Notice[] {
  if (moment === undefined || undated === undefined) return [];
  const { statements, fixes, changed } = undated();
  const missing = [
    ...(statements > 0 ? [`${statements} statements without a date of publication count as known`] : []),
    ...(fixes > 0 ? [`${fixes} fixes without a date count as out`] : []),
    ...(changed > 0 ? [`${changed} statements that were changed since count as they are today`] : []),
  ];
  const message = `judged by what was published by ${moment.slice(0, 10)}; ratings and states of a tracker are today's${missing.length > 0 ? `; ${missing.join(', ')}` : ''}`;
  return [{ level: missing.length > 0 ? 'warning' : 'info', code: 'as-of', message }];
}

/**
 * Opens the advisory database. Where it is not needed, its absence is told and is no error: reports can be compared
 * without it, they are then explained by what they hold. With `asOf` it answers as it could have on that day.
 * Throws `usage` for what is no date, and as `openStore`.
 */
export async function openOptionalStore(
  asOf: string | undefined,
  needed: boolean,
  around: Surroundings,
): Promise<AdvisoryStore | undefined> {
  const { environment, progress } = around;
  const [{ openStore, databasePath }, { parseMoment, storeAsOf }] = await Promise.all([
    import('../advisories/store/sqlite-store.ts'),
    import('../advisories/ratings/as-of.ts'),
  ]);
  const moment = asOf === undefined ? undefined : parseMoment(asOf);
  try {
    const store = openStore(databasePath(home(environment)));
    return moment === undefined ? store : storeAsOf(store, moment);
  } catch (error) {
    if (needed || !(await isToBeMade(error, around))) throw error;
    progress.say(
      'No advisory database that can be read: differences are explained by what the reports hold (plimsoll db update fetches one)',
    );
    return undefined;
  }
}
