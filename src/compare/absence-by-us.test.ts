import { expect, it } from 'vitest';
import { ownReport } from '../../test/own-report.ts';
import { report } from '../../test/report.ts';
import { readReport, reportBytes } from '../scanners/read.ts';
import { compare } from './compare.ts';

/** What Trivy 0.74 wrote of a go.mod with `toolchain go1.21.3`, asked with --detection-priority comprehensive; rows of two packages are kept. */
const trivy = (target: string): string =>
  JSON.stringify({
    SchemaVersion: 2,
    ArtifactName: 'app',
    ArtifactType: 'filesystem',
    Results: [
      {
        Target: target,
        Class: 'lang-pkgs',
        Type: target === 'go.mod' ? 'gomod' : 'gobinary',
        Vulnerabilities: [
          {
            VulnerabilityID: 'CVE-2023-39326',
            VendorIDs: ['GO-2023-2382'],
            PkgID: 'stdlib@v1.21.3',
            PkgName: 'stdlib',
            PkgIdentifier: { PURL: 'pkg:golang/stdlib@v1.21.3' },
            InstalledVersion: 'v1.21.3',
            FixedVersion: '1.20.12, 1.21.5',
            Status: 'fixed',
            Severity: 'MEDIUM',
          },
        ],
      },
    ],
  });

it("Go's standard library of a go.mod, which we do not judge, is a difference with a reason, and that of a program is not", async () => {
  const own = await ownReport({ ...report(), findings: [] });
  const causes = async (target: string): Promise<readonly string[]> => {
    const theirs = await readReport(reportBytes(trivy(target), 'trivy.json'));
    const { differences } = compare({ reports: [theirs, own], lenses: [], anyway: true });
    return differences.flatMap(({ causes }) => causes.map(({ code, says }) => `${code}: ${says}`));
  };
  expect(await causes('go.mod')).toEqual([expect.stringMatching(/^inventory\.lang-gate: .*least Go that builds it/)]);
  expect(await causes('usr/bin/yq')).not.toContainEqual(expect.stringMatching(/least Go/));
});
