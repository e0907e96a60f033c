import { home } from '../home.ts';
import { match } from '../matching/match.ts';
import type { Inventory } from '../model.ts';
import { askedByScans } from './asked-by-scans.ts';
import { withStore } from './database-view.ts';
import { freshenFor, freshenRatings } from './fresh-database.ts';
import { isKeptByScans } from './stores.ts';
import type { Surroundings } from './surroundings.ts';

/** What is about to be asked of the database. */
interface Question {
  /** Whose packages are judged; absent where only reports are looked at. */
  readonly inventory?: Inventory | undefined;
  /** Vulnerabilities that are asked about. */
  readonly ids: readonly string[];
  /** Never asks the network. */
  readonly offline?: boolean | undefined;
}

/**
 * A database that scans keep holds what scans asked for, so that another question would get less of an answer from it than from a
 * whole one. What the question needs is fetched from where the rest came from; what cannot be is said, in sentences. A database that
 * `db update` made is whole, and is left as it is. Never throws for what could not be fetched.
 */
export async function completeFor(question: Question, around: Surroundings): Promise<readonly string[]> {
  if (!isKeptByScans(around)) return [];
  const { inventory, offline } = question;
  const folder = home(around.environment);
  const feeds = askedByScans(folder)?.from;
  const request = { offline: offline === true, onlyMissing: true, ...(feeds === undefined ? {} : { feeds }) };
  const failed = inventory === undefined ? [] : await freshenFor(inventory, request, around);
  // What is found in the image is what other scanners' rules rate.
  const findings =
    inventory === undefined ? [] : withStore(around, (store) => match(inventory.packages, store).findings);
  const named = [...question.ids, ...findings.flatMap(({ id, aliases }) => [id, ...aliases])];
  const ids = [...new Set(named.map((id) => id.toUpperCase()))];
  try {
    // Names of its own (GHSA-...) lead to the CVE that NVD rates.
    await freshenRatings(
      [...ids, ...(await aliasesOf(ids, around))].map((id) => ({ id, aliases: [] })),
      request,
      around,
    );
  } catch (error) {
    if (around.signal?.aborted) throw error;
  }
  return [
    ...failed.map(({ message }) => message),
    ...missingYears(ids, folder, around),
    ...(inventory === undefined ? [reportsOnly(around)] : []),
  ];
}

async function aliasesOf(ids: readonly string[], around: Surroundings): Promise<readonly string[]> {
  return withStore(around, (store) =>
    ids.filter((id) => !id.startsWith('CVE-')).flatMap((id) => store.aliases?.(id) ?? []),
  );
}

/** NVD's years of which only a part was read, or nothing, and not for these. */
function missingYears(ids: readonly string[], folder: string, around: Surroundings): readonly string[] {
  const asked = askedByScans(folder)?.ids ?? new Set<string>();
  const held = new Map(withStore(around, ({ info }) => info.feeds.map((feed) => [feed.name, feed] as const)));
  const missing = ids.filter((id) => {
    const year = /^CVE-(\d{4})-/.exec(id)?.[1];
    const feed = held.get(`nvd/${Math.max(2002, Number(year))}`);
    return year !== undefined && (feed === undefined || (feed.partly === true && !asked.has(id)));
  });
  if (missing.length === 0) return [];
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
  return [
    `what NVD says of ${missing.slice(0, 3).join(', ')}${more} is not in this database, which holds what scans asked for (plimsoll db update fetches all)`,
  ];
}

const reportsOnly = (around: Surroundings): string => {
  const families = withStore(around, ({ info }) => [...new Set(info.feeds.map(({ name }) => name.split('/')[0]))]);
  return `this database holds what scans asked for (${families.join(', ')}): what others say is not known here (plimsoll db update fetches all)`;
};
