import '../property-seed.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/advisories/store/memory.ts';
import { compare } from '../../src/compare/compare.ts';
import { isSystemType } from '../../src/ecosystems/index.ts';
import { match } from '../../src/matching/match.ts';
import type { Report, Suppressed, Suppression } from '../../src/model.ts';
import { ownReport } from '../own-report.ts';
import { report } from '../report.ts';
import { worlds } from '../worlds.ts';

/*
 * One answer in whatever format it is written: `compare` reads what `scan -f` wrote, and finds the same vulnerabilities in the same
 * packages, rated the same. What a format has no place for is named here.
 */

const FORMATS = ['sarif', 'cyclonedx', 'grype', 'gitlab', 'asff', 'trivy'] as const;
const STATUSES: readonly Suppression['status'][] = ['accepted', 'not_affected', 'fixed', 'false_positive'];

/** Every third finding taken out of the count by somebody. */
function withExceptions(scan: Report): Report {
  const by = (at: number): Suppression => ({
    source: 'openvex',
    where: 'vex.json:1',
    status: STATUSES[at % STATUSES.length]!,
  });
  const suppressed = scan.findings.flatMap((finding, at): Suppressed[] =>
    at % 3 === 0 ? [{ finding, by: by(at / 3) }] : [],
  );
  return { ...scan, findings: scan.findings.filter((_, at) => at % 3 !== 0), suppressed };
}

async function contradictions(scan: Report): Promise<readonly string[]> {
  const own = await ownReport(scan);
  // GitLab says neither type nor source of a package: a name is spelled by its type, and where two have one in common nobody can tell them apart.
  const names = scan.packages.flatMap(({ name, source }) => [...new Set([name, source?.name ?? name])]);
  const isToldApart =
    scan.packages.every(({ type }) => isSystemType(type)) &&
    new Set(names.map((name) => name.toLowerCase())).size === names.length;
  // Trivy's format has room for vendors' ids beside the CVE: where one id is said to be two CVEs, which of them is meant is lost in it.
  const cves = new Map<string, Set<string>>();
  for (const { id, aliases } of scan.findings) {
    const ids = [id, ...aliases];
    for (const other of ids)
      for (const cve of ids.filter((name) => name.startsWith('CVE-')))
        cves.set(other, (cves.get(other) ?? new Set()).add(cve));
  }
  const isContradicting = [...cves.values()].some(({ size }) => size > 1);
  const told: string[] = [];
  for (const format of FORMATS) {
    const read = await ownReport(scan, format);
    const { differences } = compare({ reports: [own, read], subject: scan.subject, anyway: true });
    for (const { key, kind, values } of differences) {
      // How many rows make a finding is a matter of the format: source packages, binaries, places.
      if (kind !== 'present' && kind !== 'severity') continue;
      // Trivy has four levels, GitLab no other word for what a distribution calls unimportant.
      if (format === 'trivy' && kind === 'severity' && values.join() === 'NEGLIGIBLE,LOW') continue;
      if (format === 'gitlab' && !isToldApart) continue;
      if (format === 'trivy' && isContradicting) continue;
      told.push(`${format}: ${kind} of ${key}: ${values.join(' and ')}`);
    }
  }
  return told;
}

describe('a scan says the same in every format that is read again', () => {
  it('of any inventory with packages of every type, with exceptions', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async ({ os, packages, statements, vulnerabilities }) => {
        const store = memoryStore({ statements, vulnerabilities });
        // Sources are the system's: GitLab names what a finding is in by its source alone.
        const real = packages.map(({ source, ...pkg }) => ({
          ...pkg,
          ...(source && isSystemType(pkg.type) && { source }),
        }));
        const { findings } = match(real, store);
        const { os: _, ...rest } = report({ packages: real, findings, database: store.info });
        expect(await contradictions(withExceptions({ ...rest, os }))).toEqual([]);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 60) },
    );
  });
});
