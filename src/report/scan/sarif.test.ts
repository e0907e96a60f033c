import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import { deb, finding, report, wheel } from '../../../test/report.ts';
import type { Report } from '../../model.ts';
import { pieces } from '../report-format.ts';
import { sarifReport } from './sarif.ts';

const log = (value: Report): Log => JSON.parse([...pieces(sarifReport.render(value, {}))].join(''));
const results = (value: Report) => log(value).runs[0]!.results!;
const rules = (value: Report) => log(value).runs[0]!.tool.driver.rules!;

describe('the SARIF log', () => {
  it('has one rule for each vulnerability and one result for each source package that has it', () => {
    const document = log(report());
    expect(document).toMatchObject({ version: '2.1.0', $schema: expect.stringContaining('sarif-schema-2.1.0') });
    expect(
      rules(report())
        .map((rule) => rule.id)
        .sort(),
    ).toEqual(['CVE-2013-7445', 'CVE-2017-13716', 'CVE-2022-40897', 'CVE-2023-0266', 'CVE-2023-0286', 'CVE-2023-0464']);
    expect(results(report())).toHaveLength(6);
    for (const result of results(report())) expect(rules(report())[result.ruleIndex!]?.id).toBe(result.ruleId);
  });

  it('has its results by severity, and in each severity the nearer to what the container runs first', () => {
    const at = (name: string, near: 'loaded' | 'present') => ({ ...deb(name, '1'), exposure: { class: near } });
    const findings = [
      finding('CVE-2024-1', at('zlib', 'loaded'), 'LOW'),
      // By packages it stands first: this one has the worst.
      ...(['CRITICAL', 'MEDIUM'] as const).map((severity) =>
        finding(`CVE-2024-2${severity}`, at('apt', 'present'), severity),
      ),
      finding('CVE-2024-3', at('glibc', 'loaded'), 'MEDIUM'),
    ];
    const order = results(report({ findings })).map(({ ruleId, properties }) => [ruleId, properties?.exposure]);
    expect(order).toEqual([
      ['CVE-2024-2CRITICAL', 'present'],
      ['CVE-2024-3', 'loaded'],
      ['CVE-2024-2MEDIUM', 'present'],
      ['CVE-2024-1', 'loaded'],
    ]);
  });

  it('has what is known of the code that an advisory names, and of the modules that its text names', () => {
    const code = {
      imports: [{ path: 'golang.org/x/net/html', symbols: ['Parse'] }],
      linked: 'yes',
      present: 'yes',
      functions: ['html.Parse'],
      programs: ['usr/bin/app'],
    } as const;
    const named = [
      { module: 'PIL.ImageMath', member: 'eval', holds: true, path: 'PIL/ImageMath.py', class: 'importable' },
    ] as const;
    const findings = [
      { ...finding('CVE-2024-45338', deb('app', '1'), 'HIGH'), code },
      { ...finding('CVE-2023-50447', wheel('Pillow', '9.5.0'), 'HIGH'), named },
    ];
    const known = results(report({ findings })).map(({ ruleId, properties }) => [
      ruleId,
      properties?.code,
      properties?.named,
    ]);
    expect(known).toContainEqual(['CVE-2024-45338', code, undefined]);
    expect(known).toContainEqual(['CVE-2023-50447', undefined, named]);
  });

  it('says in a sentence what is wrong and what to do', () => {
    const texts = results(report()).map((result) => result.message.text);
    expect(texts).toContain(
      'openssl 1.1.1n-0+deb11u3 (libssl-dev, libssl1.1, openssl) has CVE-2023-0286, HIGH by nvd: fixed in 1.1.1n-0+deb11u4',
    );
    expect(texts).toContain('linux 5.10.158-2 (linux-libc-dev) has CVE-2013-7445, nobody has rated it: ignored');
  });

  it('gives each result a place and a fingerprint, also where no file proves it', () => {
    const bare = { ...wheel('torch', '2.0.0'), evidence: [] };
    const nowhere = { path: '', layer: 0, diffID: '', analyzer: 'sbom' };
    const told = { ...wheel('numpy', '1.0'), evidence: [nowhere] };
    for (const source of ['sbom', 'dir', 'archive'] as const) {
      const actual = results(
        report({
          subject: { reference: './in/bom.cdx.json', source, name: '/srv/in/bom.cdx.json', layers: [] },
          packages: [bare, told],
          findings: [finding('CVE-2023-1', bare, 'LOW'), finding('CVE-2023-1', told, 'LOW')],
          risks: [{ category: 'secret', rule: 'x', severity: 'HIGH', title: 'x', evidence: nowhere }],
        }),
      );
      expect(actual).toHaveLength(3);
      const places = actual.map((result) => result.locations?.[0]?.physicalLocation?.artifactLocation?.uri);
      expect(places.slice(0, 2)).toEqual(['bom.cdx.json', 'bom.cdx.json']);
      expect(places[2]).not.toBe('');
      expect(new Set(actual.map((result) => result.partialFingerprints?.['plimsoll/v1'])).size).toBe(3);
      for (const result of actual) expect(result.locations?.[0]?.logicalLocations).toBeUndefined();
    }
  });

  it('tells one package in two versions apart', () => {
    const both = [wheel('torch', '2.0.0'), wheel('torch', '2.1.0')];
    const actual = results(report({ packages: both, findings: both.map((pkg) => finding('CVE-2023-1', pkg, 'LOW')) }));
    expect(actual).toHaveLength(2);
    expect(new Set(actual.map((result) => result.partialFingerprints?.['plimsoll/v1'])).size).toBe(2);
  });

  it('has at most a hundred places for one result, as code scanning takes them', () => {
    const everywhere = {
      ...wheel('torch', '2.0.0'),
      evidence: Array.from({ length: 500 }, (_, at) => ({ path: `a/${at}`, layer: 0, diffID: '', analyzer: 'x' })),
    };
    const [result] = results(report({ packages: [everywhere], findings: [finding('CVE-2023-1', everywhere, 'LOW')] }));
    expect(result!.locations).toHaveLength(100);
  });

  it('points into the image and at the layer', () => {
    const setuptools = results(report()).find((result) => result.ruleId === 'CVE-2022-40897')!;
    expect(setuptools.locations?.[0]).toMatchObject({
      physicalLocation: {
        artifactLocation: {
          uri: 'usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA',
          uriBaseId: 'IMAGE',
        },
      },
      logicalLocations: [{ name: 'layer 2' }],
    });
    const odd = {
      ...wheel('a', '1'),
      evidence: [{ ...wheel('a', '1').evidence[0]!, path: 'opt/my models/a#1%.dist-info/METADATA' }],
    };
    const [sample] = results(report({ findings: [finding('CVE-2023-1', odd, 'LOW')] }));
    expect(sample?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe(
      'opt/my%20models/a%231%25.dist-info/METADATA',
    );
  });

  it('gives code scanning a level and a score: the rating that counted, or the middle of its range', () => {
    const byId = new Map(
      rules(report()).map((rule) => [
        rule.id,
        [rule.defaultConfiguration?.level, rule.properties?.['security-severity']],
      ]),
    );
    expect(byId.get('CVE-2023-0286')).toEqual(['error', '7.4']);
    expect(byId.get('CVE-2022-40897')).toEqual(['warning', '5.9']);
    expect(byId.get('CVE-2017-13716')).toEqual(['note', '0.5']);
    expect(byId.get('CVE-2023-0266')).toEqual(['error', '8.0']);
  });

  it('knows a problem again after an upgrade that did not fix it', () => {
    const of = (version: string) =>
      results(report({ findings: [finding('CVE-2023-1', deb('curl', version), 'LOW')] }))[0]!.partialFingerprints;
    expect(of('7.74.0-1')).toEqual(of('7.74.0-2'));
    expect(of('7.74.0-1')).not.toEqual(
      results(report({ findings: [finding('CVE-2023-2', deb('curl', '7.74.0-1'), 'LOW')] }))[0]!.partialFingerprints,
    );
  });

  it('carries warnings and unreadable files along, and risks as results', () => {
    const evidence = wheel('a', '1').evidence[0]!;
    const value = report({
      unknowns: [{ path: 'var/lib/dpkg/status', analyzer: 'dpkg', reason: 'too large' }],
      notices: [{ level: 'warning', code: 'database-stale', message: 'the database is 30 days old' }],
      risks: [
        {
          category: 'model',
          rule: 'pickle-calls-os-system',
          severity: 'CRITICAL',
          title: 'Runs a command when it is loaded',
          evidence,
        },
      ],
    });
    expect(
      log(value).runs[0]!.invocations![0]!.toolExecutionNotifications?.map((notification) => [
        notification.level,
        notification.message.text,
      ]),
    ).toEqual([
      ['warning', 'the database is 30 days old'],
      ['warning', 'could not be read: too large'],
    ]);
    expect(results(value).at(-1)).toMatchObject({ ruleId: 'pickle-calls-os-system', level: 'error' });
  });

  it('keeps what code scanning takes: of more than 25,000 results the worst, of many weaknesses twenty tags', () => {
    const many = Array.from({ length: 25_001 }, (_, at) =>
      finding(`CVE-2024-${at}`, wheel(`package-${at}`, '1'), at === 25_000 ? 'CRITICAL' : 'LOW'),
    );
    const cwes = Array.from({ length: 40 }, (_, at) => `CWE-${at}`);
    const text = [
      ...pieces(sarifReport.render(report({ findings: [{ ...many[0]!, cwes }, ...many.slice(1)] }), {})),
    ].join('');
    const [run] = (JSON.parse(text) as Log).runs;
    expect(run!.results).toHaveLength(25_000);
    expect(run!.results!.map(({ ruleId }) => ruleId)).toContain('CVE-2024-25000');
    expect(run!.invocations![0]!.toolExecutionNotifications![0]!.message.text).toMatch(/^1 results of lower severity/);
    for (const rule of run!.tool.driver.rules!) expect(rule.properties!.tags!.length).toBeLessThanOrEqual(20);
  });
});
