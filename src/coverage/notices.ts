import type { AdvisoryStore } from '../advisories/store.ts';
import type { Matched } from '../matching/match.ts';
import type { Coverage, Inventory, Notice } from '../model.ts';

const DAY_MS = 86_400_000;
/** Publishers change their data every day; after this a scan says how old its own is. */
const STALE_DAYS = 7;

/** How far each kind of package could be judged. */
export function coverageOf({ packages }: Inventory, store: AdvisoryStore): Coverage[] {
  const kinds = new Map<string, { type: string; ecosystem?: string; packages: number }>();
  for (const { type, ecosystem } of packages) {
    const key = `${type}\0${ecosystem ?? ''}`;
    const kind = kinds.get(key) ?? { type, ...(ecosystem === undefined ? {} : { ecosystem }), packages: 0 };
    kind.packages += 1;
    kinds.set(key, kind);
  }
  return [...kinds.values()].map((kind) => ({
    ...kind,
    assessed: kind.ecosystem !== undefined && store.covers(kind.ecosystem),
  }));
}

/** What a reader has to know before the numbers. Nothing found is never said without what could not be judged. */
export function notices(inventory: Inventory, matched: Matched, store: AdvisoryStore, now: Date): Notice[] {
  return [
    ...systemNotices(inventory),
    ...databaseNotices(store, now),
    ...packageNotices(matched),
    ...fileNotices(inventory),
  ];
}

function systemNotices({ os, packages }: Inventory): Notice[] {
  const system = packages.filter(({ type }) => ['deb', 'rpm', 'apk'].includes(type));
  if (!os) {
    const what =
      system.length > 0
        ? `${system.length} OS packages were found and cannot be judged`
        : 'no OS package was found either';
    return [
      {
        level: 'warning',
        code: 'os-unknown',
        message: `the image has no release file that names its operating system: ${what}`,
      },
    ];
  }
  if (system.length > 0) return [];
  return [
    {
      level: 'warning',
      code: 'os-no-packages',
      message: `${os.name}, but no package database: it may have been removed`,
    },
  ];
}

function databaseNotices({ info }: AdvisoryStore, now: Date): Notice[] {
  const days = Math.floor((now.getTime() - Date.parse(info.built)) / DAY_MS);
  const failed = info.feeds.filter(({ error }) => error !== undefined).map(({ name }) => name);
  return [
    ...(days >= STALE_DAYS
      ? [
          {
            level: 'warning' as const,
            code: 'database-stale',
            message: `the advisory database is ${days} days old; run: plimsoll db update`,
          },
        ]
      : []),
    ...(failed.length > 0
      ? [
          {
            level: 'warning' as const,
            code: 'feed-failed',
            message: `the last update of these feeds failed, older data is used: ${failed.join(', ')}`,
          },
        ]
      : []),
  ];
}

function packageNotices({ passed, undetermined }: Matched): Notice[] {
  const count = (reason: Parameters<typeof passed.get>[0]): number => passed.get(reason)?.length ?? 0;
  const uncovered = new Map<string, number>();
  for (const { ecosystem } of passed.get('not-covered') ?? [])
    uncovered.set(ecosystem ?? '', (uncovered.get(ecosystem ?? '') ?? 0) + 1);
  return [
    ...[...uncovered].map(([ecosystem, packages]) => ({
      level: 'warning' as const,
      code: 'not-covered',
      message: `the database holds no advisories for ${ecosystem}: ${packages} packages were not judged`,
    })),
    ...(count('no-ecosystem') > 0
      ? [
          {
            level: 'warning' as const,
            code: 'no-ecosystem',
            message: `no publisher speaks of ${count('no-ecosystem')} packages: not assessed`,
          },
        ]
      : []),
    ...(count('owned') > 0
      ? [
          {
            level: 'info' as const,
            code: 'owned',
            message: `${count('owned')} language packages belong to OS packages and are judged as these`,
          },
        ]
      : []),
    ...(undetermined > 0
      ? [
          {
            level: 'info' as const,
            code: 'undetermined',
            message: `${undetermined} advisories are not yet determined by their publisher`,
          },
        ]
      : []),
  ];
}

function fileNotices({ unknowns }: Inventory): Notice[] {
  if (unknowns.length === 0) return [];
  return [
    {
      level: 'warning',
      code: 'unreadable',
      message: `${unknowns.length} files could not be read: what they hold is unknown`,
    },
  ];
}
