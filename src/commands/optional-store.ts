import type { AdvisoryStore } from '../advisories/store.ts';
import { PlimsollError } from '../errors.ts';
import { home } from '../home.ts';
import type { Context } from './command.ts';

/** The advisory database of a command that can do without. */
export type OptionalStore = AdvisoryStore;

/**
 * Opens the advisory database. Where it is not needed, its absence is told and is no error: reports can be compared
 * without it, they are then explained by what they hold.
 */
export async function openOptionalStore(context: Context, needed: boolean): Promise<OptionalStore | undefined> {
  const { openStore, databasePath } = await import('../advisories/sqlite-store.ts');
  try {
    return openStore(databasePath(home(context.environment)));
  } catch (error) {
    if (needed || !(error instanceof PlimsollError) || error.code !== 'database-missing') throw error;
    context.progress.say(
      'No advisory database: differences are explained by what the reports hold (plimsoll db update fetches one)',
    );
    return undefined;
  }
}
