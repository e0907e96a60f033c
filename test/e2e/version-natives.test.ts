import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { localDocument } from '../../src/advisories/feeds/index.ts';
import { ecosystemNamed } from '../../src/ecosystems/index.ts';
import { isPep440 } from '../../src/versions/pep440.ts';
import { feeds, titled } from './machine.ts';
import type { Pair } from './native-versions.ts';

/**
 * Pairs of versions of one package that publishers wrote, ordered by us and by the program whose versions they are: dpkg's own library,
 * Python's `packaging`, Maven's ComparableVersion, npm's semver. A sample drawn by a fixed seed; E2E_VERSIONS=full draws 160,000
 * of each, or takes all that there are.
 */

const full = process.env.E2E_VERSIONS === 'full';
const SAMPLE = full ? 160_000 : 2_000;

interface Native {
  readonly name: string;
  readonly namespace: string;
  /** Versions of each package, as the feeds have them. */
  readonly versions: () => Promise<Iterable<readonly string[]>>;
  /** What the program takes for a version. */
  readonly takes: (version: string) => boolean;
  readonly missing: () => string | undefined;
  readonly compare: (pairs: readonly Pair[]) => readonly number[];
}

const run = (program: string, args: readonly string[], input = ''): string => {
  const done = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28, input });
  if (done.status !== 0) throw new Error(`${program}: ${done.stderr}`);
  return done.stdout;
};
const runs = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** Every version that OSV's records of an ecosystem name, by package. */
async function ofExport(ecosystem: string): Promise<Iterable<readonly string[]>> {
  const by = new Map<string, Set<string>>();
  const archive = localDocument(`osv/${ecosystem}`, join(feeds, 'osv', ecosystem, 'all.zip'));
  for await (const file of archive.files()) {
    if (!file.name.endsWith('.json')) continue;
    for (const entry of JSON.parse(file.read().toString('utf8')).affected ?? []) {
      const name = `${entry.package?.ecosystem} ${entry.package?.name}`;
      const known = by.get(name) ?? new Set<string>();
      by.set(name, known);
      for (const version of entry.versions ?? []) known.add(version);
      for (const range of entry.ranges ?? [])
        if (range.type !== 'GIT')
          for (const event of range.events) for (const bound of Object.values(event)) known.add(String(bound));
    }
  }
  return [...by.values()].map((entry) => [...entry]);
}

/** Every version that Debian's tracker names, by package. */
async function ofTracker(): Promise<Iterable<readonly string[]>> {
  const tracker = JSON.parse(readFileSync(join(feeds, 'debian', 'tracker.json'), 'utf8')) as Record<
    string,
    Record<string, { releases: Record<string, { fixed_version?: string; repositories?: Record<string, string> }> }>
  >;
  return Object.values(tracker).map((ids) => [
    ...new Set(
      Object.values(ids).flatMap(({ releases }) =>
        Object.values(releases).flatMap(({ fixed_version: fixed, repositories = {} }) => [
          ...(fixed === undefined ? [] : [fixed]),
          ...Object.values(repositories),
        ]),
      ),
    ),
  ]);
}

const DPKG = `
use Dpkg::Version;
while (<STDIN>) { chomp; my ($a, $b) = split / /; print version_compare($a, $b), "\\n"; }
`;
const PACKAGING = `
import json, sys
from packaging.version import Version
print(json.dumps([(Version(a) > Version(b)) - (Version(a) < Version(b)) for a, b in json.load(sys.stdin)]))
`;
const SEMVER = `
const { compare } = require(process.argv[1]);
console.log(JSON.stringify(JSON.parse(require('fs').readFileSync(0, 'utf8')).map(([a, b]) => compare(a, b))));
`;

const MAVEN = ['/usr/share/java/maven3-artifact.jar', '/usr/share/java/maven-artifact.jar'].find(existsSync);
const semver = (() => {
  const npm = spawnSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).stdout.trim();
  const path = npm === '' ? '' : join(realpathSync(npm), '..', '..', 'node_modules', 'semver');
  return existsSync(path) ? path : undefined;
})();

/** `   1.0 < 1-1` for each neighbour of what it is given. */
function byMaven(pairs: readonly Pair[]): readonly number[] {
  const answers: number[] = [];
  for (let at = 0; at < pairs.length; at += 1_000) {
    const given = pairs.slice(at, at + 1_000).flat();
    const classes = `${MAVEN}:/usr/share/java/commons-lang3.jar`;
    const text = run('java', ['-cp', classes, 'org.apache.maven.artifact.versioning.ComparableVersion', ...given]);
    const lines = [...text.matchAll(/^ {3}\S+ (<|==|>) \S+$/gm)].map(
      ([, sign]) => ({ '<': -1, '==': 0, '>': 1 })[sign!]!,
    );
    answers.push(...lines.filter((_, index) => index % 2 === 0));
  }
  return answers;
}

const NATIVES: readonly Native[] = [
  {
    name: 'dpkg',
    namespace: 'Debian:11',
    versions: async () => [...(await ofTracker()), ...(await ofExport('Ubuntu')), ...(await ofExport('Debian'))],
    takes: (version) => /^\d[\w.+:~-]*$/.test(version),
    missing: () => (runs('perl', '-MDpkg::Version', '-e', '1') ? undefined : 'no Dpkg::Version (libdpkg-perl)'),
    compare: (pairs) =>
      run('perl', ['-e', DPKG], pairs.map((pair) => `${pair.join(' ')}\n`).join(''))
        .trim()
        .split('\n')
        .map((answer) => Math.sign(Number(answer))),
  },
  {
    name: "Python's packaging",
    namespace: 'PyPI',
    versions: () => ofExport('PyPI'),
    takes: isPep440,
    missing: () => (runs('python3', '-c', 'import packaging.version') ? undefined : 'python3 has no packaging'),
    compare: (pairs) => JSON.parse(run('python3', ['-c', PACKAGING], JSON.stringify(pairs))) as number[],
  },
  {
    name: "Maven's ComparableVersion",
    namespace: 'Maven',
    versions: () => ofExport('Maven'),
    takes: (version) => /^[\w.+-]+$/.test(version),
    missing: () =>
      MAVEN !== undefined && runs('java', '-version') ? undefined : 'no Java, or no maven-artifact in /usr/share/java',
    compare: byMaven,
  },
  {
    name: "npm's semver",
    namespace: 'npm',
    versions: () => ofExport('npm'),
    takes: (version) =>
      /^\d+\.\d+\.\d+(?:-[\da-z-]+(?:\.[\da-z-]+)*)?(?:\+[\w.-]+)?$/i.test(version) && !/\b0\d+\b/.test(version),
    missing: () => (semver === undefined ? 'npm has no semver here' : undefined),
    compare: (pairs) => JSON.parse(run(process.execPath, ['-e', SEMVER, semver!], JSON.stringify(pairs))) as number[],
  },
];

/** Numbers below `limit`, the same in each run. https://en.wikipedia.org/wiki/Linear_congruential_generator */
function drawer(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Neighbours in our order, both ways round, and pairs further apart: what is near is what is got wrong. */
function pairsOf(packages: Iterable<readonly string[]>, { namespace, takes }: Native): readonly Pair[] {
  const { compare } = ecosystemNamed(namespace)!;
  const draw = drawer(20_261_126);
  const pairs: Pair[] = [];
  for (const pkg of packages) {
    const sorted = pkg.filter((version) => takes(version)).sort(compare);
    for (let index = 1; index < sorted.length; index += 1) {
      const pair: Pair = [sorted[index - 1]!, sorted[index]!];
      pairs.push(draw(2) === 0 ? pair : [pair[1], pair[0]], [sorted[draw(sorted.length)]!, sorted[index]!]);
    }
  }
  if (pairs.length <= SAMPLE) return pairs;
  return Array.from({ length: SAMPLE }, () => pairs[draw(pairs.length)]!);
}

for (const native of NATIVES) {
  const missing = existsSync(join(feeds, 'osv', 'PyPI', 'all.zip')) ? native.missing() : 'no feeds beside the checkout';
  it.skipIf(missing !== undefined)(
    titled(`versions of ${native.namespace} are ordered as ${native.name} orders them`, missing),
    { timeout: 1_200_000 },
    async () => {
      const pairs = pairsOf(await native.versions(), native);
      expect(pairs.length).toBeGreaterThanOrEqual(500);
      const { compare } = ecosystemNamed(native.namespace)!;
      const theirs = native.compare(pairs);
      expect(theirs.length).toBe(pairs.length);
      const wrong = pairs.flatMap(([a, b], index) => {
        const ours = Math.sign(compare(a, b));
        return ours === theirs[index] ? [] : [`${a} ${b}: ${ours}, not ${theirs[index]}`];
      });
      console.log(`${native.name}: ${pairs.length} pairs, ${wrong.length} wrong`);
      expect(wrong.slice(0, 20)).toEqual([]);
    },
  );
}
