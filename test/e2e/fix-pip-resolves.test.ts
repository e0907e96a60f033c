import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databasePath, openStore } from '../../src/advisories/store/sqlite-store.ts';
import type { AdvisoryStore } from '../../src/advisories/store/store.ts';
import { match } from '../../src/matching/match.ts';
import type { Finding, Package } from '../../src/model.ts';
import { createHttp } from '../../src/network/http.ts';
import { silent } from '../../src/progress.ts';
import { parseGoal } from '../../src/remediate/goal.ts';
import { brokenConstraints, pythonEnvironments } from '../../src/remediate/installed/index.ts';
import type { Change, Plan } from '../../src/remediate/plan.ts';
import { prover } from '../../src/remediate/proof.ts';
import { type PythonIndex, pipIndexes, pythonIndex } from '../../src/remediate/python/index.ts';
import { addWeights, compareWeights, tradeOf, WEIGHTLESS, type Weight } from '../../src/remediate/trade.ts';
import { comparePep440, parsePep440 } from '../../src/versions/pep440.ts';
import { anythingBetter } from './fix-brute-force.ts';
import { type Described, type Judges, judges, keptIndex, layEnvironment, madeVenv, plain } from './fix-judges.ts';
import { type PipWorld, WORLDS } from './fix-pip-worlds.ts';
import { networkVariables, whyNoPip } from './fix-story.ts';
import { feeds, haveFeeds, plimsoll, scratch, titled } from './machine.ts';

/**
 * `fix` for real environments of 2022 to 2024 against pip's own resolver: every printed command is pasted where pip only pretends
 * (`--dry-run`), the planned versions are installable beside everything that is there in the eyes of pip and of uv, and nothing
 * better exists: each way to leave less of the goal is put to uv, which finds none. E2E_WORLDS=n takes the first n, n-m a part, with commas several; all are 57.
 */

const reason =
  process.platform === 'linux' ? (haveFeeds ? whyNoPip() : 'no feeds (../shared/feeds)') : 'wheels of another system';
const worlds = (process.env.E2E_WORLDS ?? '4').split(',').flatMap((part) => {
  const [first, last] = part.split('-').map(Number);
  return last === undefined ? WORLDS.slice(0, first) : WORLDS.slice(first, last);
});
const GOAL = parseGoal('no fixable');
const LINUX = { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' };

const work = scratch();
const home = join(work.path, 'home');
let judging: Judges;
let store: AdvisoryStore | undefined;
let http: ReturnType<typeof createHttp> | undefined;
let index: PythonIndex;
let end: (() => Promise<void>) | undefined;
let variables: NodeJS.ProcessEnv = {};

beforeAll(async () => {
  if (reason !== undefined) return;
  const mirror = join(work.path, 'mirror');
  mkdirSync(join(mirror, 'osv'), { recursive: true });
  for (const name of ['kev', 'osv/PyPI']) symlinkSync(join(feeds, name), join(mirror, name));
  const updated = await plimsoll(['db', 'update', '--feeds', mirror], { home, env: { PIP_NO_INDEX: '1' } });
  if (updated.code !== 0) throw new Error(updated.stderr);
  store = openStore(databasePath(join(home, 'plimsoll')));
  const lacking = madeVenv(work.path);
  if (lacking !== undefined) throw new Error(lacking);
  // The long list asks the same pages hundreds of times, and for torch's wheels.
  const kept = process.env.E2E_WORLDS === undefined ? undefined : await keptIndex(work.path);
  end = kept?.end;
  variables = { ...networkVariables(), ...(kept ? { PIP_INDEX_URL: kept.address } : {}) };
  judging = judges(work.path, kept?.address);
  const environment = { ...process.env, ...variables };
  if (environment.PIP_CERT) environment.SSL_CERT_FILE ??= environment.PIP_CERT;
  http = createHttp({ namedBy: 'user', environment, progress: silent });
  index = pythonIndex((await pipIndexes(environment))!, http, environment);
});
afterAll(async () => {
  store?.close();
  await http?.close();
  await end?.();
  work.remove();
});

describe(titled(`plans for ${worlds.length} environments of 2022 to 2024 (E2E_WORLDS=57 takes all)`, reason), () => {
  for (const world of worlds)
    it.skipIf(reason !== undefined)(`Python ${world.python}, ${world.day}: ${world.roots.join(' ')}`, async () => {
      const { python, day, roots } = world;
      const then = judging.pip(python, roots, day);
      if (!('found' in then)) throw new Error(`pip cannot make this environment: ${then.said}`);
      const installed = then.found;
      const at = new Map(installed.map(({ name, version }) => [plain(name), version]));
      const [environment] = pythonEnvironments(packagesOf(world, installed), LINUX);
      expect(brokenConstraints(environment!)).toEqual([]);

      const root = join(work.path, 'root');
      layEnvironment(root, python, installed);
      const done = await plimsoll(['fix', root, '-f', 'json', '--platform', `linux/${LINUX.architecture}`], {
        home,
        env: variables,
      });
      expect(done.stderr).not.toMatch(/error/i);
      // 3: an index failed, or its time was over on a machine that others keep busy. Then the plan says less than it could.
      expect(done.code, done.stdout.slice(-2_000)).toBe(0);
      const plan = JSON.parse(done.stdout) as Plan;
      const steps = plan.steps.filter(({ kind }) => kind === 'python');
      const changes = steps.filter(({ applied }) => applied).flatMap((step) => step.changes);
      for (const { commands } of steps)
        for (const command of commands) expect(judging.paste(python, command), command).toMatchObject({ good: true });

      const to = new Map(changes.map((change) => [plain(change.name), change.to as string]));
      const pins = [...new Map([...at, ...to])].map(([name, version]) => `${name}==${version}`);
      const judged = judging.pip(python, pins);
      expect(judged, JSON.stringify(changes)).toHaveProperty('found');
      if ('found' in judged) expect(namesOf(judged.found)).toEqual([...new Map([...at, ...to]).keys()].sort());
      expect(judging.uv(python, pins), JSON.stringify(changes)).toBeInstanceOf(Map);

      const { better, asked, implied, left, today } = await brute(world, installed, changes);
      // The figures of the docs come from here.
      console.log(
        JSON.stringify({
          world: `${python} ${day} ${roots.join(' ')}`,
          packages: at.size,
          today,
          left,
          changes: changes.length,
          asked,
          implied,
        }),
      );
      expect(better, JSON.stringify([...to])).toBeUndefined();
    });
});

const namesOf = (entry: readonly Described[]): string[] => entry.map(({ name }) => plain(name)).sort();

function packagesOf({ python }: PipWorld, installed: readonly Described[]): Package[] {
  return installed.map(({ name, version, requires_dist = [] }) => ({
    type: 'pypi',
    name,
    version,
    namespace: 'PyPI',
    purl: `pkg:pypi/${plain(name)}@${version}`,
    requires: [...requires_dist],
    evidence: [
      {
        path: `usr/local/lib/python${python}/site-packages/${name}-${version}.dist-info/METADATA`,
        layer: 0,
        diffID: '',
        analyzer: 'python-dist',
      },
    ],
  }));
}

/** What the plan leaves, and whether uv finds anything that leaves less. */
async function brute(world: PipWorld, installed: readonly Described[], changes: readonly Change[]) {
  const packages = packagesOf(world, installed);
  const { findings } = match(packages, store!);
  const proofs = prover(store!, undefined);
  const own = new Map<string, Finding[]>();
  for (const finding of findings) {
    const name = plain(finding.package.name);
    own.set(name, [...(own.get(name) ?? []), finding]);
  }
  const [template] = packages;
  const weigh = (name: string, version: string): Weight => {
    const today = own.get(name) ?? [];
    const pkg = packages.find((pkg) => plain(pkg.name) === name) ?? {
      ...template!,
      name,
      version: '0',
      requires: [],
    };
    return tradeOf(today, pkg.version === version ? today : proofs.findings(pkg, version), GOAL).weight;
  };
  const at = new Map(installed.map(({ name, version }) => [plain(name), version]));
  const planned = new Map([...at, ...changes.map(({ name, to }): [string, string] => [plain(name), to as string])]);
  const total = (versions: ReadonlyMap<string, string>): Weight =>
    [...versions].reduce((sum, [name, version]) => addWeights(sum, weigh(name, version)), WEIGHTLESS);
  const levers = [];
  for (const name of own.keys()) {
    if (compareWeights(weigh(name, at.get(name)!), WEIGHTLESS) === 0) continue;
    const files = (await index.files(name)) ?? [];
    const all = new Set(files.flatMap(({ filename }) => versionIn(filename, name) ?? []));
    const above = [...all].filter((version) => comparePep440(version, at.get(name)!) > 0);
    const versions = new Map([at.get(name)!, ...above].map((version) => [version, weigh(name, version)]));
    levers.push({ name, versions });
  }
  const left = total(planned);
  const answer = anythingBetter({
    installed: at,
    levers,
    planned: left,
    weigh,
    resolve(requirements) {
      const actual = judging.uv(world.python, requirements);
      return typeof actual === 'string' ? undefined : actual;
    },
  });
  return { ...answer, left, today: total(at) };
}

/** The version that a file of a project is of, as its name says. */
function versionIn(filename: string, name: string): string | undefined {
  const stem = filename.replace(/\.(?:tar\.gz|tar\.bz2|zip|egg|exe)$/, '');
  const version = filename.endsWith('.whl') ? filename.split('-')[1] : stem.slice(name.length + 1);
  return version !== undefined && parsePep440(version) ? version : undefined;
}
