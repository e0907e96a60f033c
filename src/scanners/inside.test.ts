import { expect, it } from 'vitest';
import { readReport, reportBytes } from './read.ts';

/** As Trivy 0.74 writes it with `--format cosign-vuln`, cut down. */
const trivy = {
  SchemaVersion: 2,
  Trivy: { Version: '0.74.0' },
  ArtifactName: 'alpine37.tar',
  Metadata: { OS: { Family: 'alpine', Name: '3.7.3' } },
  Results: [
    { Target: 'Java', Class: 'lang-pkgs', Type: 'jar' },
    {
      Target: 'alpine37.tar (alpine 3.7.3)',
      Class: 'os-pkgs',
      Type: 'alpine',
      Packages: [{ ID: 'libssl@1.0.2o-r0', Name: 'libssl', SrcName: 'openssl', SrcVersion: '1.0.2o-r0' }],
      Vulnerabilities: [
        {
          VulnerabilityID: 'CVE-2018-0732',
          PkgName: 'libssl',
          InstalledVersion: '1.0.2o-r0',
          FixedVersion: '1.0.2o-r1',
          Severity: 'HIGH',
          SeveritySource: 'nvd',
        },
      ],
    },
  ],
};
const predicate = {
  invocation: { parameters: null, uri: '', event_id: '', 'builder.id': '' },
  scanner: { uri: 'pkg:github/aquasecurity/trivy@0.74.0', version: '0.74.0', db: {}, result: trivy },
  metadata: { scanStartedOn: '2026-11-27T17:05:42Z', scanFinishedOn: '2026-11-27T17:05:42Z' },
};
const statement = {
  _type: 'https://in-toto.io/Statement/v0.1',
  predicateType: 'https://cosign.sigstore.dev/attestation/vuln/v1',
  subject: [{ name: 'registry.example/app', digest: { sha256: 'a'.repeat(64) } }],
  predicate,
};
const read = (value: unknown) => readReport(reportBytes(JSON.stringify(value), 'report'));

it.each([
  ['a Cosign predicate', predicate],
  ['an attestation', statement],
])('a report of Trivy inside %s is read as by itself', async (_, value) => {
  const { format: __, ...alone } = await read(trivy);
  const { format, ...held } = await read(value);
  expect(format).toMatch(/^Trivy in a /);
  expect(held).toEqual(alone);
  expect(held.findings).toMatchObject([{ id: 'CVE-2018-0732', source: { name: 'openssl' }, severity: 'HIGH' }]);
});

it('one of a scanner whose result is none of Trivy is refused', async () => {
  const other = { ...predicate, scanner: { ...predicate.scanner, result: { runs: 7 } } };
  await expect(read(other)).rejects.toThrow('invocation, scanner, metadata');
});
