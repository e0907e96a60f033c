import type { AdvisoryStore } from '../advisories/store/index.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import type { Finding, Report, Statement } from '../model.ts';
import { lensNamed } from '../scanners/index.ts';
import type { Lens } from '../scanners/lens.ts';
import type { LensDecision } from './lens-decision.ts';
import { replay } from './replay.ts';

/**
 * Our own scan, judged by another scanner's rules (`scan --lens`): what it would not show is gone, what it would show
 * besides is there, severities and fix states are its own. A notice says so, with its headline in its own words and
 * what was left out by which cause. Throws `usage` for a lens that does not exist.
 */
export function throughLens(report: Report, lensName: string, store: AdvisoryStore): Report {
  const lens = lensNamed(lensName);
  const replayed = replay(
    lens,
    { packages: report.packages, ...(report.os !== undefined && { os: report.os }) },
    store,
  );
  const own = new Map(report.findings.map((finding) => [key(finding.id, finding.package), finding]));
  const shown = replayed.verdicts.filter((verdict) => verdict.shown);
  const findings = shown.map((verdict) =>
    findingOfLens(verdict, own.get(key(verdict.candidate.id, verdict.candidate.package))),
  );
  const order = new Map(report.findings.map((finding, index) => [key(finding.id, finding.package), index]));
  const place = (finding: Finding): number => order.get(key(finding.id, finding.package)) ?? report.findings.length;
  return {
    ...report,
    findings: findings.sort((a, b) => place(a) - place(b)),
    notices: [
      {
        level: 'info',
        code: 'lens',
        message: sentence(lens, replayed.report.rows, counts(lens, replayed.verdicts), leftOut(replayed.verdicts)),
      },
      ...report.notices,
    ],
  };
}

const key = (id: string, { type, name, version, purl }: Finding['package']): string =>
  [id, type, name, version, purl].join('\n');

function findingOfLens({ candidate, rated, fix }: LensDecision, own: Finding | undefined): Finding {
  const severity = rated?.severity ?? 'UNKNOWN';
  const source = rated?.source ?? 'none';
  const base = own ?? fresh(candidate.id, candidate.aliases, candidate.package, candidate.statements);
  const reason = {
    step: 'rated' as const,
    severity,
    source,
    method: rated === undefined ? 'none' : `${rated.name}: ${rated.on}`,
  };
  return {
    ...base,
    severity,
    severitySource: source,
    ratings: base.ratings.length > 0 ? base.ratings : candidate.ratings,
    // A scanner that says nothing of fixes (ECR basic) takes nothing away from what is known of them.
    fix:
      fix === undefined || fix.state === 'unknown'
        ? base.fix
        : { state: fix.state, ...(fix.version !== undefined && { version: fix.version }) },
    reasons: [...base.reasons.filter(({ step }) => step !== 'rated'), reason],
  };
}

/** A finding that our own matching does not make: an undetermined one, or one by the binary's version. */
function fresh(
  id: string,
  aliases: readonly string[],
  installed: Finding['package'],
  statements: readonly Statement[],
): Finding {
  const [first] = statements;
  return {
    id,
    aliases,
    package: installed,
    severity: 'UNKNOWN',
    severitySource: 'none',
    ratings: [],
    state: first?.state ?? 'open',
    fix: { state: 'unknown' },
    ...(first?.title !== undefined && { title: first.title }),
    ...(first?.url !== undefined && { url: first.url }),
    statements: statements.map((statement) => ({
      id: statement.id,
      source: statement.source,
      state: statement.state,
      ...(statement.url !== undefined && { url: statement.url }),
    })),
    reasons: statements.map((statement) => ({
      step: 'hit' as const,
      advisory: statement.id,
      source: statement.source,
      ...(statement.url !== undefined && { url: statement.url }),
    })),
  };
}

/** Rows by the scanner's own words, as it counts. */
function counts(lens: Lens, verdicts: readonly LensDecision[]): string {
  const units = new Map<string, string>();
  for (const { shown, candidate, rated } of verdicts) {
    if (!shown) continue;
    const { package: installed } = candidate;
    const name =
      lens.unit.per === 'binary'
        ? `${installed.name} ${installed.version} ${installed.architecture ?? ''}`
        : lens.unit.per === 'source'
          ? sourceOf(installed).name
          : '';
    units.set(`${candidate.id} ${name}`, rated?.severity ?? 'UNKNOWN');
  }
  return lens.words
    .map(([severity, word]) => [[...units.values()].filter((rated) => rated === severity).length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

function leftOut(verdicts: readonly LensDecision[]): string {
  const codes = new Map<string, number>();
  for (const { dropped } of verdicts)
    if (dropped !== undefined) codes.set(dropped.code, (codes.get(dropped.code) ?? 0) + 1);
  return [...codes]
    .sort((a, b) => b[1] - a[1])
    .map(([code, count]) => `${count} by ${code}`)
    .join(', ');
}

function sentence(lens: Lens, rows: number, headline: string, out: string): string {
  const what =
    rows === 0 ? 'it would report nothing' : `it would report ${rows} rows${headline === '' ? '' : `: ${headline}`}`;
  return `Judged by the rules of ${lens.title} (${lens.era}): ${what}${out === '' ? '' : `. Left out: ${out}`}`;
}
