import { type AdvisoryStore, aliasesIn, recordsOf } from '../advisories/store/index.ts';
import { DEBIAN_RELEASES } from '../ecosystems/debian.ts';
import { ecosystemNamed, namespaceOf } from '../ecosystems/index.ts';
import { judge } from '../matching/judge.ts';
import type { Inventory, OperatingSystem, Package, Rating, Statement } from '../model.ts';
import type { ScannerReport } from '../scanners/scanner.ts';
import { publicVersion } from '../versions/pep440.ts';
import { aliasClasses } from './alias-classes.ts';
import { type Candidate, candidate, distinct } from './candidate.ts';
import { claims } from './claims.ts';
import { plainVersion } from './package-names.ts';

export type { Candidate } from './candidate.ts';

/** Everything that any scanner could report: more than any one of them looks at. */
export interface Universe {
  readonly os?: OperatingSystem;
  readonly candidates: readonly Candidate[];
  /** The distribution's words for an id, besides those of the package: of its release, or of all releases. */
  words(candidate: Candidate, scope: 'release' | 'all-releases'): readonly Rating[];
  /** True when files of the image prove the packages. */
  readonly proven: boolean;
  /** diffIDs and digests of the image's layers, where it is there. */
  readonly layers?: ReadonlySet<string>;
}

/** What a universe is made of; the more there is, the more is explained. */
export interface Ingredients {
  readonly inventory?: Pick<Inventory, 'packages' | 'os'>;
  readonly store?: AdvisoryStore & Partial<StatementsById>;
  readonly reports?: readonly ScannerReport[];
  readonly layers?: readonly { readonly diffID: string; readonly digest?: string }[];
}

/** A store that can also be asked by id, for rules that look beyond the package. */
export interface StatementsById {
  /** Every publisher's statements on an id, whatever the package and release. */
  statements(id: string): readonly Statement[];
}

/** Collects every candidate: from packages and advisories, and from what reports claim beyond them. */
export function buildUniverse({ inventory, store, reports = [], layers }: Ingredients): Universe {
  const os = inventory?.os ?? systemOf(reports);
  const known: Candidate[] = [];
  for (const found of inventory?.packages ?? []) {
    if (store !== undefined) known.push(...candidatesOf(found, store, os));
  }
  const claimed = claims(reports, inventory, store, os);
  const seen = new Set(known.map(identity));
  const candidates = [...known, ...claimed.filter((one) => !seen.has(identity(one)))];
  return {
    ...(os !== undefined && { os }),
    candidates,
    words: wordsOf(candidates, store),
    proven: inventory !== undefined,
    ...(layers !== undefined && { layers: new Set(layers.flatMap((one) => [one.diffID, one.digest ?? one.diffID])) }),
  };
}

const identity = (one: Candidate): string =>
  `${one.id} ${one.package.type} ${one.package.name.toLowerCase()} ${plainVersion(one.package.version)}`;

/** All vulnerabilities that any statement on the package, under its source's or its own name, says it may have. */
function candidatesOf(found: Package, store: AdvisoryStore, os: OperatingSystem | undefined): readonly Candidate[] {
  const namespace = found.ecosystem ?? namespaceOf(found.type, os);
  const ecosystem = namespace === undefined ? undefined : ecosystemNamed(namespace);
  if (namespace === undefined || ecosystem === undefined) return [];
  const names = new Set([found.source?.name ?? found.name, found.name].map(ecosystem.normalize));
  const statements = [...names]
    .flatMap((name) => store.advisories(namespace, name))
    .filter((one) => concerns(one, found, ecosystem));
  if (statements.length === 0) return [];
  const classes = aliasClasses(statements, (id) => aliasesIn(store, id));
  const groups = new Map<string, Statement[]>();
  for (const statement of statements) {
    const id = classes.of(statement);
    const group = groups.get(id) ?? [];
    group.push(statement);
    groups.set(id, group);
  }
  return [...groups].map(([id, group]) => {
    const ids = new Set([id, ...group.flatMap((one) => [one.id, ...one.aliases])]);
    const records = recordsOf(ids, (each) => store.vulnerability(each));
    return candidate(id, ids, found, group, records, false);
  });
}

/** True when a statement concerns the package under any reading that some scanner has: source or binary version, with or without local part. */
function concerns(statement: Statement, found: Package, ecosystem: Parameters<typeof judge>[2]): boolean {
  if (statement.state === 'not-affected') return false;
  const versions = new Set([found.source?.version ?? found.version, found.version]);
  if (found.type === 'pypi') versions.add(publicVersion(found.version));
  return [...versions].some((version) => judge(readable(statement), version, ecosystem).affected);
}

/** A statement as `judge` takes it: withdrawn and undetermined ones are for the lens to drop. */
export function readable(statement: Statement): Statement {
  const { withdrawn: _, ...rest } = statement;
  return statement.state === 'undetermined' || statement.state === 'withdrawn' ? { ...rest, state: 'open' } : rest;
}

/** Statements on one vulnerability that are looked through for the worst word; Debian's kernel has a few dozen. */
const WORDS = 2_000;

function wordsOf(
  candidates: readonly Candidate[],
  store: (AdvisoryStore & Partial<StatementsById>) | undefined,
): Universe['words'] {
  const byId = new Map<string, Set<Statement>>();
  const releases = store === undefined ? undefined : releasesOf(store);
  for (const one of candidates) {
    const statements = byId.get(one.id) ?? new Set<Statement>();
    byId.set(one.id, statements);
    // What a report made up a statement from differs from row to row in words only: one of each is enough.
    for (const statement of one.statements) if (statements.size < WORDS) statements.add(statement);
  }
  const known = new Map<string, readonly Rating[]>();
  return (one, scope) => {
    const namespace = one.package.ecosystem ?? one.statements[0]?.ecosystem ?? '';
    const family = namespace.split(':', 1)[0]!;
    const inScope = (statement: Statement): boolean =>
      scope === 'release' ? statement.ecosystem === namespace : statement.ecosystem.split(':', 1)[0] === family;
    const key = [one.id, scope, namespace].join('\n');
    const here = known.get(key) ?? distinct([...(byId.get(one.id) ?? [])].filter(inScope).flatMap(vendorWords));
    known.set(key, here);
    const name = (one.package.source?.name ?? one.package.name).toLowerCase();
    const beyond =
      store?.statements?.(one.id) ??
      (scope === 'all-releases' && family === 'Debian' ? (releases?.(name).get(one.id) ?? []) : []);
    return beyond.length === 0 ? here : distinct([...here, ...beyond.filter(inScope).flatMap(vendorWords)]);
  };
}

/** Without a way to ask by id: what the other releases say of the same package, by id. */
function releasesOf(store: AdvisoryStore): (name: string) => ReadonlyMap<string, readonly Statement[]> {
  const known = new Map<string, Map<string, Statement[]>>();
  return (name) => {
    const done = known.get(name);
    if (done !== undefined) return done;
    const byId = new Map<string, Statement[]>();
    for (const statement of [...DEBIAN_RELEASES.values(), 'sid'].flatMap((release) =>
      store.advisories(`Debian:${release}`, name),
    )) {
      for (const id of [statement.id, ...statement.aliases]) byId.set(id, [...(byId.get(id) ?? []), statement]);
    }
    known.set(name, byId);
    return byId;
  };
}

/** A distribution's own words in a statement; `unimportant` is a state and an urgency at once. */
export function vendorWords(statement: Statement): readonly Rating[] {
  const words = statement.ratings.filter(
    (rating) => rating.method === 'urgency' || rating.method === 'priority' || rating.method === 'text',
  );
  if (statement.state === 'unimportant' && !words.some((rating) => rating.original === 'unimportant')) {
    return [...words, { source: statement.source, severity: 'NEGLIGIBLE', method: 'urgency', original: 'unimportant' }];
  }
  return words;
}

/** `debian:12` of the first report that says it. */
function systemOf(reports: readonly ScannerReport[]): OperatingSystem | undefined {
  const said = reports.map((report) => report.subject.os).find((os) => os !== undefined && os !== '');
  if (said === undefined) return undefined;
  const [id = '', versionId = ''] = said.split(':');
  return { id, name: said, ...(versionId !== '' && { versionId }) };
}
