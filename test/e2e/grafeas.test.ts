import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { readReport, reportBytes } from '../../src/scanners/read.ts';
import { type DeckFinding, startDeck } from './deck.ts';
import { pythonPackages } from './fetched.ts';
import { lacking, scratch, titled } from './machine.ts';

/*
 * Google's own protobuf of Grafeas and Artifact Analysis, as its Python clients hold it: it judges what the deck's double answers, and makes the
 * answers that our reader is given.
 */

const CLIENTS = ['grafeas==1.16.0', 'google-cloud-containeranalysis==2.23.0'];
const folder = lacking('python3').length > 0 ? undefined : pythonPackages(...CLIENTS);
const reason = folder === undefined ? `${CLIENTS.join(' and ')} are not to be had from PyPI` : undefined;

function python(script: string, input: string): string {
  const env = { ...process.env, PYTHONPATH: folder };
  const { status, stdout, stderr } = spawnSync('python3', ['-c', script], { input, encoding: 'utf8', env });
  expect(status, stderr).toBe(0);
  return stdout;
}

/** Reads each line by the message that it names; what the message does not have is an error. */
const JUDGE = `
import json, sys
from grafeas import grafeas_v1 as grafeas
from google.cloud.devtools import containeranalysis_v1 as analysis
for line in sys.stdin:
    name, _, body = line.partition(' ')
    message = getattr(grafeas, name, None) or getattr(analysis, name)
    read = json.loads(message.to_json(message.from_json(body), use_integers_for_enums=False))
    print(json.dumps(len(read.get('occurrences', read.get('counts', [])))))
`;

/** Occurrences that the protobuf itself makes: each severity, a fix and none, a system's package and one of Python. */
const MAKE = `
import sys
from google.protobuf import timestamp_pb2
from grafeas import grafeas_v1 as g
def version(name, kind=g.Version.VersionKind.NORMAL):
    epoch, _, rest = name.rpartition(':')
    upstream, _, revision = rest.rpartition('-')
    return g.Version(epoch=int(epoch or 0), name=upstream or rest, revision=revision if upstream else '', full_name=name, kind=kind, inclusive=False)
made = []
for at, severity in enumerate([s for s in g.Severity if s != g.Severity.SEVERITY_UNSPECIFIED]):
    system = at % 2 == 0
    none = g.Version(kind=g.Version.VersionKind.MAXIMUM)
    fixed = version('1:2.0-3+deb11u1') if at % 3 == 0 else none
    issue = g.VulnerabilityOccurrence.PackageIssue(
        affected_cpe_uri='cpe:/o:debian:debian_linux:11' if system else '', affected_package='openssl' if system else 'requests',
        affected_version=version('1:1.1-1' if system else '2.25.0'), fixed_cpe_uri='cpe:/o:debian:debian_linux:11' if system else '',
        fixed_package='openssl' if system else 'requests', fixed_version=fixed, fix_available=at % 3 == 0,
        package_type='OS' if system else 'PYPI', effective_severity=severity,
        file_location=[g.FileLocation(file_path='usr/lib/x')])
    made.append(g.Occurrence(
        name=f'projects/p/occurrences/{at}', resource_uri='https://europe-docker.pkg.dev/p/r/model@sha256:' + 'a' * 64,
        note_name=f'projects/goog-vulnz/notes/CVE-2023-000{at}', kind=g.NoteKind.VULNERABILITY, remediation='',
        create_time=timestamp_pb2.Timestamp(seconds=1700000000),
        vulnerability=g.VulnerabilityOccurrence(type_='OS' if system else 'PYPI', severity=severity, effective_severity=severity,
            cvss_score=7.5, package_issue=[issue], short_description=f'CVE-2023-000{at}', fix_available=at % 3 == 0,
            cvssv3=g.CVSS(base_score=7.5, attack_vector=g.CVSS.AttackVector.ATTACK_VECTOR_NETWORK))))
print(g.ListOccurrencesResponse.to_json(g.ListOccurrencesResponse(occurrences=made), use_integers_for_enums=False, including_default_value_fields=False))
`;

describe.skipIf(reason !== undefined)(titled("Google's protobuf", reason), () => {
  const work = reason === undefined ? scratch() : { path: '', remove: (): void => {} };
  afterAll(() => work.remove());
  const digest = `sha256:${'a'.repeat(64)}`;
  const about = { registry: '127.0.0.1:5000', repository: 'team/model', tag: '1', digest };
  const resultOf = (id: number, type: string, fixed?: string): DeckFinding => ({
    ...{
      id: `CVE-2023-${1000 + id}`,
      type,
      source: type === 'deb' ? 'openssl' : 'requests',
      version: '1.1.1n-0+deb11u3',
    },
    ...{ packages: type === 'deb' ? ['libssl1.1', 'openssl'] : ['requests'], severity: 'HIGH', fixed },
  });

  it("accepts every answer of the deck's double, member for member", async () => {
    const gcp = Array.from({ length: 120 }, (_, at) =>
      resultOf(at, at % 5 === 0 ? 'pypi' : 'deb', at % 2 ? '2' : undefined),
    );
    const deck = await startDeck(about, { ecr: [], gcp, clair: [] }, work.path);
    try {
      const base = `${deck.environment.CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINERANALYSIS}v1/projects/team/occurrences`;
      const headers = { authorization: 'Bearer google-token-of-the-deck' };
      const ask = async (path: string): Promise<string> => (await fetch(`${base}${path}`, { headers })).text();
      const of = `resourceUrl="https://${about.registry}/${about.repository}@${digest}"`;
      const filter = (text: string): string => `?filter=${encodeURIComponent(text)}`;
      const first = await ask(filter(of));
      const { nextPageToken } = JSON.parse(first) as { nextPageToken: string };
      const answers = [
        `ListOccurrencesResponse ${first}`,
        `ListOccurrencesResponse ${await ask(`${filter(of)}&pageToken=${nextPageToken}`)}`,
        `ListOccurrencesResponse ${await ask(filter(`kind="DISCOVERY" AND ${of}`))}`,
        `VulnerabilityOccurrencesSummary ${await ask(`:vulnerabilitySummary${filter(of)}`)}`,
      ];
      expect(python(JUDGE, answers.join('\n')).trim().split('\n')).toEqual(['50', '50', '1', '1']);
    } finally {
      await deck.close();
    }
  });

  it('would not accept a member or a word that it does not have', () => {
    const env = { ...process.env, PYTHONPATH: folder };
    for (const wrong of ['{"occurrences":[{"kind":"VULN"}]}', '{"occurrence":[]}'])
      expect(spawnSync('python3', ['-c', JUDGE], { input: `ListOccurrencesResponse ${wrong}`, env }).status).not.toBe(
        0,
      );
  });

  it('makes answers that are read as it means them: severities, versions, fixes, packages', async () => {
    const answer = python(MAKE, '');
    const report = await readReport(reportBytes(Buffer.from(answer), 'occurrences.json'));
    expect(report).toMatchObject({ scanner: 'gcp', subject: { digest } });
    expect(
      report.findings.map(({ id, severity, package: name, version, type, fix }) => [
        id,
        severity,
        name,
        version,
        type,
        ...fix.versions,
      ]),
    ).toEqual([
      ['CVE-2023-0000', 'NEGLIGIBLE', 'openssl', '1:1.1-1', 'deb', '1:2.0-3+deb11u1'],
      ['CVE-2023-0001', 'LOW', 'requests', '2.25.0', 'pypi'],
      ['CVE-2023-0002', 'MEDIUM', 'openssl', '1:1.1-1', 'deb'],
      ['CVE-2023-0003', 'HIGH', 'requests', '2.25.0', 'pypi', '1:2.0-3+deb11u1'],
      ['CVE-2023-0004', 'CRITICAL', 'openssl', '1:1.1-1', 'deb'],
    ]);
  });
});
