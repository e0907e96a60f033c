import { describe, expect, it } from 'vitest';
import { deb, report } from '../../../test/report.ts';
import { fixedStatement } from '../../../test/statements.ts';
import { memoryStore } from '../../advisories/store/memory.ts';
import { match } from '../../matching/match.ts';
import type { ExposureClass, Package, StartPicture, Statement } from '../../model.ts';
import { parseGoal } from '../goal.ts';
import { makePlan } from './make-plan.ts';

const SITE = 'usr/local/lib/python3.9/site-packages';
const START: StartPicture = {
  command: ['python3', 'serve.py'],
  by: 'image',
  files: { loaded: 3, importable: 0, callable: 0 },
  notes: [],
};

const system = (name: string, reach: ExposureClass, more: Partial<Package> = {}): Package => ({
  ...deb(name, '1.0-1'),
  exposure: { class: reach },
  ...more,
});
const dist = (name: string, reach: ExposureClass, requires: readonly string[] = []): Package => ({
  type: 'pypi',
  name,
  version: '1.0',
  namespace: 'PyPI',
  purl: `pkg:pypi/${name}@1.0`,
  requires,
  exposure: { class: reach },
  evidence: [{ path: `${SITE}/${name}-1.0.dist-info/METADATA`, analyzer: 'python-dist', layer: 0, diffID: 'sha256:1' }],
});
const apt = system('apt', 'present', { properties: { kept: 'by the system' } });

/** Every package named has an open finding. */
const statements = (packages: readonly Package[], names: readonly string[]): Statement[] =>
  packages
    .filter(({ name }) => names.includes(name))
    .map(({ name, namespace = 'Debian:11' }) =>
      fixedStatement(
        namespace === 'PyPI' ? 'pysec' : 'debian',
        namespace,
        name,
        `CVE-2024-${1000 + names.indexOf(name)}`,
        '',
        { state: 'open', ranges: [{}] },
      ),
    );

async function removal(
  packages: readonly Package[],
  affected: readonly string[],
  start: StartPicture | undefined = START,
) {
  const store = memoryStore({ statements: statements(packages, affected) });
  const { findings } = match(packages, store);
  const { plan } = await makePlan({
    report: { ...report({ packages, findings, database: store.info }), ...(start && { start }) },
    store,
    goal: parseGoal('no fixable'),
    base: { layers: 0, by: 'unknown', evidence: [] },
    introduced: new Map(),
    majors: 'needed',
  });
  return plan.steps.find(({ id }) => id === 'remove-unloaded');
}

/** What the plan says where taking out was asked for. */
async function saidOf(packages: readonly Package[], affected: readonly string[], start?: StartPicture) {
  const store = memoryStore({ statements: statements(packages, affected) });
  const { findings } = match(packages, store);
  const { plan } = await makePlan({
    report: { ...report({ packages, findings, database: store.info }), ...(start && { start }) },
    ...{ store, goal: parseGoal('no fixable'), base: { layers: 0, by: 'unknown', evidence: [] } as const },
    ...{ introduced: new Map(), majors: 'needed' as const, removeUnloaded: true },
  });
  return plan.notices.filter(({ code }) => code === 'nothing-unloaded').map(({ message }) => message);
}

describe('taking out what nothing loads, where it was asked for and nothing can be', () => {
  const held = [system('rsync', 'present'), system('tool', 'loaded', { requires: ['rsync'] })];

  it.each([
    ['no start command', [apt, ...held], undefined, 'nothing is taken out: the image has no start command'],
    [
      'everything near',
      [apt, system('rsync', 'loaded'), system('tool', 'unknown')],
      START,
      'each package with findings is loaded, may be imported or called, or is no code; of 1 it cannot be told',
    ],
    [
      'needed by what stays',
      [apt, ...held],
      START,
      '1 package with findings that nothing loads has to stay (rsync): what stays needs them',
    ],
    ['no apt', held, START, '(rsync): the image has no apt'],
  ])('is said: %s', async (_, packages, start, words) => {
    const said = await saidOf(packages, ['rsync', 'tool'], start);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(words);
  });

  it('is not said where something is', async () => {
    expect(await saidOf([apt, system('rsync', 'present')], ['rsync'], START)).toEqual([]);
  });
});

describe('taking out what nothing loads', () => {
  it('names what has findings and is out of reach, with what needs it, and what that clears', async () => {
    const packages = [
      apt,
      system('libaom0', 'present'),
      system('libheif1', 'present', { requires: ['libaom0 (>= 1.0)'] }),
      system('libssl1.1', 'loaded'),
      system('rsync', 'present'),
      system('idle', 'present'),
    ];
    const step = await removal(packages, ['libaom0', 'rsync', 'libssl1.1']);
    expect(step).toMatchObject({
      title: 'take out 3 packages that nothing loads',
      commands: ['apt-get purge -y libaom0 libheif1 rsync'],
      applied: false,
    });
    expect(step?.clears.map(({ name }) => name).sort()).toEqual(['libaom0', 'rsync']);
    expect(step?.risk.why[0]).toContain('python3 serve.py');
    expect(step?.risk.why[0]).toContain('1 without a finding go along');
  });

  it.each<[string, Package[]]>([
    ['what stays depends on it', [system('other', 'loaded', { requires: ['rsync'] })]],
    ['one that cannot be judged depends on it', [system('other', 'unknown', { requires: ['rsync'] })]],
    ['what others read depends on it', [system('ca-certificates', 'present', { requires: ['rsync'] })]],
    ['what is no code depends on it', [system('tables', 'not-code', { requires: ['rsync (>= 1)'] })]],
    ['it is the only one of several that another needs', [system('other', 'loaded', { requires: ['scp | rsync'] })]],
  ])('leaves a package where %s', async (_, others) => {
    expect(await removal([apt, system('rsync', 'present'), ...others], ['rsync'])).toBeUndefined();
  });

  it('takes one that provides the same as one that stays, and leaves the only one', async () => {
    const server = system('exim4', 'present', { properties: { provides: 'mail-transport-agent' } });
    const other = system('postfix', 'loaded', { properties: { provides: 'mail-transport-agent (= 1), mta' } });
    const needs = system('cron', 'loaded', { requires: ['mail-transport-agent'] });
    expect(await removal([apt, server, needs], ['exim4'])).toBeUndefined();
    expect((await removal([apt, server, other, needs], ['exim4']))?.commands).toEqual(['apt-get purge -y exim4']);
  });

  it.each<[string, Package]>([
    ['what the system keeps', system('bash', 'present', { properties: { kept: 'by the system' } })],
    ['what is importable', system('bash', 'importable')],
    ['what a script may call', system('bash', 'callable')],
    ['what cannot be told', system('bash', 'unknown')],
    ['data', system('bash', 'not-code')],
  ])('never takes %s', async (_, pkg) => {
    expect(await removal([apt, pkg], ['bash'])).toBeUndefined();
  });

  it('is nothing without a start command, or without apt', async () => {
    const rsync = system('rsync', 'present');
    expect(await removal([apt, rsync], ['rsync'], { ...START, by: 'nobody', command: [] })).toBeUndefined();
    expect(await removal([rsync], ['rsync'])).toBeUndefined();
    expect(await removal([apt, rsync], ['rsync'])).toBeDefined();
  });

  it('takes Python distributions out by pip: none that one that stays requires, and none without metadata', async () => {
    const packages = [
      dist('flask', 'present', ['werkzeug']),
      dist('werkzeug', 'present'),
      dist('requests', 'loaded', ['urllib3']),
      dist('urllib3', 'present'),
      { ...dist('bare', 'present'), recovered: 'code' as const },
      dist('idle', 'present'),
    ];
    const step = await removal(packages, ['werkzeug', 'urllib3', 'bare']);
    expect(step?.commands).toHaveLength(1);
    expect(step?.commands[0]).toMatch(/ uninstall -y flask werkzeug$/);
    expect(step?.clears.map(({ name }) => name)).toEqual(['werkzeug']);
  });
});

describe('what is planned beside taking out', () => {
  const fixable = (namespace: string, name: string, number: number, fixed: string): Statement => ({
    id: `CVE-2024-${number}`,
    source: namespace === 'PyPI' ? 'pysec' : 'debian',
    namespace,
    package: name,
    aliases: [],
    state: 'fixed',
    ranges: [{ fixed }],
    ratings: [],
  });
  const packages = [
    apt,
    system('rsync', 'present'),
    system('libssl1.1', 'loaded'),
    dist('pillow', 'present'),
    dist('requests', 'loaded'),
  ];
  const plan = async (removeUnloaded: boolean) => {
    const store = memoryStore({
      statements: [
        fixable('Debian:11', 'rsync', 1, '1.0-2'),
        fixable('Debian:11', 'libssl1.1', 2, '1.0-2'),
        fixable('PyPI', 'pillow', 3, '1.1'),
        fixable('PyPI', 'requests', 4, '1.1'),
      ],
    });
    const { findings } = match(packages, store);
    const made = await makePlan({
      report: { ...report({ packages, findings, database: store.info }), start: START },
      store,
      goal: parseGoal('no fixable'),
      base: { layers: 0, by: 'unknown', evidence: [] },
      introduced: new Map(),
      majors: 'needed',
      removeUnloaded,
    });
    return made.plan;
  };
  const changed = ({ steps }: Awaited<ReturnType<typeof plan>>) =>
    steps
      .filter(({ applied }) => applied)
      .map(({ id, changes }) => [id.split(':')[0], changes.map(({ name }) => name).sort()]);

  it('upgrades nothing of what the plan takes out, and does that last', async () => {
    expect(changed(await plan(true)).at(-1)).toEqual(['remove-unloaded', ['pillow', 'rsync']]);
    expect(
      changed(await plan(true))
        .flatMap(([, names]) => names)
        .sort(),
    ).toEqual(['libssl1.1', 'pillow', 'requests', 'rsync']);
    expect((await plan(true)).remaining.map(({ name }) => name)).toEqual([]);
  });

  it('upgrades it where taking it out is advice', async () => {
    expect(
      changed(await plan(false))
        .flatMap(([, names]) => names)
        .sort(),
    ).toEqual(['libssl1.1', 'pillow', 'requests', 'rsync']);
  });
});
