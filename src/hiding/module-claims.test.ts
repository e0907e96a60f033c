import { describe, expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';
import { LIMITS } from '../limits.ts';
import { moduleClaims } from './module-claims.ts';

const SITE = 'usr/local/lib/python3.9/site-packages';

async function seen(files: Parameters<typeof layer>[0]) {
  const { inventory } = await takeInventory(image(layer(files)));
  return {
    packages: inventory.packages.map(({ name, version, recovered }) => `${name} ${version} ${recovered ?? 'listed'}`),
    signs: (inventory.signs ?? []).map(({ check }) => check),
  };
}
const distribution = (name: string, version: string, ...modules: readonly string[]) => ({
  [`${SITE}/${name}-${version}.dist-info/METADATA`]: `Name: ${name}\nVersion: ${version}\n`,
  [`${SITE}/${name}-${version}.dist-info/RECORD`]: modules.map((module) => `${module}/__init__.py,,\n`).join(''),
});
const code = (module: string, version: string) => ({
  [`${SITE}/${module}/__init__.py`]: `__version__ = "${version}"\n`,
});

describe('what a distribution lists of another name and version', () => {
  it('is a package of its own where everybody knows it', async () => {
    const { packages, signs } = await seen({
      ...distribution('acme_app', '1.0', 'requests', 'acme'),
      ...code('requests', '2.25.0'),
      ...code('acme', '1.0'),
    });
    expect(packages).toEqual(['acme_app 1.0 listed', 'requests 2.25.0 code']);
    expect(signs).toEqual(['metadata-deleted', 'recovery-contradicted']);
  });

  it.each(['acme_requests', 'requests_acme', 'aiorequests'])(
    'is what everybody knows, where its metadata were given the name %s and its own version was left',
    async (name) => {
      const { packages } = await seen({ ...distribution(name, '2.25.0', 'requests'), ...code('requests', '2.25.0') });
      expect(packages).toHaveLength(2);
      expect(packages).toContain('requests 2.25.0 code');
    },
  );

  it('is, whoever knows it, where the list names three such', async () => {
    const names = ['pgspec', 'oddlib', 'thirdlib'];
    const { packages } = await seen({
      ...distribution('acme_app', '1.0', ...names),
      ...Object.assign({}, ...names.map((name) => code(name, '3.1.4'))),
    });
    expect(packages).toHaveLength(4);
    const two = await seen({
      ...distribution('acme_app', '1.0', 'pgspec', 'oddlib'),
      ...code('pgspec', '3.1.4'),
      ...code('oddlib', '3.1.4'),
    });
    expect(two.packages).toEqual(['acme_app 1.0 listed']);
  });

  it.each([
    ['opencv_python_headless', '4.5.5.64', 'cv2', '4.5.5'],
    ['psycopg2_binary', '2.9.9', 'psycopg2', '2.9.8'],
    ['Pillow_SIMD', '9.0.0', 'PIL', '9.0.0'],
    ['apache_airflow', '2.8.0', 'airflow', '2.8.0'],
  ])('is not where %s %s brings %s %s', async (name, version, module, stated) => {
    const { packages, signs } = await seen({ ...distribution(name, version, module), ...code(module, stated) });
    expect(packages).toEqual([`${name} ${version} listed`]);
    expect(signs).toEqual([]);
  });
});

describe('lists of masses of distributions', () => {
  const crowd = (count: number, module: string) => {
    const at = (number: number) => `${SITE}/fake${number}-1.0.dist-info`;
    const layer = 0;
    const all = Array.from({ length: count }, (_, number) => number);
    return {
      items: all.map((number) => ({
        path: `${at(number)}/METADATA`,
        layer,
        analyzer: 'x',
        fact: { name: `fake${number}`, version: '1.0', type: 'pypi' },
      })),
      facts: all.map((number) => ({
        path: `${at(number)}/RECORD`,
        layer,
        analyzer: 'x',
        fact: { kind: 'modules' as const, names: `${module} fake${number}` },
      })),
    };
  };
  it('claim no more than so much, and take from nobody what bears its own name', () => {
    const names = Array.from({ length: LIMITS.moduleClaims }, (_, at) => `m${at}`).join(' ');
    const { items, facts } = crowd(2, names);
    const { accounts } = moduleClaims(items, facts, []);
    expect(accounts(SITE, 'm7', 'm7', '3.1.4')).toBe(true);
    expect(accounts(SITE, 'fake0', 'fake0', '3.1.4')).toBe(true);
    expect(accounts(SITE, 'fake1', 'fake1', '3.1.4')).toBe(true);
    const [, second] = facts;
    const later = { ...second!, fact: { kind: 'modules' as const, names: 'late' } };
    expect(moduleClaims(items, [...facts, later], []).accounts(SITE, 'late', 'late', '3.1.4')).toBe(false);
    expect(moduleClaims(items, [later], []).accounts(SITE, 'late', 'late', '3.1.4')).toBe(true);
    const many = crowd(LIMITS.claimants + 1, 'shared');
    const last = [{ site: SITE, module: 'shared', name: 'shared', version: '1.0' }];
    const claimed = moduleClaims(many.items.slice(-1), many.facts, last);
    expect(claimed.claimant(SITE, 'shared')?.name).toBe(`fake${LIMITS.claimants}`);
    expect(moduleClaims(many.items, many.facts, last).claimant(SITE, 'shared')?.name).toBe('fake0');
  });
});

it('a list without metadata, or of what pip was about to remove, accounts for nothing', async () => {
  const metadata = 'Name: requests\nVersion: 2.25.0\n';
  const { packages } = await seen({
    [`${SITE}/~equests-2.25.0.dist-info/METADATA`]: metadata,
    [`${SITE}/~equests-2.25.0.dist-info/RECORD`]: 'requests/__init__.py,,\n',
    ...code('requests', '2.25.0'),
  });
  expect(packages).toContain('requests 2.25.0 code');
});
