import { describe, expect, it } from 'vitest';
import { deb, FINDINGS, finding, PACKAGES, planned, report, wheel } from '../../../test/report.ts';
import type { Package, Report } from '../../model.ts';
import { parseGates } from '../../policy/gate.ts';
import { judgeGates } from '../../policy/judge.ts';
import { lengthOf } from '../../terminal/table.ts';
import { pieces, type RenderOptions } from '../report-format.ts';
import { summarize } from './summary.ts';
import { tableReport } from './table.ts';

const render = (value: Report, options: RenderOptions = {}): string =>
  [...pieces(tableReport.render(value, options))].join('');
const lines = (value: Report, options: RenderOptions = {}): string[] => render(value, options).split('\n');
const row = (text: string, start: string): string =>
  text.split('\n').find((line) => line.trim().startsWith(start)) ?? '';
const squeezed = (line: string): string => line.trim().replace(/ +/g, ' ');

describe('the table for people', () => {
  it('says in the first lines what was scanned, by which advisories, and what to do', async () => {
    expect(lines(await planned(report())).slice(0, 6)).toEqual([
      'python:3.9.16  Debian GNU/Linux 11 (bullseye) · linux/amd64 · 9 packages',
      '  from the registry: docker.io/library/python:3.9.16',
      `  sha256:${'d4'.repeat(32)}`,
      '  advisory database of 2023-05-13 (2 days ago): 41,234 records of debian, osv/PyPI',
      '',
      '  FIX FIRST  3 findings have a fix, 2 of them HIGH or worse. 3 more have no fix yet.',
    ]);
  });

  it('says when something fixable is being exploited, unless only the kernel that the container does not bring', async () => {
    const curl = finding('CVE-2023-38545', deb('curl', '7.74.0-1.3+deb11u3'), 'CRITICAL', {
      fixed: '7.74.0-1.3+deb11u10',
      exploited: '2023-10-11',
    });
    expect(render(await planned(report({ findings: [curl], packages: [curl.package] })))).toContain(
      '1 finding has a fix, 1 of them HIGH or worse. 1 is being exploited.',
    );
  });

  it('counts type by severity once per source package, and says what it would be per installed package', () => {
    const text = render(report());
    expect(squeezed(row(text, 'CRITICAL'))).toBe('CRITICAL HIGH MEDIUM LOW NEGLIGIBLE UNKNOWN total fixable');
    expect(squeezed(row(text, 'OS packages'))).toBe('OS packages debian 11 (7) 0 3 0 0 1 1 5 2');
    expect(squeezed(row(text, 'Python'))).toBe('Python (2) 0 0 1 0 0 0 1 1');
    expect(squeezed(row(text, 'total '))).toBe('total 0 3 1 0 1 1 6 3');
    expect(text).toContain(
      'Per installed package, as Trivy and Grype count, it is 11 (7 HIGH, 1 MEDIUM, 2 NEGLIGIBLE, 1 UNKNOWN), 5 fixable.',
    );
  });

  it('says how many findings are in code that the container can load, and marks each package', () => {
    const near = (pkg: Package): Package => ({
      ...pkg,
      exposure: {
        class: pkg.name === 'setuptools' ? 'loaded' : pkg.name === 'linux-libc-dev' ? 'not-code' : 'present',
      },
    });
    const plain = report();
    const start = {
      command: ['python3', 'a.py'],
      by: 'image',
      files: { loaded: 1, importable: 0, callable: 0 },
      notes: [],
    } as const;
    const findings = plain.findings.map((finding) => ({ ...finding, package: near(finding.package) }));
    const text = render({ ...plain, start, findings });
    // What is farther is none of what can be loaded: it stands in a sentence of its own.
    expect(text.replace(/\s+/g, ' ')).toContain(
      'Of 6 findings 1 is in code that this container can load: 1 loaded at start, 0 importable. The other 5: 3 on disk only, 2 in what is no code.',
    );
    expect(text).not.toContain('Gates and goals');
    expect(row(text, 'setuptools 58.1.0')).toContain('loaded');
    expect(row(text, 'openssl 1.1.1n-0+deb11u3  ')).toContain('on disk only');
    const silent = render({
      ...plain,
      start: { ...start, command: [], by: 'nobody', notes: ['there is no start command'] },
    });
    expect(silent).toContain('? there is no start command');
    expect(silent).not.toContain('can load:');
  });

  it('says how many findings a gate on loaded code judges, where it is not known of all others that they are far', () => {
    const start = {
      command: ['sh'],
      by: 'image',
      files: { loaded: 1, importable: 0, callable: 0 },
      notes: [],
    } as const;
    const plain = report();
    const findings = plain.findings.map((finding) => {
      const { package: pkg } = finding;
      const exposure =
        pkg.name === 'setuptools'
          ? ({ class: 'loaded' } as const)
          : pkg.name === 'linux-libc-dev'
            ? ({ class: 'unknown' } as const)
            : ({ class: 'callable', why: 'a shell waits for commands' } as const);
      return { ...finding, package: { ...pkg, exposure } };
    });
    const shown = { ...plain, start, findings };
    const { rules } = judgeGates(shown, parseGates(['loaded']));
    const [caught] = rules;
    expect(caught?.count).toBe(summarize(shown).mayBeLoaded);
    expect(caught?.count).toBeGreaterThan(1);
    expect(render(shown).replace(/\s+/g, ' ')).toContain(
      `Gates and goals on loaded code judge ${caught?.count}: those, and those of which nobody knows whether they are loaded.`,
    );
  });

  it('lists the upgrades that clear everything fixable, each with its command in one line', async () => {
    const text = render(await planned(report()));
    expect(text).toContain('WHAT TO CHANGE  3 upgrades clear 3 of 3 findings with a fix (6 in all)');
    expect(squeezed(row(text, 'openssl'))).toBe('openssl 1.1.1n-0+deb11u3 → 1.1.1n-0+deb11u4 1 HIGH');
    expect(text).toContain(
      'apt-get update && apt-get install -y --no-install-recommends --only-upgrade libssl-dev libssl1.1 linux-libc-dev openssl',
    );
    expect(text).toContain('Python       pip install --no-cache-dir setuptools==65.5.1');
    expect(text).toContain("Not checked: whether the image's own package sources offer these versions; what new");
    expect(text.split('\n')).toContain(
      '  plimsoll fix python:3.9.16   asks the package indexes and the registry; with --dockerfile it writes the change',
    );
  });

  it('says beside the count that nobody asked whether the upgrades are offered, on the first screen as well', async () => {
    const given = await planned(report());
    const line = '  if its package sources and the package indexes offer them (not asked); fix asks';
    for (const all of [true, false]) {
      const lines = render(given, { all }).split('\n');
      expect(lines[lines.findIndex((line) => line.startsWith('WHAT TO CHANGE')) + 1]).toBe(line);
    }
  });

  it('says so too where versions that were looked up one by one may not install together', async () => {
    const given = await planned(report());
    const { changes } = given;
    const steps = changes!.steps.map((step) =>
      step.kind === 'python'
        ? { ...step, commands: ['# these 2 versions were each looked up alone: fix works it out'] }
        : step,
    );
    expect(render({ ...given, changes: { ...changes!, steps } }, { all: true })).toContain(
      'offer them, and they install together (not asked); fix asks',
    );
  });

  it('shows what `fix --goal` would do for what a filter lets through, and names that command', async () => {
    const text = render(await planned(report(), { severity: ['CRITICAL', 'HIGH'] }));
    expect(text).toContain('WHAT TO CHANGE  2 upgrades clear 2 of 2 findings of the goal "no fixable HIGH" (3 in all)');
    expect(text).toContain("plimsoll fix python:3.9.16 --goal 'no fixable HIGH'   asks");
    expect(text).not.toContain('setuptools==');
  });

  it('upgrades to the highest fixed version by the ecosystem and not by the alphabet', async () => {
    const curl = deb('curl', '7.74.0-1.3+deb11u3');
    const findings = ['7.74.0-1.3+deb11u7', '7.74.0-1.3+deb11u14', '7.74.0-1.3+deb11u5'].map((fixed, index) =>
      finding(`CVE-2023-000${index}`, curl, 'LOW', { fixed }),
    );
    expect(squeezed(row(render(await planned(report({ findings, packages: [curl] }))), 'curl'))).toBe(
      'curl 7.74.0-1.3+deb11u3 → 7.74.0-1.3+deb11u14 3 LOW',
    );
  });

  it('groups findings by source package: its version, its binaries and layer in the header, one line for each vulnerability', () => {
    const text = render(report());
    const header = text.split('\n').findIndex((line) => line.startsWith('  openssl 1.1.1n-0+deb11u3  '));
    expect(text.split('\n')[header]).toBe(
      '  openssl 1.1.1n-0+deb11u3  libssl-dev, libssl1.1, openssl · layer 1: ADD file:513c5d5e501279c21a05c1d8b66e5f0b02ee4b27f0928706d9…',
    );
    expect(
      text
        .split('\n')
        .slice(header + 1, header + 3)
        .map(squeezed),
    ).toEqual([
      'CVE-2023-0286 HIGH nvd → 1.1.1n-0+deb11u4 X.400 address type confusion in X.509 GeneralName',
      'CVE-2023-0464 HIGH nvd postponed Excessive resource usage verifying X.509 policy constraints',
    ]);
    expect(text.match(/CVE-2023-0286/g)).toHaveLength(1);
  });

  it('shows states, exploitation and missing ratings as they are', () => {
    const text = render(report());
    expect(squeezed(row(text, 'CVE-2017-13716'))).toBe('CVE-2017-13716 NEGLIGIBLE debian unimportant');
    expect(squeezed(row(text, 'CVE-2013-7445'))).toBe('CVE-2013-7445 UNKNOWN - ignored');
    expect(squeezed(row(text, 'CVE-2023-0266'))).toContain('EXPLOITED since 2023-03-30: Use after free');
    expect(text).toContain("linux 5.10.158-2  headers only: a container runs its host's kernel · linux-libc-dev");
    expect(text).toContain(
      'setuptools 58.1.0  Python · /usr/local/lib/python3.9/site-packages · layer 2: RUN python get-pip.py',
    );
  });
});

describe('an honest zero', () => {
  const clean = { findings: [] };
  it('is called clear where everything was judged', () => {
    expect(render(report(clean))).toContain('CLEAR  No known vulnerability in 9 packages.');
  });
  it('is no zero where nobody speaks of a kind of package', () => {
    const { namespace: _, ...python } = wheel('python', '3.9.16');
    const text = render(report({ ...clean, packages: [...PACKAGES, { ...python, type: 'generic' }] }));
    expect(text).toContain('INCOMPLETE  Nothing found in what could be judged, but 1 package could not be judged.');
    expect(squeezed(row(text, 'Programs'))).toBe('Programs and libraries (1) ? ? ? ? ? ? ? ?');
    expect(text).toContain('? Programs and libraries: not assessed, no feed in the database speaks of them');
  });
  it('is no zero where the database has no feed of the operating system', () => {
    const text = render(
      report({ ...clean, coverage: [{ type: 'deb', namespace: 'Debian:11', packages: 7, assessed: false }] }),
    );
    expect(text).toContain('7 packages could not be judged');
    expect(squeezed(row(text, 'OS packages'))).toContain('? ? ?');
    expect(squeezed(row(text, 'Python'))).toBe('Python (2) 0 0 0 0 0 0 0 0');
  });
  it('is no zero where files could not be read, an OS was not recognised or no package was found', () => {
    const unknowns = [{ path: 'var/lib/dpkg/status', analyzer: 'dpkg', reason: 'larger than 64 MB' }];
    const unread = render(report({ ...clean, unknowns }));
    expect(unread).toContain('1 file could not be read');
    expect(unread).toContain('COULD NOT BE READ');
    expect(squeezed(row(unread, '/var/lib'))).toBe('/var/lib/dpkg/status dpkg larger than 64 MB');
    const notices = [
      { level: 'warning' as const, code: 'os-unknown', message: 'the operating system "honk" is not covered' },
    ];
    const { os: _, ...without } = report({ ...clean, packages: [], notices });
    const unknown = render(without);
    expect(unknown).toContain('operating system not recognised');
    expect(unknown).toContain('no package was found at all, 1 warning below');
    expect(unknown).toContain('! the operating system "honk" is not covered');
  });
  it('says what a filter kept back', () => {
    const text = render(report({ ...clean, filtered: { severity: ['CRITICAL', 'HIGH'], fixable: true, hidden: 361 } }));
    expect(text).toContain(
      'filter: CRITICAL, HIGH, fixable only; kept back: 361 findings, counted per installed package',
    );
    expect(text).toContain(
      'CLEAR  No fixable CRITICAL or HIGH vulnerability in 9 packages. The filter kept back 361 findings, counted per installed package.',
    );
  });
  it('asks to weigh what has no fix', () => {
    const open = FINDINGS.filter((finding) => finding.fix.state !== 'fixed');
    expect(render(report({ findings: open }))).toContain(
      'NOTHING TO UPGRADE  3 known vulnerabilities have no fix yet, 1 HIGH or worse',
    );
  });
});

describe('500 findings', () => {
  const severities = (group: number) =>
    group < 10
      ? (['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NEGLIGIBLE'] as const)
      : (['MEDIUM', 'LOW', 'UNKNOWN'] as const);
  const many = Array.from({ length: 50 }, (_, group) => {
    const pkg = deb(`lib${group}`, '1.0-1');
    return Array.from({ length: 10 }, (_, index) =>
      finding(
        `CVE-2023-${1000 + group * 10 + index}`,
        pkg,
        severities(group).at((group + index) % severities(group).length)!,
        {
          ...(group < 5 ? { fixed: `1.0-${index + 2}` } : {}),
          title: 'A flaw in a parser',
        },
      ),
    );
  }).flat();
  const value = report({ findings: many, packages: many.map((finding) => finding.package) });

  it('fit 60 lines of a terminal: the worst shown, the rest counted, nothing dropped in silence', () => {
    const text = render(value, { width: 120 });
    const shown = (text.match(/CVE-\d+-\d+/g) ?? []).length;
    const [, rest = ''] = / {2}and 48\d more: (.*)/.exec(text) ?? [];
    const counted = [...rest.matchAll(/(\d+) [A-Z]+/g)].reduce((sum, [, number]) => sum + Number(number), 0);
    expect(shown).toBeGreaterThan(10);
    expect(shown + counted).toBe(many.length);
    expect(text).toContain(`WORST FINDINGS  ${shown} shown; all 500 are in 50 packages`);
    expect(text.match(/^ {2}CVE-\d+-\d+ +\S+/gm)?.every((line) => line.endsWith('CRITICAL'))).toBe(true);
    expect(text).not.toContain('FINDINGS BY PACKAGE');
  });

  it('name the version as well where two lines would look the same', () => {
    const both = ['8.1.2', '9.5.0'].map((version) =>
      finding('CVE-2023-4863', wheel('Pillow', version), 'CRITICAL', { fixed: '10.0.1' }),
    );
    const lines = (text: string) => text.match(/^ {2}CVE-2023-4863 .*/gm)!.map((line) => line.split(/ {2,}/)[3]);
    const rows = [...both, ...many];
    const told = render(report({ findings: rows, packages: rows.map((row) => row.package) }), { width: 80 });
    expect(lines(told)).toEqual(['Pillow 8.1.2', 'Pillow 9.5.0']);
    const [sample] = both;
    const single = [sample!, ...many];
    expect(
      lines(render(report({ findings: single, packages: single.map((row) => row.package) }), { width: 80 })),
    ).toEqual(['Pillow']);
  });

  it.each([80, 120, 200])(
    'fit 60 lines of %i columns with warnings, risks, unreadable files and a gate as well',
    async (width) => {
      const evidence = wheel('a', '1').evidence[0]!;
      const crowded = await planned({
        ...value,
        notices: Array.from({ length: 6 }, (_, index) => ({
          level: index < 4 ? ('warning' as const) : ('info' as const),
          code: `x${index}`,
          message: `remark ${index} ${'word '.repeat(80)}`,
        })),
        risks: Array.from({ length: 9 }, (_, index) => ({
          category: 'model' as const,
          rule: `rule-${index}`,
          severity: 'HIGH' as const,
          title: `Danger ${index}`,
          evidence: { ...evidence, path: `models/${index}.pkl` },
        })),
        unknowns: Array.from({ length: 9 }, (_, index) => ({ path: `f${index}`, analyzer: 'dpkg', reason: 'broken' })),
        gate: {
          passed: false,
          rules: [{ gate: 'HIGH', passed: false, count: 90, examples: ['CVE-2023-1000 in lib0'] }],
        },
      });
      const text = render(crowded, { width }).trimEnd();
      expect(text.split('\n').length).toBeLessThanOrEqual(60);
      for (const said of [
        '  ! remark 3 word',
        'RISKS IN FILES AND CONFIGURATION  9',
        'and 7 more: --all',
        'GATE SHUT',
        'upgrades clear 50 of 50 findings with a fix (500 in all)',
        'and 2 more upgrades',
      ])
        expect(text).toContain(said);
      expect(text.slice(text.lastIndexOf('  --all'))).toMatch(
        /^ {2}--all shows the rest: all 500 findings, .*2\s+remarks/s,
      );
    },
  );

  it.each([60, 80, 120])(
    'are 60 lines of %i columns with much of everything: long warnings, gates, risks, unread files',
    async (width) => {
      const warning = (index: number) => ({
        level: 'warning' as const,
        code: `w${index}`,
        message: `word${index} `.repeat(60),
      });
      const rules = Array.from({ length: 5 }, (_, index) => ({
        gate: `rule-${index}`,
        passed: false,
        count: 90,
        examples: ['CVE-2023-1000 in lib0'],
        unjudged: ['the package database was deleted '.repeat(12)],
      }));
      const crowded = await planned({
        ...value,
        notices: Array.from({ length: 7 }, (_, index) => warning(index)),
        unknowns: Array.from({ length: 9 }, (_, index) => ({
          path: `opt/${'x/'.repeat(40)}${index}`,
          analyzer: 'pickle',
          reason: 'cut off '.repeat(20),
        })),
      });
      const text = render({ ...crowded, gate: { passed: false, rules } }, { width }).trimEnd();
      expect(text.split('\n').length).toBeLessThanOrEqual(60);
      for (const line of text.split('\n')) expect(lengthOf(line)).toBeLessThanOrEqual(width);
      for (const said of [
        /more warnings?: --all/,
        /WHAT TO CHANGE/,
        /WORST FINDINGS/,
        /GATE SHUT/,
        /more rules: --all/,
      ])
        expect(text).toMatch(said);
    },
  );

  it('say of each rule of a shut gate at most three lines, of three of them, and all of it with --all', () => {
    const rules = Array.from({ length: 6 }, (_, index) => ({
      gate: `rule-${index}`,
      passed: false,
      count: 90,
      examples: ['CVE-2023-1000 in lib0'],
      unjudged: ['the package database was deleted '.repeat(12)],
    }));
    const shut = { ...value, gate: { passed: false, rules } };
    const text = render(shut, { width: 80 });
    const block = text.slice(text.indexOf('  GATE SHUT'), text.indexOf('  --all shows')).trimEnd().split('\n');
    expect(block.slice(-4, -1).map((line) => line.trim().slice(0, 9))).toEqual(['rule-2: 9', 'the packa', '\u2026']);
    expect(block.at(-1)).toBe('    and 3 more rules: --all');
    expect(block.length).toBeLessThanOrEqual(12);
    expect(render(shut, { width: 80, all: true })).toContain('rule-5: 90 caught');
  });

  it('say at the head that a gate is shut, where all of it is printed, and in the last lines by which rule', () => {
    const rules = [{ gate: 'HIGH', passed: false, count: 90, examples: ['CVE-2023-1000 in lib0'] }];
    const lines = render({ ...value, gate: { passed: false, rules } }, { all: true })
      .trimEnd()
      .split('\n');
    const said = lines.flatMap((line, at) => (line.includes('GATE SHUT') ? [at] : []));
    expect(said).toEqual([expect.any(Number), lines.length - 2]);
    expect(said[0]).toBeLessThan(10);
    expect(lines.at(-1)).toContain('HIGH: 90 caught');
    const open = render({ ...value, gate: { passed: true, rules: [] } }, { all: true });
    expect(open.split('GATE OPEN')).toHaveLength(2);
  });

  it('name of the changes the three that clear most, and not the headers of the kernel', async () => {
    const of = (name: string, source: string, count: number) =>
      Array.from({ length: count }, (_, index) =>
        finding(`CVE-2024-${count}${index}`, deb(name, '1.0-1', source), 'LOW', { fixed: '1.0-2' }),
      );
    const findings = [
      ...of('linux-libc-dev', 'linux', 40),
      ...[9, 8, 7, 6].flatMap((count) => of(`lib${count}`, `lib${count}`, count)),
    ];
    const text = render(await planned(report({ findings, packages: findings.map((finding) => finding.package) })), {
      width: 80,
    });
    const changes = text.slice(text.indexOf('WHAT TO CHANGE'), text.indexOf('WORST FINDINGS')).split('\n');
    expect(changes.slice(3, 6).map(squeezed)).toEqual([9, 8, 7].map((n) => `lib${n} 1.0-1 → 1.0-2 ${n} LOW`));
    expect(changes[6]).toContain('and 2 more upgrades');
    const made = await planned(report({ findings, packages: findings.map((finding) => finding.package) }));
    const steps = made.changes!.steps.map((step) => ({
      ...step,
      changes: step.changes.map((change) => (change.name === 'lib6' ? { ...change, unsure: true as const } : change)),
    }));
    const doubted = render({ ...made, changes: { ...made.changes!, steps } }, { width: 80 });
    expect(doubted).toContain('and 1 more upgrade; 1 more if offered');
    // Where all are in doubt the verdict does not call them impossible: they stand below.
    const unsure = steps.map((step) => ({
      ...step,
      changes: step.changes.map((change) => ({ ...change, unsure: true as const })),
    }));
    const inDoubt = render({ ...made, changes: { ...made.changes!, steps: unsure } }, { width: 80 });
    expect(inDoubt.replace(/\s+/g, ' ')).toContain(
      'FIX FIRST 70 findings have a fix, none of them HIGH or worse: no upgrade is sure to be offered.',
    );
    // In the whole list a sign says so, and a remark of one row stands behind what that clears.
    const [first, ...others] = steps[0]!.changes;
    const remarked = [{ ...steps[0]!, changes: [{ ...first!, more: 3 }, ...others] }];
    const listed = render({ ...made, changes: { ...made.changes!, steps: remarked } }, { width: 100, all: true });
    const rows = listed.slice(listed.indexOf('WHAT TO CHANGE')).split('\n').map(squeezed);
    expect(rows).toContain('lib6 1.0-1 → 1.0-2 ? 6 LOW');
    expect(rows).toContain('? unverified, and in no count');
    expect(rows.join('\n')).toMatch(new RegExp(`^${first!.name} .*LOW; 3 more if a newer one is`, 'm'));
    expect(squeezed(text.split('WORST FINDINGS')[1]!.split('\n')[2]!)).toMatch(/^CVE-2024-\d+ LOW lib/);
  });

  it.each([60, 72, 80, 120])(
    'are 60 lines of %i columns where each sentence about the counts is long, and what is cut off says so',
    async (width) => {
      const evidence = wheel('a', '1').evidence[0]!;
      const assessment = {
        packages: 565,
        assessed: 502,
        notAssessed: (['cache', 'owned', 'declared', 'no-ecosystem'] as const).map((reason) => ({
          reason,
          packages: 15,
        })),
        recovered: [],
        system: { by: 'release-file' as const },
        files: 10_000,
        unreadable: 1,
        complete: false,
      };
      const crowded = await planned({
        ...value,
        packages: [
          ...value.packages,
          ...['npm', 'maven', 'golang', 'cargo', 'gem', 'nuget', 'composer', 'hex'].map((type) => ({
            ...wheel('b', '1'),
            type,
            purl: `pkg:${type}/b@1`,
          })),
        ],
        assessment,
        start: { command: ['python3'], notes: ['python waits for commands and may load anything '.repeat(6)] } as never,
        notices: Array.from({ length: 4 }, (_, index) => ({
          level: 'warning' as const,
          code: `w${index}`,
          message: 'word '.repeat(60),
        })),
        risks: Array.from({ length: 9 }, (_, index) => ({
          category: index < 5 ? ('model' as const) : ('secret' as const),
          rule: `rule-${index}`,
          severity: 'HIGH' as const,
          title: `Danger ${'in a file '.repeat(12)}${index}`,
          evidence: { ...evidence, path: `opt/${'models/'.repeat(20)}${index}.pkl` },
        })),
      });
      const text = render(crowded, { width }).trimEnd();
      expect(text.split('\n').length).toBeLessThanOrEqual(60);
      for (const line of text.split('\n')) expect(lengthOf(line)).toBeLessThanOrEqual(width);
      for (const said of ['WHAT TO CHANGE', 'WORST FINDINGS', '--all shows the rest']) expect(text).toContain(said);
      expect(text).toMatch(/^ {2}and [78] more: --all shows them$/m);
    },
  );

  it.each([40, 50])('fit a terminal of %i rows at once, which then hears the verdict once', async (height) => {
    const text = render(await planned(value), { width: 100, height }).trimEnd();
    // A line for what the shell writes after it.
    expect(text.split('\n').length).toBeLessThan(height);
    expect(text.match(/^ {2}CVE-/gm)!.length).toBeGreaterThanOrEqual(8);
    expect(text.split('FIX FIRST')).toHaveLength(2);
    expect(render(await planned(value), { width: 100, height: 24 })).toBe(render(await planned(value), { width: 100 }));
  });

  it('are told of before the notes on their numbers, which are a line each with what tells more; only warnings come first', async () => {
    const plain = await planned(value);
    const start = {
      command: ['python3'],
      by: 'image',
      files: { loaded: 1, importable: 0, callable: 0 },
      notes: [],
    } as const;
    const findings = plain.findings.map((finding, index) => ({
      ...finding,
      package: {
        ...finding.package,
        exposure: index < 3 ? ({ class: 'loaded' } as const) : ({ class: 'unknown', why: 'a shell waits' } as const),
      },
    }));
    const assessment = {
      packages: 500,
      assessed: 498,
      notAssessed: [{ reason: 'cache' as const, packages: 2 }],
      recovered: [],
      system: { by: 'release-file' as const },
      files: 10,
      unreadable: 0,
      complete: false,
    };
    const notices = [
      { level: 'warning' as const, code: 'database-emptied', message: `the database was emptied ${'x '.repeat(90)}` },
    ];
    const noted = { ...plain, findings, start, assessment, notices };
    const text = render(noted, { width: 120, height: 50 });
    const at = (words: string) => text.indexOf(words);
    expect(at('! the database was emptied')).toBeGreaterThan(at('FIX FIRST'));
    expect(at('! the database was emptied')).toBeLessThan(at('CRITICAL  HIGH'));
    const notes = text
      .slice(at('  and 4'))
      .split('\n')
      .filter((line) => /^ {2}(reach|assessed|data) /.test(line));
    expect(notes.map(squeezed)).toEqual([
      'reach 3 of 500 in code that this container can load; gates on loaded code judge 500; a shell… plimsoll exposure',
      'assessed 498 of 500 packages; 2 not: 2 in package caches --all',
      'data advisory database of 2023-05-13 (2 days ago): 41,234 records of debian, osv/PyPI plimsoll db status',
    ]);
    // None of it is lost: all sentences stand under the findings where there is room.
    const whole = render(noted).replace(/\s+/g, ' ');
    for (const said of ['3 loaded at start', '? a shell waits', 'assessed 498 of 500 packages'])
      expect(whole.indexOf(said)).toBeGreaterThan(whole.indexOf('ABOUT THE NUMBERS'));
    expect(whole.indexOf('ABOUT THE NUMBERS')).toBeGreaterThan(whole.lastIndexOf('CVE-2023-'));
  });

  it('leave risks that are lesser than HIGH to the counts, and say how to see them', () => {
    const risk = {
      category: 'model' as const,
      rule: 'calls',
      severity: 'MEDIUM' as const,
      title: 'loading it calls functions',
      evidence: wheel('a', '1').evidence[0]!,
    };
    const text = render({ ...value, risks: [risk] }, { width: 120 });
    expect(text).not.toContain('RISKS IN FILES');
    expect(squeezed(row(text, 'Risks: model'))).toBe('Risks: model 0 0 1 0 0 0 1');
    expect(text).toContain('--all shows the rest: all 500 findings, 1 lesser risk');
  });

  it('overflow no terminal, from 60 to 200 columns', () => {
    const long = {
      ...value,
      subject: { ...value.subject, reference: '/srv/images/a/rather/long/path/to/an/image.docker.tar' },
    };
    for (const width of [60, 80, 120, 200])
      expect(
        render(long, { width })
          .split('\n')
          .filter((line) => [...line].length > width),
      ).toEqual([]);
  });

  it('take 60 lines of 60 columns as well, with whole versions in place of the first letters of titles', async () => {
    const text = render(await planned(value), { width: 60 });
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
    expect(text).toMatch(/^ {2}vulnerability +severity +package +fix or state$/m);
  });

  it('end with the verdict again, because the beginning has left the screen', () => {
    const verdict = render(value, { width: 120 })
      .split('\n')
      .filter((line) => line.startsWith('  FIX FIRST'));
    expect(verdict).toHaveLength(2);
    expect(verdict[0]).toBe(`${verdict[1]} 450 more have no fix yet.`);
  });

  it('say once what the count of upgrades rests on, beside it, and give no such count elsewhere', async () => {
    const lines = render(await planned(value), { width: 200 }).split('\n');
    const counts = lines.flatMap((line, at) => (/upgrades? clears? \d/.test(line) ? [at] : []));
    const clauses = lines.flatMap((line, at) => (line.includes('(not asked)') ? [at] : []));
    expect([counts.length, clauses]).toEqual([1, [counts[0]! + 1]]);
  });

  it('are all there in a pipe and with --all', () => {
    for (const options of [{}, { width: 120, all: true }])
      expect(render(value, options).match(/CVE-\d+-\d+/g)).toHaveLength(many.length);
  });

  it('are no wider in a file than 160 columns, whatever a publisher calls a title', () => {
    const wordy = finding('CVE-2023-1', deb('liba', '1.0-1'), 'HIGH', { title: 'word '.repeat(100) });
    const text = render(report({ findings: [wordy] }));
    for (const line of text.split('\n')) expect(lengthOf(line)).toBeLessThanOrEqual(160);
    expect(text).toMatch(/CVE-2023-1 .* word word \S*\u2026$/m);
  });

  it.each([80, 120, 200])('never exceed a terminal of %i columns', (width) => {
    const noisy = report({
      findings: many,
      notices: [{ level: 'warning', code: 'x', message: 'word '.repeat(60) }],
      unknowns: [{ path: 'x/'.repeat(100), analyzer: 'dpkg', reason: 'y '.repeat(80) }],
    });
    for (const line of lines(noisy, { width })) expect(lengthOf(line)).toBeLessThanOrEqual(width);
  });
});

describe('a finding without a title', () => {
  const described = (description: string) => ({
    ...finding('CVE-2023-1', deb('curl', '7.74.0-1'), 'LOW'),
    description,
  });
  it('shows the first sentence of its description', () => {
    const text = render(
      report({ findings: [described('A flaw in curl 7.87.0 lets\n  servers read memory. It was found by nobody.')] }),
    );
    expect(squeezed(row(text, 'CVE-2023-1'))).toBe(
      'CVE-2023-1 LOW nvd open A flaw in curl 7.87.0 lets servers read memory.',
    );
  });
});

describe('what is being exploited', () => {
  const glibc = deb('libc6', '2.31-13+deb11u5', 'glibc');
  const findings = [
    ...Array.from({ length: 30 }, (_, index) =>
      finding(`CVE-2024-${1000 + index}`, glibc, 'HIGH', { fixed: '2.31-13+deb11u10' }),
    ),
    finding('CVE-2023-4911', glibc, 'UNKNOWN', { fixed: '2.31-13+deb11u7', exploited: '2023-11-21' }),
    ...Array.from({ length: 20 }, (_, index) =>
      finding(`CVE-2023-${2000 + index}`, deb('curl', '7.74.0-1'), 'CRITICAL', { fixed: '7.74.0-2' }),
    ),
  ];
  it('is shown however it is rated and however much there is, and its package first', () => {
    const text = render(report({ findings }), { width: 120 });
    expect(text).toContain('EXPLOITED since 2023-11-21');
    expect(text.indexOf('  glibc 2.31')).toBeLessThan(text.indexOf('  curl 7.74'));
  });
});

describe('the headers of the kernel', () => {
  it("come last among what can be fixed, since a container runs its host's kernel", () => {
    const findings = [
      finding('CVE-2024-36971', deb('linux-libc-dev', '5.10.158-2', 'linux'), 'CRITICAL', {
        fixed: '5.10.221-1',
        exploited: '2024-08-07',
      }),
      finding('CVE-2023-0996', deb('libheif1', '1.11.0-1', 'libheif'), 'LOW', { fixed: '1.11.0-1+deb11u2' }),
    ];
    const text = render(report({ findings }));
    expect(text.indexOf('  libheif 1')).toBeLessThan(text.indexOf('  linux 5'));
    expect(text).not.toContain('being exploited');
  });
});

describe('hostile names', () => {
  it('reach neither the terminal as escapes nor a shell as commands', async () => {
    const evil = deb('x\u001b[2J; rm -rf $HOME', '1.0');
    const text = render(
      await planned(report({ findings: [finding('CVE-2023-1', evil, 'HIGH', { fixed: '2.0' })], packages: [evil] })),
    );
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('--only-upgrade');
  });
  it('are coloured only where colours were asked for', () => {
    expect(render(report(), { colour: true })).toContain('\u001b[');
    expect(render(report())).not.toContain('\u001b');
    expect(render(report(), { colour: true, width: 100 }).replace(/\u001b\[[\d;]*m/g, '')).toBe(
      render(report(), { width: 100 }),
    );
  });
});

describe('copies that no package manager upgrades', () => {
  const inPip = { ...wheel('urllib3', '1.26.8'), role: 'vendored' as const };
  const vendored = {
    ...inPip,
    evidence: [{ ...inPip.evidence[0]!, path: 'usr/local/lib/python3.9/site-packages/pip/_vendor/vendor.txt' }],
  };
  const declared = {
    ...wheel('flask', '1.0'),
    role: 'declared' as const,
    evidence: [{ ...inPip.evidence[0]!, path: 'app/poetry.lock' }],
  };
  const given = report({
    packages: [vendored, declared, wheel('setuptools', '58.1.0')],
    findings: [
      finding('CVE-2023-43804', vendored, 'HIGH', { fixed: '1.26.17' }),
      finding('CVE-2023-30861', declared, 'HIGH', { fixed: '2.2.5' }),
      finding('CVE-2022-40897', wheel('setuptools', '58.1.0'), 'MEDIUM', { fixed: '65.5.1' }),
    ],
  });
  it('are not in the command, and it is said why they stay', async () => {
    const text = render(await planned(given));
    expect(text).toContain('WHAT TO CHANGE  1 upgrade clears 1 of 3 findings');
    expect(text).toContain(' pip install --no-cache-dir setuptools==65.5.1\n');
    expect(text).toContain("1 stays: a copy within another package: that one's publisher has to renew it (urllib3)");
    expect(text).toContain(
      '1 stays: declared in app/poetry.lock, not installed: declare the newest version beside its findings (flask)',
    );
  });
  it('have no plan where none was asked for', () => {
    expect(render(given)).not.toContain('WHAT TO CHANGE');
    expect(render(given)).toContain('FIX FIRST  3 findings have a fix, 2 of them HIGH or worse.');
  });
  const text = render(given);
  it('are where their file is, installed ones where their folder is', () => {
    expect(text).toContain(
      'urllib3 1.26.8  Python · vendored · /usr/local/lib/python3.9/site-packages/pip/_vendor/vendor.txt · layer 2',
    );
    expect(text).toContain('setuptools 58.1.0  Python · /usr/local/lib/python3.9/site-packages · layer 2');
  });
});

describe('dangerous files', () => {
  const evidence = wheel('a', '1').evidence[0]!;
  const risk = (severity: 'CRITICAL' | 'LOW') => ({
    category: 'model' as const,
    rule: 'pickle-calls-os-system',
    severity,
    title: 'Runs a command when it is loaded',
    detail: "os.system('id')",
    evidence: { ...evidence, path: 'models/a.pkl' },
  });
  it('on a terminal and in a file, the same risk of many files is named once, with the first of them; --all has a row for each', () => {
    const pickle = (path: string) => ({
      ...risk('LOW'),
      evidence: { ...risk('LOW').evidence, path },
    });
    const risks = ['a/1.pkl', 'a/2.pkl', 'a/3.pkl'].map(pickle);
    const text = render(report({ findings: [], risks }), { width: 120 });
    expect(text).toContain('RISKS IN FILES AND CONFIGURATION  3');
    expect(text).toContain('/a/1.pkl and 2 more');
    expect(text).not.toContain('a/2.pkl');
    expect(render(report({ findings: [], risks }))).toContain('/a/1.pkl and 2 more');
    expect(render(report({ findings: [], risks }), { width: 120, all: true })).toContain('/a/3.pkl');
    const grave = risks.map((known) => ({ ...known, severity: 'HIGH' as const }));
    const whole = render(report({ findings: [], risks: grave }));
    for (const path of ['/a/1.pkl', '/a/2.pkl', '/a/3.pkl']) expect(whole).toContain(path);
    expect(whole).not.toContain('and 2 more');
  });

  it('are never called clear, however few vulnerabilities there are', () => {
    const text = render(report({ findings: [], risks: [risk('CRITICAL')] }));
    expect(text).toContain('LOOK FIRST  1 file is dangerous (see the risks). No known vulnerability in 9 packages.');
    expect(squeezed(row(text, 'Risks: model'))).toBe('Risks: model 1 0 0 0 0 0 1');
    expect(squeezed(row(text, 'CRITICAL  model'))).toBe(
      "CRITICAL model Runs a command when it is loaded (os.system('id')) /models/a.pkl",
    );
    expect(render(report({ risks: [risk('CRITICAL')] }))).toContain(
      'FIX FIRST  1 file is dangerous (see the risks). 3 findings have a fix',
    );
  });
  it('of little danger do not change the word', () => {
    expect(render(report({ findings: [], risks: [risk('LOW')] }))).toContain(
      'CLEAR  No known vulnerability in 9 packages. 1 lesser risk in files.',
    );
  });
});

describe('what was not judged', () => {
  it('is said beside what was found', () => {
    const { namespace: _, ...conda } = { ...wheel('mkl', '2021.4.0'), type: 'conda' };
    const text = render(
      report({
        packages: [...PACKAGES, conda],
        notices: [
          { level: 'warning', code: 'no-ecosystem', message: 'no publisher speaks of 1 packages: not assessed' },
        ],
      }),
    );
    expect(text).toContain('3 more have no fix yet. Besides, 1 package could not be judged.');
    expect(text).not.toContain('no publisher speaks of');
  });
});

/** Every place of a value that holds a text. */
function* texts(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (typeof value === 'string') yield path;
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) yield* texts(inner, [...path, key]);
}

function withText(value: Report, path: readonly string[], text: string): Report {
  const copy = structuredClone(value) as unknown as Record<string, unknown>;
  const holder = path.slice(0, -1).reduce((inner, key) => inner[key] as Record<string, unknown>, copy);
  holder[path.at(-1)!] = text;
  return copy as unknown as Report;
}

describe('a text from outside that a terminal would obey', () => {
  /** What the schema of a report leaves to no one: words of a list, times. */
  const CLOSED =
    /^(?:severity|created|built|dataDate|class|state|category|level|source|kind|type|recovered|reason|modified|unsure)$/;
  const HOSTILE = `${'a'.repeat(90)}\n${'b'.repeat(60)}\r\u001b[2J\u202e`;
  /** A word of a command is never broken, since half a command is none: of these only the control characters are looked for. */
  const COMMANDS = /^changes\.(?:command|steps\.\d+\.commands\.\d+)$/;

  it('breaks no line and makes none wider than 80 columns, wherever it stands', async () => {
    const unknown = { path: 'a.pkl', analyzer: 'pickle', reason: 'too deep', layer: 0 };
    const plan = await planned(report({ unknowns: [unknown as never], findings: FINDINGS.slice(-9) }));
    // One of each kind of place: what the first of a list shows, the others do.
    const places = new Map([...texts(plan)].reverse().map((path) => [path.join('.').replace(/\d+/g, '*'), path]));
    const broken = new Set<string>();
    for (const path of places.values()) {
      if (CLOSED.test(path.at(-1)!)) continue;
      const place = path.join('.');
      for (const all of [false, true]) {
        const shown = render(withText(plan, path, HOSTILE), { width: 80, all });
        if (/[\p{Cc}\p{Cf}]/u.test(shown.replaceAll('\n', '')) || /^b{60}/m.test(shown)) broken.add(place);
        if (!COMMANDS.test(place) && shown.split('\n').some((line) => lengthOf(line) > 80))
          broken.add(`${place}: wide`);
      }
    }
    expect([...broken]).toEqual([]);
    expect(places.size).toBeGreaterThan(40);
  });
});
