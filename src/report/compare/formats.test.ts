import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { hostileComparison } from '../../../test/comparison.ts';
import { memoryStore } from '../../advisories/store/memory.ts';
import { explain } from '../../compare/explain.ts';
import { linkedCode } from '../../formats/executables/linked-code.ts';
import type { Package, Statement } from '../../model.ts';
import { CAUSES } from '../../scanners/causes.ts';
import { harmlessJson } from '../escape.ts';
import { explainTable } from './explain-table.ts';
import { compareFormatNamed } from './format.ts';
import { saysOf } from './story.ts';

const schema = JSON.parse(readFileSync(new URL('../../../schemas/compare.schema.json', import.meta.url), 'utf8'));

const render = (format: string, options = {}): string =>
  [...compareFormatNamed(format).render(hostileComparison(), options)].join('');

it('calls a report by its title where a sentence names it, and leaves files and addresses alone', () => {
  const hostile = hostileComparison();
  const reports = ['plimsoll', 'trivy'].map((name, at) => ({
    ...hostile.reports[at]!,
    name,
    title: `The ${name}`,
  }));
  const difference = { ...hostile.differences[0]!, between: ['plimsoll', 'trivy'] as const };
  const says = 'plimsoll holds it back (/x/plimsoll.yaml:2:5, /usr/bin/trivy, trivy.example/x), not trivy.';
  expect(saysOf(difference, { ...difference.causes[0]!, says }, { ...hostile, reports })).toBe(
    'The plimsoll holds it back (/x/plimsoll.yaml:2:5, /usr/bin/trivy, trivy.example/x), not The trivy.',
  );
});

describe('a comparison', () => {
  it('as JSON is written a row at a time, as JSON.stringify would write all of it, but for what a terminal would obey', () => {
    const value = hostileComparison();
    const whole = [...compareFormatNamed('json').render(value, {})].join('');
    expect(whole).toBe(`${harmlessJson(JSON.stringify(value, null, 2))}\n`);
    expect(whole).not.toContain('\u202e');
    expect(JSON.parse(whole)).toEqual(JSON.parse(JSON.stringify(value)));
    const empty = { ...value, rows: [], differences: [] };
    expect([...compareFormatNamed('json').render(empty, {})].join('')).toBe(
      `${harmlessJson(JSON.stringify(empty, null, 2))}\n`,
    );
  });

  it('as JSON is what its schema says, and the schema knows every cause', () => {
    const validate = new Ajv2020({ allErrors: true, strict: true, strictTuples: false, allowUnionTypes: true }).compile(
      schema,
    );
    const value = JSON.parse(render('json'));
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
    expect([...schema.$defs.cause.enum].sort()).toEqual([...Object.keys(CAUSES), 'unexplained'].sort());
    expect(validate({ ...value, bridges: [{ ...value.bridges[0], start: 'x' }] })).toBe(false);
  });

  it('as a page holds everything itself, runs nothing that a report brought, and draws each bridge', () => {
    const page = render('html');
    expect(page).not.toContain('<script>alert');
    expect(page).not.toMatch(/src=|href="(?!#)|url\(|@import/);
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page).not.toMatch(/[\u001b\u202e]/);
    expect(page).toContain("default-src 'none'");
    // Six pairs of four, an UpSet plot, and one bridge for each severity of each pair.
    expect(page.match(/<h3>From /g)).toHaveLength(6);
    expect(page).toContain('aria-label="Findings by who reports them"');
    // Short words at the heads where the page is narrow, so that every column is seen there.
    expect(page).toMatch(/<\/caption><thead><tr><td><\/td><th scope="col" aria-label="[a-z ]+"><span class="long">/);
    expect(page.match(/<caption>[^<]+\(down\) against [^<]+\(across\)<\/caption>/g)).toHaveLength(6);
    // Nothing is styled in place: the policy of the page lets its own two blocks through and no more.
    expect(page).not.toMatch(/ style=|unsafe-inline/);
    expect(page).toMatch(/style-src 'sha256-[^']+'; script-src 'sha256-/);
    // Each chart has its figures in a table.
    expect(page.match(/: figures"/g)!.length).toBe(page.match(/<svg class="chart"/g)!.length);
    // A waterfall that fits a small screen stands for the wide one there: labels above the bars, nothing to scroll.
    expect(page.match(/<svg class="chart narrow" viewBox="0 0 340 /g)!.length).toBe(
      page.match(/<svg class="chart" [^>]*aria-label="From /g)!.length,
    );
    expect(page).toContain('@media screen and (max-width: 44rem) { .scroll:has(+ svg.narrow) { display: none; }');
    expect(page).toContain('id="rows"');
    // What is said is in the page, not in what appears under a mouse; the story comes before the first figure.
    expect(page.replace(/<g><title>.*?<\/title>/gs, '')).not.toMatch(/ title="/);
    expect(page.indexOf('class="story"')).toBeLessThan(page.indexOf('class="cards"'));
    expect(page).toContain('Known how: ');
  });

  it('as a table says who counts what, why the totals differ and what is left unexplained', () => {
    const text = render('table', { width: 120 });
    expect(text).toContain('They differ at');
    expect(text).toContain('From trivy to Grype'.replace('Grype', 'grype'));
    expect(text).toContain('unexplained');
    expect(text).not.toMatch(/[\u001b\u202e]/);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(120);
  });

  it('as Markdown cannot be broken out of by what a report says', () => {
    const text = render('markdown');
    expect(text).not.toContain('<script>');
    expect(text).toContain('| scanner | rows | distinct | in its own words |');
  });

  it('has no other format', () => {
    expect(() => compareFormatNamed('yaml')).toThrow('a comparison has no output format "yaml"');
  });
});

it('one vulnerability explained: what is known, where, and who says what by which rule', () => {
  const deb = (name: string): Package => ({
    type: 'deb',
    name,
    version: '2.2.27-2',
    namespace: 'Debian:11',
    purl: '',
    source: { name: 'gnupg2', version: '2.2.27-2' },
    evidence: [{ path: 'var/lib/dpkg/status', layer: 0, diffID: '', analyzer: 'dpkg' }],
  });
  const advisory: Statement = {
    id: 'CVE-2022-3219',
    source: 'debian',
    namespace: 'Debian:11',
    package: 'gnupg2',
    aliases: [],
    state: 'unimportant',
    ranges: [{}],
    ratings: [{ source: 'debian', severity: 'NEGLIGIBLE', method: 'urgency', original: 'unimportant' }],
    published: '2023-02-20',
    note: 'no security impact',
  };
  const store = memoryStore({
    statements: [advisory],
    vulnerabilities: [
      {
        id: 'CVE-2022-3219',
        aliases: [],
        title: 'denial of service issue',
        ratings: [{ source: 'nvd', severity: 'LOW', method: 'CVSS:3.1', score: 3.3 }],
        published: '2023-02-23',
        epss: 0.0004,
      },
    ],
  });
  const explanation = explain({
    id: 'CVE-2022-3219',
    inventory: { packages: [deb('gpg'), deb('gpgv')], os: { id: 'debian', versionId: '11', name: 'Debian 11' } },
    store,
    lenses: ['trivy', 'ecr-basic-2023', 'clair-v4', 'osv-scanner'],
  });
  expect(
    explanation.packages.map((pkg) => [
      pkg.package,
      pkg.verdicts.map((verdict) => (verdict.shown ? verdict.word : (verdict.trace.at(-1)!.code ?? ''))),
    ]),
  ).toEqual([
    ['gpg', ['low', 'informational', 'low', 'filter.default']],
    ['gpgv', ['low', 'informational', 'low', 'filter.default']],
  ]);
  const text = [...explainTable(explanation, {})].join('');
  // The earliest of what is dated; and an id of an earlier year may have been known for long.
  expect(text).toContain('published 2023-02-20 at the latest');
  expect(text).toContain('installed as gpg 2.2.27-2, gpgv 2.2.27-2');
  expect(text).toContain(
    'debian CVE-2022-3219 (Debian:11 gnupg2): unimportant, every version: 2.2.27-2 is affected (dpkg); "no security impact"',
  );
  expect(text).toMatch(/Plimsoll +negligible +not-fixed +debian CVE-2022-3219; rated by debian/);
  expect(text).toMatch(/AWS ECR basic \(2023, Clair v2\) {2}informational/);
  expect(text).toMatch(/OSV-Scanner +nothing +filter.default: Debian's unimportant ones are hidden/);
  expect(explain({ id: 'CVE-1999-0001', inventory: { packages: [] }, store }).known).toBe(false);

  // The way from the start command to the nearest of them, and that there is none.
  const chain = [
    { how: 'CMD', path: 'usr/bin/serve' },
    { how: 'calls gpg', path: 'usr/bin/gpg' },
  ];
  const told = (...packages: Package[]): string =>
    [...explainTable(explain({ id: 'CVE-2022-3219', inventory: { packages }, store }), {})].join('');
  const shell: Package = { ...deb('gpgv'), exposure: { class: 'callable', why: '/srv/a.pl: starts programs' } };
  expect(told(shell)).toContain('At most callable (/srv/a.pl: starts programs)\n');
  const gpgv: Package = { ...deb('gpgv'), exposure: { class: 'present' } };
  expect(told(gpgv)).toContain('On disk only: nothing known leads to it\n');
  expect(told(gpgv, { ...deb('gpg'), exposure: { class: 'callable', chain } })).toContain(
    'names a program of it: CMD -> /usr/bin/serve -> /usr/bin/gpg\n',
  );
});

it('code that an advisory names and no program holds is said to be missing, and is not taken for what lies on the disk', () => {
  const named: Statement = {
    id: 'GO-2023-1988',
    source: 'go',
    namespace: 'Go',
    package: 'golang.org/x/net',
    aliases: ['CVE-2023-3978'],
    state: 'fixed',
    ranges: [{ fixed: '0.13.0' }],
    ratings: [],
    imports: [{ path: 'golang.org/x/net/html', symbols: ['Render'] }],
  };
  const net: Package = {
    type: 'golang',
    name: 'golang.org/x/net',
    version: 'v0.10.0',
    namespace: 'Go',
    purl: 'pkg:golang/golang.org/x/net@v0.10.0',
    evidence: [{ path: 'usr/bin/app', layer: 0, diffID: '', analyzer: 'binaries' }],
    exposure: { class: 'loaded', chain: [{ how: 'CMD', path: 'usr/bin/app' }] },
  };
  const told = (...functions: readonly string[]): string => {
    const { packed } = linkedCode(new Map([['golang.org/x/net/html', new Set(functions)]]));
    const linked = [{ path: 'usr/bin/app', language: 'go' as const, functions: packed }];
    const store = memoryStore({ statements: [named] });
    return [...explainTable(explain({ id: 'GO-2023-1988', inventory: { packages: [net], linked }, store }), {})].join(
      '',
    );
  };
  expect(told('Parse')).toContain('Not linked: no program that the package was built into holds the code');
  expect(told('Parse')).toContain('package golang.org/x/net/html linked: yes; function Render present: no\n');
  expect(told('Parse')).not.toContain('On disk only');
  expect(told('Render')).toContain('Loaded when the container starts: CMD -> /usr/bin/app\n');
  expect(told('Render')).toContain('function html.Render present: yes, in /usr/bin/app\n');
});
