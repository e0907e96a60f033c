import { describe, expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { rustProgram } from '../../test/rust-program.ts';
import { takeInventory } from '../inventory/take.ts';

async function seen(files: Readonly<Record<string, string | Buffer>>) {
  const { inventory } = await takeInventory(image(layer(files)));
  return {
    packages: inventory.packages
      .filter(({ role }) => role !== 'declared')
      .map(({ name, version, certainty, recovered, properties = {} }) =>
        [name, version, certainty, recovered, properties.contradictedBy && `not ${properties.contradictedBy}`]
          .filter(Boolean)
          .join(' '),
      ),
    signs: (inventory.signs ?? []).map(({ check, level, message }) => `${level} ${check}: ${message}`),
  };
}

describe('npm packages, held to the lock file of the project', () => {
  const files = (version: string): Record<string, string> => ({
    'app/node_modules/lodash/package.json': JSON.stringify({ name: 'lodash', version }),
    'app/node_modules/lodash/index.js': 'x',
    // As npm wrote it for itself; whoever edits the one edits the other.
    'app/node_modules/.package-lock.json': JSON.stringify({
      lockfileVersion: 3,
      packages: { 'node_modules/lodash': { version } },
    }),
    'app/package-lock.json': JSON.stringify({
      lockfileVersion: 3,
      packages: { '': { name: 'app' }, 'node_modules/lodash': { version: '4.17.20' } },
    }),
  });

  it('are told where that fixes an earlier one, which decides nothing: an installation may have saved nothing', async () => {
    const { packages, signs } = await seen(files('4.17.99'));
    expect(packages).toEqual(['lodash 4.17.99 not 4.17.20']);
    expect(signs).toEqual([
      expect.stringMatching(/^info versions-contradicted: .*the project's package-lock\.json has 4\.17\.20/),
    ]);
  });

  it('are not where it fixes the same, or a later one that nobody installed', async () => {
    for (const version of ['4.17.20', '4.17.15']) expect((await seen(files(version))).signs).toEqual([]);
  });
});

describe('crates of a Rust program, held to the lock that it was built by', () => {
  const names = ['regex', 'serde', 'tokio', 'itoa', 'ryu', 'libc', 'bytes', 'http'];
  const program = (edited: Record<string, string> = {}): Buffer =>
    rustProgram({ crates: names.map((name) => ({ name, version: edited[name] ?? '1.5.4' })) });
  const lock = (without: readonly string[] = []): string =>
    names
      .filter((name) => !without.includes(name))
      .map(
        (name) =>
          `[[package]]\nname = "${name}"\nversion = "1.5.4"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\n`,
      )
      .join('\n');

  it('are what that has where the program’s own list has a later one', async () => {
    const { packages, signs } = await seen({ 'usr/bin/tool': program({ regex: '1.99.0' }), 'src/Cargo.lock': lock() });
    expect(packages).toContain('regex 1.5.4 name not 1.99.0');
    expect(packages.filter((line) => line.includes(' not '))).toHaveLength(1);
    expect(signs).toEqual([expect.stringMatching(/^info versions-contradicted: .*its Cargo\.lock has 1\.5\.4/)]);
  });

  it('are not where it is of another build, or agrees', async () => {
    const strange = program({ regex: '1.99.0', serde: '1.99.0', tokio: '1.99.0' });
    expect((await seen({ 'usr/bin/tool': strange, 'src/Cargo.lock': lock() })).signs).toEqual([]);
    expect((await seen({ 'usr/bin/tool': program(), 'src/Cargo.lock': lock() })).signs).toEqual([]);
    const few = lock(['serde', 'tokio', 'itoa', 'ryu']);
    expect((await seen({ 'usr/bin/tool': program({ regex: '1.99.0' }), 'src/Cargo.lock': few })).signs).toEqual([]);
  });
});

describe('packages of a .NET program, held to the files that its list was made of', () => {
  /** What a compiler writes into an assembly: `VS_FIXEDFILEINFO`, as it stands in Python.Runtime.dll of pythonnet 3.0.3 (3.0.3.0). */
  const assembly = (...[major, minor, build, revision]: [number, number, number, number]): Buffer => {
    const info = Buffer.alloc(16);
    info.writeUInt32LE(0xfeef04bd, 0);
    info.writeUInt32LE(0x00010000, 4);
    for (const [at, part] of [minor, major, revision, build].entries()) info.writeUInt16LE(part, 8 + at * 2);
    return Buffer.concat([Buffer.from('MZ'), Buffer.alloc(70_000), info, Buffer.alloc(100)]);
  };
  const list = (version: string, fileVersion: string): string =>
    JSON.stringify({
      targets: {
        '.NETCoreApp,Version=v6.0': {
          [`Newtonsoft.Json/${version}`]: {
            runtime: { 'lib/netstandard2.0/Newtonsoft.Json.dll': { assemblyVersion: '12.0.0.0', fileVersion } },
          },
        },
      },
      libraries: { [`Newtonsoft.Json/${version}`]: { type: 'package' } },
    });
  const dll = 'app/Newtonsoft.Json.dll';

  it('are what an assembly says where the list was raised in both places', async () => {
    const files = { 'app/app.deps.json': list('13.0.3', '13.0.3.27908'), [dll]: assembly(12, 0, 1, 23907) };
    const { packages, signs } = await seen(files);
    expect(packages).toEqual(['Newtonsoft.Json 12.0.1 name code not 13.0.3']);
    expect(signs).toEqual([
      expect.stringMatching(
        /^warning versions-contradicted: .*its Newtonsoft\.Json\.dll is of 12\.0\.1\.23907, not 13\.0\.3\.27908/,
      ),
    ]);
  });

  it('are told, and stay what they are, where their files have versions of their own', async () => {
    const files = { 'app/app.deps.json': list('4.7.0', '4.700.19.56404'), [dll]: assembly(4, 6, 25519, 3) };
    const { packages, signs } = await seen(files);
    expect(packages).toEqual(['Newtonsoft.Json 4.7.0 not 4.6.25519']);
    expect(signs).toHaveLength(1);
  });

  it('are not where the file is what the list says, whatever the package’s version is', async () => {
    for (const version of ['12.0.1', '12.0.2-beta1', '99.0.0'])
      expect(
        (await seen({ 'app/app.deps.json': list(version, '12.0.1.23907'), [dll]: assembly(12, 0, 1, 23907) })).signs,
      ).toEqual([]);
    expect((await seen({ 'app/app.deps.json': list('13.0.3', '13.0.3.27908'), [dll]: 'MZ' })).signs).toEqual([]);
  });
});
