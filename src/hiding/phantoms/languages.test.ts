import { describe, expect, it } from 'vitest';
import { goProgram } from '../../../test/go-program.ts';
import { image, layer } from '../../../test/image.ts';
import { pom } from '../../../test/java-archive.ts';
import { rustProgram } from '../../../test/rust-program.ts';
import { zip } from '../../../test/zip.ts';
import { takeInventory } from '../../inventory/take.ts';

const SITE = 'usr/local/lib/python3.11/site-packages';
const GEMS = 'usr/lib/ruby/gems/3.1.0';
const R = 'usr/local/lib/R/site-library';

type Files = Record<string, string | Buffer>;
/** Lists as their installers write them, of packages with these numbers, and the code that each speaks of. */
type Kind = readonly [what: string, lists: (numbers: readonly number[]) => Files, code: (at: number) => Files];

const forEvery =
  (files: (at: number) => Files) =>
  (numbers: readonly number[]): Files =>
    Object.assign({}, ...numbers.map(files));

const jar = (at: number, more: Files = {}): Files => ({
  [`app/lib/pk${at}-1.0.jar`]: zip({ ...pom('com.acme', `pk${at}`, '1.0'), ...more }),
});

const KINDS: readonly Kind[] = [
  [
    'Python distributions',
    forEvery((at) => ({
      [`${SITE}/pk${at}-1.0.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: pk${at}\nVersion: 1.0\n`,
      [`${SITE}/pk${at}-1.0.dist-info/RECORD`]: `mod${at}.py,,\npk${at}-1.0.dist-info/METADATA,,\n`,
    })),
    (at) => ({ [`${SITE}/mod${at}.py`]: 'pass\n' }),
  ],
  [
    'Python distributions',
    forEvery((at) => ({
      [`app/lib/pk${at}.egg-info/PKG-INFO`]: `Metadata-Version: 2.1\nName: pk${at}\nVersion: 1.0\n`,
    })),
    (at) => ({ [`app/lib/pk${at}/__init__.py`]: 'pass\n' }),
  ],
  [
    'npm packages',
    forEvery((at) => ({ [`app/node_modules/pk${at}/package.json`]: `{"name":"pk${at}","version":"1.0.0"}` })),
    (at) => ({ [`app/node_modules/pk${at}/index.d.ts`]: 'x\n' }),
  ],
  [
    'gems',
    forEvery((at) => ({
      [`${GEMS}/specifications/pk${at}-1.0.gemspec`]: `Gem::Specification.new do |s|\n  s.name = "pk${at}".freeze\n  s.version = "1.0"\nend\n`,
    })),
    (at) => ({ [`${GEMS}/gems/pk${at}-1.0/lib/pk${at}.rb`]: 'x\n' }),
  ],
  [
    'Composer packages',
    (numbers) => ({
      'app/vendor/composer/installed.json': JSON.stringify({
        packages: numbers.map((at) => ({ name: `acme/pk${at}`, version: '1.0.0' })),
      }),
    }),
    (at) => ({ [`app/vendor/acme/pk${at}/src/Pk.php`]: 'x\n' }),
  ],
  [
    'R packages',
    forEvery((at) => ({
      [`${R}/pk${at}/DESCRIPTION`]: `Package: pk${at}\nVersion: 1.0\nBuilt: R 4.2.2; ; 2023-01-01 00:00:00 UTC; unix\n`,
    })),
    (at) => ({ [`${R}/pk${at}/R/pk${at}.rdb`]: 'x' }),
  ],
  [
    'NuGet packages',
    (numbers) => ({
      'app/tool.deps.json': JSON.stringify({
        libraries: Object.fromEntries(numbers.map((at) => [`Pk${at}/1.0.0`, { type: 'package' }])),
        targets: {
          '.NETCoreApp,Version=v8.0': Object.fromEntries(
            numbers.map((at) => [`Pk${at}/1.0.0`, { runtime: { [`lib/net8.0/Acme.Of${at}.dll`]: {} } }]),
          ),
        },
      }),
    }),
    (at) => ({ [`app/Acme.Of${at}.dll`]: 'x' }),
  ],
  [
    'OTP applications',
    forEvery((at) => ({
      [`app/lib/pk${at}-1.0.0/ebin/pk${at}.app`]: `{application, pk${at}, [{vsn, "1.0.0"}]}.\n`,
    })),
    (at) => ({ [`app/lib/pk${at}-1.0.0/ebin/other.beam`]: 'x' }),
  ],
  ['Java archives', forEvery((at) => jar(at)), (at) => jar(at, { 'com/acme/A.class': 'x' })],
];

async function seen(files: Files) {
  const { inventory } = await takeInventory(image(layer(files)));
  const marked = inventory.packages.filter(({ phantom, certainty }) => phantom && certainty === 'name');
  return {
    packages: inventory.packages.length,
    phantoms: marked.length,
    names: new Set(marked.map(({ name }) => name)),
    signs: (inventory.signs ?? []).filter(({ check }) => check === 'packages-phantom').map(({ message }) => message),
  };
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);
const codeOf = (kind: Kind, numbers: readonly number[]): Files => Object.assign({}, ...numbers.map(kind[2]));

describe.each(KINDS)('lists of %s', (...kind) => {
  const [what, lists] = kind;

  it('with nothing besides are an inflated inventory: each is less sure, and counts once', async () => {
    expect(await seen(lists(upTo(600)))).toMatchObject({
      packages: 600,
      phantoms: 600,
      signs: [expect.stringContaining(`600 ${what} are listed, and`)],
    });
  });

  it('leave those sure of which something is there', async () => {
    const { phantoms, names, signs } = await seen({ ...lists(upTo(600)), ...codeOf(kind, upTo(100)) });
    expect(signs).toEqual([expect.stringContaining('of 500 of them: an inflated inventory')]);
    expect(phantoms).toBe(500);
    expect([...names].filter((name) => /^(?:acme\/|com\.acme:)?pk\d\d?$/i.test(name))).toEqual([]);
  });

  it('are quiet with their code, and where those without are few', async () => {
    const quiet = { phantoms: 0, signs: [] };
    expect(await seen({ ...lists(upTo(600)), ...codeOf(kind, upTo(600)) })).toMatchObject(quiet);
    expect(await seen({ ...lists(upTo(600)), ...codeOf(kind, upTo(400)) })).toMatchObject(quiet);
    expect(await seen(lists(upTo(200)))).toMatchObject(quiet);
  });
});

describe('lists that are inflated in other ways', () => {
  it('by a Rust program with no room for a fourth of what a starter of uv has for each crate of its workspace', async () => {
    const crates = (count: number) => upTo(count).map((at) => ({ name: `pk${at}`, version: '1.0.0' }));
    expect((await seen({ 'usr/bin/tool': rustProgram({ crates: crates(2_000) }) })).signs).toEqual([
      expect.stringMatching(/^\/usr\/bin\/tool lists 2,000 packages in a program of [\d,]+ bytes/),
    ]);
    // `uvx` of uv 0.11 lists 532 crates in 331,344 bytes.
    const starter = Buffer.alloc(331_344);
    rustProgram({ crates: crates(532) }).copy(starter);
    expect(await seen({ 'usr/bin/uvx': starter })).toMatchObject({ packages: 532, phantoms: 0, signs: [] });
  });

  it('by many distributions that all call one module theirs', async () => {
    const list = forEvery((at) => ({
      [`${SITE}/pk${at}-1.0.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: pk${at}\nVersion: 1.0\n`,
      [`${SITE}/pk${at}-1.0.dist-info/RECORD`]: 'requests/__init__.py,,\n',
    }));
    const library = { [`${SITE}/requests/__init__.py`]: 'x', [`${SITE}/requests/api.py`]: 'x' };
    expect(await seen({ ...list(upTo(400)), ...library })).toMatchObject({ phantoms: 400 });
    // A namespace of many distributions has more files than they are.
    const space = forEvery((at) => ({ [`${SITE}/requests/part${at}.py`]: 'x' }));
    expect(await seen({ ...list(upTo(400)), ...library, ...space(upTo(400)) })).toMatchObject({ phantoms: 0 });
  });

  it('by packages of .NET that bring no file, where they are more than any framework has', async () => {
    const list = (count: number): Files => ({
      'app/tool.deps.json': JSON.stringify({
        libraries: Object.fromEntries(upTo(count).map((at) => [`Pk${at}/1.0.0`, { type: 'package' }])),
      }),
    });
    expect(await seen(list(3_000))).toMatchObject({ packages: 3_000, phantoms: 3_000 });
    expect(await seen(list(600))).toMatchObject({ phantoms: 0, signs: [] });
  });

  it('and not by a program of .NET that was built and not published: its assemblies are in NuGet’s folder', async () => {
    const [, lists] = KINDS.find(([what]) => what === 'NuGet packages')!;
    const built = {
      'app/tool.runtimeconfig.dev.json': '{"runtimeOptions":{"additionalProbingPaths":["/root/.nuget/packages"]}}',
    };
    expect(await seen({ ...lists(upTo(600)), ...built })).toMatchObject({ phantoms: 0, signs: [] });
  });

  it('by folders that are empty', async () => {
    const [, lists] = KINDS[2]!;
    const folders = forEvery((at) => ({ [`app/node_modules/pk${at}/node_modules/real/index.js`]: 'x' }));
    expect(await seen({ ...lists(upTo(300)), ...folders(upTo(300)) })).toMatchObject({ phantoms: 300 });
  });

  it("by Maven's notes in one archive", async () => {
    const notes: Files = Object.assign({}, ...upTo(400).map((at) => pom('com.acme', `pk${at}`, '1.0')));
    const classes = (count: number): Files =>
      Object.assign({}, ...upTo(count).map((at) => ({ [`a/A${at}.class`]: 'x' })));
    expect(await seen({ 'app/all.jar': zip({ ...notes, ...classes(5) }) })).toMatchObject({ phantoms: 400 });
    expect(await seen({ 'app/all.jar': zip({ ...notes, ...classes(500) }) })).toMatchObject({ phantoms: 0 });
  });

  it('by a Go program that has no room for its modules', async () => {
    const modules = (count: number): string =>
      `path\tx\nmod\tx\t(devel)\t\n${upTo(count)
        .map((at) => `dep\tacme.io/pk${at}\tv1.0.0\th1:x=\n`)
        .join('')}`;
    const program = (count: number) => goProgram({ modules: modules(count) });
    expect((await seen({ 'usr/bin/tool': program(600) })).signs).toEqual([
      expect.stringMatching(/^\/usr\/bin\/tool lists 60\d packages in a program of [\d,]+ bytes/),
    ]);
    const large = Buffer.concat([program(600), Buffer.alloc(1 << 20)]);
    expect(await seen({ 'usr/bin/tool': large })).toMatchObject({ phantoms: 0, signs: [] });
  });
});

it('are sure again where the same package is whole elsewhere', async () => {
  const [, lists] = KINDS[2]!;
  const { names } = await seen({
    ...lists(upTo(300)),
    'srv/node_modules/pk7/package.json': '{"name":"pk7","version":"1.0.0"}',
    'srv/node_modules/pk7/index.js': 'x',
  });
  expect(names.size).toBe(299);
  expect(names).not.toContain('pk7');
});
