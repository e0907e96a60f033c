// node bench/fix.mjs: how long the plan of `plimsoll fix` takes once the image is read and the indexes have answered.
//   1,000 installed distributions that need one another, 500 findings in them     under 1 s
//   the same where every third upgrade is in somebody's way                       under 1 s
//   the same with 500 Debian packages and 250 findings besides                    under 1 s
// Times are medians; each is also told as a ratio to matching the same inventory once, which no plan with proof can do without.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
if (!existsSync(join(modules, 'rolldown'))) {
  console.log('skipped: rolldown is not installed (npm ci)');
  process.exit(0);
}
// The program is one bundle; what is measured here is a part of it, bundled in the same way.
const folder = mkdtempSync(join(modules, '.plimsoll-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
const { rolldown } = await import('rolldown');
const parts = {
  memory: 'advisories/store/memory.ts',
  match: 'matching/match.ts',
  plan: 'remediate/plan/make-plan.ts',
  goal: 'remediate/goal.ts',
};
const bundle = await rolldown({
  input: Object.fromEntries(Object.entries(parts).map(([name, file]) => [name, join(root, 'src', file)])),
  platform: 'node',
  external: (id) => !/^[./]/.test(id) && !id.startsWith(root),
});
const dist = join(folder, 'dist');
copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
await bundle.write({ dir: dist, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'part-[name].mjs' });
await bundle.close();
const load = (name) => import(pathToFileURL(join(dist, `${name}.mjs`)).href);
const [{ memoryStore }, { match }, { makePlan }, { parseGoal }] = await Promise.all(Object.keys(parts).map(load));

const runs = Number(process.env.BENCH_RUNS ?? 5);
const GOAL_MS = 1_000;
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const SITE = 'usr/local/lib/python3.9/site-packages';
const layer = { layer: 0, diffID: `sha256:${'0'.repeat(64)}` };

/** The same numbers in every run. https://en.wikipedia.org/wiki/Linear_congruential_generator */
function dice(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Distributions d0, d1, ...: each needs a few with a lower number, some of these with an upper bound. */
function world({ distributions, findings, bounds, debian }) {
  const roll = dice(20_221_222);
  const needs = Array.from({ length: distributions }, (_, index) =>
    index === 0
      ? []
      : Array.from({ length: roll(5) }, () => {
          const bound = bounds > 0 && roll(bounds) === 0 ? ',<1.2' : '';
          return `d${roll(index)}>=1.0${bound}`;
        }),
  );
  const packages = needs.map((requires, index) => ({
    type: 'pypi',
    name: `d${index}`,
    version: '1.1',
    namespace: 'PyPI',
    purl: `pkg:pypi/d${index}@1.1`,
    requires,
    evidence: [{ path: `${SITE}/d${index}-1.1.dist-info/METADATA`, analyzer: 'python-dist', ...layer }],
  }));
  for (let index = 0; index < debian; index += 1)
    packages.push({
      type: 'deb',
      name: `lib${index}`,
      version: '1.0-1',
      namespace: 'Debian:11',
      purl: `pkg:deb/debian/lib${index}@1.0-1`,
      source: { name: `lib${index}`, version: '1.0-1' },
      requires: index === 0 ? [] : [`lib${roll(index)} (>= 1.0)`],
      evidence: [{ path: 'var/lib/dpkg/status', analyzer: 'dpkg', ...layer }],
    });
  const statement = (namespace, name, number, fixed) => ({
    id: `CVE-2099-${number}`,
    source: namespace === 'PyPI' ? 'ghsa' : 'debian',
    namespace,
    package: name,
    aliases: [],
    state: 'fixed',
    ranges: [{ fixed }],
    ratings: [],
  });
  // Two in each of every other package, the second fixed later than the first.
  const statements = Array.from({ length: findings }, (_, index) =>
    statement('PyPI', `d${(2 * (index >> 1)) % distributions}`, 10_000 + index, index % 2 === 0 ? '1.2' : '1.3'),
  );
  for (let index = 0; index < debian; index += 2)
    statements.push(statement('Debian:11', `lib${index}`, 90_000 + index, '1.0-1+deb11u1'));
  return { packages, statements, needs };
}

/** What the indexes said: four newer versions each, the newer ones with looser bounds. */
function answers({ packages, needs }) {
  const versions = ['1.1.1', '1.2', '1.3', '1.4'].map((version) => ({ version, files: [], sourceOnly: false }));
  return {
    pythonIndex: {
      by: 'the benchmark',
      problems: new Set(),
      versions: async () => versions,
      requires: async (name, version) =>
        needs[Number(name.slice(1))].map((text) => (version >= '1.3' ? text.replace(',<1.2', '') : text)),
      hashes: async () => [],
    },
    osIndex: {
      available: new Map(
        packages
          .filter(({ type }) => type === 'deb')
          .map(({ name }) => [name, { version: '1.0-1+deb11u1', sourceVersion: '1.0-1+deb11u1', from: 'main' }]),
      ),
      problems: [],
      read: 1,
      named: 1,
      labels: ['bullseye-security main'],
    },
  };
}

async function measure(title, size) {
  const one = world(size);
  const store = memoryStore({ statements: one.statements });
  const matching = [];
  const planning = [];
  let made;
  for (let run = 0; run <= runs; run += 1) {
    const before = performance.now();
    const { findings } = match(one.packages, store);
    const between = performance.now();
    made = await makePlan({
      report: reportOf(one.packages, findings, store),
      store,
      goal: parseGoal('no fixable'),
      base: { layers: 0, by: 'unknown', evidence: [] },
      introduced: new Map(one.packages.map((each) => [each, 0])),
      majors: 'needed',
      ...answers(one),
    });
    const after = performance.now();
    if (run === 0) continue; // warms up
    matching.push(between - before);
    planning.push(after - between);
  }
  const { plan } = made;
  const took = median(planning);
  const ratio = took / median(matching);
  const done = `${plan.steps.filter(({ applied }) => applied).flatMap(({ changes }) => changes).length} changes, ${plan.cleared.length} of ${plan.today.total} cleared`;
  const met = took < GOAL_MS;
  console.log(
    `${title}: ${took.toFixed(0)} ms, ${ratio.toFixed(1)} x matching it once; ${done} (goal: under 1 s)${met ? '' : '  <- missed'}`,
  );
  return met;
}

function reportOf(packages, findings, store) {
  return {
    created: '2099-01-01T00:00:00Z',
    subject: {
      reference: 'benchmark',
      source: 'archive',
      name: 'benchmark',
      platform: { os: 'linux', architecture: 'amd64' },
      layers: [{ index: 0, ...layer }],
    },
    database: store.info,
    os: { id: 'debian', versionId: '11', name: 'Debian GNU/Linux 11' },
    packages,
    findings,
    unknowns: [],
    risks: [],
    notices: [],
  };
}

const size = { distributions: 1_000, findings: 500, bounds: 0, debian: 0 };
const met = [
  await measure('1,000 distributions, 500 findings', size),
  await measure('the same, with upper bounds in the way', { ...size, bounds: 3 }),
  await measure('the same, and 500 Debian packages, 250 findings', { ...size, bounds: 3, debian: 500 }),
];
process.exitCode = met.every(Boolean) ? 0 : 1;
