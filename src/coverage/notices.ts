import { renewalHint } from '../advisories/age.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import { ecosystemNamed, isSystemType } from '../ecosystems/index.ts';
import { npm } from '../ecosystems/npm.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { counted } from '../formats/grouped.ts';
import type { Matched } from '../matching/match.ts';
import { unpublished } from '../matching/unpublished.ts';
import {
  type Coverage,
  type Inventory,
  type NeededFeed,
  type NoInterest,
  type Notice,
  type Package,
  type Subject,
  TIME_OVER,
} from '../model.ts';
import { daysOld, isNewest, isStale } from './needed-feeds.ts';
import { ownSources } from './own-sources.ts';
import { projectNotices } from './project-notices.ts';
import { lifeNotices, systemNotices } from './system-notices.ts';
import { filesUnread } from './unread.ts';

/** How far each kind of package could be judged. */
export function coverageOf({ packages, unpinned = [] }: Inventory, store: AdvisoryStore): Coverage[] {
  const kinds = new Map<string, { type: string; namespace?: string; packages: number }>();
  for (const { type, namespace } of packages) {
    const key = `${type}\0${namespace ?? ''}`;
    const kind = kinds.get(key) ?? { type, ...(namespace === undefined ? {} : { namespace }), packages: 0 };
    kind.packages += 1;
    kinds.set(key, kind);
  }
  const assessed = [...kinds.values()].map((kind) => ({
    ...kind,
    assessed: kind.namespace !== undefined && isCovered(kind.namespace, store),
  }));
  const open = new Map<string, Coverage>();
  for (const { type, namespace } of unpinned) {
    const key = `${type}\0${namespace ?? ''}`;
    const packages = (open.get(key)?.packages ?? 0) + 1;
    const reason = 'declared without an exact version';
    open.set(key, { type, ...(namespace === undefined ? {} : { namespace }), packages, assessed: false, reason });
  }
  return [...assessed, ...open.values()];
}

/** Whether any publisher's statements on such packages are there: to everybody, or to subscribers. */
function isCovered(namespace: string, store: AdvisoryStore): boolean {
  const others = ecosystemNamed(namespace)?.system?.alsoFiled?.(namespace, '') ?? [];
  return [namespace, ...others].some((name) => store.covers(name));
}

/** What a reader has to know before the numbers. Nothing found is never said without what could not be judged. */
export function notices(
  inventory: Inventory,
  matched: Matched,
  store: AdvisoryStore,
  now: Date,
  needed: readonly NeededFeed[],
): Notice[] {
  // As of a day, a release lives as long as it did then, and the data need not be younger.
  const day = store.moment === undefined ? now : new Date(store.moment);
  return [
    ...systemNotices(inventory),
    ...lifeNotices(inventory, store, day),
    ...sourceNotices(inventory, matched),
    ...databaseNotices(store, day, needed),
    ...packageNotices(matched),
    ...versionNotices(inventory, store),
    ...projectNotices(inventory),
    ...fileNotices(inventory),
    ...(inventory.signs ?? []).map(({ check, level, message }): Notice => ({ level, code: check, message })),
  ];
}

/** Fixes that the image cannot have from the sources it names. */
function sourceNotices({ packageSources, os, packages }: Inventory, { findings }: Matched): Notice[] {
  const isMissed = findings.some(({ fix, package: pkg }) => fix.state === 'fixed' && isSystemType(pkg.type));
  const own = isMissed ? ownSources(packageSources, os, packages) : undefined;
  if (own === undefined || own.words === '') return [];
  const message = `the image's ${own.words.replace(/^its /, '')}: fixes that are not there cannot be installed from them${own.missing === undefined ? '' : `; this line for apt names it: ${own.missing}`}`;
  return [{ level: 'warning', code: 'package-sources', message }];
}

/** What a folder is for is read from its files, and that is said; so is where the user says otherwise. */
export function platformNotices({ platform: said }: Subject, { platform }: Pick<Inventory, 'platform'>): Notice[] {
  if (platform === undefined) return [];
  const seen = `${platform.os}/${platform.architecture}, as /${platform.by} says`;
  if (said === undefined)
    return [{ level: 'info', code: 'platform-inferred', message: `the folder names no platform: it is for ${seen}` }];
  if (said.architecture === platform.architecture) return [];
  const message = `--platform ${said.os}/${said.architecture} is what counts, but the folder is for ${seen}`;
  return [{ level: 'warning', code: 'platform-contradicted', message }];
}

/** Feeds that failed whose reason is told beside their name, and how much of it: the rest is in `plimsoll db status`. */
const REASONS = 2;
const REASON_CHARACTERS = 160;

function databaseNotices({ info }: AdvisoryStore, now: Date, needed: readonly NeededFeed[]): Notice[] {
  const oldest = needed.find((feed) => !isNewest(feed, now));
  const date = oldest?.dataDate ?? (needed.length > 0 ? now.toISOString() : info.built);
  const days = daysOld(date, now);
  const stale =
    oldest === undefined
      ? `the advisory database is ${days} days old; run: plimsoll db update`
      : `the data of ${oldest.name} is of ${date.slice(0, 10)}, ${days} days old; ${renewalHint(oldest, now.getTime())}`;
  const failed = info.feeds.filter(({ error }) => error !== undefined);
  const [older, none] = [failed.filter(({ records }) => records > 0), failed.filter(({ records }) => records === 0)];
  const named = (feeds: typeof failed): string =>
    feeds
      .map(({ name, error = '' }, index) => (index < REASONS ? `${name} (${error.slice(0, REASON_CHARACTERS)})` : name))
      .join(', ');
  const lost = [
    ...(older.length > 0 ? [`the last update of these feeds failed, older data is used: ${named(older)}`] : []),
    ...(none.length > 0 ? [`these feeds could not be had, and nothing is known of what they say: ${named(none)}`] : []),
  ];
  return [
    ...(isStale(days)
      ? [
          {
            level: 'warning' as const,
            code: 'database-stale',
            message: stale,
          },
        ]
      : []),
    ...lost.map((message) => ({ level: 'warning' as const, code: 'feed-failed', message })),
  ];
}

/** Long because it has an entry for each notice. */
function packageNotices({ passed, undetermined, undecidable }: Matched): Notice[] {
  const count = (reason: NoInterest): number => passed.get(reason)?.length ?? 0;
  const uncovered = new Map<string, number>();
  for (const { namespace = '' } of passed.get('not-covered') ?? [])
    uncovered.set(namespace, (uncovered.get(namespace) ?? 0) + 1);
  const note = (level: Notice['level'], code: string, number: number, singular: string, many: string): Notice[] =>
    number === 0 ? [] : [{ level, code, message: `${number} ${number === 1 ? singular : many}` }];
  return [
    ...[...uncovered].flatMap(([namespace, number]) =>
      note(
        'warning',
        'not-covered',
        number,
        `package was not judged: the database holds no advisories for ${namespace}`,
        `packages were not judged: the database holds no advisories for ${namespace}`,
      ),
    ),
    ...note(
      'warning',
      'no-ecosystem',
      count('no-ecosystem'),
      'package is not assessed: no publisher speaks of it, or its version is not known',
      'packages are not assessed: no publisher speaks of them, or their versions are not known',
    ),
    ...unknownVersions(passed.get('unknown-version') ?? []),
    ...note(
      'info',
      'owned',
      count('owned'),
      'language package belongs to an OS package and is judged as that',
      'language packages belong to OS packages and are judged as these',
    ),
    ...note(
      'info',
      'twin',
      count('twin'),
      'conda package is judged as the Python package that it holds',
      'conda packages are judged as the Python packages that they hold',
    ),
    ...note(
      'info',
      'declared',
      count('declared'),
      'package is only declared in a lock file and not judged',
      'packages are only declared in lock files and not judged',
    ),
    ...note(
      'info',
      'cache',
      count('cache'),
      'package lies in a package cache and is not judged',
      'packages lie in package caches and are not judged',
    ),
    ...note(
      'info',
      'test',
      count('test'),
      'package is read by the tests of another one and not judged',
      'packages are read by the tests of others and not judged',
    ),
    ...note(
      'warning',
      'nested',
      count('nested'),
      'package belongs to a system in a folder of this image and is not judged: scan that folder as an image of its own',
      'packages belong to systems in folders of this image and are not judged: scan these folders as images of their own',
    ),
    ...note(
      'warning',
      'defect',
      count('defect'),
      'package is not assessed for a defect of this program: see the unknowns, and please report it',
      'packages are not assessed for a defect of this program: see the unknowns, and please report it',
    ),
    ...note(
      'info',
      'undetermined',
      undetermined,
      'advisory is not yet determined by its publisher',
      'advisories are not yet determined by their publishers',
    ),
    ...note(
      'info',
      'undecidable',
      undecidable,
      'statement of NVD names no version and is years older than the program: undecidable, not counted (explain shows it)',
      'statements of NVD name no version and are years older than the programs: undecidable, not counted (explain shows them)',
    ),
  ];
}

/** A version that code states and nobody published was written to be read, or is somebody's own; and whether anybody published one is not known of all. */
function versionNotices({ packages }: Inventory, store: AdvisoryStore): Notice[] {
  const doubted = packages.flatMap((pkg) => {
    const doubt = unpublished(pkg, store);
    return doubt === undefined ? [] : [`${pkg.name} ${pkg.version}: ${doubt}`];
  });
  const unchecked = packages.filter((pkg) => isUnchecked(pkg, store)).map(({ name, version }) => `${name} ${version}`);
  const named = (those: readonly string[]): string =>
    `${those.slice(0, NAMED).join('; ')}${those.length > NAMED ? '; ...' : ''}`;
  const told: Notice[] = [];
  if (doubted.length > 0) {
    const words = `${doubted.length} recovered ${doubted.length === 1 ? 'package states a version' : 'packages state versions'}`;
    const message = `${words} that nobody published: what is there is not known (${named(doubted)})`;
    told.push({ level: 'warning', code: 'version-unpublished', message });
  }
  if (unchecked.length > 0) {
    const words = unchecked.length === 1 ? 'is what its code says' : 'are what their code says';
    const message = `the version${unchecked.length === 1 ? '' : 's'} of ${counted(unchecked.length, 'recovered package')} ${words}, and the database has no list of what was published to hold ${unchecked.length === 1 ? 'it' : 'them'} to (${named(unchecked)})`;
    told.push({ level: 'info', code: 'version-unchecked', message });
  }
  return told;
}

/** Told by a text in its own code alone, and by no list of releases either: a text that was planted looks the same. */
const isUnchecked = ({ type, name, recovered }: Package, store: AdvisoryStore): boolean =>
  recovered === 'code' &&
  (type === npm.type || (type === pypi.type && store.distribution?.(pypi.normalize(name)) === undefined));

/** How many packages are named where their versions are not known. */
const NAMED = 3;

function unknownVersions(packages: readonly Package[]): Notice[] {
  if (packages.length === 0) return [];
  const named = packages.slice(0, NAMED).map(({ name, version }) => `${name} ${version || '(none)'}`);
  const more = packages.length > NAMED ? ', ...' : '';
  const [are, their] =
    packages.length === 1 ? ['package is', 'its version is'] : ['packages are', 'their versions are'];
  const message = `${packages.length} ${are} not assessed: ${their} not known (${named.join(', ')}${more})`;
  return [{ level: 'warning', code: 'unknown-version', message }];
}

function fileNotices({ unknowns, remarks = [] }: Inventory): Notice[] {
  const told = remarks.map(
    ({ path, message }): Notice => ({ level: 'info', code: 'remark', message: `${message} (${path})` }),
  );
  const files = filesUnread(unknowns);
  if (files === 0) return told;
  const late = unknowns.filter(({ analyzer }) => analyzer === TIME_OVER);
  const where = late.flatMap(({ path }) => (path === '' ? [] : [`/${path}`]));
  const more = where.length > NAMED ? ', ...' : '';
  const named = where.length === 0 ? '' : ` (${where.slice(0, NAMED).join(', ')}${more})`;
  return [
    ...told,
    ...(late.length === 0
      ? []
      : [
          {
            level: 'warning',
            code: TIME_OVER,
            message: `the time for reading was over before all was read: ${counted(late.length, 'place')} left out${named}; --timeout gives it more, a folder scanned by itself needs less`,
          } as const,
        ]),
    {
      level: 'warning',
      code: 'unreadable',
      message: `${counted(files, 'file')} could not be read whole: see the unknowns`,
    },
  ];
}
