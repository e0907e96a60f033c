import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding, Package } from '../../src/model.ts';
import { planConda } from '../../src/remediate/conda/index.ts';
import { parseGoal } from '../../src/remediate/goal.ts';
import { compareConda } from '../../src/versions/conda.ts';
import { condaSpec } from '../../src/versions/conda-spec.ts';
import { corpus } from '../corpora/versions/corpus.ts';
import { finding } from '../report.ts';
import { whyNoPip } from './fix-story.ts';
import { scratch, titled } from './machine.ts';

/**
 * What a dependency of conda takes and how its versions are ordered, against rattler, the library of pixi and other programs: a sample
 * drawn by a fixed seed. Its solver wants a channel's index, and none is to be had here.
 */

const reason = whyNoPip();
const work = scratch();
const SPECS = 6_000;
const ORDERS = 6_000;

/** Reads `{ specs: [spec, version][], orders: [a, b][] }` and says what rattler thinks of each; null: it does not take it. */
const JUDGE = `
import json, sys, rattler
asked = json.load(open(sys.argv[1]))
def matches(spec, version):
    try:
        match = rattler.MatchSpec(spec, strict=False)
        build = rattler.BuildString("0")
        return match.matches(rattler.PackageRecord(name="pkg", version=version, build=build, build_number=0, subdir="linux-64", arch=None, platform=None))
    except Exception:
        return None
def order(a, b):
    a, b = rattler.Version(a), rattler.Version(b)
    return -1 if a < b else 1 if a > b else 0
print(json.dumps({"specs": [matches(*one) for one in asked["specs"]], "orders": [order(*one) for one in asked["orders"]]}))
`;

/** Reads `{ repodata: path, specs: string[][] }[]` and says of each list whether rattler's solver finds packages for it. */
const SOLVE = `
import asyncio, json, os, sys, rattler
from rattler.exceptions import SolverError
async def solves(data, specs):
    try:
        await rattler.solve_with_sparse_repodata(specs, [data])
        return True
    except SolverError:
        return False
async def judged():
    said = []
    for world in json.load(open(sys.argv[1])):
        data = rattler.SparseRepoData(rattler.Channel("main"), "linux-64", world["repodata"])
        said.append([await solves(data, specs) for specs in world["specs"]])
    print(json.dumps(said), flush=True)
asyncio.run(judged())
os._exit(0)  # In Python's tidying up rattler's threads die of a bad address now and then.
`;
const WORLDS = 150;

/** A conda prefix whose packages depend on each other as they may: versions now, what each depends on, and the fixed version of some. */
function prefixes() {
  const random = numbers();
  const pick = <One>(of: readonly One[]): One => of[random(of.length)] as One;
  const versions = VERSIONS.filter((version) => /^\d+(?:\.\d+)*$/.test(version)).sort(compareConda);
  return Array.from({ length: WORLDS }, () => {
    const names = Array.from({ length: 7 }, (_, at) => `pkg-${at}`);
    const now = new Map(names.map((name) => [name, versions[random(versions.length - 4)] as string]));
    const fixed = new Map(
      names
        .slice(0, 4)
        .map((name) => [name, pick(versions.filter((version) => compareConda(version, now.get(name)!) > 0))]),
    );
    const depends = new Map(
      names.map((name) => {
        const others = names.filter((other) => other !== name && random(3) === 0);
        return [name, others.map((other) => `${other} ${boundFor(now.get(other)!, pick)}`)];
      }),
    );
    return { names, now, fixed, depends };
  });

  /** A bound that holds today, in the shapes that conda's builders write. */
  function boundFor(version: string, pick: <One>(of: readonly One[]) => One): string {
    const [first = '0'] = version.split('.');
    return pick([
      `>=${version}`,
      `>=${version},<${Number(first) + 1}.0a0`,
      `${first}.*`,
      `<=${version}`,
      `>=${version},<9999`,
    ]);
  }
}

/** The same numbers in every run. */
function numbers(): (below: number) => number {
  let state = 7;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

/** Versions of conda packages as they are, and as the order's own page has them. */
const VERSIONS = [
  ...new Set(corpus('conda').flatMap(({ a, b }) => [a, b])),
  ...[
    '1.0.2u',
    '1.26.4',
    '1.210',
    '1.21',
    '1.21.3',
    '2.0a0',
    '2.0',
    '1.0_1',
    '3.11',
    '3.1',
    '22.1.8',
    '0.0.166',
    '2023.7.22',
  ],
  ...[
    '1.8.20.1',
    '4.5',
    '6.6',
    '16.1.0',
    '2.46.1',
    '5.1.1.0',
    '1.2.11',
    '10.2.1',
    '1.0.post1',
    '1.0dev',
    '0.10.1+cu117',
  ],
];

function samples() {
  const random = numbers();
  const pick = <One>(of: readonly One[]): One => of[random(of.length)] as One;
  const clause = (): string => {
    const version = pick(VERSIONS);
    const operator = pick(['>=', '<=', '>', '<', '==', '!=', '=', '~=', '']);
    if (operator === '~=') return `~=${version.includes('.') && !version.includes('+') ? version : '1.0'}`;
    const isOpen = random(4) === 0 && !/[<>]/.test(operator) && !version.includes('+');
    return `${operator}${isOpen ? `${version}.*` : version}`;
  };
  const spec = (): string => {
    const shape = random(5);
    if (shape === 0) return `${clause()},${clause()}`;
    if (shape === 1) return `${clause()}|${clause()}`;
    return shape === 2 ? `(${clause()},${clause()})|${clause()}` : clause();
  };
  return {
    specs: Array.from({ length: SPECS }, () => [`pkg ${spec()}`, pick(VERSIONS)] as const),
    orders: Array.from({ length: ORDERS }, () => [pick(VERSIONS), pick(VERSIONS)] as const),
  };
}

describe(titled("conda's versions and dependencies against rattler", reason), () => {
  let python: string;
  beforeAll(() => {
    if (reason !== undefined) return;
    const made = spawnSync('python3', ['-m', 'venv', join(work.path, 'venv')], { encoding: 'utf8' });
    python = join(work.path, 'venv', 'bin', 'python');
    const args = ['-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', 'py-rattler>=0.24'];
    const got = made.status === 0 ? spawnSync(python, args, { encoding: 'utf8', timeout: 600_000 }) : made;
    if (got.status !== 0) {
      console.log(`rattler cannot be installed here: ${got.stderr.trim().split('\n').at(-1)}`);
      python = '';
    }
  });
  afterAll(() => work.remove());

  it.skipIf(reason !== undefined)('agree in thousands of pairs', (context) => {
    if (python === '') return context.skip('rattler cannot be installed here');
    const { specs, orders } = samples();
    const file = join(work.path, 'asked.json');
    writeFileSync(file, JSON.stringify({ specs, orders }));
    const done = spawnSync(python, ['-c', JUDGE, file], { encoding: 'utf8', maxBuffer: 1 << 26 });
    expect(done.stderr).toBe('');
    const said = JSON.parse(done.stdout) as { specs: (boolean | null)[]; orders: number[] };
    const ours = specs.map(([spec, version]) => condaSpec(spec)?.accepts(version));
    const judged = said.specs.filter((spec) => spec !== null);
    expect([judged.length > SPECS * 0.9, judged.includes(true), judged.includes(false)]).toEqual([true, true, true]);
    const wrong = specs.flatMap((spec, at) =>
      said.specs[at] === null || said.specs[at] === ours[at]
        ? []
        : [`${spec.join(' of ')}: rattler says ${said.specs[at]}`],
    );
    expect(wrong).toEqual([]);
    const misplaced = orders.filter(([a, b], at) => Math.sign(compareConda(a, b)) !== said.orders[at]);
    expect(misplaced).toEqual([]);
  });

  it.skipIf(reason !== undefined)(
    "leave plans that rattler's solver takes, and refusals that it confirms",
    (context) => {
      if (python === '') return context.skip('rattler cannot be installed here');
      const goal = parseGoal('no fixable');
      const worlds = prefixes().map(({ names, now, fixed, depends }, at) => {
        const packages = names.map(
          (name): Package => ({
            type: 'conda',
            name,
            version: now.get(name)!,
            purl: `pkg:conda/${name}@${now.get(name)}`,
            evidence: [{ path: `opt/conda/conda-meta/${name}.json`, layer: 0, diffID: '', analyzer: 'conda' }],
            properties: { prefix: '/opt/conda', depends: depends.get(name)!.join(', ') },
          }),
        );
        const findings = packages.flatMap((pkg): Finding[] =>
          fixed.has(pkg.name) ? [finding(`CVE-2099-${pkg.name}`, pkg, 'HIGH', { fixed: fixed.get(pkg.name)! })] : [],
        );
        const [plan] = planConda(packages, findings, goal, { findings: () => [] }, 'any');
        const to = new Map(plan?.changes.map((change) => [change.name, change.to as string]));
        const file = join(work.path, `repodata-${at}.json`);
        const records = names.flatMap((name) =>
          [now.get(name)!, fixed.get(name)].flatMap((version) =>
            version === undefined
              ? []
              : [
                  [
                    `${name}-${version}-0.tar.bz2`,
                    { name, version, build: '0', build_number: 0, depends: depends.get(name), subdir: 'linux-64' },
                  ] as const,
                ],
          ),
        );
        writeFileSync(
          file,
          JSON.stringify({ info: { subdir: 'linux-64' }, packages: Object.fromEntries(records), 'packages.conda': {} }),
        );
        const pins = (changed: ReadonlyMap<string, string>): string[] =>
          names.map((name) => `${name} ==${changed.get(name) ?? now.get(name)}`);
        // Every choice of more upgrades than the plan makes.
        const better = subsets([...fixed]).filter((choice) => choice.length > to.size);
        return { to, file, specs: [pins(to), ...better.map((choice) => pins(new Map(choice)))] };
      });
      const asked = join(work.path, 'plans.json');
      writeFileSync(asked, JSON.stringify(worlds.map(({ file, specs }) => ({ repodata: file, specs }))));
      const done = spawnSync(python, ['-c', SOLVE, asked], { encoding: 'utf8', maxBuffer: 1 << 26 });
      expect(done.stderr).toBe('');
      const said = JSON.parse(done.stdout) as boolean[][];
      const sizes = worlds.map(({ to }) => to.size);
      // Some are cleared whole, some in part, some not at all: else nothing was asked.
      expect([sizes.includes(0), sizes.includes(4), sizes.some((size) => size > 0 && size < 4)]).toEqual([
        true,
        true,
        true,
      ]);
      expect(said.flatMap(([plan], at) => (plan ? [] : [[...worlds[at]!.to].join(' ')]))).toEqual([]);
      expect(
        said.flatMap(([, ...more], at) => (more.includes(true) ? [worlds[at]!.specs[1 + more.indexOf(true)]] : [])),
      ).toEqual([]);
    },
  );
});

/** Every choice out of a few. */
function subsets<One>(of: readonly One[]): One[][] {
  return Array.from({ length: 2 ** of.length }, (_, bits) => of.filter((_, at) => ((bits >> at) & 1) === 1));
}
