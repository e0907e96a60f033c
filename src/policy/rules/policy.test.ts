import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GOOD, read, WRONG } from '../../../test/policies.ts';
import { deb, finding, report, wheel } from '../../../test/report.ts';
import { PlimsollError } from '../../errors.ts';
import { type Finding, type Package, type Report, type Risk, SEVERITIES, type Severity } from '../../model.ts';
import { type CisOutcome, judgePolicy, licenceReader, type PolicyFacts, PRESETS } from './index.ts';

const NOW = '2023-05-12T00:00:00Z';
const openssl = deb('openssl', '1.1.1n-0+deb11u3');
const torch = wheel('torch', '1.13.0');
const ffmpeg: Package = { ...torch, type: 'generic', name: 'ffmpeg', purl: 'pkg:generic/ffmpeg@4', namespace: 'CPE' };
const feeds = ['debian', 'kev', 'epss'].map((name) => ({ name, records: 5, fetched: NOW }));

const whole = (more: Partial<Report> = {}): Report =>
  report({
    created: NOW,
    database: { ...report().database, built: NOW, feeds },
    packages: [openssl, torch],
    coverage: [
      { type: 'deb', namespace: 'Debian:11', packages: 1, assessed: true },
      { type: 'pypi', namespace: 'PyPI', packages: 1, assessed: true },
    ],
    findings: [],
    risks: [],
    unknowns: [],
    notices: [],
    ...more,
  });

const risk = (category: Risk['category'], severity: Severity): Risk => ({
  category,
  rule: 'a-rule',
  severity,
  title: 'a risk',
  evidence: { path: 'app/x', layer: 0, diffID: '', analyzer: 'x' },
});

/** The rules of a policy that shut, by name. */
async function shut(policy: string, about: Partial<Report> = {}, facts: PolicyFacts = {}): Promise<readonly string[]> {
  const rules = judgePolicy(whole(about), await read(`policy: ${policy}`), facts);
  return rules.filter(({ passed }) => !passed).map(({ gate }) => gate.replace(/^policy /, ''));
}

const high = (id: string, pkg: Package, more: Partial<Finding> = {}) => ({ ...finding(id, pkg, 'HIGH'), ...more });

describe('a policy', () => {
  it.each(WRONG)('is refused with its place: %s', async (text: string, says: RegExp) => {
    const error = await read(text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PlimsollError);
    expect((error as PlimsollError).code).toBe('config');
    expect((error as PlimsollError).line).toMatch(says);
    expect((error as PlimsollError).where).toMatch(/plimsoll\.yaml:\d+:\d+$/);
  });

  it.each(GOOD)('that is one is read: %s', async (text) => {
    await expect(read(text)).resolves.toMatchObject({ file: 'plimsoll.yaml' });
  });

  it('has a reason for each rule of a preset, and says what comes from where', async () => {
    for (const { name, rules } of PRESETS) {
      const policy = await read(`policy: {preset: ${name}}`);
      expect(policy.thresholds.every(({ where, why }) => where === `preset ${name}` && why !== undefined)).toBe(true);
      expect(Object.values(rules).every(({ why }) => why.length > 10)).toBe(true);
    }
    const mixed = await read('policy:\n  preset: batch\n  thresholds:\n    os: never\n    model: LOW');
    expect(mixed.thresholds.filter(({ value }) => value.kind === 'os')).toEqual([]);
    expect(mixed.thresholds.find(({ value }) => value.kind === 'model')?.where).toBe('plimsoll.yaml:5:12');
    expect(mixed.thresholds.find(({ value }) => value.kind === 'language')?.where).toBe('preset batch');
  });

  it('judges each kind by its own threshold', async () => {
    const findings = [high('CVE-1', openssl), high('CVE-2', torch), high('CVE-3', ffmpeg)];
    expect(await shut('{thresholds: {os: HIGH}}', { findings: findings.slice(1) })).toEqual([]);
    expect(await shut('{thresholds: {os: HIGH}}', { findings })).toEqual(['os:HIGH']);
    expect(await shut('{thresholds: {language: HIGH}}', { findings })).toEqual(['language:HIGH']);
    expect(await shut('{thresholds: {native: HIGH}}', { findings })).toEqual(['native:HIGH']);
    expect(await shut('{thresholds: {os: CRITICAL, language: fixable, native: never}}', { findings })).toEqual([]);
    const risks = [risk('model', 'HIGH'), risk('secret', 'MEDIUM')];
    expect(await shut('{thresholds: {model: CRITICAL, secret: any, notebook: any}}', { risks })).toEqual([
      'secret:any',
    ]);
  });

  it('knows what is exploited and what EPSS expects, and shuts where the data says nothing of either', async () => {
    const findings = [high('CVE-1', openssl, { exploited: '2023-01-01', epss: 0.4 })];
    expect(await shut('{exploited: any}', { findings })).toEqual(['exploited:any']);
    expect(await shut('{exploited: fixable}', { findings })).toEqual([]);
    expect(await shut('{epss: [">0.5", ">0.3:HIGH", ">0.3:CRITICAL"]}', { findings })).toEqual(['epss>0.3:HIGH']);
    const none = { database: { ...report().database, feeds: [] } };
    expect(await shut('{exploited: any, epss: 0.5}', { ...none, findings })).toEqual(['exploited:any', 'epss>=0.5']);
    expect(await shut('{exploited: fixable, epss: ">0.5:CRITICAL"}', { ...none, findings })).toEqual([]);
    const young = [high('CVE-2', openssl, { published: '2023-05-11' })];
    expect(await shut('{thresholds: {os: HIGH}, grace: {HIGH: 30d}}', { ...none, findings: young })).toEqual([
      'os:HIGH',
    ]);
  });

  it('gives time by severity and age, but not to what is exploited or undated', async () => {
    const young = { published: '2023-05-01T00:00:00Z' };
    const { published: _, ...undated } = high('CVE-4', openssl);
    const policy = '{thresholds: {os: HIGH}, grace: {HIGH: 30d}}';
    expect(await shut(policy, { findings: [high('CVE-1', openssl, young)] })).toEqual([]);
    expect(await shut(policy, { findings: [high('CVE-2', openssl, { published: '2023-04-01' })] })).toEqual([
      'os:HIGH',
    ]);
    expect(await shut(policy, { findings: [undated] })).toEqual(['os:HIGH']);
    expect(await shut(policy, { findings: [high('CVE-3', openssl, { ...young, exploited: '2023-05-02' })] })).toEqual([
      'os:HIGH',
    ]);
    const [, rule] = judgePolicy(whole({ findings: [high('CVE-1', openssl, young)] }), await read(`policy: ${policy}`));
    expect(rule).toMatchObject({ passed: true, inGrace: 1 });
  });

  it('requires that packages were judged, by itself or as far as it says', async () => {
    const coverage = [
      { type: 'deb', packages: 10, assessed: false },
      { type: 'pypi', namespace: 'PyPI', packages: 90, assessed: true },
    ];
    expect(await shut('{thresholds: {os: HIGH, language: HIGH}}', { coverage })).toEqual(['coverage.packages 100%']);
    expect(await shut('{thresholds: {language: HIGH}}', { coverage })).toEqual([]);
    const wheels = [
      { type: 'deb', namespace: 'Debian:11', packages: 400, assessed: true },
      { type: 'npm', namespace: 'npm', packages: 1, assessed: false },
      { type: 'pypi', namespace: 'PyPI', packages: 9, assessed: true },
    ];
    expect(await shut('{exploited: any, coverage: {packages: 90%}}', { coverage: wheels })).toEqual([]);
    expect(await shut('{exploited: any, coverage: {packages: 91%}}', { coverage: wheels })).toEqual([
      'coverage.packages 91%',
    ]);
    // Leave to pass what could not be judged is no leave from what the policy requires.
    expect(await shut('{exploited: any}', { coverage }, { allowUnjudged: true })).toEqual([]);
    expect(await shut('{exploited: any, coverage: {packages: 91%}}', { coverage }, { allowUnjudged: true })).toEqual([
      'coverage.packages 91%',
    ]);
    expect(await shut('{exploited: any}', { packages: [], coverage: [] })).toEqual(['coverage.packages 100%']);
    const unknowns = [{ path: 'a', analyzer: 'x', reason: 'cut' }];
    expect(await shut('{coverage: {unreadable: 0}}', { unknowns })).toEqual(['coverage.unreadable 0']);
    expect(await shut('{coverage: {unreadable: 1}}', { unknowns })).toEqual([]);
    const needed = (more: object = {}) => [{ name: 'debian/tracker', dataDate: '2023-05-01T00:00:00Z', ...more }];
    const old = { needed: needed() };
    expect(await shut('{coverage: {database-age: 7d}}', old)).toEqual(['coverage.database-age 7d']);
    expect(await shut('{coverage: {database-age: 2w}}', old)).toEqual([]);
    // Who asked the publisher itself has what there is; a mirror may be behind.
    const asked = { checked: '2023-05-11T00:00:00Z' };
    expect(await shut('{coverage: {database-age: 7d}}', { needed: needed(asked) })).toEqual([
      'coverage.database-age 7d',
    ]);
    expect(await shut('{coverage: {database-age: 7d}}', { needed: needed({ ...asked, fromPublisher: true }) })).toEqual(
      [],
    );
    const built = { needed: [], database: { ...report().database, built: '2023-05-01T00:00:00Z' } };
    expect(await shut('{coverage: {database-age: 7d}}', built)).toEqual(['coverage.database-age 7d']);
  });

  it('has each kind of packages that exists judged to the share it states, whatever the thresholds ask for', async () => {
    // A hidden distribution of ten packages, beside ninety wheels, and the other way round.
    const hidden = [
      { type: 'deb', packages: 10, assessed: false },
      { type: 'pypi', namespace: 'PyPI', packages: 90, assessed: true },
    ];
    const unread = [
      { type: 'deb', namespace: 'Debian:11', packages: 980, assessed: true },
      { type: 'pypi', namespace: 'PyPI', packages: 20, assessed: false },
    ];
    const share = ['coverage.packages 90%'];
    for (const coverage of [hidden, unread]) {
      expect(await shut('{exploited: any, coverage: {packages: 90%}}', { coverage })).toEqual(share);
      expect(await shut('{coverage: {packages: 90%}}', { coverage })).toEqual(share);
      expect(await shut('{thresholds: {os: never, model: HIGH}, coverage: {packages: 90%}}', { coverage })).toEqual(
        share,
      );
      expect(await shut('{exploited: any, coverage: {packages: 0%}}', { coverage })).toEqual([]);
    }
    expect(await shut('{coverage: {packages: 1%}}', { packages: [], coverage: [] })).toEqual(['coverage.packages 1%']);
    // A threshold that is lifted changes nobody else's share: it once made 97% of all into 0% of the rest.
    for (const os of ['any', 'HIGH', 'never'])
      expect(
        await shut(`{thresholds: {os: ${os}, language: CRITICAL}, coverage: {packages: 50%}}`, { coverage: unread }),
      ).toEqual(['coverage.packages 50%']);
  });

  it('takes images from allowed registries only, where something proves which', async () => {
    const from = (source: 'registry' | 'archive', name: string, repoDigests?: readonly string[]) => ({
      subject: { ...report().subject, source, name, repoDigests: repoDigests ?? [] },
    });
    const policy = '{registries: [docker.io, "registry.example:5000/ml"]}';
    expect(await shut(policy, from('registry', 'docker.io/library/python:3.9'))).toEqual([]);
    expect(await shut(policy, from('registry', 'registry.example:5000/ml/model:1'))).toEqual([]);
    expect(await shut(policy, from('registry', 'registry.example:5000/mlx/model:1'))).toEqual(['registries']);
    expect(await shut(policy, from('registry', 'docker.io.evil.example/python:3'))).toEqual(['registries']);
    expect(await shut(policy, from('archive', 'python:3.9'))).toEqual(['registries']);
    expect(await shut(policy, from('archive', 'x', ['docker.io/library/python@sha256:00']))).toEqual([]);
  });

  it('takes allowed bases only, and no guess for one', async () => {
    const policy = '{bases: ["python:3.*", "registry.example/base/*"]}';
    const base = (name: string): PolicyFacts => ({ base: { name, said: 'annotation' } });
    const subject = { ...report().subject, source: 'archive' as const, name: 'mine.tar', repoDigests: [] };
    expect(await shut(policy, { subject }, base('docker.io/library/python:3.9-slim'))).toEqual([]);
    expect(await shut(policy, { subject }, base('registry.example/base/cuda:12@sha256:11'))).toEqual([]);
    expect(await shut(policy, { subject }, base('registry.example/base/sub/cuda:12'))).toEqual(['bases']);
    expect(await shut(policy, { subject }, base('evil.example/library/python:3.9'))).toEqual(['bases']);
    expect(await shut(policy, { subject })).toEqual(['bases']);
  });

  it('reads licences as expressions and as people write them', async () => {
    const licences = licenceReader();
    const of = (...said: readonly string[]) => ({
      packages: said.map((text, index) => ({ ...torch, name: `p${index}`, ...(text ? { licenses: [text] } : {}) })),
    });
    const refused = async (policy: string, ...said: readonly string[]) => {
      const rules = judgePolicy(whole(of(...said)), await read(`policy: {licenses: ${policy}}`), { licences });
      return rules[0]?.examples;
    };
    expect(
      await refused('{deny: [AGPL-*, GPL-*]}', 'MIT', 'GPL-3.0-only', 'MIT OR GPL-3.0-only', 'MIT AND GPL-2.0+'),
    ).toEqual(['p1 is under GPL-3.0-only', 'p3 is under MIT AND GPL-2.0+']);
    expect(await refused('{deny: [GPL-3.0*]}', 'GPLv3', 'Apache 2.0')).toEqual(['p0 is under GPLv3']);
    expect(await refused('{allow: [MIT, Apache-2.0, "BSD-*"]}', 'Apache 2.0', 'BSD-3-Clause', 'LGPL-2.1-only')).toEqual(
      ['p2 is under LGPL-2.1-only'],
    );
    expect(await refused('{deny: [GPL-*]}', '', 'see the file LICENCE')).toEqual([
      'p0 does not say its licence',
      'p1 says in words that nobody knows: see the file LICENCE',
    ]);
    expect(await refused('{deny: [GPL-*], unknown: allowed}', '', 'see the file LICENCE')).toEqual([]);
    expect(await refused('{deny: [GPL-*], of: [os]}', 'GPL-3.0-only')).toEqual([]);
    expect(await refused('{deny: [GPL-*]}', `${'('.repeat(5_000)}MIT`)).toHaveLength(1);
    expect(await shut('{licenses: {deny: [GPL-*]}}', of('MIT'))).toEqual(['licenses']);
  });

  it('counts the warnings of the benchmark, and shuts where it was not asked or could not look', async () => {
    const outcome = (level: 1 | 2, result: CisOutcome['result']): PolicyFacts => ({
      cis: [{ id: '4.1', title: 'a user', level, result }],
    });
    expect(await shut('{thresholds: {cis: level1}}', {}, outcome(1, 'warn'))).toEqual(['cis:level1']);
    expect(await shut('{thresholds: {cis: level1}}', {}, outcome(2, 'warn'))).toEqual([]);
    expect(await shut('{thresholds: {cis: warn}}', {}, outcome(2, 'could-not-read'))).toEqual(['cis:warn']);
    expect(await shut('{thresholds: {cis: warn}}', {}, { cis: [] })).toEqual([]);
    expect(await shut('{thresholds: {cis: warn}}')).toEqual(['cis:warn']);
  });

  it('is not judged by part of a report, nor by an unknown system', async () => {
    expect(await shut('{exploited: any}', { filtered: { hidden: 2 } })).toEqual(['whole report']);
    const { os: _, ...nameless } = whole();
    const rules = judgePolicy(nameless, await read('policy: {end-of-life: refused}'));
    expect(rules).toMatchObject([{ passed: false, unjudged: ['the operating system is not known'] }]);
  });
});

const severity = fc.constantFrom(...SEVERITIES);
const anyFinding = fc
  .record({
    id: fc.integer({ min: 1, max: 40 }),
    one: fc.constantFrom(openssl, torch, ffmpeg),
    severity,
    published: fc.constantFrom(undefined, '2020-01-01', '2023-05-10', '2023-04-20', 'never', '2030-01-01'),
    exploited: fc.constantFrom(undefined, '2023-01-01'),
    epss: fc.constantFrom(undefined, 0.05, 0.5, 0.97),
    fixed: fc.constantFrom(undefined, '2'),
  })
  .map(({ id, one: pkg, severity: level, published, exploited, epss, fixed }): Finding => {
    const { published: _, ...made } = finding(`CVE-2023-${id}`, pkg, level, fixed ? { fixed } : {});
    return {
      ...made,
      ...(published ? { published } : {}),
      ...(exploited ? { exploited } : {}),
      ...(epss ? { epss } : {}),
    };
  });
const anyRisk = fc
  .tuple(fc.constantFrom('model' as const, 'notebook' as const, 'secret' as const, 'configuration' as const), severity)
  .map(([category, level]) => risk(category, level));

/** Values of each key from the strictest to the loosest. */
const LADDERS: Readonly<Record<string, readonly string[]>> = {
  'thresholds.os': ['any', 'NEGLIGIBLE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL', 'never'],
  'thresholds.language': ['any', 'LOW', 'fixable:LOW', 'fixable:HIGH', 'fixable:CRITICAL', 'never'],
  'thresholds.native': ['any', 'exploited', 'exploited:HIGH', 'never'],
  'thresholds.model': ['any', 'MEDIUM', 'CRITICAL', 'never'],
  'thresholds.secret': ['any', 'HIGH', 'never'],
  exploited: ['any', 'fixable', 'never'],
  epss: ['">=0"', '">0.3"', '">0.3:HIGH"', '">0.9:HIGH"', 'never'],
  'grace.HIGH': ['0d', '7d', '30d', '90d'],
  'grace.CRITICAL': ['0d', '7d', '30d', '90d'],
  'coverage.packages': ['100%', '95%', '50%', '0%'],
  'coverage.unreadable': ['0', '1', '5'],
  'coverage.database-age': ['1d', '7d', '52w'],
  'end-of-life': ['refused', 'allowed'],
};

const yaml = (steps: Steps): string =>
  `policy: {${Object.entries(
    Object.entries(steps).reduce<Record<string, string[]>>((all, [key, step]) => {
      const [top = '', below] = key.split('.');
      const value = LADDERS[key]?.[step] ?? '';
      all[top] = [...(all[top] ?? []), below === undefined ? value : `${below}: ${value}`];
      return all;
    }, {}),
  )
    .map(([top, values]) => `${top}: ${top in LADDERS ? values[0] : `{${values.join(', ')}}`}`)
    .join(', ')}}`;

type Steps = Readonly<Record<string, number>>;
const anySteps = fc
  .tuple(fc.subarray(Object.keys(LADDERS)), fc.array(fc.nat({ max: 20 }), { minLength: 20, maxLength: 20 }))
  .map(
    ([keys, numbers]): Steps =>
      Object.fromEntries(keys.map((key, index) => [key, (numbers[index] ?? 0) % (LADDERS[key]?.length ?? 1)])),
  );
const anyReport = fc
  .record({
    findings: fc.array(anyFinding, { maxLength: 4 }),
    risks: fc.array(anyRisk, { maxLength: 2 }),
    unjudged: fc.record({ deb: fc.nat({ max: 4 }), pypi: fc.nat({ max: 4 }), generic: fc.nat({ max: 2 }) }),
    unreadable: fc.nat({ max: 3 }),
    noFeeds: fc.boolean(),
  })
  .map(({ findings, risks, unjudged, unreadable, noFeeds }) =>
    whole({
      findings,
      risks,
      unknowns: Array.from({ length: unreadable }, () => ({ path: 'a', analyzer: 'x', reason: 'cut' })),
      coverage: [
        { type: 'deb', namespace: 'Debian:11', packages: 4, assessed: true },
        { type: 'npm', namespace: 'npm', packages: 2, assessed: true },
        ...Object.entries(unjudged).flatMap(([type, packages]) =>
          packages > 0 ? [{ type, namespace: type, packages, assessed: false }] : [],
        ),
      ],
      ...(noFeeds ? { database: { ...report().database, built: NOW, feeds: [] } } : {}),
    }),
  );

const passes = async (about: Report, steps: Steps): Promise<boolean> =>
  judgePolicy(about, await read(yaml(steps))).every(({ passed }) => passed);

describe('whatever the policy and the report', () => {
  it('one finding or risk more never opens it', async () => {
    await fc.assert(
      fc.asyncProperty(anyReport, anySteps, fc.oneof(anyFinding, anyRisk), async (about, steps, entry) => {
        const more =
          'category' in entry
            ? { ...about, risks: [...about.risks, entry] }
            : { ...about, findings: [...about.findings, entry] };
        if (await passes(more, steps)) expect(await passes(about, steps)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('a looser rule never shuts it', async () => {
    await fc.assert(
      fc.asyncProperty(anyReport, anySteps, fc.constantFrom(...Object.keys(LADDERS)), async (about, steps, key) => {
        const step = steps[key];
        const last = (LADDERS[key]?.length ?? 1) - 1;
        fc.pre(step !== undefined && step < last);
        if (await passes(about, steps))
          expect(await passes(about, { ...steps, [key]: (step as number) + 1 }), yaml(steps)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
