import type { Severity } from '../model.ts';
import type { Cause } from '../scanners/causes.ts';
import type { AlignedRow } from './align.ts';
import { weakest } from './bridge.ts';
import type { CauseEvidence, CauseFound, Proof } from './comparison.ts';
import { asksFor, basisOf, type SeverityBasis } from './severity-basis.ts';
import type { Side } from './side.ts';

/** Why two sides give different severities at a row, from what each rests on. What is not known is said to be. */
export function severityDifference(row: AlignedRow, a: Side, b: Side): CauseFound {
  const [left, right] = [basisOf(row, a, b), basisOf(row, b, a)];
  const cause = left === undefined || right === undefined ? undefined : causeOf(row, [a, left], [b, right]);
  const evidence = (
    [
      [a, left],
      [b, right],
    ] as const
  ).flatMap(([side, basis]) => evidenceOf(side, basis));
  const told = [
    [a, left],
    [b, right],
  ] as const;
  const says = told
    .map(([side, basis]) => {
      const word = severityInWords(row, side);
      return basis === undefined
        ? `${side.name} ${word}, from where it does not say`
        : `${side.name} ${word} (${basis.on})`;
    })
    .join('; ');
  if (cause === undefined) return { code: 'unexplained', proof: 'none', says, evidence };
  const proof = weakest(left!.proof, right!.proof, cause.proof);
  return { code: cause.code, proof, says: cause.says === undefined ? says : `${says}: ${cause.says}`, evidence };
}

/** The severity as the report writes it. */
function severityInWords(row: AlignedRow, side: Side): string {
  const severity = side.reduction.severity(row)!;
  const original = row.cells[side.index]!.findings.find((finding) => finding.severity === severity)?.severityOriginal;
  return original === undefined ? severity : `${severity} ("${original}")`;
}

function evidenceOf(side: Side, basis: SeverityBasis | undefined): readonly CauseEvidence[] {
  if (basis === undefined) return [{ kind: 'report', text: `${side.name}: what its severity rests on is not known` }];
  return [
    { kind: basis.proof === 'stated' ? 'report' : 'rule', text: `${side.name}: ${basis.says}`, cite: basis.cite },
    { kind: 'record', text: `${side.name} read ${basis.on}` },
  ];
}

interface Found {
  readonly code: Cause;
  readonly proof: Proof;
  readonly says?: string;
}

type Told = readonly [side: Side, basis: SeverityBasis];

function causeOf(row: AlignedRow, a: Told, b: Told): Found | undefined {
  // Nobody rated it for either: what differs is how a format writes that.
  if (a[1].take === 'none' && b[1].take === 'none')
    return a[0].coarse || b[0].coarse ? { code: 'report.parse', proof: 'stated' } : undefined;
  if (a[1].take === 'none' || b[1].take === 'none') return a[1].take === 'none' ? silent(a, b) : silent(b, a);
  if (a[1].party !== b[1].party) {
    // A score that its report gives no owner may be that of the other's source.
    const unnamed = [a[1].party, b[1].party].includes('any') && a[1].take !== 'word' && b[1].take !== 'word';
    const vendor = [a[1].party, b[1].party].includes('vendor');
    return unnamed && !vendor && !bothReplayed(a, b) ? undefined : { code: 'severity.source-order', proof: 'stated' };
  }
  if (a[1].party === 'vendor') {
    // Where the words of one are not known, two levels may be one word: that says nothing of days.
    const known = [a, b].every(([side, basis]) => wordsFor(row, side, basis).length > 0);
    return vendorCause(row, a, b) ?? (known ? changed(a, b) : undefined);
  }
  const records = ofSeveralRecords(row, a[0], b[0]) ?? ofSeveralRecords(row, b[0], a[0]);
  if (records !== undefined) return records;
  const versions = [a[1].method, b[1].method];
  if (versions[0] !== undefined && versions[1] !== undefined && versions[0] !== versions[1])
    return { code: 'severity.cvss-version', proof: 'stated' };
  if (a[1].score !== undefined && a[1].score === b[1].score) return { code: 'severity.cvss-version', proof: 'stated' };
  // Of one database both get the same answer: their scales cut it at other points.
  if (bothReplayed(a, b))
    return { code: a[1].take === 'cvss' ? 'severity.cvss-version' : 'severity.vendor-map', proof: 'replayed' };
  // Both ask one publisher, and got two answers: of different days, perhaps.
  return changed(a, b);
}

/** One counts the publisher's records apart, each with its own level, and the other shows the level of another of them. */
function ofSeveralRecords(row: AlignedRow, apart: Side, joined: Side): Found | undefined {
  const findings = row.cells[apart.index]!.findings;
  const shown = apart.reduction.severity(row);
  const level = joined.reduction.severity(row);
  const same = findings.find(({ severity }) => severity === level);
  const worse = findings.find(({ severity }) => severity === shown);
  if (same === undefined || worse === undefined || same.id === worse.id) return undefined;
  return {
    code: 'id.alias',
    proof: 'stated',
    says: `${apart.name} has rows for ${worse.id} (${worse.severity}) and ${same.id} (${same.severity})`,
  };
}

const bothReplayed = ([, a]: Told, [, b]: Told): boolean => a.proof === 'replayed' && b.proof === 'replayed';

/** Who rates in NVD's records besides NVD, most often. */
const GUEST = 'cisa-adp';

/** One found nobody who rates it. */
function silent([without, none]: Told, told: Told): Found | undefined {
  const given = told[1];
  const rater = given.rater ?? given.party;
  if (given.take === 'cvss' && asksFor(without.lens, rater, undefined)) {
    if (given.method !== undefined && !asksFor(without.lens, rater, given.method))
      return { code: 'severity.cvss-version', proof: 'stated' };
    // A score whose giver the report does not name may be another's in NVD's record, whom the silent one does not ask.
    if (given.proof !== 'stated' && asksFor(told[0].lens, GUEST, undefined) && !asksFor(without.lens, GUEST, undefined))
      return { code: 'severity.source-order', proof: 'inferred' };
    // It asks the same source and got no answer: it did not know yet, if its data is older.
    return none.proof === 'replayed'
      ? { code: 'severity.source-order', proof: 'stated' }
      : changed([without, none], told);
  }
  return { code: 'severity.source-order', proof: 'stated' };
}

/** Both pass on the distribution: one word in two scales, the word of another package, or two different questions. */
function vendorCause(row: AlignedRow, [left, a]: Told, [right, b]: Told): Found | undefined {
  if ((a.take === 'state') !== (b.take === 'state')) return { code: 'severity.source-order', proof: 'stated' };
  const words = wordsFor(row, left, a).filter((word) => wordsFor(row, right, b).includes(word));
  if (words.length > 0)
    return {
      code: 'severity.vendor-map',
      proof: 'stated',
      ...(a.word === undefined &&
        b.word === undefined && {
          says: `the distribution says ${words
            .slice(0, 2)
            .map((word) => `"${word}"`)
            .join(' or ')}`,
        }),
    };
  if (a.own === false || b.own === false) return { code: 'severity.scope', proof: 'replayed' };
  // One statement may hold several words: its urgency and its state.
  return bothReplayed([left, a], [right, b]) ? { code: 'severity.vendor-map', proof: 'replayed' } : undefined;
}

/** Words of the distribution that a side turns into its severity: the one that is known, else all of its map. */
function wordsFor(row: AlignedRow, side: Side, { word, take, severity }: SeverityBasis): readonly string[] {
  if (word !== undefined) return [word];
  const given: readonly Severity[] = side.coarse && severity === 'LOW' ? ['LOW', 'NEGLIGIBLE', 'UNKNOWN'] : [severity];
  return side
    .steps(row)
    .flatMap((step) =>
      step.take === take && (step.take === 'word' || step.take === 'state') ? Object.entries(step.map) : [],
    )
    .filter(([, severity]) => severity !== undefined && given.includes(severity))
    .map(([word]) => word);
}

/** One source, two answers: it changed its mind between the days of their data, where these are known to differ. */
function changed([left]: Told, [right]: Told): Found | undefined {
  const [a, b] = [left.facts.dataDay, right.facts.dataDay];
  if (a === undefined || b === undefined || a === b) return undefined;
  return { code: 'feed.age', proof: 'inferred', says: `the data is of ${a} and of ${b}` };
}
