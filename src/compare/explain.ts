import type { AdvisoryStore } from '../advisories/store/index.ts';
import type { Inventory, Rating, Severity, Vulnerability } from '../model.ts';
import { lenses as allLenses, lensNamed } from '../scanners/index.ts';
import type { Lens } from '../scanners/lens.ts';
import type { ScannerReport } from '../scanners/scanner.ts';
import { VERSION } from '../version.ts';
import { aliasClasses } from './alias-classes.ts';
import { remembering } from './remembering-store.ts';
import { replayUniverse, type TraceStep, type Verdict } from './replay.ts';
import { buildUniverse, type Candidate, type StatementsById } from './universe.ts';

/** What one lens makes of one vulnerability in one package. */
export interface LensVerdict {
  readonly lens: string;
  readonly title: string;
  readonly shown: boolean;
  readonly severity: Severity;
  /** The scanner's own word. */
  readonly word: string;
  readonly fix?: string;
  readonly trace: readonly TraceStep[];
}

/** One vulnerability in one package, and who would say what of it. */
export interface ExplainedPackage {
  readonly package: string;
  readonly version: string;
  readonly type: string;
  readonly source?: { readonly name: string; readonly version: string };
  readonly files: readonly string[];
  readonly statements: readonly {
    readonly id: string;
    readonly source: string;
    readonly state: string;
    readonly ecosystem: string;
    readonly ranges: string;
    readonly note?: string;
    readonly url?: string;
  }[];
  readonly verdicts: readonly LensVerdict[];
}

/** One vulnerability: what is known of it, where it is in the image, who would report it. */
export interface Explanation {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'plimsoll'; readonly version: string };
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title?: string;
  readonly published?: string;
  readonly validity?: string;
  readonly exploited?: string;
  readonly epss?: number;
  readonly ratings: readonly Rating[];
  /** True when the database (or a report) knows the id at all. */
  readonly known: boolean;
  readonly packages: readonly ExplainedPackage[];
}

/** What is asked. */
export interface ExplainInput {
  readonly id: string;
  readonly inventory?: Pick<Inventory, 'packages' | 'os'>;
  readonly store?: AdvisoryStore & Partial<StatementsById>;
  readonly reports?: readonly ScannerReport[];
  /** Default: all lenses. */
  readonly lenses?: readonly string[];
}

/** Says of one vulnerability which scanners would report it in which packages, and by which rule each decides. */
export function explain(input: ExplainInput): Explanation {
  const id = input.id.trim();
  const store = input.store === undefined ? undefined : remembering(input.store);
  const universe = buildUniverse({ ...input, ...(store !== undefined && { store }) });
  const wanted = input.lenses === undefined ? [...allLenses.values()] : input.lenses.map(lensNamed);
  const records = recordsOf(id, store);
  const ids = new Set([id, ...records.flatMap((one) => [one.id, ...one.aliases])].map((one) => one.toUpperCase()));
  const found = universe.candidates.filter((one) =>
    [one.id, ...one.aliases].some((alias) => ids.has(alias.toUpperCase())),
  );
  const one = { ...universe, candidates: found };
  const verdicts = wanted.map((lens) => ({
    lens,
    verdicts: replayUniverse(lens, { ...one, words: universe.words }).verdicts,
  }));
  const name = aliasClasses([
    {
      id,
      aliases: [
        ...records.flatMap((each) => [each.id, ...each.aliases]),
        ...found.flatMap((each) => [each.id, ...each.aliases]),
      ],
    },
  ]).of({ id, aliases: [] });
  const [first] = records;
  const title =
    records.map((each) => each.title).find((text) => text !== undefined) ??
    found.map((each) => each.title).find((text) => text !== undefined) ??
    first?.description?.slice(0, 300);
  const published = records.map((each) => each.published).find((date) => date !== undefined) ?? found[0]?.published;
  const validity = records.map((each) => each.state).find((state) => state !== undefined) ?? found[0]?.validity;
  const exploited = records.map((each) => each.exploited).find((date) => date !== undefined);
  const epss = records.map((each) => each.epss).find((share) => share !== undefined);
  return {
    schemaVersion: 1,
    tool: { name: 'plimsoll', version: VERSION },
    id: name,
    aliases: [
      ...new Set([
        id,
        ...records.flatMap((each) => [each.id, ...each.aliases]),
        ...found.flatMap((each) => [each.id, ...each.aliases]),
      ]),
    ]
      .filter((alias) => alias !== name)
      .sort(),
    ...(title !== undefined && { title }),
    ...(published !== undefined && { published }),
    ...(validity !== undefined && { validity }),
    ...(exploited !== undefined && { exploited }),
    ...(epss !== undefined && { epss }),
    ratings: [...records.flatMap((each) => each.ratings), ...(records.length === 0 ? (found[0]?.ratings ?? []) : [])],
    known: records.length > 0 || found.length > 0,
    packages: found.map((candidate, index) =>
      explained(
        candidate,
        verdicts.map(({ lens, verdicts: all }) => ({ lens, verdict: all[index]! })),
      ),
    ),
  };
}

/** The records of an id and of its aliases, the one asked for first. */
function recordsOf(id: string, store: AdvisoryStore | undefined): readonly Vulnerability[] {
  const first = store?.vulnerability(id) ?? store?.vulnerability(id.toUpperCase());
  if (first === undefined) return [];
  return [first, ...first.aliases.flatMap((alias) => store?.vulnerability(alias) ?? [])];
}

function explained(
  { package: found, statements }: Candidate,
  verdicts: readonly { lens: Lens; verdict: Verdict }[],
): ExplainedPackage {
  return {
    package: found.name,
    version: found.version,
    type: found.type,
    ...(found.source !== undefined && { source: found.source }),
    files: found.evidence.map((one) => one.path),
    statements: statements.map((one) => ({
      id: one.id,
      source: one.source,
      state: one.state,
      ecosystem: one.ecosystem,
      ranges: one.ranges
        .map(
          ({ introduced, fixed, lastAffected }) =>
            [
              introduced !== undefined && introduced !== '0' && `from ${introduced}`,
              fixed !== undefined && `fixed in ${fixed}`,
              lastAffected !== undefined && `up to ${lastAffected}`,
            ]
              .filter(Boolean)
              .join(' ') || 'every version',
        )
        .join('; '),
      ...(one.note !== undefined && { note: one.note }),
      ...(one.url !== undefined && { url: one.url }),
    })),
    verdicts: verdicts.map(({ lens, verdict }) => lensVerdict(lens, verdict)),
  };
}

function lensVerdict(lens: Lens, verdict: Verdict): LensVerdict {
  const severity = verdict.rated?.severity ?? 'UNKNOWN';
  const word = lens.words.find(([one]) => one === severity)?.[1] ?? severity.toLowerCase();
  const fix =
    verdict.fix === undefined
      ? undefined
      : verdict.fix.version === undefined
        ? verdict.fix.state
        : `fixed in ${verdict.fix.version}`;
  return {
    lens: lens.name,
    title: lens.title,
    shown: verdict.shown,
    severity,
    word,
    ...(fix !== undefined && { fix }),
    trace: verdict.trace,
  };
}
