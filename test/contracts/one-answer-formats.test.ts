import '../property-seed.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/advisories/store/memory.ts';
import { compare } from '../../src/compare/compare.ts';
import { DAY } from '../../src/demo/advisories.ts';
import { isSystemType } from '../../src/ecosystems/index.ts';
import { match } from '../../src/matching/match.ts';
import type { Package, Report } from '../../src/model.ts';
import { applyExceptions } from '../../src/policy/exceptions/index.ts';
import { groupFindings } from '../../src/report/scan/index.ts';
import type { ScannerReport } from '../../src/scanners/scanner.ts';
import { ownReport } from '../own-report.ts';
import { report } from '../report.ts';
import { exceptionsOn, worlds } from '../worlds.ts';

/*
 * One answer in whatever format it is written: `compare` reads what `scan -f` wrote, and finds the same vulnerabilities in the same
 * packages, rated the same. What a format has no place for is named here.
 */

const FORMATS = ['sarif', 'cyclonedx', 'grype', 'gitlab', 'asff', 'trivy'] as const;
/** States of what no version fixes for everybody. */
const UNFIXED = /^(?:not-fixed|wont-fix|deferred|fixed for subscribers in .*)$/;

/** A row as a format without types of packages can hold it. */
const rowOf = (id: string, name: string, version: string, severity: string, fixed: string | undefined): string =>
  [id, name, version, severity, fixed ?? 'no fix'].join(' ');
const rowsRead = ({ findings }: ScannerReport): ReadonlySet<string> =>
  new Set(
    findings.map(({ id, package: name, version, severity, fix }) =>
      rowOf(id, name, version, severity, fix.versions[0]),
    ),
  );
const rowsOf = ({ findings }: Report): readonly string[] =>
  groupFindings(findings).flatMap((group) =>
    group.findings.map(({ finding: { id, severity, fix } }) =>
      rowOf(id, group.name, group.version, severity, fix.state === 'fixed' ? fix.version : undefined),
    ),
  );

async function contradictions(scan: Report): Promise<readonly string[]> {
  const own = await ownReport(scan);
  // GitLab says neither type nor source of a package: a name is spelled by its type, and where two have one in common nobody can tell them apart.
  const names = scan.packages.flatMap(({ name, source }) => [...new Set([name, source?.name ?? name])]);
  const isToldApart =
    scan.packages.every(({ type }) => isSystemType(type)) &&
    new Set(names.map((name) => name.toLowerCase())).size === names.length;
  const told: string[] = [];
  for (const format of FORMATS) {
    const read = await ownReport(scan, format);
    if (format === 'gitlab' && !isToldApart) {
      const [written, expected] = [rowsRead(read), rowsOf(scan)];
      told.push(
        ...expected.filter((row) => !written.has(row)).map((row) => `gitlab lacks ${row}`),
        ...[...written].filter((row) => !expected.includes(row)).map((row) => `gitlab alone has ${row}`),
      );
      continue;
    }
    const { differences } = compare({ reports: [own, read], subject: scan.subject, anyway: true });
    for (const { key, kind, values } of differences) {
      // How many rows make a finding is a matter of the format: source packages, binaries, places.
      if (kind === 'count') continue;
      // Each has words of its own for what no version fixes.
      if (kind === 'fix' && values.every((value) => UNFIXED.test(value ?? ''))) continue;
      // Trivy has four levels, GitLab no other word for what a distribution calls unimportant.
      if (format === 'trivy' && kind === 'severity' && values.join() === 'NEGLIGIBLE,LOW') continue;
      told.push(`${format}: ${kind} of ${key}: ${values.join(' and ')}`);
    }
  }
  return told;
}

describe('a scan says the same in every format that is read again', () => {
  it('of any inventory with packages of every type, with exceptions', async () => {
    const scheme = worlds.chain((world) =>
      fc.record({ world: fc.constant(world), rules: exceptionsOn(world.packages) }),
    );
    let excepted = 0;
    await fc.assert(
      fc.asyncProperty(scheme, async ({ world: { os, packages, statements, vulnerabilities }, rules }) => {
        const store = memoryStore({ statements, vulnerabilities });
        // Sources are the system's: GitLab names what a finding is in by its source alone.
        const real = packages.map(({ source, ...pkg }: Package) => ({
          ...pkg,
          ...(source && isSystemType(pkg.type) && { source }),
        }));
        const { findings } = match(real, store);
        const { os: _, ...rest } = report({ packages: real, findings, database: store.info });
        const scan = applyExceptions({ ...rest, os }, rules, new Date(DAY));
        excepted += scan.suppressed?.length ?? 0;
        expect(await contradictions(scan)).toEqual([]);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 60) },
    );
    expect(excepted, 'findings taken out').toBeGreaterThan(5);
  });
});
