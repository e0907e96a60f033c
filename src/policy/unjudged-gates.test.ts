/** What no gate could judge, it shuts: each kind of gate against each way in which the data or the image can fail it. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { debian, type SmallMachine, smallFeeds, smallMachine, stanza, wheelFiles } from '../../test/small-machine.ts';
import { SCHEMA } from '../advisories/store/index.ts';
import { main } from '../cli.ts';
import { scanCommand } from '../commands/scan.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { surroundings, updateDatabase } from '../index.ts';

const GATES: Readonly<Record<string, string>> = {
  HIGH: 'CRITICAL',
  fixable: 'fixable:CRITICAL',
  exploited: 'exploited:CRITICAL',
  epss: 'epss>0.99',
  new: 'new:CRITICAL',
  secret: 'secret',
  model: 'model',
  life: 'end-of-life',
  incomplete: 'incomplete',
};
/** What a policy asks besides: of each kind of package, and what the benchmark and a registry say of a folder that is neither. */
const POLICIES: Readonly<Record<string, string>> = {
  os: '{thresholds: {os: CRITICAL}}',
  language: '{thresholds: {language: CRITICAL}}',
  kev: '{exploited: any}',
  odds: '{epss: ">0.99"}',
  ends: '{end-of-life: refused}',
};

let machine: SmallMachine;
let baseline: string;
/** Debian 11 is looked after on that day; its packages and setuptools are known to the small mirror, and nothing is critical. */
const TODAY = new Date('2023-06-01');
const packages = { ...debian(stanza('openssl', '1.1.1n-0+deb11u4')), ...wheelFiles('setuptools', '65.5.1') };
const DATABASE = () => join(machine.folder, 'home', 'advisories.db');

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: TODAY });
  machine = await smallMachine({ day: '2023-05-31' });
  baseline = machine.file('baseline.json', '');
  await scanned(machine.root('whole', packages), machine.environment, '-f', 'json', '-o', baseline);
});
afterAll(() => {
  vi.useRealTimers();
  machine.close();
});

const scanned = (target: string, environment: NodeJS.ProcessEnv, ...args: readonly string[]) =>
  runCommand(scanCommand, [target, '--offline', ...args], { environment, caught: true });

/** Another machine's home, of a mirror that lacks what is named. */
async function homeWithout(lacks: RegExp): Promise<NodeJS.ProcessEnv> {
  const name = `without-${lacks.source.replace(/\W/g, '')}`;
  for (const [path, body] of smallFeeds('2023-05-31')) if (!lacks.test(path)) machine.file(join(name, path), body);
  const environment = { ...machine.environment, PLIMSOLL_HOME: join(machine.folder, `home-${name}`) };
  await updateDatabase({ from: join(machine.folder, name) }, surroundings({ environment }));
  return environment;
}

/** The gates that are shut, by their names; the exit code where there is no verdict. */
async function shut(target: string, environment = machine.environment): Promise<readonly string[]> {
  const codes: [string, number | string | undefined][] = [];
  for (const [name, gate] of Object.entries(GATES)) {
    const against = gate.startsWith('new') ? ['--baseline', baseline] : [];
    const { code, error } = await scanned(target, environment, '--fail-on', gate, ...against);
    codes.push([name, error?.code ?? code]);
  }
  for (const [name, policy] of Object.entries(POLICIES)) {
    const config = machine.file(`${name}.yaml`, `policy: ${policy}\n`);
    const { code, error } = await scanned(target, { ...environment, PLIMSOLL_CONFIG: config });
    codes.push([name, error?.code ?? code]);
  }
  expect(codes.every(([, code]) => code === 0 || code === 1 || typeof code === 'string')).toBe(true);
  return codes.flatMap(([name, code]) => (code === 0 ? [] : [code === 1 ? name : `${name}: ${code}`]));
}

const EVERY = [...Object.keys(GATES), ...Object.keys(POLICIES)];
const OF_FINDINGS = ['HIGH', 'fixable', 'exploited', 'epss', 'new'];

describe('a gate', () => {
  it('is open where all it speaks of was judged: else this table would prove nothing', async () => {
    expect(await shut(machine.root('whole', packages))).toEqual([]);
  });

  it('is shut by whatever could not be looked up', async () => {
    const image = machine.root('whole', packages);
    // Nobody speaks of the packages of the system; of Python's.
    expect(await shut(image, await homeWithout(/debian/))).toEqual([
      ...OF_FINDINGS,
      ...['incomplete', 'os', 'kev', 'odds'],
    ]);
    expect(await shut(image, await homeWithout(/PyPI/))).toEqual([
      ...OF_FINDINGS,
      ...['incomplete', 'language', 'kev', 'odds'],
    ]);
    // No list of what is exploited, no chances: only gates that ask for them.
    expect(await shut(image, await homeWithout(/kev/))).toEqual(['exploited', 'kev']);
    expect(await shut(image, await homeWithout(/epss/))).toEqual(['epss', 'odds']);
    // Nobody who rates what was found: whatever asks how bad it is.
    const unrated = await homeWithout(/nvd/);
    expect(await shut(image, unrated)).toEqual(['HIGH', 'fixable', 'os']);
    const said = await scanned(image, unrated, '--fail-on', 'CRITICAL');
    expect(said.text).toContain('no severity, since the database does not hold what NVD says of 2023');
    expect((await scanned(image, unrated, '--fail-on', 'CRITICAL', '--allow-unjudged')).code).toBe(0);
  });

  it('is shut by what this image has and nobody here knows', async () => {
    const strange = machine.root('strange', {
      ...packages,
      'etc/os-release': 'ID=honk\nVERSION_ID=1\nPRETTY_NAME="Honk 1"\n',
    });
    expect(await shut(strange)).toEqual([...OF_FINDINGS, ...['life', 'incomplete', 'os', 'kev', 'odds', 'ends']]);
    const { text } = await scanned(strange, machine.environment, '--fail-on', 'end-of-life');
    expect(text).toContain('end-of-life: cannot be judged: nobody here knows Honk 1');
    const other = machine.root('other', {
      ...packages,
      'app/node_modules/left-pad/package.json': '{"name":"left-pad","version":"1.3.0"}',
    });
    expect(await shut(other, await homeWithout(/npm/))).toEqual([
      ...OF_FINDINGS,
      ...['incomplete', 'language', 'kev', 'odds'],
    ]);
  });

  it('is shut by a defect of this program, and by one package of many', async () => {
    const pypi = ecosystems.find(({ type }) => type === 'pypi')!;
    const { compare } = pypi;
    const broken = (): number => {
      throw new TypeError('x is not a function');
    };
    Object.defineProperty(pypi, 'compare', { value: broken, configurable: true, writable: true });
    try {
      expect(await shut(machine.root('whole', packages))).toEqual([
        ...OF_FINDINGS,
        ...['incomplete', 'os', 'language', 'kev', 'odds'],
      ]);
    } finally {
      Object.defineProperty(pypi, 'compare', { value: compare, configurable: true, writable: true });
    }
  });

  it.each([
    ['is missing', (file: string) => rmSync(file), 'database-missing'],
    ['is damaged', (file: string, whole: Buffer) => writeFileSync(file, whole.subarray(0, 5_000)), 'database-damaged'],
    ['is of other bytes', (file: string, whole: Buffer) => writeFileSync(file, flipped(whole)), 'database-damaged'],
    ['is no database', (file: string) => writeFileSync(file, 'hello'), 'database-damaged'],
    ['is of an older version', (file: string, whole: Buffer) => writeFileSync(file, older(whole)), 'unsupported'],
  ])(
    'has no say at all where the database %s: that is an error',
    async (_, spoil, code) => {
      const whole = readFileSync(DATABASE());
      spoil(DATABASE(), whole);
      try {
        expect(await shut(machine.root('whole', packages))).toEqual(EVERY.map((name) => `${name}: ${code}`));
        const line = ['--quiet', 'scan', machine.root('whole', packages), '--offline', '--fail-on', 'secret'];
        const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
        expect(await main(line, machine.environment)).toBe(3);
        expect(written.mock.calls.join('')).toMatch(/plimsoll db update/);
        written.mockRestore();
      } finally {
        writeFileSync(DATABASE(), whole);
      }
    },
    60_000,
  );
});

function flipped(whole: Buffer): Buffer {
  const copy = Buffer.from(whole);
  copy[copy.length - 100]! ^= 0xff;
  return copy;
}

function older(whole: Buffer): Buffer {
  const copy = Buffer.from(whole);
  copy.writeUInt32BE(SCHEMA - 1, 60);
  return copy;
}
