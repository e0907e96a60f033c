import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { gitlabOffences } from '../../../test/contracts/published-schemas.ts';
import { deb, FINDINGS, finding, PACKAGES, report, wheel } from '../../../test/report.ts';
import { nearestFirst } from '../../matching/nearest-first.ts';
import type { ExposureClass, Finding, Report, Risk } from '../../model.ts';
import { readReport, reportBytes } from '../../scanners/read.ts';
import { pieces, type ReportFormat, reportFormatNamed, reports } from '../index.ts';
import { templateReport } from '../template.ts';

const render = (name: string, value: Report): string => [...pieces(reportFormatNamed(name).render(value, {}))].join('');
const json = (name: string, value: Report = report()) => JSON.parse(render(name, value));

const HOSTILE: Risk = {
  category: 'model',
  rule: 'pickle-code',
  severity: 'CRITICAL',
  title: 'runs os.system when it is loaded',
  detail: 'posix.system',
  at: 'opcode 12',
  evidence: { path: 'models/evil.pt', layer: 1, diffID: `sha256:${'2b'.repeat(32)}`, analyzer: 'pickle' },
};
const SECRET: Risk = {
  ...HOSTILE,
  category: 'secret',
  rule: 'hf-token',
  title: 'a Hugging Face token',
  evidence: { ...HOSTILE.evidence, path: 'root/.env' },
};
const risky = report({ risks: [HOSTILE, SECRET] });

describe('the order within a severity', () => {
  const at = (name: string, near: ExposureClass) => ({ ...deb(name, '1'), exposure: { class: near } });
  const perl = at('perl', 'present');
  const findings = nearestFirst([
    // Of its package the worst is what counts, and the most findings.
    finding('CVE-2024-1001', perl, 'HIGH', { fixed: '2' }),
    finding('CVE-2024-1002', perl, 'HIGH', { fixed: '2' }),
    finding('CVE-2024-1003', at('git', 'callable'), 'HIGH', { fixed: '2' }),
    finding('CVE-2024-1004', at('zlib', 'loaded'), 'HIGH', { fixed: '2' }),
    finding('CVE-2024-1005', perl, 'MEDIUM', { fixed: '2' }),
    finding('CVE-2024-1006', at('expat', 'importable'), 'MEDIUM', { fixed: '2' }),
  ]);
  const value = report({ findings, packages: [...new Set(findings.map((row) => row.package))] });
  const ordered = (name: string): string[] => {
    const text = render(name, value);
    // Rules of SARIF and others stand before the results; a list of what to do names no vulnerability.
    const rows = name === 'sarif' ? text.slice(text.indexOf('"results"')) : text;
    return [...new Set(rows.match(/CVE-2024-100\d/g) ?? [])].map((id) => id.slice(-1));
  };

  it.each(['json', 'sarif', 'cyclonedx', 'csv', 'grype', 'gitlab', 'asff', 'ecr', 'junit'])(
    'is that of nearness in %s, which lists findings',
    (name) => {
      expect(ordered(name).join('')).toMatch(/^43(12|21)65$/);
    },
  );

  it.each(['table', 'html', 'markdown'])(
    'is that of packages in %s, the nearest of those alike in their worst',
    (name) => {
      expect(ordered(name).join('')).toMatch(/^43(12|21)56$/);
    },
  );

  it('is told to spreadsheets as a column, of code that no program holds too', () => {
    const [header = '', ...lines] = render('csv', value).split('\n');
    const at = header.split(',').indexOf('exposure');
    expect(lines.slice(0, 6).map((cells) => cells.split(',')[at])).toEqual([
      'loaded',
      'callable',
      'present',
      'present',
      'importable',
      'present',
    ]);
  });

  it('goes by the worst finding of a package, not by a lesser one that is nearer', () => {
    // Code that no program holds is on disk only, whatever the package is.
    const far = { imports: [], linked: 'no', present: 'no', exposure: { class: 'present' } } as const;
    const module = at('golang.org/x/net', 'loaded');
    const rows = [
      { ...finding('CVE-2024-2001', module, 'HIGH', { fixed: '2' }), code: far },
      finding('CVE-2024-2002', module, 'LOW', { fixed: '2' }),
      finding('CVE-2024-2003', at('zlib', 'callable'), 'HIGH', { fixed: '2' }),
    ];
    const apart = report({ findings: rows, packages: rows.map((row) => row.package) });
    const text = render('table', apart);
    expect(text.indexOf('CVE-2024-2003')).toBeLessThan(text.indexOf('CVE-2024-2001'));
    expect(render('markdown', apart)).toMatch(/CVE-2024-2001.*\| not linked: /);
    expect(render('csv', apart)).toMatch(/CVE-2024-2001,.*,present,\n/);
  });
});

describe('a hostile model and a secret', () => {
  it.each(reports.map((format) => [format.name, format] as [string, ReportFormat]))(
    'are in %s, or it says that it has no place',
    (name, format) => {
      if (format.leavesOut?.includes('risks')) {
        expect(['spdx', 'openvex', 'grype', 'ecr']).toContain(name);
        return;
      }
      const text = [...pieces(format.render(risky, { all: true }))].join('');
      for (const part of ['models/evil.pt', 'root/.env']) expect(text.replaceAll('%2F', '/')).toContain(part);
    },
  );
});

describe.each(['grype', 'gitlab', 'trivy'])('%s, read back by the reader of that format', (name) => {
  it('has every vulnerability, package, version and fix, and nothing besides', async () => {
    const back = await readReport(reportBytes(render(name, report()), `out.${name}.json`));
    const rows = (all: readonly { id?: string | undefined; package?: string | undefined }[]) =>
      [...new Set(all.map((entry) => `${entry.id} ${entry.package}`))].sort();
    const told = FINDINGS.map((finding) => ({
      id: finding.id,
      package: name === 'gitlab' ? (finding.package.source?.name ?? finding.package.name) : finding.package.name,
    }));
    expect(rows(back.findings as never)).toEqual(rows(told));
  });
});

/** What only subscribers of Ubuntu Pro get, as the publisher's statements on OpenSSL of 20.04 have it. */
const forSubscribers = (): Finding => ({
  ...finding('CVE-2025-9230', wheel('openssl', '1.1.1f-1ubuntu2.24'), 'HIGH'),
  fix: { state: 'subscription', version: '1.1.1f-1ubuntu2.24+esm1', subscription: 'Ubuntu Pro' },
});

describe.each(['trivy', 'grype', 'gitlab', 'asff', 'ecr', 'csv'])(
  'a fix that a subscription brings is none in %s',
  (name) => {
    it('so that nobody who reads it waits for an upgrade that the package manager does not offer', () => {
      const only = forSubscribers();
      const text = render(name, report({ findings: [only], packages: [only.package] }));
      expect(text).toContain('CVE-2025-9230');
      // In words, with whose it is, it may stand there.
      expect(text.replaceAll('Ubuntu Pro only: 1.1.1f-1ubuntu2.24+esm1', '')).not.toContain('+esm1');
      expect(text).not.toMatch(/"(?:FixAvailable|state)": ?"(?:YES|fixed)"/);
    });
  },
);

it('in SARIF it is told with whose it is, and read again as that', async () => {
  const only = forSubscribers();
  const text = render('sarif', report({ findings: [only], packages: [only.package] }));
  const { findings } = await readReport(reportBytes(text, 'out.sarif'));
  expect(findings.map(({ fix }) => fix)).toEqual([{ state: 'subscription', versions: ['1.1.1f-1ubuntu2.24+esm1'] }]);
});

describe.each(['sarif', 'cyclonedx', 'grype', 'gitlab', 'asff', 'trivy'])(
  'names of one vulnerability in %s',
  (name) => {
    it("are read again: what goes by a publisher's id, since its record speaks of two CVEs, keeps them as its other names", async () => {
      const several = finding('GHSA-r9hx-vwmv-q579', wheel('setuptools', '58.1.0'), 'MEDIUM', {
        aliases: ['CVE-2022-40897', 'CVE-2022-40898', 'PYSEC-2022-43012'],
      });
      const { findings } = await readReport(
        reportBytes(render(name, report({ findings: [several], packages: [several.package] })), `out.${name}`),
      );
      expect(findings.map(({ id, aliases }) => [id, ...aliases])).toEqual([
        ['GHSA-r9hx-vwmv-q579', 'CVE-2022-40897', 'CVE-2022-40898', 'PYSEC-2022-43012'],
      ]);
    });
  },
);

describe('GitLab', () => {
  it('gets what its schema asks for', () => {
    const document = json('gitlab', risky);
    expect(document.version).toMatch(/^15\.0\.\d+$/);
    for (const time of [document.scan.start_time, document.scan.end_time])
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(document.scan).toMatchObject({ type: 'container_scanning', status: 'success', scanner: { id: 'plimsoll' } });
    for (const row of document.vulnerabilities) {
      expect(row.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(['Info', 'Unknown', 'Low', 'Medium', 'High', 'Critical']).toContain(row.severity);
      expect(row.identifiers.length).toBeGreaterThan(0);
      expect(row.location.image).toMatch(/^[^:]+(:\d+[^:]*)?:[^:]+(:\d+[^:]*)?$/);
      expect(row.location.dependency.package.name.length).toBeGreaterThan(0);
      expect(row.name.length).toBeLessThanOrEqual(255);
    }
    expect(new Set(document.vulnerabilities.map((row: { id: string }) => row.id)).size).toBe(8);
  });
  it('has a name wherever its schema asks for one, though a stored report has an empty id, alias, rule or system', () => {
    const [first] = report().findings;
    const nameless = report({
      findings: [
        { ...first!, id: '', aliases: ['', 'CVE-2024-1'] },
        { ...finding(' ', wheel('a', '1'), 'LOW'), aliases: [''] },
      ],
      risks: [{ ...HOSTILE, rule: '' }],
      os: { ...report().os!, id: '', versionId: '' },
      subject: {
        ...report().subject,
        name: '',
        digest: undefined,
        repoTags: undefined,
      } as unknown as Report['subject'],
    });
    const document = json('gitlab', nameless);
    expect(gitlabOffences(document)).toEqual([]);
    const names = document.vulnerabilities.map((row: { identifiers: { name: string }[] }) =>
      row.identifiers.map(({ name }) => name),
    );
    expect(names.sort()).toEqual([['CVE-2024-1'], ['unnamed'], ['unnamed']]);
    expect(document.vulnerabilities[0].location).toMatchObject({
      operating_system: 'unknown',
      image: 'unnamed:untagged',
    });
  });
  it('has the same ids in the next report', () => {
    const ids = (value: Report) => json('gitlab', value).vulnerabilities.map((row: { id: string }) => row.id);
    expect(ids(report({ created: '2024-01-01T00:00:00.000Z' }))).toEqual(ids(report()));
  });
  it.each(['python:3.9', 'registry.corp:5000/a/b:1', './saved.tar', 'dir:/srv/rootfs', 'a@sha256:abc'])(
    'names %s as its pattern wants it',
    (name) => {
      const { repoTags: _, digest: __, ...subject } = report().subject;
      const row = json('gitlab', report({ subject: { ...subject, name } })).vulnerabilities[0];
      expect(row.location.image).toMatch(/^[^:]+(:\d+[^:]*)?:[^:]+(:\d+[^:]*)?$/);
    },
  );
});

it('texts longer than their readers take are cut to exactly that, the dots among it (GitLab 255, Security Hub 256 and 1,024)', () => {
  const long = 'Twice the room. '.repeat(100);
  const wordy = report({
    findings: FINDINGS.map((entry) => ({ ...entry, title: long, description: long })),
    risks: [{ ...HOSTILE, title: long, detail: long }],
  });
  const lengths = (rows: readonly Record<string, string>[], field: string) => [
    ...new Set(rows.map((row) => row[field]!.length)),
  ];
  expect(lengths(json('gitlab', wordy).vulnerabilities, 'name')).toEqual([255]);
  const cut = json('asff', wordy).Findings.slice(0, FINDINGS.length);
  expect(Math.max(...lengths(cut, 'Title'))).toBe(256);
  expect(Math.max(...lengths(cut, 'Description'))).toBe(1_024);
});

describe('JUnit', () => {
  it('is well formed, and its counts are those of its cases', () => {
    const value = report({
      risks: [HOSTILE],
      unknowns: [{ path: 'x.jar', analyzer: 'java', reason: 'no <directory>' }],
    });
    const seen = new Map<string, number>();
    const attributes: Record<string, string>[] = [];
    const parser = new SaxesParser();
    parser.on('opentag', ({ name, attributes: given }) => {
      seen.set(name, (seen.get(name) ?? 0) + 1);
      if (name !== 'testcase') attributes.push(given as Record<string, string>);
    });
    parser.on('error', (error) => {
      throw error;
    });
    parser.write(render('junit', value)).close();
    expect(attributes[0]).toMatchObject({ tests: '8', failures: '7', errors: '1' });
    expect([seen.get('testcase'), seen.get('failure'), seen.get('error')]).toEqual([8, 7, 1]);
  });
  it('passes where there is nothing', () => {
    expect(render('junit', report({ findings: [] }))).toContain('tests="1" failures="0"');
  });
});

describe('CSV', () => {
  it('has a row for each finding and risk, each as long as the head, and no formula', () => {
    const evil = wheel('=cmd|calc', '@SUM(1)');
    const value = report({
      findings: [...FINDINGS, finding('CVE-2023-1', evil, 'LOW', { title: '+1 "a", b' })],
      risks: [HOSTILE],
      packages: [...PACKAGES, evil],
    });
    const lines = render('csv', value).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + FINDINGS.length + 2);
    const cells = (line: string) => line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)!.slice(0, 21);
    for (const line of lines) {
      expect(line.replace(/"(?:[^"]|"")*"/g, 'x').split(',')).toHaveLength(21);
      for (const cell of cells(line)) expect(cell.replace(/^"/, '')).not.toMatch(/^[=+@-](?!\d+(?:\.\d+)?,?$)/);
    }
  });
});

describe('ASFF', () => {
  it('keeps the limits of Security Hub, and takes account and region from an ECR name', () => {
    const subject = { ...report().subject, name: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/ml:1' };
    const { Findings } = json('asff', report({ subject, risks: [HOSTILE] }));
    expect(Findings).toHaveLength(7);
    for (const row of Findings) {
      expect(row).toMatchObject({ SchemaVersion: '2018-10-08', AwsAccountId: '123456789012' });
      expect(row.ProductArn).toContain(':eu-west-1:123456789012:');
      expect(row.Title.length).toBeLessThanOrEqual(256);
      expect(row.Description.length).toBeLessThanOrEqual(1_024);
      expect(row.Resources).toHaveLength(1);
    }
    expect(new Set(Findings.map((row: { Id: string }) => row.Id)).size).toBe(7);
  });
});

describe('ECR', () => {
  it('counts each vulnerability of each source package once', () => {
    const { imageScanFindings } = json('ecr');
    expect(imageScanFindings.findingSeverityCounts).toEqual({ HIGH: 3, MEDIUM: 1, INFORMATIONAL: 1, UNDEFINED: 1 });
    expect(imageScanFindings.findings).toHaveLength(6);
  });
});

describe('a template', () => {
  const rendered = async (text: string, name = 'a.mustache', value = report()) =>
    [...pieces((await templateReport(text, name)).render(value, {}))].join('');
  it('shows values and sections of the JSON report', async () => {
    expect(
      await rendered('{{subject.name}}: {{summary.total}}\n{{#findings}}{{id}} {{package.name}}\n{{/findings}}'),
    ).toContain('docker.io/library/python:3.9.16: 6\nCVE-');
  });
  it.each([
    '{{constructor}}',
    '{{findings.map}}',
    '{{subject.constructor.constructor}}',
    '{{__proto__}}',
    '{{subject.name.constructor}}',
    '{{#findings}}{{toString}}{{/findings}}',
    '{{> /etc/passwd}}',
  ])('%s reaches nothing but data', async (text) => expect(await rendered(text)).toBe(''));
  it('escapes for HTML where it makes HTML, and nowhere hands on control characters', async () => {
    const value = report({ subject: { ...report().subject, name: '<b>\u001b[2J&' } });
    expect(await rendered('{{subject.name}}', 'a.html', value)).toBe('&lt;b&gt;?[2J&amp;');
    expect(await rendered('{{{subject.name}}}', 'a.md', value)).toBe('<b>?[2J&');
  });
  it('that is none is refused', async () => {
    await expect(rendered('{{#a}}')).rejects.toMatchObject({ code: 'usage' });
  });
});
