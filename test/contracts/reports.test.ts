import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model.ts';
import { pieces, type RenderOptions, reportFormatNamed, reports } from '../../src/report/index.ts';
import { FINDINGS, finding, PACKAGES, report, wheel } from '../report.ts';
import { gitlabOffences, sarifOffences } from './published-schemas.ts';

/** Everything an image, a feed or a registry could put into a report to reach whoever reads it. */
const EVIL = 'x\u001b[2J\u009b31m\u202e\r\n<script>alert(1)</script>|`"\'$(id)&@everyone';

function hostile(): Report {
  const evil = {
    ...wheel(EVIL, `1.0${EVIL}`),
    purl: 'pkg:pypi/x@1.0',
    licenses: [EVIL],
    maintainer: EVIL,
    properties: { note: EVIL },
  };
  const seen = { ...evil.evidence[0]!, path: `opt/${EVIL}`, instruction: EVIL };
  const sample = { ...evil, evidence: [seen] };
  return report({
    subject: { ...report().subject, reference: EVIL, name: EVIL },
    os: { id: EVIL, versionId: EVIL, name: EVIL },
    packages: [sample],
    findings: [
      {
        ...finding(EVIL, sample, 'HIGH', { fixed: EVIL, title: EVIL, aliases: [EVIL] }),
        description: EVIL,
        url: `javascript:${EVIL}`,
        references: [EVIL],
        severitySource: EVIL,
      },
    ],
    risks: [{ category: 'model', rule: EVIL, severity: 'HIGH', title: EVIL, detail: EVIL, at: EVIL, evidence: seen }],
    unknowns: [{ path: EVIL, analyzer: EVIL, reason: EVIL }],
    notices: [
      { level: 'warning', code: EVIL, message: EVIL },
      { level: 'info', code: EVIL, message: EVIL },
    ],
  });
}

/** So many findings in one package. */
function many(count: number): Report {
  const huge = wheel('huge', '1.0');
  const findings = Array.from({ length: count }, (_, at) =>
    finding(`CVE-2024-${10_000 + at}`, huge, at % 2 === 0 ? 'HIGH' : 'LOW', { title: `Problem ${at}` }),
  );
  return report({ findings, packages: [huge] });
}

function empty(): Report {
  const { os: _, coverage: __, ...rest } = report({ packages: [], findings: [] });
  return { ...rest, subject: { reference: './rootfs', source: 'dir', name: '/srv/rootfs', layers: [] } };
}

describe.each(reports.map((format) => [format.name, format] as const))('the report format %s', (name, format) => {
  const render = (value: Report, options: RenderOptions = {}): string =>
    [...pieces(format.render(value, options))].join('');

  it('has a name for -f, a file extension, a media type and a line for --help', () => {
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(format.extension).toMatch(/^[a-z0-9.]+$/);
    expect(format.mediaType).toMatch(/^[a-z]+\/[a-z0-9.+-]+(; [a-z0-9-]+=[a-zA-Z0-9.-]+)*$/);
    expect(format.description.length).toBeGreaterThan(10);
    expect(reportFormatNamed(name)).toBe(format);
  });

  it('is pure: the same report gives the same text', () => {
    expect(render(report())).toBe(render(report()));
    expect(render(report())).not.toBe('');
  });

  // OpenVEX says what exceptions say; src/policy/exceptions/publishers-vex.test.ts holds it to that.
  const showsFindings = name !== 'openvex';

  it.runIf(showsFindings)('names every vulnerability and every fixed version', () => {
    const text = render(report(), { all: true });
    for (const { id, fix } of FINDINGS) {
      expect(text).toContain(id);
      if (fix.version !== undefined) expect(text).toContain(fix.version);
    }
  });

  it('says how much of the image was assessed, above all where nothing was found', () => {
    const assessment = {
      packages: 431,
      assessed: 412,
      notAssessed: [{ reason: 'cache' as const, packages: 19 }],
      recovered: [{ from: 'code' as const, packages: 3 }],
      system: { by: 'release-file' as const },
      files: 10_000,
      unreadable: 0,
      complete: false,
    };
    for (const value of [report({ assessment }), { ...empty(), assessment }])
      expect(render(value)).toMatch(/[aA]ssessed 412 of 431 packages|"assessed": ?412/);
  });

  // The table has one line for it, and the sections of the report below.
  it.skipIf(name === 'table')('says what that rests on', () => {
    const assessment = {
      packages: 431,
      assessed: 412,
      notAssessed: [
        { reason: 'no-ecosystem' as const, packages: 12 },
        { reason: 'not-covered' as const, packages: 7 },
      ],
      recovered: [{ from: 'code' as const, packages: 3 }],
      system: { by: 'packages' as const, certainty: 'contradicted' as const, because: 'base-files 11.1+deb11u7' },
      packageDatabase: { state: 'missing' as const, packages: 0 },
      files: 10_000,
      ownedFiles: 8_000,
      code: [
        { kind: 'libraries' as const, all: 301, known: 290 },
        { kind: 'programs' as const, all: 21, known: 17 },
        { kind: 'python' as const, all: 31, known: 30 },
        { kind: 'javascript' as const, all: 41, known: 11 },
        { kind: 'java' as const, all: 51, known: 50 },
      ],
      unreadable: 9,
      unreadableModels: 8,
      packed: 6,
      oldFeeds: ['debian/tracker', 'nvd/2019'],
      complete: false,
    };
    const text = render({ ...empty(), assessment }).replace(/\s+/g, ' ');
    for (const told of [
      /incomplete|"complete": ?false|not assessed/,
      /12 nobody publishes on|"no-ecosystem", "packages": 12/,
      /7 without a feed|"not-covered", "packages": 7/,
      /release file and packages contradict each other|"certainty": "contradicted"/,
      /the package database is missing|"state": "missing"/,
      /packages list 8[^\d]?000 of 10[^\d]?000 files|"ownedFiles": 8000/,
      /290 of 301 libraries|"all": 301, "known": 290/,
      /17 of 21 programs|"all": 21, "known": 17/,
      /30 of 31 Python modules|"all": 31, "known": 30/,
      /11 of 41 JavaScript packages|"all": 41, "known": 11/,
      /50 of 51 Java archives|"all": 51, "known": 50/,
      /9 files not read whole|"unreadable": 9/,
      /8 models that could not be read to the end|"unreadableModels": 8/,
      /6 programs packed|"packed": 6/,
      /2 feeds with old data: debian\/tracker, nvd\/2019|"oldFeeds": \[ "debian\/tracker"/,
    ])
      expect(text).toMatch(told);
  });

  it('can do with a report that holds nothing, and with packages that have no evidence', () => {
    expect(render(empty())).not.toBe('');
    if (!showsFindings) return;
    const bare = PACKAGES.map((pkg) => ({ ...pkg, evidence: [] }));
    expect(render(report({ packages: bare, findings: [finding('CVE-2023-1', bare[0]!, 'LOW')] }))).toContain(
      'CVE-2023-1',
    );
  });

  it('hands no control character, terminal escape or bidi override on', () => {
    for (const options of [{}, { width: 80 }, { width: 80, all: true }]) {
      expect(render(hostile(), options).replaceAll('\n', '')).not.toMatch(
        /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/,
      );
    }
  });

  it('writes a large report in pieces, twice as much of it for twice as many findings', () => {
    const text = (count: number): readonly string[] => [...pieces(format.render(many(count), {}))];
    const [some, more] = [text(1_000), text(2_000)];
    const size = (parts: readonly string[]): number => parts.reduce((sum, part) => sum + part.length, 0);
    expect(size(more)).toBeLessThan(2.2 * size(some) + 10_000);
    // Lists within one member are one text there: SARIF's run (at most what code scanning takes), Trivy's and ECR's result.
    if (!['sarif', 'trivy', 'ecr'].includes(name))
      expect(Math.max(...more.map((part) => part.length))).toBeLessThan(600_000);
  });

  if (format.mediaType.includes('json')) {
    it('is JSON', () => {
      for (const value of [report(), empty(), hostile()]) expect(() => JSON.parse(render(value))).not.toThrow();
    });
  }
});

describe.each([
  ['sarif', sarifOffences],
  ['gitlab', gitlabOffences],
] as const)("the schema of %s's publisher", (name, offences) => {
  it.each([
    ['a report', report()],
    ['a report of nothing', empty()],
    ['a report that hostile names fill', hostile()],
  ])('describes %s', (_, value) => {
    expect(offences(JSON.parse([...pieces(reportFormatNamed(name).render(value, {}))].join('')))).toEqual([]);
  });
});

describe('report formats', () => {
  it('are told apart by name, and an unknown one is a usage error that lists them', () => {
    expect(new Set(reports.map(({ name }) => name)).size).toBe(reports.length);
    expect(() => reportFormatNamed('xml')).toThrow(
      expect.objectContaining({ code: 'usage', line: expect.stringContaining('json') }),
    );
  });
});
