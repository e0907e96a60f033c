/** Whoever deletes the files of packages makes them less sure: that must take nothing out of a gate. */
import { describe, expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import { parseGates } from '../policy/gate.ts';
import { judgeGates } from '../policy/judge.ts';
import { scanImage } from './scan-image.ts';

const NAMES = [
  'libssl1.1',
  'libc6',
  'zlib1g',
  'bash',
  'tar',
  'gzip',
  'perl-base',
  'coreutils',
  'dpkg',
  'sed',
  'grep',
  'curl',
];
const VERSION = '1.1.1n-0+deb11u3';
const files = (name: string) => ({ [`usr/lib/${name}.so.1`]: 'x', [`usr/bin/${name}`]: 'x' });
const database = {
  'etc/os-release': 'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\n',
  'var/lib/dpkg/status': NAMES.map(
    (name) => `Package: ${name}\nStatus: install ok installed\nVersion: ${VERSION}\nMaintainer: M <m@debian.org>\n\n`,
  ).join(''),
  ...Object.fromEntries(
    NAMES.map((name) => [
      `var/lib/dpkg/info/${name}.list`,
      Object.keys(files(name))
        .map((path) => `/${path}\n`)
        .join(''),
    ]),
  ),
};
const store = memoryStore({
  covers: ['Debian:11'],
  statements: NAMES.map((name, at) => ({
    id: `CVE-2024-10${at}`,
    source: 'debian',
    namespace: 'Debian:11',
    package: name,
    aliases: [],
    state: 'fixed' as const,
    ranges: [{ fixed: '1.1.1w-0+deb11u1' }],
    ratings: [{ source: 'nvd', severity: 'CRITICAL' as const, method: 'text' as const, original: 'CRITICAL' }],
  })),
});
const whole = layer({ ...database, ...Object.assign({}, ...NAMES.map(files)) });

async function judged(content: ReturnType<typeof layer>, gates: readonly string[]) {
  const report = await scanImage(image(content), { store });
  const { passed, rules } = judgeGates(report, parseGates(gates));
  return { report, passed, caught: rules.map(({ count }) => count) };
}

describe('packages of which nothing but their list is there', () => {
  it.each([['critical'], ['fixable'], ['high']])('count for the gate %s as before', async (gate) => {
    const before = await judged(whole, [gate]);
    const after = await judged(layer(database), [gate]);
    expect(before.report.packages.some(({ phantom }) => phantom)).toBe(false);
    expect(after.report.packages.filter(({ phantom }) => phantom)).toHaveLength(NAMES.length);
    expect([before.passed, after.passed]).toEqual([false, false]);
    expect(before.caught).toEqual([NAMES.length]);
    expect(after.caught).toEqual(before.caught);
  });

  it('are found and counted once, in an assessment that says what is wrong with the database', async () => {
    const { report } = await judged(layer(database), ['critical']);
    expect(report.findings.map(({ id }) => id).sort()).toEqual(NAMES.map((_, at) => `CVE-2024-10${at}`).sort());
    expect(report.assessment).toMatchObject({
      assessed: NAMES.length,
      phantom: NAMES.length,
      packageDatabase: { state: 'contradicted', packages: NAMES.length },
    });
  });
});
