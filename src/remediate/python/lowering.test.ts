import { expect, it } from 'vitest';
import { memoryStore } from '../../advisories/store/memory.ts';
import { match } from '../../matching/match.ts';
import type { Package, Rating, Statement } from '../../model.ts';
import { parseGoal } from '../goal.ts';
import { pythonEnvironments } from '../installed/python-environments.ts';
import { prover } from '../proof.ts';
import type { PythonIndex } from './index-over-files.ts';
import { planPython } from './plan.ts';

const LINUX = { os: 'linux', architecture: 'amd64' };
const HIGH: Rating = { source: 'nvd', severity: 'HIGH', method: 'CVSS:3.1' };
const site = 'usr/lib/python3.9/site-packages';
const dist = (name: string, version: string, requires: readonly string[] = []): Package => ({
  ...{ type: 'pypi', name, version, namespace: 'PyPI', purl: `pkg:pypi/${name}@${version}`, requires },
  evidence: [{ path: `${site}/${name}-${version}.dist-info/METADATA`, layer: 1, diffID: 'sha256:1', analyzer: 'x' }],
});
const flaw = (id: string, name: string, range: Statement['ranges'][number]): Statement => ({
  ...{ id, source: 'pysec', namespace: 'PyPI', package: name, aliases: [], state: 'fixed', ratings: [HIGH] },
  ranges: [range],
});
/** As gradio 3.50 of 2023: it caps mdit-py-plugins, whose older version caps markdown-it-py in turn. */
const PROJECTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  gradio: { '3.16.0': ['mdit-py-plugins'], '3.50.2': ['mdit-py-plugins<=0.3.3'] },
  'mdit-py-plugins': { '0.3.1': ['markdown-it-py<3'], '0.3.3': ['markdown-it-py<3'], '0.4.0': ['markdown-it-py'] },
  'markdown-it-py': { '2.2.0': [], '3.0.0': [] },
};
const index: PythonIndex = {
  by: 'test',
  problems: new Set(),
  files: async () => undefined,
  versions: async (name) =>
    Object.keys(PROJECTS[name] ?? {}).map((version) => ({ version, files: [], sourceOnly: false })),
  requires: async (name, version) => PROJECTS[name]?.[version],
  hashes: async () => [],
  obstacle: async () => undefined,
};

async function planned(others: readonly Package[] = [], flaws: readonly Statement[] = []) {
  const packages = [
    dist('gradio', '3.16.0', ['mdit-py-plugins']),
    dist('mdit-py-plugins', '0.4.0', ['markdown-it-py']),
    dist('markdown-it-py', '3.0.0'),
    ...others,
  ];
  const store = memoryStore({ statements: [flaw('CVE-1', 'gradio', { fixed: '3.50.0' }), ...flaws] });
  const [environment] = pythonEnvironments(packages, LINUX);
  const { changes, conflicts } = await planPython({
    ...{ environment: environment!, platform: LINUX, musl: false, findings: match(packages, store).findings },
    ...{ goal: parseGoal(''), prover: prover(store, undefined), majors: 'needed', index },
  });
  return {
    changes: changes.map(
      ({ name, from, to, exact, because }) => `${name} ${from} ${to}${exact ? ' exactly' : ''} ${because ?? ''}`,
    ),
    conflicts: conflicts.flatMap(({ because }) => because),
  };
}

it('what stands in the way of a fix is lowered where no newer version will do, and what that needs lowered with it', async () => {
  expect(await planned()).toEqual({
    changes: [
      'gradio 3.16.0 3.50.2 ',
      'markdown-it-py 3.0.0 2.2.0 exactly mdit-py-plugins 0.3.3 requires markdown-it-py<3',
      'mdit-py-plugins 0.4.0 0.3.3 exactly gradio 3.50.2 requires mdit-py-plugins<=0.3.3',
    ],
    conflicts: [],
  });
});

it('nothing is lowered that another package needs as it is, and that is the reason', async () => {
  const { changes, conflicts } = await planned([dist('notebook', '1.0', ['mdit-py-plugins>=0.4'])]);
  expect(changes).toEqual([]);
  expect(conflicts.join()).toContain(
    'gradio 3.50.2 requires mdit-py-plugins<=0.3.3, but mdit-py-plugins 0.4.0 is installed',
  );
});

it('nothing is lowered to a version that has as much of the goal', async () => {
  const flaws = ['CVE-2', 'CVE-3'].map((id) => flaw(id, 'mdit-py-plugins', { fixed: '0.4.0' }));
  expect((await planned([], flaws)).changes).toEqual([]);
});
