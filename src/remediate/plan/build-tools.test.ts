import { expect, it } from 'vitest';
import { planOf } from '../../../test/plan.ts';
import { deb } from '../../../test/report.ts';
import type { ExposureClass, Package, Statement } from '../../model.ts';

const system = (name: string, reach?: ExposureClass, requires: readonly string[] = []): Package => ({
  ...deb(name, '1.0-1'),
  requires,
  ...(reach === undefined ? {} : { exposure: { class: reach } }),
});
const open = (name: string, index: number): Statement => ({
  id: `CVE-2024-${1000 + index}`,
  source: 'debian',
  namespace: 'Debian:11',
  package: name,
  aliases: [],
  state: 'open',
  ranges: [{}],
  ratings: [],
});

/** What the plan would take out with compilers and headers, its title and what is said against it. */
async function removed(...packages: Package[]) {
  const { steps } = await planOf(
    packages,
    packages.map(({ name }, index) => open(name, index)),
  );
  const step = steps.find(({ id }) => id === 'remove-build-tools');
  return { names: step?.changes.map(({ name }) => name) ?? [], title: step?.title, why: step?.risk.why[0] };
}

it('takes out compilers and headers, and claims of them what it knows: that no package which stays depends on them', async () => {
  const { names, title, why } = await removed(
    system('gcc-10', 'present', ['cpp-10', 'libc6']),
    system('cpp-10', 'present'),
    system('linux-libc-dev', 'not-code'),
    system('libc6', 'loaded'),
  );
  expect(names).toEqual(['gcc-10', 'cpp-10', 'linux-libc-dev']);
  expect(title).toBe('take out 3 packages of compilers and headers, which no package that stays depends on');
  expect(why).toBe('what compiles when it runs (torch.compile, numba, pip builds) needs them');
});

it.each([
  'imagemagick',
  'imagemagick-6.q16',
  'subversion',
  'mercurial',
  'mercurial-common',
  'patch',
  'm4',
  'git',
  'gdb',
])('does not say of %s, a program with other uses, that it is there to build', async (name) => {
  expect((await removed(system(name), system('zlib1g-dev', 'not-code'))).names).toEqual(['zlib1g-dev']);
});

it.each(['loaded', 'importable', 'callable'] as const)(
  'leaves a compiler that the start command leads to (%s)',
  async (reach) => {
    const compiler = system('gcc-10', reach, ['cpp-10']);
    expect((await removed(compiler, system('cpp-10', 'unknown'), system('libfoo-dev', 'not-code'))).names).toEqual([
      'libfoo-dev',
    ]);
  },
);

it('leaves what a program with other uses depends on', async () => {
  expect((await removed(system('gdb', 'present', ['binutils']), system('binutils', 'present'))).names).toEqual([]);
});

it('says of which it is not known whether a program calls them', async () => {
  const { why } = await removed(system('make', 'unknown'), system('g++-10'), system('libssl-dev', 'not-code'));
  expect(why).toMatch(/whether a program of the image calls one of make, g\+\+-10 is not known$/);
});
