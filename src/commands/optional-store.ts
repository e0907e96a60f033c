import type { AdvisoryStore } from '../advisories/store/index.ts';
import { PlimsollError } from '../errors.ts';
import { home } from '../home.ts';
import type { Context } from './command.ts';

/** The advisory database of a command that can do without. */
export type OptionalStore = AdvisoryStore;

/**
 * Opens the advisory database. Where it is not needed, its absence is told and is no error: reports can be compared
 * without it, they are then explained by what they hold. With `asOf` it answers as it could have on that day.
 * Throws `usage` for what is no date, and as `openStore`.
 */
export async function openOptionalStore(
  context: Context,
  asOf: string | undefined,
  needed: boolean,
): Promise<OptionalStore | undefined> {
  const [{ openStore, databasePath }, { parseMoment, storeAsOf }] = await Promise.all([
    import('../advisories/store/sqlite-store.ts'),
    import('../advisories/ratings/as-of.ts'),
  ]);
  const moment = asOf === undefined ? undefined : parseMoment(asOf);
  try {
    const store = openStore(databasePath(home(context.environment)));
    return moment === undefined ? store : storeAsOf(store, moment);
  } catch (error) {
    if (needed || !(error instanceof PlimsollError) || error.code !== 'database-missing') throw error;
    context.progress.say(
      'No advisory database: differences are explained by what the reports hold (plimsoll db update fetches one)',
    );
    return undefined;
  }
}
