import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/advisories/store/memory.ts';
import { match } from '../../src/matching/match.ts';
import type { Package, Statement } from '../../src/model.ts';
import { createHttp } from '../../src/network/http.ts';
import { silent } from '../../src/progress.ts';
import { parseGoal } from '../../src/remediate/goal.ts';
import { brokenConstraints, pythonEnvironments } from '../../src/remediate/installed/python-environments.ts';
import { prover } from '../../src/remediate/proof.ts';
import { pythonIndex } from '../../src/remediate/python/index-client.ts';
import { pipIndexes } from '../../src/remediate/python/pip-configuration.ts';
import { type PythonPlan, planPython } from '../../src/remediate/python/plan.ts';
import { networkVariables, whyNoPip } from './fix-story.ts';
import { scratch, titled } from './machine.ts';

/**
 * What pip itself says of machine-learning environments of 2023, against what a plan says. pip resolves for this machine's Python
 * without installing anything (`--dry-run --report`), so the versions are whatever the index has today; none is written here but
 * those of 2023.
 */

const ROOTS = [
  'tensorflow==2.12.0',
  'torch==2.0.1',
  'jupyter==1.0.0',
  'tensorflow-addons==0.20.0',
  'numpy==1.23.5',
  'protobuf==4.21.12',
];

const work = scratch();
afterAll(() => work.remove());

interface Told {
  readonly good: boolean;
  readonly said: string;
  readonly installed: readonly Package[];
  readonly python: string;
}

/** Asks pip what it would install; nothing is. */
function pip(requirements: readonly string[]): Told {
  const [list, report] = [join(work.path, 'list.txt'), join(work.path, 'report.json')];
  writeFileSync(list, requirements.join('\n'));
  const options = [
    '--dry-run',
    '--ignore-installed',
    '--only-binary',
    ':all:',
    '--quiet',
    '--report',
    report,
    '-r',
    list,
  ];
  const done = spawnSync('python3', ['-m', 'pip', 'install', ...options], {
    encoding: 'utf8',
    timeout: 600_000,
    // Its answers are asked for again and again.
    env: { ...process.env, PIP_CACHE_DIR: join(work.path, 'cache'), PIP_NO_CACHE_DIR: 'off' },
  });
  const said = `${done.stdout}${done.stderr}`;
  if (done.status !== 0) return { good: false, said, installed: [], python: '' };
  const { install, environment } = JSON.parse(readFileSync(report, 'utf8')) as {
    install: { metadata: { name: string; version: string; requires_dist?: string[] } }[];
    environment: { python_full_version: string };
  };
  const python = environment.python_full_version;
  const site = `usr/local/lib/python${python.split('.').slice(0, 2).join('.')}/site-packages`;
  return {
    good: true,
    said,
    python,
    installed: install.map(
      ({ metadata: { name, version, requires_dist = [] } }): Package => ({
        type: 'pypi',
        name,
        version,
        namespace: 'PyPI',
        purl: `pkg:pypi/${name}@${version}`,
        requires: requires_dist,
        evidence: [
          { path: `${site}/${name}-${version}.dist-info/METADATA`, layer: 0, diffID: '', analyzer: 'python-dist' },
        ],
      }),
    ),
  };
}

const LINUX = { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' };
const plain = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
const pinned = (packages: readonly Package[], over: Readonly<Record<string, string>> = {}): string[] =>
  packages.map(({ name, version }) => `${name}==${over[plain(name)] ?? version}`);

const reason = process.platform === 'linux' ? whyNoPip() : 'wheels of another system';

describe(titled('an ML environment of 2023', reason), () => {
  const test = it.skipIf(reason !== undefined);
  let world: Told;

  beforeAll(() => {
    if (reason === undefined) world = pip(ROOTS);
  });

  /** The plan that raises one package to a version; the advisory is made up, everything else is the index's. */
  async function planFor(name: string, fixed: string, majors: 'any' | 'needed' = 'any'): Promise<PythonPlan> {
    const advisory: Statement = {
      id: 'CVE-2099-1',
      source: 'pysec',
      namespace: 'PyPI',
      package: name,
      aliases: [],
      state: 'fixed',
      ranges: [{ fixed }],
      ratings: [],
    };
    const store = memoryStore({ statements: [advisory] });
    const environment = { ...process.env, ...networkVariables() };
    if (environment.PIP_CERT) environment.SSL_CERT_FILE ??= environment.PIP_CERT;
    const http = createHttp({ namedBy: 'user', environment, progress: silent });
    try {
      const indexes = await pipIndexes(environment);
      const index = pythonIndex(indexes!, http, environment);
      const [sample] = pythonEnvironments(world.installed, LINUX);
      const made = await planPython({
        environment: sample!,
        platform: LINUX,
        musl: false,
        findings: match(world.installed, store).findings,
        goal: parseGoal('no fixable'),
        prover: prover(store, undefined),
        majors,
        index,
      });
      expect([...index.problems]).toEqual([]);
      return made;
    } finally {
      await http.close();
    }
  }

  test('is consistent in our eyes as in its own', () => {
    expect(world.said).toBe('');
    expect(world.good).toBe(true);
    expect(world.installed.length).toBeGreaterThan(100);
    const [environment] = pythonEnvironments(world.installed, LINUX);
    expect(brokenConstraints(environment!)).toEqual([]);
  });

  const forced: readonly (readonly [string, string])[] = [
    ['numpy', '1.24.3'],
    ['protobuf', '3.20.2'],
    ['nvidia-cudnn-cu11', '8.6.0.163'],
    ['typeguard', '4.0.0'],
  ];
  for (const [name, version] of forced)
    test(`breaks or not, as pip says, with ${name} ${version} forced upon it`, () => {
      const packages = world.installed.map((pkg) => (plain(pkg.name) === name ? { ...pkg, version } : pkg));
      const [environment] = pythonEnvironments(packages, LINUX);
      const ours = brokenConstraints(environment!).filter((text) => text.includes(name));
      const owners = new Set(ours.map((text) => text.split(' ')[0] as string));
      // Its neighbours are enough to contradict it, and quicker to ask about than everything.
      const near = packages.filter((pkg) => owners.has(pkg.name) || plain(pkg.name) === name);
      const users = packages.filter((pkg) => (pkg.requires ?? []).some((text) => plain(text).startsWith(name)));
      const said = pip(pinned([...new Set([...near, ...users])]));
      expect(said.good, `${ours.join('; ')}\n${said.said}`).toBe(ours.length === 0);
      if (!said.good) expect(said.said).toMatch(/conflict|ResolutionImpossible/);
    });

  const wanted: readonly (readonly [string, string])[] = [['numpy', '1.24.0']];
  for (const [name, fixed] of wanted)
    test(`has ${name} at ${fixed} or newer by a plan that pip installs as it is, or for a reason that pip gives too`, async () => {
      const made = await planFor(name, fixed);
      if (made.conflicts.length > 0) {
        const owners = made.conflicts.flatMap(({ because }) => because.map((text) => text.split(' ')[0] as string));
        const held = world.installed.filter((pkg) => owners.some((owner) => plain(owner) === plain(pkg.name)));
        const said = pip([`${name}>=${fixed}`, ...held.map((pkg) => `${pkg.name}>=${pkg.version}`)]);
        expect(said.good, `${JSON.stringify(made.conflicts)}\n${said.said}`).toBe(false);
        return;
      }
      const to = Object.fromEntries(made.changes.map((change) => [plain(change.name), change.to as string]));
      const fresh = made.changes
        .filter(({ from }) => from === undefined)
        .map((change) => `${change.name}==${change.to}`);
      const said = pip([...pinned(world.installed, to), ...fresh]);
      expect(said.good, `${JSON.stringify(made.changes)}\n${said.said}`).toBe(true);
      // Nothing is missing: pip adds no package to what the plan names.
      const names = (packages: readonly { name: string }[]): string[] =>
        [...new Set(packages.map((pkg) => plain(pkg.name)))].sort();
      expect(names(said.installed)).toEqual(names([...world.installed, ...made.changes]));
    });

  test('cannot have typeguard 3, since tensorflow-addons never allowed it: refused by both', async () => {
    const made = await planFor('typeguard', '3.0.0');
    expect(made.changes).toEqual([]);
    expect(made.conflicts[0]?.because.join()).toMatch(/tensorflow-addons 0\.20\.0 requires typeguard<3/);
    expect(pip(['typeguard>=3', 'tensorflow-addons>=0.20.0']).good).toBe(false);
  });
});
