import type { OperatingSystem, Package } from '../model.ts';
import type { PackageRule } from '../scanners/lens.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { packageMatches } from './lens-tests.ts';
import { plainVersion } from './package-names.ts';
import { packageOfRow } from './reported.ts';

/** What a report shows of how it was made, beyond the row in question. */
export interface ReportFacts {
  /** Versions in which it names a package or its source, lower case. */
  versions(name: string): ReadonlySet<string>;
  /** A row of a package of this type that a rule would have left out: the rule does not hold for this report. */
  against(rule: Pick<PackageRule, 'when' | 'unless'>, type: string): ForeignFinding | undefined;
  /** A row that passes a test. The test's name is asked once. */
  row(name: string, test: (finding: ForeignFinding) => boolean): ForeignFinding | undefined;
  /** Day of its data: no later publication can be in it. */
  readonly day: string | undefined;
}

/** Looks a report over when asked, each question once. */
export function reportFacts(report: ScannerReport, os: OperatingSystem | undefined): ReportFacts {
  let names: Map<string, Set<string>> | undefined;
  const answers = new Map<string, ForeignFinding | undefined>();
  const find = (key: string, test: (finding: ForeignFinding) => boolean): ForeignFinding | undefined => {
    if (!answers.has(key)) answers.set(key, report.findings.find(test));
    return answers.get(key);
  };
  const rules = new Map<unknown, number>();
  const number = (rule: unknown): number => {
    const known = rules.get(rule) ?? rules.size;
    rules.set(rule, known);
    return known;
  };
  return {
    versions(name) {
      names ??= versionsByName(report.findings);
      return names.get(name.toLowerCase()) ?? NONE;
    },
    // Who owns a file and what it is made of, a report does not say: such rules are not refuted by it.
    against: (rule, type) =>
      rule.when.owned !== undefined || rule.when.certainties !== undefined || rule.when.roles !== undefined
        ? undefined
        : find(`rule ${number(rule)} ${type}`, (finding) => ruledOut(rule, packageOfRow(finding, os), type, os)),
    row: find,
    day: (report.database?.date ?? report.created)?.slice(0, 10),
  };
}

const NONE: ReadonlySet<string> = new Set();

function ruledOut(
  { when, unless }: Pick<PackageRule, 'when' | 'unless'>,
  pkg: Package,
  type: string,
  os: OperatingSystem | undefined,
): boolean {
  return (
    pkg.type === type && packageMatches(when, pkg, os) && !(unless !== undefined && packageMatches(unless, pkg, os))
  );
}

function versionsByName(findings: readonly ForeignFinding[]): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const { package: name, source, version } of findings) {
    const plain = plainVersion(version);
    for (const one of new Set([name.toLowerCase(), source?.name.toLowerCase() ?? name.toLowerCase()])) {
      const known = names.get(one);
      if (known === undefined) names.set(one, new Set([plain]));
      else known.add(plain);
    }
  }
  return names;
}
