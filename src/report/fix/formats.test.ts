import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { deb, report, wheel } from '../../../test/report.ts';
import { publishedSchema, strictSchema } from '../../../test/strict-schema.ts';
import { memoryStore } from '../../advisories/store/memory.ts';
import { match } from '../../matching/match.ts';
import type { AffectedRange, Severity, Statement, StatementState } from '../../model.ts';
import { parseGoal } from '../../remediate/goal.ts';
import { makePlan, type Planning } from '../../remediate/plan/make-plan.ts';
import type { Plan } from '../../remediate/plan.ts';
import { fixFormatNamed, fixFormats } from './formats.ts';

const schema = publishedSchema('fix');
const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  strictSchema(schema),
);

const statement = (
  namespace: string,
  name: string,
  id: string,
  fixed: string | undefined,
  state: StatementState = fixed === undefined ? 'open' : 'fixed',
  note?: string,
): Statement => ({
  id,
  source: namespace === 'PyPI' ? 'pysec' : 'debian',
  namespace,
  package: name,
  aliases: [],
  state,
  ranges: [fixed === undefined ? {} : { fixed }],
  ratings: [],
  ...(note === undefined ? {} : { note }),
});

const packages = [
  deb('openssl', '1.1.1n-0+deb11u3'),
  deb('libsepol1', '3.1-1', 'libsepol'),
  deb('zlib1g', '1:1.2.11.dfsg-2+deb11u2', 'zlib'),
  wheel('setuptools', '58.1.0'),
  { ...wheel('tensorflow', '2.12.0'), requires: ['numpy<1.24,>=1.22'] },
  wheel('numpy', '1.23.5'),
];
const statements = [
  statement('Debian:11', 'openssl', 'CVE-2023-0286', '1.1.1n-0+deb11u4'),
  statement('Debian:11', 'libsepol', 'CVE-2021-36087', undefined, 'no-dsa', 'Minor issue'),
  statement(
    'Debian:11',
    'zlib',
    'CVE-2023-45853',
    undefined,
    'ignored',
    'contrib/minizip not built and src:zlib not producing binary packages',
  ),
  statement('PyPI', 'setuptools', 'CVE-2022-40897', '65.5.1'),
  statement('PyPI', 'numpy', 'CVE-2099-1', '1.24.0'),
];

async function plan(more: Partial<Planning> = {}): Promise<Plan> {
  const store = memoryStore({ statements });
  const { findings } = match(packages, store);
  const made = await makePlan({
    report: report({ packages, findings, database: store.info }),
    store,
    goal: parseGoal('no fixable'),
    base: { layers: 1, by: 'label', name: 'debian:11', digest: 'sha256:0', evidence: ['label'] },
    introduced: new Map(packages.map((pkg) => [pkg, pkg.type === 'deb' ? 0 : 1])),
    majors: 'needed',
    lines: new Map([[1, 'Dockerfile:4']]),
    ...more,
  });
  return {
    ...made.plan,
    edits: [
      {
        path: 'Dockerfile',
        before: '',
        after: '',
        diff: '--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1 +1 @@\n-a\n+b\n',
        shown: '--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1 +1 @@\n-a\n+b\n',
      },
    ],
    notices: [{ level: 'warning', code: 'index-failed', message: 'Python index: ```refuses```' }],
  };
}
const render = (name: string, plan: Plan, options = {}): string =>
  [...fixFormatNamed(name).render(plan, options)].join('');

describe('a goal whose words mean findings that nobody has a fix for', () => {
  const said = 'that it means have no fix';
  it.each(['table', 'markdown', 'html'])('is said in %s to leave them, however much of the rest goes', async (name) => {
    const narrow = await plan({ goal: parseGoal('no UNKNOWN') });
    expect(narrow.withoutFix).toBe(2);
    expect(render(name, narrow).replace(/\s+/g, ' ')).toContain(`2 more ${said}`);
    expect(render(name, await plan())).not.toContain(said);
    validate(JSON.parse(render('json', narrow)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is not called reached by nothing where all of them are such', async () => {
    const none = await plan({ goal: parseGoal('no CVE-2021-36087') });
    expect(none.withoutFix).toBe(1);
    expect(render('table', none).replace(/\s+/g, ' ')).toContain(
      'no finding that has a fix falls under the goal "no CVE-2021-36087"; one more finding that it means has no fix',
    );
  });
});

describe('a command with several versions of Python packages that no index was asked about', () => {
  const planned = async (...requires: readonly string[]): Promise<Plan> => {
    const installed = [{ ...wheel('langchain', '0.0.166'), requires }, wheel('setuptools', '58.1.0')];
    const store = memoryStore({
      statements: [...statements, statement('PyPI', 'langchain', 'CVE-2099-2', '1.3.9')],
    });
    const { findings } = match(installed, store);
    return plan({ report: report({ packages: installed, findings, database: store.info }), store });
  };
  const said = 'these 2 versions were each looked up alone: whether they install together is known once';

  it.each(['table', 'markdown', 'html', 'json'])(
    'has beside it in %s that nobody promises them together',
    async (name) => {
      const text = render(name, await planned('pydantic<2,>=1'));
      expect(text).toContain('langchain==1.3.9 setuptools==65.5.1');
      expect(text).toContain(said);
      validate(JSON.parse(render('json', await planned('pydantic<2,>=1'))));
      expect(validate.errors ?? []).toEqual([]);
    },
  );

  it('has nothing beside it where none of the packages needs another', async () => {
    expect(render('table', await planned("tox; extra == 'dev'"))).not.toContain('looked up alone');
  });
});

describe('a plan as JSON', () => {
  it('is what its schema describes, with nothing besides', async () => {
    for (const entry of [await plan(), await plan({ removeBuildTools: true, goal: parseGoal('no CRITICAL') })]) {
      validate(JSON.parse(render('json', entry)));
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  it('holds changes, conflicts with their reasons, and the diff, but no file as a whole', async () => {
    const document = JSON.parse(render('json', await plan()));
    expect(document).toMatchObject({
      kind: 'fix',
      reached: false,
      conflicts: [{ name: 'numpy', wanted: '1.24.0', because: ['tensorflow 2.12.0 requires numpy<1.24,>=1.22'] }],
      edits: [{ path: 'Dockerfile', diff: expect.stringContaining('@@ -1 +1 @@') }],
    });
    expect(document.edits[0]).not.toHaveProperty('before');
  });
});

describe('a plan as OpenVEX', () => {
  it("has a stub for each finding that stays, with the vendor's reason", async () => {
    const document = JSON.parse(render('openvex', await plan())) as {
      statements: { vulnerability: { name: string }; status: string; action_statement?: string; products: object[] }[];
    };
    const said = Object.fromEntries(document.statements.map((statement) => [statement.vulnerability.name, statement]));
    expect(Object.keys(said).sort()).toEqual(['CVE-2021-36087', 'CVE-2023-45853', 'CVE-2099-1']);
    expect(said['CVE-2021-36087']).toMatchObject({
      status: 'affected',
      action_statement: expect.stringMatching(/no-dsa.*Minor issue/),
    });
    expect(said['CVE-2023-45853']?.action_statement).toMatch(/ignored.*minizip/);
    expect(said['CVE-2099-1']?.action_statement).toMatch(/Fixed in 1\.24\.0.*tensorflow 2\.12\.0 requires/);
    // A statement without a product or with a word of our own would be thrown away by whoever reads it.
    for (const statement of document.statements) {
      expect(statement.products).toHaveLength(1);
      expect(['affected', 'under_investigation']).toContain(statement.status);
    }
    const affected = document.statements.filter(({ status }: { status: string }) => status === 'affected');
    expect(affected.length).toBeGreaterThan(0);
    expect(affected.filter((entry: { action_statement?: string }) => !entry.action_statement)).toEqual([]);
  });
});

describe('a step that brings findings in exchange', () => {
  // As urllib3 2.6.3 does on Python 3.9: what is installed has the worse ones, the newest that can be had has others.
  const severe = (id: string, severity: Severity, range: AffectedRange): Statement => ({
    ...statement('PyPI', 'urllib3', id, undefined, range.fixed === undefined ? 'open' : 'fixed'),
    ranges: [range],
    ratings: [{ source: 'ghsa', method: 'text', severity, original: severity }],
  });
  const worlds = Array.from({ length: 10 }, (_, seed) => {
    const [clears, brings] = [3 + ((seed * 7) % 9), 1 + (seed % 2)];
    return {
      clears: Array.from({ length: clears }, (_, at) => `CVE-2025-${1000 * (seed + 1) + at}`),
      brings: Array.from({ length: brings }, (_, at) => `CVE-2026-${1000 * (seed + 1) + at}`),
    };
  });

  it.each(worlds)(
    'has both lists in the table, in JSON, HTML and Markdown ($clears.length for $brings.length)',
    async (world) => {
      const installed = [wheel('urllib3', '1.26.15')];
      const store = memoryStore({
        statements: [
          ...world.clears.map((id) => severe(id, 'HIGH', { fixed: '2.6.3' })),
          ...world.brings.map((id) => severe(id, 'MEDIUM', { introduced: '2.0.0' })),
        ],
      });
      const { findings } = match(installed, store);
      const sample = await plan({ report: report({ packages: installed, findings, database: store.info }), store });
      expect(sample.steps[0]).toMatchObject({ applied: true, changes: [{ name: 'urllib3', to: '2.6.3' }] });
      for (const format of ['table', 'json', 'html', 'markdown']) {
        const text = render(format, sample, { width: 80 });
        for (const id of [...world.clears, ...world.brings]) expect(text, format).toContain(id);
        if (format !== 'json')
          expect(text.replaceAll(/\s+/g, ' '), format).toMatch(/brings \d findings? .\d MEDIUM.*weighs? less/);
      }
    },
  );
});

describe('a step on a narrow terminal', () => {
  const longVersions = (): Promise<Plan> => {
    const installed = [
      deb('libmagickcore-6.q16-6', '8:6.9.11.60+dfsg-1.3+deb11u4', 'imagemagick'),
      deb('imagemagick', '8:6.9.11.60+dfsg-1.3+deb11u4'),
      deb('git', '1:2.30.2-1+deb11u2'),
    ];
    const rated = (name: string, id: string, fixed: string, severity: Severity): Statement => ({
      ...statement('Debian:11', name, id, fixed),
      ratings: [{ source: 'nvd', method: 'text', severity, original: severity }],
    });
    const store = memoryStore({
      statements: [
        rated('imagemagick', 'CVE-2099-5', '8:6.9.11.60+dfsg-1.3+deb11u14', 'MEDIUM'),
        rated('git', 'CVE-2099-6', '1:2.30.2-1+deb11u4', 'CRITICAL'),
      ],
    });
    const { findings } = match(installed, store);
    return plan({ report: report({ packages: installed, findings, database: store.info }), store });
  };

  it('has each version in one piece, with what its change clears in numbers, the worst first', async () => {
    for (const width of [60, 80]) {
      const text = render('table', await longVersions(), { width });
      for (const version of ['8:6.9.11.60+dfsg-1.3+deb11u4', '8:6.9.11.60+dfsg-1.3+deb11u14', '1:2.30.2-1+deb11u2'])
        expect(text).toContain(version);
      expect(text.indexOf(' git ')).toBeLessThan(text.search(/ image\S* +8:/));
      expect(text.split('\n').filter((line) => line.length > width)).toEqual([]);
    }
  });

  it('ends with the command that makes a change of the build of it', async () => {
    const sample = await plan();
    expect(render('table', sample, { width: 80 }).trimEnd().split('\n').slice(-4)).toEqual([
      'Next',
      `  $ plimsoll fix ${sample.subject.reference} --dockerfile Dockerfile`,
      '    shows it as a diff of the files of the build; --try builds it first, --write',
      '    writes it',
    ]);
    expect(render('table', sample, { width: 80, forBuild: true })).not.toContain('Next');
  });
});

describe('a plan for people', () => {
  it('stands on a terminal of any width, with what to do first', async () => {
    for (const width of [60, 80, 120, 200])
      for (const all of [false, true])
        expect(
          render('table', await plan(), { width, all })
            .split('\n')
            .filter((line) => line.length > width),
        ).toEqual([]);
    const text = render('table', await plan(), { width: 120 });
    expect(text.indexOf('setuptools')).toBeGreaterThan(0);
    expect(text).toMatch(
      /PLAN {2}2 steps, 2 packages: 1 of 3 findings of the goal "no fixable" cleared, and up to 1 more if offered: nobody was/,
    );
    expect(text).toMatch(/tensorflow 2\.12\.0 requires numpy<1\.24,>=1\.22/);
    expect(text).toMatch(/2 inherited|3 inherited/);
  });

  it('calls unverified what is in no count, and not what a distribution fixed in its release', async () => {
    const text = render('table', await plan(), { width: 120 });
    const row = (name: string): string => text.split('\n').find((line) => line.startsWith(`   ${name} `)) ?? '';
    expect(row('setuptools')).toMatch(/\u2192 \S+ \? .* 1 [A-Z]+$/);
    expect(text).toContain('   ? unverified, and in no count\n');
    expect(row('openssl')).toMatch(/\u2192 \S+ +\w+ +1 UNKNOWN$/);
    expect(text).toContain("the versions are the advisory's: no package index said");
  });

  it('is Markdown that a text from outside cannot break out of', async () => {
    const sample = await plan();
    const hostile: Plan = {
      ...sample,
      edits: [{ path: 'a|b<c>', before: '', after: '', diff: '', shown: '```\n<script>\n```\n' }],
    };
    const text = render('markdown', hostile);
    expect(text).toContain('````diff\n```\n<script>\n```\n````');
    expect(text).not.toMatch(/<summary>a\|b<c>/);
    expect(text).toContain('| setuptools 58.1.0 \u2192 65.5.1 |');
  });

  it('has a diff that is nothing but the diff', async () => {
    expect(render('diff', await plan())).toBe('--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1 +1 @@\n-a\n+b\n');
  });

  it('refuses a format that it has not', () => {
    expect(() => fixFormatNamed('sarif')).toThrow(/no output format "sarif"/);
    expect(fixFormats.map(({ name }) => name)).toEqual(['table', 'json', 'html', 'markdown', 'diff', 'openvex']);
  });
});
