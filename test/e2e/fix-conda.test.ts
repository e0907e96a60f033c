import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Report } from '../../src/model.ts';
import type { Plan } from '../../src/remediate/plan.ts';
import { compareConda } from '../../src/versions/conda.ts';
import { askedRattler, pythonWith } from './conda-channel.ts';
import { whyNoPip } from './fix-story.ts';
import { feeds, haveFeeds, plimsoll, scratch, titled } from './machine.ts';

/**
 * `fix` for a conda prefix against rattler, the library of pixi: packages are built, indexed as a channel and installed by it, and what the
 * printed command asks for is solved over that channel, installed and scanned again.
 */

const reason = haveFeeds ? whyNoPip() : 'no feeds (../shared/feeds)';
const work = scratch();
const home = join(work.path, 'home');
const root = join(work.path, 'root');
const prefix = join(root, 'opt', 'conda');
let python = '';

/** What packages of these versions depend on, as conda-forge's recipes say it. */
const CHANNEL: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  python: { '3.9.16': [], '3.10.8': [] },
  certifi: { '2022.12.7': ['python >=3.7'], '2024.8.30': ['python >=3.7'] },
  idna: { '3.4': ['python >=3.6'], '3.10': ['python >=3.6'] },
  urllib3: { '1.26.14': ['python >=3.6'], '1.26.20': ['python >=3.6'], '2.2.3': ['python >=3.8'] },
  requests: {
    '2.28.2': ['certifi >=2017.4.17', 'idna >=2.5,<4', 'python >=3.7', 'urllib3 >=1.21.1,<1.27'],
    '2.32.3': ['certifi >=2017.4.17', 'idna >=2.5,<4', 'python >=3.8', 'urllib3 >=1.21.1,<3'],
  },
  markupsafe: { '2.0.1': ['python >=3.9,<3.10.0a0'], '2.1.1': ['python >=3.10,<3.11.0a0'] },
  jinja2: { '2.11.3': ['markupsafe >=0.23', 'python'], '3.1.6': ['markupsafe >=2.0', 'python >=3.9'] },
  'flask-babel': { '1.0.0': ['jinja2 >=2.5,<3.0', 'python'] },
  ...{ click: { '8.1.3': ['python'] }, itsdangerous: { '2.1.2': ['python >=3.7'], '2.2.0': ['python >=3.8'] } },
  blinker: { '1.9.0': ['python >=3.9'] },
  werkzeug: {
    '2.2.2': ['markupsafe >=2.0', 'python >=3.7'],
    '2.2.3': ['markupsafe >=2.0', 'python >=3.7'],
    '3.1.6': ['markupsafe >=2.0', 'python >=3.9'],
  },
  flask: {
    '2.2.2': ['click >=8.0', 'itsdangerous >=2.0', 'python >=3.7', 'werkzeug >=2.2.2'],
    '2.2.5': ['click >=8.0', 'itsdangerous >=2.0', 'python >=3.7', 'werkzeug >=2.2.2'],
    '3.1.3': ['blinker >=1.9.0', 'click >=8.1.3', 'itsdangerous >=2.2.0', 'python >=3.9', 'werkzeug >=3.1.0'],
  },
  tornado: { '6.1': ['python >=3.9,<3.11.0a0'], '6.5.5': ['python >=3.9,<3.11.0a0'] },
  bokeh: { '2.4.3': ['python >=3.7', 'tornado >=5.1,<6.3'] },
};
const INSTALLED = {
  ...{ python: '3.9.16', certifi: '2022.12.7', idna: '3.4', urllib3: '1.26.14', requests: '2.28.2' },
  ...{ markupsafe: '2.0.1', jinja2: '2.11.3', 'flask-babel': '1.0.0' },
};

const rattler = (asked: Readonly<Record<string, unknown>>): Record<string, string> | null =>
  askedRattler(python, { channel: join(work.path, 'channel'), cache: join(work.path, 'cache'), ...asked });

beforeAll(async () => {
  if (reason !== undefined) return;
  const got = pythonWith(join(work.path, 'venv'), ['py-rattler>=0.24']);
  if ('reason' in got) return console.log(`rattler cannot be installed here: ${got.reason}`);
  python = got.python;
  const mirror = join(work.path, 'mirror');
  mkdirSync(join(mirror, 'osv'), { recursive: true });
  symlinkSync(join(feeds, 'osv/PyPI'), join(mirror, 'osv/PyPI'));
  const updated = await plimsoll(['db', 'update', '--feeds', mirror], { home, env: { PIP_NO_INDEX: '1' } });
  if (updated.code !== 0) throw new Error(updated.stderr);
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc/os-release'), 'ID=debian\nVERSION_ID="12"\n');
  rattler({ packages: CHANNEL });
});
afterAll(() => work.remove());

it.skipIf(reason !== undefined)(
  titled(
    'clears of web packages what the channel has a version of, and calls the rest unverified, beside who holds one back',
    reason,
  ),
  async (context) => {
    if (python === '') return context.skip('rattler cannot be installed here');
    const installed = {
      ...{ python: '3.10.8', markupsafe: '2.1.1', click: '8.1.3', itsdangerous: '2.1.2', werkzeug: '2.2.2' },
      ...{ flask: '2.2.2', tornado: '6.1', bokeh: '2.4.3' },
    };
    const other = join(work.path, 'web');
    const own = join(other, 'opt', 'conda');
    mkdirSync(join(other, 'etc'), { recursive: true });
    writeFileSync(join(other, 'etc/os-release'), 'ID=debian\nVERSION_ID="12"\n');
    const pins = (without: readonly string[] = []): string[] =>
      Object.entries(installed).flatMap(([name, version]) => (without.includes(name) ? [] : [`${name} ==${version}`]));
    expect(rattler({ specs: pins(), prefix: own })).toEqual(installed);
    const plan = JSON.parse((await plimsoll(['fix', other, '--offline', '-f', 'json'], { home })).stdout) as Plan;
    const step = plan.steps.find(({ kind }) => kind === 'conda');
    const named = /^conda update -y -p \/opt\/conda (.+)$/.exec(step?.commands[0] ?? '')?.[1]?.split(' ') ?? [];
    expect(named).toEqual(expect.arrayContaining(['flask', 'werkzeug']));
    const solved = rattler({ specs: [...pins([...named, 'itsdangerous']), ...named], prefix: own });
    expect(solved).toMatchObject({
      flask: '3.1.3',
      werkzeug: '3.1.6',
      tornado: named.includes('tornado') ? '6.2' : '6.1',
    });

    const held = plan.conflicts.filter(({ type }) => type === 'conda');
    expect(held.map(({ name, because }) => [name, because])).toContainEqual([
      'tornado',
      ['bokeh 2.4.3 depends on tornado >=5.1,<6.3'],
    ]);
    expect(rattler({ specs: [...pins(['tornado']), 'tornado >=6.3'] })).toBeNull();
    expect(rattler({ specs: [...pins(['tornado', 'bokeh']), 'tornado >=6.3'] })).not.toBeNull();

    const after = JSON.parse((await plimsoll(['scan', other, '--offline', '-f', 'json'], { home })).stdout) as Report;
    const left = new Set(after.findings.map(({ id, package: { name } }) => `${name} ${id}`));
    // The channel has no newer click and bokeh: of those the plan says that it was not looked up.
    const offered = step?.changes.filter(({ name, to = '' }) => compareConda(solved?.[name] ?? '', to) >= 0) ?? [];
    const names = new Set(offered.map(({ name }) => name));
    const promised = step?.clears.flatMap(({ name, id }) => (names.has(name) ? [`${name} ${id}`] : [])) ?? [];
    expect(plan.cleared.filter(({ name, hoped }) => !names.has(name) && hoped === undefined)).toEqual([]);
    expect(promised.length).toBeGreaterThan(3);
    expect(promised.filter((text) => left.has(text))).toEqual([]);
    for (const { name, id } of plan.remaining) expect(left).toContain(`${name} ${id}`);
  },
);

it.skipIf(reason !== undefined)(
  titled("clears by the printed command what rattler's solver can, and refuses what it cannot", reason),
  async (context) => {
    if (python === '') return context.skip('rattler cannot be installed here');
    const pins = (without: readonly string[] = []): string[] =>
      Object.entries(INSTALLED).flatMap(([name, version]) => (without.includes(name) ? [] : [`${name} ==${version}`]));
    expect(rattler({ specs: pins(), prefix })).toEqual(INSTALLED);
    const plan = JSON.parse((await plimsoll(['fix', root, '--offline', '-f', 'json'], { home })).stdout) as Plan;
    const step = plan.steps.find(({ kind }) => kind === 'conda');
    const named = /^conda update -y -p \/opt\/conda (.+)$/.exec(step?.commands[0] ?? '')?.[1]?.split(' ') ?? [];
    expect(named).toEqual(['certifi', 'idna', 'requests', 'urllib3']);

    // What else is there stays as it is, and the solver takes the newest that may be.
    const solved = rattler({ specs: [...pins(named), ...named], prefix });
    expect(solved).toEqual({ ...INSTALLED, certifi: '2024.8.30', idna: '3.10', requests: '2.32.3', urllib3: '2.2.3' });
    const offered = step?.changes.filter(({ name, to = '' }) => compareConda(solved?.[name] ?? '', to) >= 0) ?? [];
    expect(offered.length).toBeGreaterThan(0);

    // What the plan says is held back is: no version that is free of it goes beside the rest.
    const held = plan.conflicts.filter(({ type }) => type === 'conda');
    expect(held.map(({ name, because }) => [name, because])).toContainEqual([
      'jinja2',
      ['flask-babel 1.0.0 depends on jinja2 >=2.5,<3.0'],
    ]);
    expect(rattler({ specs: [...pins(['jinja2']), 'jinja2 >2.11.3'] })).toBeNull();
    expect(rattler({ specs: [...pins(['jinja2', 'flask-babel']), 'jinja2 >2.11.3'] })).not.toBeNull();

    // The prefix after it: what was hoped for is gone as far as the channel had it, and nothing else went.
    const after = JSON.parse((await plimsoll(['scan', root, '--offline', '-f', 'json'], { home })).stdout) as Report;
    const left = new Set(after.findings.map(({ id, package: { name } }) => `${name} ${id}`));
    const names = new Set(offered.map(({ name }) => name));
    const hoped = step?.clears.filter(({ name }) => names.has(name)).map(({ name, id }) => `${name} ${id}`) ?? [];
    expect(hoped.length).toBeGreaterThan(3);
    expect(hoped.filter((entry) => left.has(entry))).toEqual([]);
    for (const { name, id } of plan.remaining) expect(left).toContain(`${name} ${id}`);
  },
);
