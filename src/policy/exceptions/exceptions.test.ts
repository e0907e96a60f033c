import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../../test/command.ts';
import { debian, type SmallMachine, smallMachine, stanza, wheelFiles } from '../../../test/small-machine.ts';
import { acceptCommand } from '../../commands/accept.ts';
import { scanCommand } from '../../commands/scan.ts';
import { readLocatedYaml } from '../../located-yaml.ts';
import type { Finding, Subject } from '../../model.ts';
import { glob } from './glob.ts';
import { readGrypeIgnore } from './grype-ignore.ts';
import { isAboutFinding, isInRange } from './match.ts';
import { covers } from './purl-match.ts';
import { day } from './trivyignore.ts';

let machine: SmallMachine;
let image: string;
beforeAll(async () => {
  machine = await smallMachine();
  image = machine.root('app', {
    ...debian(stanza('openssl', '1.1.1n-0+deb11u4'), stanza('openjpeg2', '2.4.0-3')),
    ...wheelFiles('setuptools', '58.1.0'),
    'app/model.pkl': "cposix\nsystem\n(S'id'\ntR.",
  });
});
afterAll(() => machine.close());

const all = ['CVE-2016-10505', 'CVE-2019-6988', 'CVE-2022-40897', 'CVE-2023-0464'];

async function scanned(...line: readonly string[]) {
  // The option of the program itself is none of this command's: the variable says the same.
  const [named, args] = line[0] === '--config' ? [line[1], line.slice(2)] : [undefined, line];
  const { text, code, error, said } = await runCommand(scanCommand, [image, '-f', 'json', ...args], {
    environment: { ...machine.environment, ...(named ? { PLIMSOLL_CONFIG: named } : {}) },
    caught: true,
  });
  if (error) return { error, code, said, ids: [], hidden: [], notices: [], report: {} };
  const report = JSON.parse(text);
  const hidden = (report.suppressed ?? []).map(
    (entry: { finding?: { id: string }; risk?: { rule: string } }) => entry.finding?.id ?? entry.risk?.rule,
  );
  return {
    report,
    code,
    error,
    said,
    ids: report.findings.map(({ id }: { id: string }) => id).sort() as string[],
    hidden: hidden.sort() as string[],
    notices: report.notices.map((notice: { code: string; message: string }) => [notice.code, notice.message]) as [
      string,
      string,
    ][],
  };
}
const told = (notices: readonly [string, string][]) => notices.filter(([code]) => code.startsWith('exception-'));
const config = (text: string) => ['--config', machine.file('plimsoll.yaml', text)] as const;
const PURL = 'pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u4';

describe('an exception', () => {
  it('takes a finding out of the count and stays in the report with who said so and why', async () => {
    const { ids, hidden, report, code } = await scanned(
      '--ignore-file',
      machine.file(
        'ours.yaml',
        'exceptions:\n  - id: CVE-2023-0464\n    reason: no certificates are checked\n    owner: team-ml\n    until: 2099-12-31\n',
      ),
      '--fail-on',
      'finding:HIGH',
    );
    expect(ids).toEqual(all.filter((id) => id !== 'CVE-2023-0464'));
    expect(hidden).toEqual(['CVE-2023-0464']);
    expect(report.suppressed[0].by).toEqual({
      source: 'policy',
      where: expect.stringMatching(/ours\.yaml:2:5$/),
      status: 'accepted',
      reason: 'no certificates are checked',
      owner: 'team-ml',
      until: '2099-12-31',
    });
    expect(code).toBe(0);
  });

  it.each([
    ['by alias', 'id: GHSA-r9hx-vwmv-q579', ['CVE-2022-40897']],
    ['in a package of that name', 'id: CVE-2023-0464\n    package: open*', ['CVE-2023-0464']],
    ['not in another package', 'id: CVE-2023-0464\n    package: curl', []],
    ['below a version', 'id: CVE-2023-0464\n    version: "<1.1.1n-0+deb11u5"', ['CVE-2023-0464']],
    ['not in a version beyond', 'id: CVE-2023-0464\n    version: ">=1.1.1n-0+deb11u5"', []],
    ['at a place', 'id: CVE-2022-40897\n    path: "/usr/local/lib/**"', ['CVE-2022-40897']],
    ['not at another place', 'id: CVE-2022-40897\n    path: opt/**', []],
    ['by package URL', `id: CVE-2023-0464\n    purl: pkg:deb/debian/openssl`, ['CVE-2023-0464']],
    ['not by that of another', `id: CVE-2023-0464\n    purl: pkg:deb/ubuntu/openssl`, []],
    ['in images of that name', 'id: CVE-2023-0464\n    image: "**/app"', ['CVE-2023-0464']],
    ['not in other images', 'id: CVE-2023-0464\n    image: registry.example/*', []],
    ['until its last day', 'id: CVE-2023-0464\n    until: 2099-01-01', ['CVE-2023-0464']],
    ['no longer', 'id: CVE-2023-0464\n    until: 2020-01-01', []],
  ])('holds %s', async (_, rule, hidden) => {
    expect((await scanned(...config(`exceptions:\n  - ${rule}\n    reason: x\n`))).hidden).toEqual(hidden);
  });

  it('that expired, is about nothing or hides more than one package is told', async () => {
    const { notices } = await scanned(
      ...config(`exceptions:
  - { id: CVE-2023-0464, reason: x, until: 2020-01-01 }
  - { id: CVE-1999-0001, reason: x }
  - { id: [CVE-2022-40897, CVE-2016-10505], reason: x }
`),
    );
    expect(told(notices).map(([code, message]) => [code, message.replace(/\(\S+plimsoll/, '(plimsoll')])).toEqual([
      [
        'exception-expired',
        'the exception for CVE-2023-0464 (plimsoll.yaml:2:5) ended on 2020-01-01: what it was about counts again',
      ],
      ['exception-unused', 'the exception for CVE-1999-0001 (plimsoll.yaml:3:5) is about nothing in this image'],
      [
        'exception-wide',
        expect.stringMatching(/hides 2 packages: (deb openjpeg2, pypi setuptools|pypi setuptools, deb openjpeg2)/),
      ],
    ]);
  });

  it.each([
    ['exceptions: CVE-1', 'exceptions has to be a list', '1:13'],
    ['exceptions:\n  - id: CVE-1', 'an exception has no reason', '2:5'],
    ['exceptions:\n  - reason: x', 'an exception has no id', '2:5'],
    ['exceptions:\n  - id: CVE-1\n    reason: x\n    untill: 2026-01-01', 'nobody knows the key untill', '4:5'],
    ['exceptions:\n  - id: CVE-1\n    reason: x\n    until: soon', '"soon" is no date', '4:12'],
    ['exceptions:\n  - id: CVE-1\n    reason: x\n    until: 2026-02-31', '"2026-02-31" is no date', '4:12'],
    ['exceptions:\n  - id: CVE-1\n    reason: x\n    until: 2026-12-31 or so', '"2026-12-31 or so" is no date', '4:12'],
    [
      'exceptions:\n  - id: CVE-1\n    reason: x\n    until: 2026-12-31T25:00:00Z',
      '"2026-12-31T25:00:00Z" is no date',
      '4:12',
    ],
    ...['<', '', '>=1, <', '<1 || >2', '^1', '~=1.1', '*', '1 - 2'].map((range): [string, string, string] => [
      `exceptions:\n  - id: CVE-1\n    reason: x\n    version: "${range}"`,
      `version: "${range.split(',').at(-1)!.trim()}" is no bound`,
      '4:14',
    ]),
    ['exceptions:\n  - id: CVE-1\n    reason: x\n    ownr: a longer text', 'nobody knows the key ownr', '4:5'],
  ])('written as %j is refused with line and column', async (text, message, at) => {
    expect((await scanned(...config(text))).error).toMatchObject({
      code: 'config',
      message,
      where: expect.stringMatching(new RegExp(`plimsoll\\.yaml:${at}$`)),
    });
  });
});

describe("other scanners' exceptions", () => {
  it('.trivyignore: ids, ends, comments', async () => {
    const path = machine.file(
      '.trivyignore',
      '# nobody can reach it\nCVE-2023-0464\n\nCVE-2022-40897 exp:2020-01-01 # over\nCVE-2019-6988 exp:2099-01-01\n',
    );
    const { hidden, report, notices } = await scanned('--ignore-file', path);
    expect(hidden).toEqual(['CVE-2019-6988', 'CVE-2023-0464']);
    const first = report.suppressed.find((entry: { finding: { id: string } }) => entry.finding.id === 'CVE-2023-0464');
    expect(first.by).toMatchObject({
      source: 'trivyignore',
      reason: 'nobody can reach it',
      where: expect.stringMatching(/\.trivyignore:2$/),
    });
    expect(told(notices)[0]?.[0]).toBe('exception-expired');
    for (const option of ['--ignore-file', '--vex'])
      expect((await scanned(option, machine.folder)).error).toMatchObject({
        code: 'config',
        message: 'this is a folder, not a file',
        where: machine.folder,
      });
    const bad = machine.file('bad/.trivyignore', 'CVE-1 CVE-2\n');
    expect((await scanned('--ignore-file', bad)).error).toMatchObject({
      code: 'config',
      where: expect.stringMatching(/:1$/),
    });
  });

  // The real Trivy shows a finding again on the day that is named, of both files.
  it.each([
    ['2023-05-31', '2023-06-01T00:00:00Z', false],
    ['2023-06-01', '2023-06-01T00:00:00Z', false],
    ['2023-06-02', '2023-06-01T23:59:59Z', true],
    ['2023-06-01T12:00:00Z', '2023-06-01T11:59:59Z', true],
    ['2023-06-01T12:00:00Z', '2023-06-01T12:00:00Z', false],
    ['2023-06-01T00:30:00+02:00', '2023-05-31T22:29:59Z', true],
    ['2023-06-01T00:30:00+02:00', '2023-05-31T22:30:00Z', false],
  ])('Trivy ends what expires on %s at that very moment: at %s it hides %s', async (end, now, hides) => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(now) });
    try {
      for (const path of [
        machine.file('ends.trivyignore', `CVE-2023-0464 exp:${end}\n`),
        machine.file('ends.yaml', `vulnerabilities:\n  - { id: CVE-2023-0464, expired_at: ${end} }\n`),
      ])
        expect((await scanned('--offline', '--ignore-file', path)).hidden).toEqual(hides ? ['CVE-2023-0464'] : []);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    // A name is the package's own, an upstream its source's, and where both stand both have to hold.
    ['{ name: libssl1.1 }', true],
    ['{ name: openssl }', false],
    ['{ upstream-name: openssl }', true],
    ['{ upstream-name: libssl1.1 }', false],
    ['{ name: libssl1.1, upstream-name: openssl }', true],
    ['{ name: linux-libc-dev, upstream-name: openssl }', false],
    ['{ name: libssl1.1, upstream-name: linux }', false],
    ['{ name: "libssl.*" }', true],
  ])("Grype's package %s hides libssl1.1, built from openssl: %s", async (wanted, hides) => {
    const file = machine.file('names.yaml', `ignore:\n  - { vulnerability: CVE-1, package: ${wanted} }\n`);
    const [rule] = readGrypeIgnore(await readLocatedYaml(file));
    const source = { name: 'openssl', version: '1.1.1n' };
    const built = { type: 'deb', version: '1', purl: '', evidence: [], name: 'libssl1.1', source };
    const finding = { id: 'CVE-1', aliases: [], package: built, fix: { state: 'fixed' } } as unknown as Finding;
    expect(isAboutFinding(rule!, finding, {} as Subject)).toBe(hides);
  });

  it.each([
    ['type: python', 'pypi', true],
    ['type: java-archive', 'maven', true],
    ['type: dart-pub', 'pub', true],
    ['language: javascript', 'npm', true],
    ['type: python', 'deb', false],
    // Some of what a purl type holds, and not all of it.
    ['type: jenkins-plugin', 'maven', false],
    ['type: graalvm-native-image', 'maven', false],
    ['type: no-such-kind', 'generic', false],
  ])("Grype's %s hides a finding of the purl type %s: %s", async (wanted, type, hides) => {
    const file = machine.file('types.yaml', `ignore:\n  - { vulnerability: CVE-1, package: { ${wanted} } }\n`);
    const [rule] = readGrypeIgnore(await readLocatedYaml(file));
    const pkg = { type, version: '1', purl: '', evidence: [], name: 'a' };
    const finding = { id: 'CVE-1', aliases: [], package: pkg, fix: { state: 'fixed' } } as unknown as Finding;
    expect(isAboutFinding(rule!, finding, {} as Subject)).toBe(hides);
  });

  it.each([
    // As Grype sees them: without a source of its own openssl is none of openssl's, and names of Python have one spelling.
    ['{ upstream-name: openssl }', { type: 'deb', name: 'openssl', source: { name: 'openssl', version: '1' } }, false],
    ['{ upstream-name: openssl }', { type: 'deb', name: 'openssl', source: { name: 'openssl', version: '2' } }, true],
    ['{ name: django }', { type: 'pypi', name: 'Django' }, true],
    ['{ name: Django }', { type: 'pypi', name: 'Django' }, true],
    ['{ name: ruamel-yaml }', { type: 'pypi', name: 'ruamel.yaml' }, true],
    ['{ name: openssl }', { type: 'deb', name: 'OpenSSL' }, false],
  ])("Grype's package %s and %j: %s", async (wanted, named, hides) => {
    const file = machine.file('names.yaml', `ignore:\n  - { vulnerability: CVE-1, package: ${wanted} }\n`);
    const [rule] = readGrypeIgnore(await readLocatedYaml(file));
    const pkg = { version: '1', purl: '', evidence: [], ...named };
    const finding = { id: 'CVE-1', aliases: [], package: pkg, fix: { state: 'fixed' } } as unknown as Finding;
    expect(isAboutFinding(rule!, finding, {} as Subject)).toBe(hides);
  });

  it('in UTF-16 and with a byte order mark, as programs of Windows write', async () => {
    for (const mark of ['utf16le', 'utf8'] as const)
      expect(
        (await scanned('--ignore-file', machine.file('.trivyignore', Buffer.from('\ufeffCVE-2023-0464\r\n', mark))))
          .hidden,
      ).toEqual(['CVE-2023-0464']);
  });

  it('.trivyignore.yaml: paths, package URLs, statements', async () => {
    const path = machine.file(
      '.trivyignore.yaml',
      `vulnerabilities:
  - id: CVE-2022-40897
    paths: ["usr/local/lib/**"]
    statement: only at build time
  - id: CVE-2023-0464
    purls: ["pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u4"]
    expired_at: 2099-01-01
  - id: CVE-2019-6988
    purls: ["pkg:deb/debian/openjpeg2@9"]
`,
    );
    expect((await scanned('--ignore-file', path)).hidden).toEqual(['CVE-2022-40897', 'CVE-2023-0464']);
    // Trivy 0.74 hides nothing by a path that begins with a slash.
    const slash = 'vulnerabilities:\n  - id: CVE-2022-40897\n    paths: ["/usr/local/lib/**"]\n';
    expect((await scanned('--ignore-file', machine.file('.trivyignore.yaml', slash))).hidden).toEqual([]);
  });

  it("Grype's ignore rules: every criterion has to hold, what cannot be judged is refused", async () => {
    const path = machine.file(
      '.grype.yaml',
      `ignore:
  - vulnerability: CVE-2023-0464
    package: { name: openssl, type: deb }
  - vulnerability: CVE-2022-40897
    package: { name: setuptools, type: gem }
  - fix-state: wont-fix
    package: { name: openjpeg2 }
`,
    );
    expect((await scanned('--ignore-file', path)).hidden).toContain('CVE-2023-0464');
    expect((await scanned('--ignore-file', path)).hidden).not.toContain('CVE-2022-40897');
    for (const rule of [
      '{}',
      '{ namespace: debian:distro:debian:11 }',
      '{ vulnerabilty: CVE-1 }',
      '{ package: { name: "open(ssl)+" } }',
      // In a regular expression these are openss, openssl, openssll, and no more.
      '{ package: { name: "openssl*" } }',
      '{ package: { upstream-name: "openssl?" } }',
    ])
      expect((await scanned('--ignore-file', machine.file('g.yaml', `ignore:\n  - ${rule}\n`))).error).toMatchObject({
        code: 'config',
      });
  });
});

describe('VEX', () => {
  const openvex = (statement: object) =>
    machine.file(
      'v.openvex.json',
      JSON.stringify({
        '@context': 'https://openvex.dev/ns/v0.2.0',
        '@id': 'https://x',
        author: 'Acme',
        timestamp: '2026-01-01T00:00:00Z',
        version: 1,
        statements: [statement],
      }),
    );
  const NOT = {
    vulnerability: { name: 'CVE-2023-0464' },
    status: 'not_affected',
    justification: 'vulnerable_code_not_in_execute_path',
  };

  it('OpenVEX: a package, or a part of this image; its author is shown as unverified', async () => {
    const { hidden, report } = await scanned('--vex', openvex({ ...NOT, products: [{ '@id': PURL }] }));
    expect(hidden).toEqual(['CVE-2023-0464']);
    expect(report.suppressed[0].by).toMatchObject({
      source: 'openvex',
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
      owner: 'Acme (signature not checked)',
    });
    const part = { '@id': image, subcomponents: [{ '@id': 'pkg:deb/debian/openssl' }] };
    expect((await scanned('--vex', openvex({ ...NOT, products: [part] }))).hidden).toEqual(['CVE-2023-0464']);
  });

  it.each([
    [
      'another image',
      {
        ...NOT,
        products: [{ '@id': 'pkg:oci/other?repository_url=ghcr.io/x/other', subcomponents: [{ '@id': PURL }] }],
      },
    ],
    ['another version', { ...NOT, products: [{ '@id': 'pkg:deb/debian/openssl@1.0' }] }],
    ['another distribution', { ...NOT, products: [{ '@id': 'pkg:deb/ubuntu/openssl' }] }],
    ['what is under investigation', { ...NOT, status: 'under_investigation', products: [{ '@id': PURL }] }],
    ['what is affected', { ...NOT, status: 'affected', products: [{ '@id': PURL }] }],
    ['no product at all', NOT],
    ['another vulnerability', { ...NOT, vulnerability: { name: 'CVE-2023-9999' }, products: [{ '@id': PURL }] }],
  ])('OpenVEX about %s hides nothing', async (_, statement) => {
    expect((await scanned('--vex', openvex(statement))).hidden).toEqual([]);
  });

  it('a document that hides nothing is told: as a warning where what it speaks of is found and its products are others', async () => {
    const told = async (statement: object) => {
      const { report } = await scanned('--vex', openvex(statement));
      return report.notices.filter(({ code }: { code: string }) => code.startsWith('vex-'));
    };
    const [warning, ...rest] = await told({
      ...NOT,
      products: [{ '@id': 'pkg:oci/other?repository_url=ghcr.io/x/other' }],
    });
    expect(rest).toEqual([]);
    expect(warning).toMatchObject({ level: 'warning', code: 'vex-other-product' });
    expect(warning.message).toMatch(
      /hides nothing: what it says of CVE-2023-0464 is about other products .*ghcr\.io\/x\/other/,
    );
    const open = { ...NOT, status: 'under_investigation', products: [{ '@id': PURL }] };
    expect(await told(open)).toEqual([
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('no statement calls anything') }),
    ]);
    const elsewhere = { ...NOT, vulnerability: { name: 'CVE-2023-9999' }, products: [{ '@id': PURL }] };
    expect(await told(elsewhere)).toEqual([expect.objectContaining({ level: 'info', code: 'vex-idle' })]);
    expect(await told({ ...NOT, products: [{ '@id': PURL }] })).toEqual([]);
  });

  it('CSAF: products of the tree and parts of others', async () => {
    const product = (id: string, purl: string) => ({
      product: { product_id: id, name: id, product_identification_helper: { purl } },
    });
    const path = machine.file(
      'csaf.json',
      JSON.stringify({
        document: { category: 'csaf_vex', csaf_version: '2.0', publisher: { name: 'Publisher' } },
        product_tree: {
          branches: [
            {
              category: 'vendor',
              name: 'x',
              branches: [product('SSL', PURL), product('BASE', 'pkg:rpm/redhat/other')],
            },
          ],
          relationships: [
            {
              category: 'default_component_of',
              product_reference: 'SSL',
              relates_to_product_reference: 'BASE',
              full_product_name: { product_id: 'BASE:SSL', name: 'x' },
            },
          ],
        },
        vulnerabilities: [
          {
            cve: 'CVE-2023-0464',
            product_status: { known_not_affected: ['BASE:SSL'] },
            flags: [{ label: 'component_not_present', product_ids: ['BASE:SSL'] }],
          },
          { cve: 'CVE-2022-40897', product_status: { known_affected: ['SSL'], known_not_affected: ['NONE'] } },
        ],
      }),
    );
    const { hidden, report } = await scanned('--vex', path);
    expect(hidden).toEqual(['CVE-2023-0464']);
    expect(report.suppressed[0].by).toMatchObject({
      source: 'csaf',
      justification: 'component_not_present',
      owner: 'Publisher (signature not checked)',
    });
  });

  it('CycloneDX: by reference, package URL and BOM-Link', async () => {
    const vulnerability = (id: string, state: string, ref: string) => ({
      id,
      analysis: { state, justification: 'code_not_reachable' },
      affects: [{ ref }],
    });
    const path = machine.file(
      'vex.cdx.json',
      JSON.stringify({
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
        components: [{ 'bom-ref': 'a', type: 'library', name: 'openssl', purl: PURL }],
        vulnerabilities: [
          vulnerability('CVE-2023-0464', 'not_affected', 'a'),
          vulnerability(
            'CVE-2022-40897',
            'false_positive',
            'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg:pypi/setuptools@58.1.0',
          ),
          vulnerability('CVE-2019-6988', 'in_triage', 'pkg:deb/debian/openjpeg2'),
        ],
      }),
    );
    expect((await scanned('--vex', path)).hidden).toEqual(['CVE-2022-40897', 'CVE-2023-0464']);
  });

  it.each([
    ['a report of something else', '{"Results": []}', 'config'],
    ['more objects than are held', `[${'{},'.repeat(1_000_001)}{}]`, 'limit'],
    ['no JSON', 'hello', 'config'],
  ])('is not read from %s', async (_, text, code) => {
    expect((await scanned('--vex', machine.file('other.json', text))).error).toMatchObject({ code });
    expect((await scanned('--vex', `${machine.folder}/none.json`)).error).toMatchObject({ code: 'not-found' });
  });
});

describe('what is suppressed', () => {
  it('is counted in the table, listed on request, and in every data format', async () => {
    const path = machine.file('few/.trivyignore', '# nobody calls it\nCVE-2023-0464\n');
    const shown = async (...args: readonly string[]) =>
      (await runCommand(scanCommand, [image, '--ignore-file', path, ...args], { environment: machine.environment }))
        .text;
    expect(await shown()).toContain('exceptions took 1 finding out of the count');
    expect(await shown()).not.toContain('nobody calls it');
    expect(await shown('--show-suppressed')).toContain(
      'CVE-2023-0464 in openssl 1.1.1n-0+deb11u4: accepted: nobody calls it',
    );
    const sarif = JSON.parse(await shown('-f', 'sarif')).runs[0].results;
    expect(sarif.filter((entry: { suppressions?: unknown }) => entry.suppressions)).toMatchObject([
      { ruleId: 'CVE-2023-0464', suppressions: [{ kind: 'external', status: 'accepted' }] },
    ]);
    const bom = JSON.parse(await shown('-f', 'cyclonedx')).vulnerabilities;
    expect(bom.filter((entry: { analysis?: unknown }) => entry.analysis)).toMatchObject([
      { id: 'CVE-2023-0464', analysis: { state: 'exploitable', response: ['will_not_fix'] } },
    ]);
    const trivy = JSON.parse(await shown('-f', 'trivy')).Results;
    expect(
      trivy.flatMap((entry: { ExperimentalModifiedFindings?: unknown[] }) => entry.ExperimentalModifiedFindings ?? []),
    ).toMatchObject([{ Status: 'ignored', Finding: { VulnerabilityID: 'CVE-2023-0464' } }]);
    for (const format of ['markdown', 'html']) expect(await shown('-f', format)).toContain('nobody calls it');
  });

  it('can be a risk, by the name of its rule and its file', async () => {
    const rule = (await scanned()).report.risks[0].rule as string;
    const { report } = await scanned(...config(`exceptions:\n  - { id: ${rule}, path: app/*.pkl, reason: our own }\n`));
    expect([report.risks, report.suppressed.length]).toEqual([[], 1]);
  });
});

describe('plimsoll accept', () => {
  const run = (...args: readonly string[]) => {
    const file = `${machine.folder}/accepted.yaml`;
    return runCommand(
      {
        name: 'accept',
        define: (program, context, exit) => acceptCommand.define(program, { ...context, configFile: file }, exit),
      },
      args,
      { environment: machine.environment, caught: true },
    );
  };

  it('writes an exception that counts, beside what the file says', async () => {
    const file = machine.file('accepted.yaml', '# ours\nformat: json # always\n');
    expect(
      (await run('CVE-2023-0464', '--reason', 'not reachable', '--until', '2099-12-31', '--package', 'openssl')).code,
    ).toBe(0);
    await run('CVE-2022-40897', 'CVE-2019-6988', '--reason', 'build only');
    expect(readFileSync(file, 'utf8')).toBe(
      `# ours
format: json # always
exceptions:
  - id: CVE-2023-0464
    reason: not reachable
    until: 2099-12-31
    package: openssl
  - id:
      - CVE-2022-40897
      - CVE-2019-6988
    reason: build only
`,
    );
    expect((await scanned('--config', file)).hidden).toEqual(['CVE-2019-6988', 'CVE-2022-40897', 'CVE-2023-0464']);
  });

  it.each([
    [['CVE-1'], 'an exception needs a reason'],
    [['CVE 1!', '--reason', 'x'], '"CVE 1!" is no id'],
    [['CVE-2023-1', '--reason', ' '], '--reason is empty'],
    [['CVE-2023-1', '--reason', 'x', '--until', 'soon'], '--until cannot be "soon"; take a day such as 2026-12-31'],
    [['CVE-2023-1', '--reason', 'x', '--until', '2020-01-01'], '--until 2020-01-01 is over'],
  ])('refuses %j', async (args, message) => {
    const file = machine.file('accepted.yaml', 'format: json\n');
    expect((await run(...args)).error).toMatchObject({ code: 'usage', message });
    expect(readFileSync(file, 'utf8')).toBe('format: json\n');
  });
});

describe('words of rules', () => {
  it('match places and names, and take no time for it', () => {
    expect([
      glob('usr/**/x', 'usr/lib/a/x'),
      glob('usr/*/x', 'usr/lib/a/x'),
      glob('**/app', '/tmp/a/app'),
      glob('a?c', 'abc'),
      glob('a.c', 'abc'),
    ]).toEqual([true, false, true, true, false]);
    // Whole folders, also none; never a part of a name.
    expect(
      ['usr/x', 'usr/a/b/x', 'usr/ax', 'usr/a/bx', 'usrx', 'usr/x/a'].filter((place) => glob('usr/**/x', place)),
    ).toEqual(['usr/x', 'usr/a/b/x']);
    expect(['x.py', 'a/x.py', 'ax.py', 'a/ax.py'].filter((place) => glob('**/x.py', place))).toEqual([
      'x.py',
      'a/x.py',
    ]);
    expect(
      ['mirror.example/a/base', 'mirror.example/a/debase'].map((name) => glob('mirror.example/**/base', name)),
    ).toEqual([true, false]);
    expect(glob('*a'.repeat(60), 'a'.repeat(5_000))).toBe(true);
    expect(glob(`${'*a'.repeat(60)}b`, 'a'.repeat(5_000))).toBe(false);
  });

  it('compare package URLs by what they state', () => {
    expect(covers('pkg:pypi/Torch_Audio', 'pkg:pypi/torch-audio@2.0')).toBe(true);
    expect(covers('pkg:npm/%40babel/core@7', 'pkg:npm/%40babel/core@7')).toBe(true);
    expect(covers('pkg:npm/core', 'pkg:npm/%40babel/core@7')).toBe(false);
    expect(covers('pkg:deb/debian/curl?arch=arm64', 'pkg:deb/debian/curl@1?arch=amd64')).toBe(false);
    expect(covers('', 'pkg:deb/debian/curl@1')).toBe(false);
  });

  it('know the order of versions, and without one nothing is in a range', () => {
    const sample = { type: 'deb', name: 'x', version: '1.10-1', namespace: 'Debian:11', purl: '', evidence: [] };
    expect([isInRange('>1.9-1,<2', sample), isInRange('<1.9-1', sample), isInRange('1.10-1', sample)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(isInRange('<2', { ...sample, namespace: 'Nobody' })).toBe(false);
  });
});

describe('the end of an exception', () => {
  it.each([
    ['2026-12-31', '2026-12-31'],
    ['2026-12-31T23:59:59Z', '2026-12-31'],
    // Without a zone a time is UTC, as for YAML and Trivy; with one it is the day in UTC.
    ['2026-12-31 23:30:00', '2026-12-31'],
    ['2026-12-31T23:30:00-05:00', '2027-01-01'],
    ['2026-12-31T00:30+02:00', '2026-12-30'],
  ])('%s is the day %s', (text, expected) => {
    expect(day(text, 'x')).toBe(expected);
  });
});
