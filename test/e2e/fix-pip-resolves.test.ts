import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databasePath, openStore } from '../../src/advisories/store/sqlite-store.ts';
import type { AdvisoryStore } from '../../src/advisories/store/store.ts';
import { match } from '../../src/matching/match.ts';
import type { Package } from '../../src/model.ts';
import { createHttp } from '../../src/network/http.ts';
import { silent } from '../../src/progress.ts';
import { parseGoal } from '../../src/remediate/goal.ts';
import { brokenConstraints, pythonEnvironments, pythonNeeds } from '../../src/remediate/installed/index.ts';
import { prover } from '../../src/remediate/proof.ts';
import { type PythonIndex, pipIndexes, planPython, pythonIndex } from '../../src/remediate/python/index.ts';
import { addWeights, compareWeights, tradeOf, WEIGHTLESS, type Weight } from '../../src/remediate/trade.ts';
import { WORLDS } from './fix-pip-worlds.ts';
import { networkVariables, whyNoPip } from './fix-story.ts';
import { feeds, haveFeeds, plimsoll, scratch, titled } from './machine.ts';

/**
 * Every plan for thirty real environments is given to pip's own resolver (`--dry-run`), which has to find the planned versions
 * installable beside everything that is there; and no other version of one of its packages, tried by brute force, leaves less of
 * the goal. uv judges besides where it is installed. E2E_WORLDS=n takes the first n.
 */

const reason =
  process.env.E2E_WORLDS === undefined
    ? 'asks pip hundreds of times: set E2E_WORLDS=30'
    : process.platform === 'linux'
      ? haveFeeds
        ? whyNoPip()
        : 'no feeds (../shared/feeds)'
      : 'wheels of another system';
const work = scratch();
afterAll(() => work.remove());
const LINUX = { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' };
const plain = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

interface Resolved {
  readonly good: boolean;
  readonly said: string;
  readonly installed: readonly Package[];
}

/** What pip would install for another Python; nothing is. */
function pip(python: string, requirements: readonly string[]): Resolved {
  const report = join(work.path, 'report.json');
  const done = spawnSync(
    'python3',
    [
      '-m',
      'pip',
      'install',
      '--dry-run',
      '--ignore-installed',
      '--only-binary',
      ':all:',
      '--quiet',
      '--python-version',
      python,
      '--target',
      join(work.path, 'target'),
      '--report',
      report,
      ...requirements,
    ],
    {
      encoding: 'utf8',
      timeout: 600_000,
      env: { ...process.env, PIP_CACHE_DIR: join(work.path, 'cache'), PIP_NO_CACHE_DIR: 'off' },
    },
  );
  if (done.status !== 0) return { good: false, said: `${done.stdout}${done.stderr}`, installed: [] };
  const { install } = JSON.parse(readFileSync(report, 'utf8')) as {
    install: { metadata: { name: string; version: string; requires_dist?: string[] } }[];
  };
  const site = `usr/local/lib/python${python}/site-packages`;
  const installed = install.map(
    ({ metadata: { name, version, requires_dist = [] } }): Package => ({
      type: 'pypi',
      name,
      version,
      namespace: 'PyPI',
      purl: `pkg:pypi/${plain(name)}@${version}`,
      requires: requires_dist,
      evidence: [
        { path: `${site}/${name}-${version}.dist-info/METADATA`, layer: 0, diffID: '', analyzer: 'python-dist' },
      ],
    }),
  );
  return { good: true, said: '', installed };
}

const uv = spawnSync('uv', ['--version'], { encoding: 'utf8' }).status === 0;
/** The same by uv; undefined where it is not there. */
function uvAgrees(python: string, requirements: readonly string[]): boolean | undefined {
  if (!uv) return undefined;
  const input = join(work.path, 'requirements.in');
  writeFileSync(input, requirements.join('\n'));
  const done = spawnSync(
    'uv',
    ['pip', 'compile', '--quiet', '--python-version', python, '--only-binary', ':all:', input],
    { encoding: 'utf8', timeout: 300_000 },
  );
  return done.status === 0;
}

const GOAL = parseGoal('no fixable');

describe(
  titled(
    `plans for thirty environments of 2022 to 2024${uv ? ', judged by uv too' : ' (uv is not installed)'}`,
    reason,
  ),
  () => {
    const test = it.skipIf(reason !== undefined);
    let store: AdvisoryStore;
    let http: ReturnType<typeof createHttp>;
    let index: PythonIndex;

    beforeAll(async () => {
      if (reason !== undefined) return;
      const [home, mirror] = [join(work.path, 'home'), join(work.path, 'mirror')];
      for (const folder of [home, join(mirror, 'osv')]) mkdirSync(folder, { recursive: true });
      for (const name of ['kev', 'osv/PyPI']) symlinkSync(join(feeds, name), join(mirror, name));
      const done = await plimsoll(['db', 'update', '--feeds', mirror], { home, env: { PIP_NO_INDEX: '1' } });
      if (done.code !== 0) throw new Error(done.stderr);
      store = openStore(databasePath(home));
      const environment = { ...process.env, ...networkVariables() };
      if (environment.PIP_CERT) environment.SSL_CERT_FILE ??= environment.PIP_CERT;
      http = createHttp({ namedBy: 'user', environment, progress: silent });
      index = pythonIndex((await pipIndexes(environment, { files: new Map(), environment: {} }))!, http, environment);
    });
    afterAll(async () => {
      store?.close();
      await http?.close();
    });

    for (const { python, roots } of WORLDS.slice(0, Number(process.env.E2E_WORLDS ?? WORLDS.length)))
      test(`Python ${python}: ${roots.join(' ')}`, async (context) => {
        const world = pip(python, roots);
        if (!world.good) return context.skip(`pip itself cannot install it today: ${world.said.slice(-200)}`);
        const [environment] = pythonEnvironments(world.installed, LINUX);
        expect(brokenConstraints(environment!)).toEqual([]);
        const { findings } = match(world.installed, store);
        const judge = prover(store, undefined);
        const made = await planPython({
          environment: environment!,
          platform: LINUX,
          musl: false,
          findings,
          goal: GOAL,
          prover: judge,
          majors: 'needed',
          index,
        });
        expect([...index.problems]).toEqual([]);
        const to = new Map(made.changes.map((change) => [plain(change.name), change.to as string]));

        // pip finds every planned version installable beside all that is there.
        const pins = world.installed.map(({ name, version }) => `${name}==${to.get(plain(name)) ?? version}`);
        const fresh = made.changes
          .filter(({ from }) => from === undefined)
          .map(({ name, to: version }) => `${name}==${version}`);
        const judged = pip(python, [...pins, ...fresh]);
        expect(judged.good, `${JSON.stringify(made.changes)}\n${judged.said}`).toBe(true);
        expect(uvAgrees(python, [...pins, ...fresh]) ?? true).toBe(true);

        // No choice of one or two packages in versions that the index has leaves less.
        const own = (name: string) => findings.filter((finding) => plain(finding.package.name) === name);
        const weightOf = (chosen: ReadonlyMap<string, string>): Weight =>
          [...environment!.members].reduce((sum, [name, member]) => {
            const version = chosen.get(name);
            const after = version === undefined ? own(name) : judge.findings(member.package, version);
            return addWeights(sum, tradeOf(own(name), after, GOAL).weight);
          }, WEIGHTLESS);
        const planned = weightOf(to);
        for (const name of new Set(findings.map((finding) => plain(finding.package.name)))) {
          const member = environment!.members.get(name)!;
          const target = { python, machine: LINUX.architecture === 'arm64' ? 'aarch64' : 'x86_64', musl: false };
          const candidates = ((await index.versions(name, target, member.version)) ?? []).map(({ version }) => version);
          for (const version of candidates.slice(-25)) {
            const chosen = new Map([...to, [name, version]]);
            if (compareWeights(weightOf(chosen), planned) >= 0) continue;
            // It would leave less: then it has to contradict what is there, in our eyes and in pip's.
            const needs = pythonNeeds((await index.requires(name, version, target)) ?? [], environment!.values);
            const at = (one: string) => chosen.get(one) ?? environment!.members.get(one)?.version;
            const holds =
              needs.every((need) => at(need.name) === undefined || need.accepts(at(need.name)!)) &&
              [...environment!.members].every(
                ([owner, { needs: asked }]) =>
                  chosen.has(owner) || asked.every((need) => need.name !== name || need.accepts(version)),
              );
            if (!holds) continue;
            const other = world.installed.map((one) => `${one.name}==${chosen.get(plain(one.name)) ?? one.version}`);
            expect(
              pip(python, [...other, ...fresh]).good,
              `${name} ${version} leaves less than ${JSON.stringify([...to])}`,
            ).toBe(false);
          }
        }
      });
  },
);
