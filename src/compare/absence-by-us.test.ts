import { expect, it } from 'vitest';
import { ownReport } from '../../test/own-report.ts';
import { report } from '../../test/report.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import type { Package, Statement } from '../model.ts';
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

it('what another program reports of a package and our scan holds unaffected has its reason, whichever it is: CVE-2024-3219 of python 3.8.16 is of Windows alone', async () => {
  // As NVD has it (`cpe:2.3:o:microsoft:windows` beside the program), and as Grype 0.121 reports it of a conda environment on Linux.
  const python: Package = {
    type: 'conda',
    name: 'python',
    version: '3.8.16',
    namespace: 'conda',
    purl: 'pkg:conda/python@3.8.16',
    evidence: [{ path: 'opt/conda/conda-meta/python-3.8.16.json', layer: 0, diffID: '', analyzer: 'conda' }],
  };
  const statement: Statement = {
    id: 'CVE-2024-3219',
    source: 'nvd',
    namespace: 'CPE',
    package: 'python:python',
    aliases: [],
    state: 'fixed',
    ranges: [{ fixed: '3.8.20' }],
    ratings: [],
  };
  const theirs = await readReport(
    reportBytes(
      JSON.stringify({
        matches: [
          {
            vulnerability: {
              id: 'CVE-2024-3219',
              namespace: 'nvd:cpe',
              severity: 'Medium',
              fix: { versions: ['3.8.20'] },
            },
            matchDetails: [{ type: 'cpe-match' }],
            artifact: { name: 'python', version: '3.8.16', type: 'conda', purl: python.purl, locations: [] },
          },
        ],
        descriptor: { name: 'grype', version: '0.121.2' },
      }),
      'grype.json',
    ),
  );
  const own = await ownReport({ ...report(), findings: [] });
  const codes = (told: Partial<Statement>): readonly string[] =>
    compare({
      reports: [theirs, own],
      lenses: [],
      inventory: { packages: [python] },
      store: memoryStore({ statements: [{ ...statement, ...told }] }),
      anyway: true,
    }).differences.flatMap(({ causes }) => causes.map(({ code, says }) => `${code}: ${says}`));
  expect(codes({ platforms: ['microsoft:windows'] })).toEqual([
    "match.method: By nvd's CVE-2024-3219 it holds on another platform only",
  ]);
  expect(codes({ ranges: [{ fixed: '3.8.1' }] })).toEqual([expect.stringMatching(/^match\.version-input: /)]);
  expect(codes({ withdrawn: '2024-09-01T00:00:00Z' })).toEqual([expect.stringMatching(/^record\.validity: /)]);
});

it("what Grype finds of an Alpine package by NVD's product is a difference with a reason: our scan asks the distribution", async () => {
  const theirs = await readReport(
    reportBytes(
      JSON.stringify({
        matches: [
          {
            vulnerability: { id: 'CVE-2021-3711', namespace: 'nvd:cpe', severity: 'Critical', fix: { versions: [] } },
            matchDetails: [{ type: 'cpe-match' }],
            artifact: {
              name: 'libssl1.1',
              version: '1.1.1b-r1',
              type: 'apk',
              purl: 'pkg:apk/alpine/libssl1.1@1.1.1b-r1',
            },
          },
        ],
        descriptor: { name: 'grype', version: '0.121.2' },
      }),
      'grype.json',
    ),
  );
  const own = await ownReport({ ...report(), findings: [] });
  const { differences } = compare({ reports: [theirs, own], lenses: [], anyway: true });
  expect(differences.flatMap(({ causes }) => causes.map(({ code, proof }) => `${code} ${proof}`))).toEqual([
    'match.method stated',
  ]);
});
