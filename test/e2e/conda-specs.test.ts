import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareConda } from '../../src/versions/conda.ts';
import { condaSpec } from '../../src/versions/conda-spec.ts';
import { corpus } from '../corpora/versions/corpus.ts';
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
    const judged = said.specs.filter((one) => one !== null);
    expect([judged.length > SPECS * 0.9, judged.includes(true), judged.includes(false)]).toEqual([true, true, true]);
    const wrong = specs.flatMap((one, at) =>
      said.specs[at] === null || said.specs[at] === ours[at]
        ? []
        : [`${one.join(' of ')}: rattler says ${said.specs[at]}`],
    );
    expect(wrong).toEqual([]);
    const misplaced = orders.filter(([a, b], at) => Math.sign(compareConda(a, b)) !== said.orders[at]);
    expect(misplaced).toEqual([]);
  });
});
