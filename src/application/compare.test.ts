import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { type SmallMachine, smallMachine } from '../../test/small-machine.ts';
import { compareCommand } from '../commands/compare.ts';
import type { Comparison } from '../compare/comparison.ts';

let machine: SmallMachine;
let root: string;
beforeAll(async () => {
  machine = await smallMachine();
  root = machine.root('root', {
    'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
    'var/lib/dpkg/status':
      'Package: libssl1.1\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl\nVersion: 1.1.1n-0+deb11u3\n\n',
  });
});
afterAll(() => machine.close());

const compared = async (...args: readonly string[]): Promise<{ told: Comparison; said: string }> => {
  const bin = join(machine.folder, 'bin');
  const environment = { ...machine.environment, PATH: `${bin}:${process.env.PATH}` };
  const { text, said } = await runCommand(compareCommand, [...args, '--offline', '-f', 'json'], { environment });
  return { told: JSON.parse(text) as Comparison, said };
};
const TRIVY = {
  SchemaVersion: 2,
  ArtifactName: 'x',
  Trivy: { Version: '0.74.0' },
  Metadata: { OS: { Family: 'debian', Name: '11.6' } },
  Results: [
    {
      ...{ Target: 'x', Class: 'os-pkgs', Type: 'debian' },
      Vulnerabilities: [
        {
          ...{ VulnerabilityID: 'CVE-2023-0464', PkgName: 'libssl1.1', InstalledVersion: '1.1.1n-0+deb11u3' },
          ...{ FixedVersion: '1.1.1n-0+deb11u5', Severity: 'HIGH', SeveritySource: 'nvd', Status: 'fixed' },
        },
      ],
    },
  ],
};

it('lays one scanner that is run alone beside our own scan of the image, and says so', async () => {
  mkdirSync(join(machine.folder, 'bin'), { recursive: true });
  const script = `#!/bin/sh\n/bin/cat <<'REPORT'\n${JSON.stringify(TRIVY)}\nREPORT\n`;
  chmodSync(machine.file('bin/trivy', script), 0o755);
  const { told, said } = await compared('--run', 'trivy', root);
  expect(told.reports.map(({ scanner, rows }) => [scanner, rows])).toEqual([
    ['trivy', 1],
    ['plimsoll', 1],
  ]);
  expect(told.rows[0]?.reportedBy.map(({ report }) => report)).toEqual(['trivy', 'plimsoll']);
  expect(said).toContain(`our own scan of ${root} is the other`);
});

it('lays one report, or the rules of one scanner, beside it where the image is named', async () => {
  const report = machine.file('trivy.json', JSON.stringify(TRIVY));
  expect((await compared(report, '--image', root)).told.reports.map(({ scanner }) => scanner)).toEqual([
    'trivy',
    'plimsoll',
  ]);
  const { told } = await compared('--lens', 'grype', root);
  expect(told.reports.map(({ name, rows }) => [name, rows])).toEqual([
    ['plimsoll', 1],
    ['lens:grype', 1],
  ]);
  // Two need no third.
  expect((await compared('--lens', 'grype,trivy', root)).told.reports).toHaveLength(2);
  await expect(compared(report)).rejects.toThrow('two reports or lenses at least');
});
