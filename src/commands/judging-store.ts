import type { AdvisoryStore } from '../advisories/store/index.ts';
import { home } from '../home.ts';
import type { Notice } from '../model.ts';
import type { Context } from './command.ts';

/** How the database may be looked at: as of a day, and only if it is not too old. */
export interface StoreFlags {
  readonly asOf?: string;
  readonly maxDbAge?: string;
}

/** The database a command judges by, and what has to be said of it once it has been asked. */
export interface JudgingStore {
  readonly store: AdvisoryStore;
  notices(): readonly Notice[];
}

/**
 * Opens the advisory database for a judgement. Throws as `openStore`, `database-stale` when it is older than `--max-db-age`,
 * `usage` for a date or an age that is none.
 */
export async function openJudgingStore({ asOf, maxDbAge }: StoreFlags, context: Context): Promise<JudgingStore> {
  const { openStore, databasePath } = await import('../advisories/store/sqlite-store.ts');
  const store = openStore(databasePath(home(context.environment)));
  try {
    if (maxDbAge !== undefined) {
      const { checkAge, parseAge } = await import('../advisories/build/age.ts');
      checkAge(store.info, parseAge(maxDbAge));
    }
    if (asOf === undefined) return { store, notices: () => [] };
    const { parseMoment, storeAsOf } = await import('../advisories/ratings/as-of.ts');
    const past = storeAsOf(store, parseMoment(asOf));
    return { store: past, notices: () => pastNotices(past.moment, past.undated()) };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** That the answer is of another day, and where dates were missing to make it so. */
function pastNotices(moment: string, { statements, fixes }: { statements: number; fixes: number }): readonly Notice[] {
  const missing = [
    ...(statements > 0 ? [`${statements} statements without a date of publication count as known`] : []),
    ...(fixes > 0 ? [`${fixes} fixes without a date count as out`] : []),
  ];
  const message = `judged by what was published by ${moment.slice(0, 10)}; ratings and states of a tracker are today's${missing.length > 0 ? `; ${missing.join(', ')}` : ''}`;
  return [{ level: missing.length > 0 ? 'warning' : 'info', code: 'as-of', message }];
}
