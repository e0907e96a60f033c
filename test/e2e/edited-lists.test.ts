/**
 * Real libraries of this machine's Debian with the entry that dpkg has for them, whose version is raised and nothing else: what the library says of
 * itself contradicts it, in one layer and without a changelog.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { takeInventory } from '../../src/inventory/take.ts';
import { image, layer, symlink } from '../image.ts';
import { lacking, titled } from './machine.ts';

const said = (program: string, ...args: readonly string[]): string =>
  spawnSync(program, args, { encoding: 'utf8' }).stdout ?? '';

const [noProgram] = lacking('dpkg-query');
/** Those of the three that are installed here, with the file that tells their version. */
const LIBRARIES = [
  ['libssl3', /\/libcrypto\.so\.3$/],
  ['libssl3t64', /\/libcrypto\.so\.3$/],
  ['libssl1.1', /\/libcrypto\.so\.1\.1$/],
  ['zlib1g', /\/libz\.so\.1$/],
  ['libc6', /\/libc\.so\.6$/],
] as const;
const here =
  noProgram === undefined
    ? // biome-ignore lint/suspicious/noTemplateCurlyInString: a field of dpkg's
      LIBRARIES.filter(([name]) => said('dpkg-query', '-W', '-f=${db:Status-Status}', name) === 'installed')
    : [];
const missing = here.length === 0 ? 'no dpkg with OpenSSL, zlib and glibc' : undefined;

/** The part of a system that one package is: its entry, its list, and the library under every name. */
function systemOf(name: string, library: RegExp, version: (listed: string) => string) {
  const entry = said('dpkg-query', '-s', name);
  const listed = /^Version: (.+)$/m.exec(entry)![1]!;
  const paths = said('dpkg-query', '-L', name)
    .split('\n')
    .filter((path) => !path.startsWith('/usr/share/doc/'));
  const file = paths.find((path) => library.test(path))!;
  const real = realpathSync(file).slice(1);
  const link = `usr${file.replace(/^\/usr/, '')}`;
  const files = {
    'etc/os-release': readFileSync('/etc/os-release'),
    'var/lib/dpkg/status': `${entry.replace(/^(Version: ).+$/m, `$1${version(listed)}`)}\n`,
    [`var/lib/dpkg/info/${name}.list`]: `${paths.join('\n')}\n`,
    lib: symlink('usr/lib'),
    [real]: readFileSync(`/${real}`),
    ...(link === real ? {} : { [link]: symlink(real.split('/').at(-1)!) }),
  };
  return { listed, files };
}

async function seen(files: Parameters<typeof layer>[0]) {
  const { inventory } = await takeInventory(image(layer(files)));
  return {
    packages: inventory.packages.filter(({ type }) => type === 'deb'),
    signs: (inventory.signs ?? []).filter(({ check }) => check === 'versions-contradicted'),
  };
}

describe.skipIf(missing !== undefined)(titled('a real library under an entry of dpkg', missing), () => {
  it.skipIf(!existsSync('/etc/os-release')).each(here)(
    '%s: as it was installed it is silent',
    async (name, library) => {
      const { listed, files } = systemOf(name, library, (version) => version);
      const { packages, signs } = await seen(files);
      expect(packages.map(({ version }) => version)).toEqual([listed]);
      expect(signs).toEqual([]);
    },
  );

  it.each(here)('%s: raised, it is judged once, as what the library says', async (name, library) => {
    const { listed, files } = systemOf(name, library, (version) =>
      version.replace(/^(\d+:)?\d+/, (_, epoch: string | undefined) => `${epoch ?? ''}9`),
    );
    const { packages, signs } = await seen(files);
    expect(packages).toHaveLength(1);
    const [pkg] = packages;
    const upstream = listed
      .replace(/^\d+:/, '')
      .replace(/[-+~].*$/, '')
      .replace(/\.dfsg$/, '');
    expect(pkg!.version.replace(/^\d+:/, '')).toMatch(new RegExp(`^${upstream.replaceAll('.', '\\.')}`));
    expect(pkg).toMatchObject({ name, certainty: 'name', recovered: 'code' });
    expect(pkg!.properties?.contradictedBy).toContain('9');
    expect(signs).toMatchObject([{ level: 'warning' }]);
  });
});
