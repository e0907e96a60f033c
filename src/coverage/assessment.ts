import { counted, grouped } from '../formats/grouped.ts';
import type { Matched } from '../matching/match.ts';
import type {
  AssessedDatabase,
  AssessedSystem,
  Assessment,
  CodeShare,
  Inventory,
  NeededFeed,
  NoInterest,
  Recovery,
  Report,
} from '../model.ts';
import { oldFeeds } from './needed-feeds.ts';
import { assessedDatabase, assessedSystem } from './system-standing.ts';
import { filesUnread, modelsUnread } from './unread.ts';

/** What an image could be judged by, in numbers: the statement that stands beside every "nothing found". */
export function assessmentOf(
  inventory: Inventory,
  { passed }: Matched,
  { needed, day }: { readonly needed: readonly NeededFeed[]; readonly day: Date },
): Omit<Assessment, 'complete'> {
  const { packages, risks, unknowns, files, ownedFiles, signs = [], code, unpinned = [] } = inventory;
  // Held against what is said of all versions all the same, and counted there.
  const reasons = [...passed].filter(([, those]) => those.length > 0);
  const notAssessed = reasons
    .map(([reason, those]) => ({ reason, packages: those.length }))
    .sort((a, b) => b.packages - a.packages);
  const missed = notAssessed.reduce((sum, entry) => sum + entry.packages, 0);
  const recovered = new Map<Recovery, number>();
  for (const pkg of packages)
    if (pkg.recovered !== undefined) recovered.set(pkg.recovered, (recovered.get(pkg.recovered) ?? 0) + 1);
  const phantom = packages.filter((pkg) => pkg.phantom).length;
  const unopened = signs.reduce((sum, { files: those = 0 }) => sum + those, 0);
  const packed = signs.reduce((sum, { programs = 0 }) => sum + programs, 0);
  const models = modelsUnread(unknowns, risks);
  const old = oldFeeds(needed, day);
  return {
    packages: packages.length,
    assessed: Math.max(0, packages.length - missed),
    notAssessed,
    recovered: [...recovered].map(([from, count]) => ({ from, packages: count })),
    system: assessedSystem(inventory),
    packageDatabase: assessedDatabase(inventory),
    files,
    ...(ownedFiles === undefined ? {} : { ownedFiles }),
    unreadable: filesUnread(unknowns),
    ...(models > 0 ? { unreadableModels: models } : {}),
    ...(packed > 0 ? { packed } : {}),
    ...(old.length > 0 ? { oldFeeds: old } : {}),
    ...(unpinned.length > 0 ? { unpinned: unpinned.length } : {}),
    ...(unopened > 0 ? { unopened } : {}),
    ...(phantom > 0 ? { phantom } : {}),
    ...(code === undefined ? {} : { code }),
  };
}

const REASONS: Readonly<Record<NoInterest, string>> = {
  'no-ecosystem': 'nobody publishes on them',
  'not-covered': 'without a feed in the database',
  owned: 'judged as their OS packages',
  twin: 'judged as the Python packages that they hold',
  declared: 'only declared',
  cache: 'in package caches',
  test: 'test data',
  nested: 'in systems inside this one',
  defect: 'for a defect of this program',
  'unknown-version': 'of unknown version',
};

const RECOVERED: Readonly<Record<Recovery, string>> = {
  'lower-layer': 'by a lower layer',
  documentation: 'by their documentation',
  trace: 'by traces of a package manager',
  code: 'by their code',
  'lock-file': 'by lock files',
  unpacked: 'out of packed programs',
  wheel: 'by known wheels',
};

const CODE: Readonly<Record<CodeShare['kind'], string>> = {
  libraries: "libraries of the system's folders",
  programs: 'programs and libraries that no package owns',
  python: 'Python modules',
  javascript: 'JavaScript packages',
  java: 'Java archives',
};

/** `2 declarations without an exact version`. */
export const declarationsInWords = (count: number): string =>
  `${grouped(count)} ${count === 1 ? 'declaration' : 'declarations'} without an exact version`;

/** `assessed 412 of 431 packages; 19 not: 12 in package caches, 7 only declared; 3 recovered (by their code)`. */
export function assessmentInWords({
  packages,
  assessed,
  notAssessed,
  recovered,
  unreadable,
  unreadableModels = 0,
  unpinned = 0,
  unopened = 0,
  phantom = 0,
  code = [],
}: Assessment): string {
  const missed = packages - assessed;
  const reasons = notAssessed.map(({ reason, packages: count }) => `${grouped(count)} ${REASONS[reason]}`).join(', ');
  const recoveredPackages = recovered.reduce((sum, entry) => sum + entry.packages, 0);
  const how = recovered.map(({ from, packages: count }) => `${grouped(count)} ${RECOVERED[from]}`).join(', ');
  // That no package lists a library is no ignorance of what it is: that is said with the rest of the system.
  const strange = code.filter(({ kind, all, known }) => kind !== 'libraries' && known < all);
  const unknown = strange
    .map(({ kind, all, known }) => `${grouped(all - known)} of ${grouped(all)} ${CODE[kind]}`)
    .join(', ');
  return [
    `assessed ${grouped(assessed)} of ${grouped(packages)} packages`,
    ...(missed === 0 ? [] : [`${grouped(missed)} not: ${reasons}`]),
    ...(unpinned === 0 ? [] : [`${declarationsInWords(unpinned)} not`]),
    ...(recoveredPackages === 0 ? [] : [`${grouped(recoveredPackages)} recovered: ${how}`]),
    ...(phantom === 0 ? [] : [`${grouped(phantom)} of which nothing but a list is there`]),
    ...(unreadable === 0 ? [] : [`${grouped(unreadable)} ${unreadable === 1 ? 'file' : 'files'} not read whole`]),
    ...(unreadableModels === 0 ? [] : [`${counted(unreadableModels, 'model')} that could not be read to the end`]),
    ...(unopened === 0
      ? []
      : [`${grouped(unopened)} ${unopened === 1 ? 'file that holds' : 'files that hold'} others not opened`]),
    ...(strange.length === 0 ? [] : [`nothing is known of ${unknown}`]),
  ].join('; ');
}

const CERTAIN: Readonly<Record<NonNullable<AssessedSystem['certainty']>, string>> = {
  confirmed: 'its release file names the operating system, and its packages were built for that',
  stated: 'its release file alone names the operating system',
  inferred: 'the operating system is inferred, since no release file names it',
  contradicted: 'release file and packages contradict each other on the operating system',
};

const DATABASE: Readonly<Record<AssessedDatabase['state'], (packages: string) => string>> = {
  consistent: (packages) => `the package database lists ${packages}, and nothing speaks against it`,
  contradicted: (packages) => `the package database lists ${packages}, and what is there contradicts it`,
  missing: () => 'the package database is missing',
  none: () => 'nothing of a package database, nor of what one would list',
};

/** How sure the system is; where its release file does not say so, what does. */
function systemInWords({ certainty, because }: AssessedSystem): string {
  if (certainty === undefined) return 'nothing names an operating system';
  const isProven = (certainty === 'inferred' || certainty === 'contradicted') && because !== undefined;
  return isProven ? `${CERTAIN[certainty]} (${because})` : CERTAIN[certainty];
}

/** What the judgement rests on: the system, its package database, what packages list of what is there, the feeds, and what hides its content. */
function groundsInWords({
  system,
  packageDatabase,
  files,
  ownedFiles,
  code = [],
  packed = 0,
  oldFeeds: old = [],
}: Assessment): readonly string[] {
  const shares = code.map(({ kind, all, known }) => `${grouped(known)} of ${grouped(all)} ${CODE[kind]}`);
  return [
    systemInWords(system),
    // Reports of earlier versions say nothing of it.
    ...(packageDatabase === undefined
      ? []
      : [DATABASE[packageDatabase.state](counted(packageDatabase.packages, 'package'))]),
    ...(ownedFiles === undefined ? [] : [`packages list ${grouped(ownedFiles)} of ${grouped(files)} files`]),
    ...(shares.length === 0 ? [] : [`known are ${shares.join(', ')}`]),
    ...(packed === 0 ? [] : [`${counted(packed, 'program')} packed`]),
    ...(old.length === 0 ? [] : [`${counted(old.length, 'feed')} with old data: ${namedFeeds(old)}`]),
  ];
}

/** Feeds that are named; the others are counted. */
const NAMED_FEEDS = 3;

function namedFeeds(feeds: readonly string[]): string {
  const rest = feeds.length - NAMED_FEEDS;
  return [...feeds.slice(0, NAMED_FEEDS), ...(rest > 0 ? [`${grouped(rest)} more`] : [])].join(', ');
}

/** What was assessed, and what that rests on. */
export const assessedOnGrounds = (assessment: Assessment): string =>
  [assessmentInWords(assessment), ...groundsInWords(assessment)].join('; ');

/** The same in one sentence for formats that have one place for it, and whether anything that somebody could mend is missing; undefined of a report that was read from elsewhere. */
export function coverageStatement({ assessment }: Pick<Report, 'assessment'>): string | undefined {
  if (assessment === undefined) return undefined;
  return `the assessment is ${assessment.complete ? 'complete' : 'incomplete'}: ${assessedOnGrounds(assessment)}`;
}
