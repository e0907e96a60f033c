import { describe, expect, it } from 'vitest';
import { elf } from '../../test/elf.ts';
import { goProgram as builtGo } from '../../test/go-program.ts';
import { image, layer, removed } from '../../test/image.ts';
import { pom } from '../../test/java-archive.ts';
import { fixedStatement } from '../../test/statements.ts';
import { zip } from '../../test/zip.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import { takeInventory } from '../inventory/take.ts';
import { match } from '../matching/match.ts';

/**
 * What an OS package owns its distribution patches, and no finding is made of it: whoever writes a line into a package database could bring
 * any image to zero. Each of these did, or was thought of afterwards; every finding stays.
 */

const SITE = 'usr/lib/python3.11/site-packages';
const DIST = 'usr/lib/python3/dist-packages';
const WHEELS = {
  requests: '2.25.0',
  urllib3: '1.26.4',
  Jinja2: '2.11.2',
  Flask: '1.0',
  Django: '2.2.1',
  PyYAML: '5.3',
};
type Name = keyof typeof WHEELS;
const NAMES = Object.keys(WHEELS) as Name[];
const folder = (name: Name): string => `${name}-${WHEELS[name]}.dist-info`;
const wheels = (site: string): Record<string, string> =>
  Object.fromEntries(
    NAMES.map((name) => [`${site}/${folder(name)}/METADATA`, `Name: ${name}\nVersion: ${WHEELS[name]}\n`]),
  );
const goProgram = elf({
  parts: [
    {
      type: 4,
      content: Buffer.concat([Buffer.from([4, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0]), Buffer.from('Go\0\0id\0\0')]),
    },
    { content: Buffer.from('\0/go/pkg/mod/golang.org/x/text@v0.3.7/a.go\0') },
  ],
});

const store = memoryStore({
  statements: [
    ...NAMES.map((name) => fixedStatement('pysec', 'PyPI', name.toLowerCase(), `PYSEC-${name}`, '99')),
    fixedStatement('ghsa', 'npm', 'lodash', 'GHSA-lodash', '4.17.21'),
    fixedStatement('ghsa', 'Maven', 'org.apache.commons:commons-text', 'GHSA-text', '1.10.0'),
    fixedStatement('go', 'Go', 'golang.org/x/text', 'GO-text', '0.3.8'),
    fixedStatement('go', 'Go', 'stdlib', 'GO-stdlib', '1.23.0'),
    fixedStatement('ghsa', 'RubyGems', 'rack', 'GHSA-rack', '2.2.3'),
    // What the distributions speak of: some of these packages, in versions of their own, and not all of them.
    ...['busybox', 'py3-requests', 'bash'].map((name) =>
      fixedStatement('alpine', 'Alpine:v3.18', name, `A-${name}`, '2-r0'),
    ),
    ...['requests', 'bash', 'python-pip', '2vcard', 'pyyaml'].map((name) =>
      fixedStatement('debian', 'Debian:12', name, `D-${name}`, '2-1'),
    ),
  ],
});

type Files = Parameters<typeof layer>[0];
async function resultOf(...layers: readonly Files[]) {
  const { inventory } = await takeInventory(image(...layers.map((files) => layer(files))));
  const { findings } = match(inventory.packages, store);
  return {
    ids: [...new Set(findings.map(({ id }) => id))].sort(),
    signs: (inventory.signs ?? []).map(({ check, level }) => `${level} ${check}`),
    packages: inventory.packages,
  };
}

const BUSYBOX = 'P:busybox\nV:1.36.1-r0\nA:x86_64\nF:bin\nR:busybox\n\n';
const APK = { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.4\n', 'bin/busybox': 'x' };
const apk = (...entries: readonly string[]): Record<string, string> => ({
  ...APK,
  'lib/apk/db/installed': BUSYBOX + entries.map((entry) => `${entry}\n\n`).join(''),
});
const listing = (names: readonly Name[], site = SITE): string =>
  names.map((name) => `F:${site}/${folder(name)}\nR:METADATA`).join('\n');

const stanza = (name: string, version: string, more = ''): string =>
  `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\n${more}\n`;
const DEB = { 'etc/os-release': 'ID=debian\nVERSION_ID="12"\n' };
const dpkg = (
  ...packages: readonly { stanza: string; name: string; files: readonly string[] }[]
): Record<string, string> => ({
  ...DEB,
  'var/lib/dpkg/status': stanza('bash', '5.2.15-2+b2') + packages.map(({ stanza }) => stanza).join(''),
  ...Object.fromEntries(
    packages.map(({ name, files }) => [
      `var/lib/dpkg/info/${name}.list`,
      `/.\n${files.map((path) => `/${path}\n`).join('')}`,
    ]),
  ),
});
const metadata = (names: readonly Name[]): string[] => names.map((name) => `${DIST}/${folder(name)}/METADATA`);

const PYTHON = NAMES.map((name) => `PYSEC-${name}`).sort();

describe('an OS package that claims Python distributions, where it', () => {
  const all = listing(NAMES);
  it.each<[string, Record<string, string>]>([
    ['is invented and claims all of them', apk(`P:py3-all\nV:1.0-r0\nA:x86_64\n${all}`)],
    ['has the version of some of them', apk(`P:py3-all\nV:2.25.0-r0\nA:x86_64\n${all}`)],
    ['is a snapshot, which has no version', apk(`P:py3-all\nV:0_git20230101-r0\nA:x86_64\n${all}`)],
    [
      'is a real one with lines added',
      { ...apk(), 'lib/apk/db/installed': `P:busybox\nV:1.36.1-r0\nA:x86_64\nF:bin\nR:busybox\n${all}\n\n` },
    ],
    ['is called as the folder that they lie in', apk(`P:site-packages\nV:1.0-r0\nA:x86_64\n${all}`)],
    ['is called as Python', apk(`P:python3\nV:3.11.6-r0\nA:x86_64\n${all}`)],
    ['is called as all of them', apk(`P:py3-requests-urllib3-jinja2-flask-django-pyyaml\nV:1.0-r0\nA:x86_64\n${all}`)],
    [
      'is one for each, in names and versions that its distribution never spoke of',
      apk(
        ...NAMES.map(
          (name) =>
            `P:py3-${name.toLowerCase()}${name === 'requests' ? '2' : ''}\nV:${WHEELS[name]}-r0\nA:x86_64\n${listing([name])}`,
        ),
      ),
    ],
    [
      'is one for each, of newer versions',
      apk(...NAMES.map((name) => `P:py3-${name.toLowerCase()}\nV:99.0-r0\nA:x86_64\n${listing([name])}`)),
    ],
    [
      'is one for each, a snapshot of a newer version',
      apk(...NAMES.map((name) => `P:py3-${name.toLowerCase()}\nV:99.0_git20230101-r0\nA:x86_64\n${listing([name])}`)),
    ],
  ])('%s: every finding stays', async (_, database) => {
    expect((await resultOf({ ...wheels(SITE), ...database })).ids).toEqual(expect.arrayContaining(PYTHON));
  });

  it.each<[string, Record<string, string>]>([
    [
      'is invented and has a list of dpkg',
      dpkg({ stanza: stanza('python3-all-dists', '1.0-1'), name: 'python3-all-dists', files: metadata(NAMES) }),
    ],
    [
      'is made of a source that has nothing to do with them, and that its distribution speaks of',
      dpkg(
        ...NAMES.map((name) => ({
          stanza: stanza(`python3-${name.toLowerCase()}`, `${WHEELS[name]}-1`, `Source: 2vcard\n`),
          name: `python3-${name.toLowerCase()}`,
          files: metadata([name]),
        })),
      ),
    ],
    [
      'is made of a source in a version of its own',
      dpkg(
        ...NAMES.map((name) => ({
          stanza: stanza(
            `python3-${name.toLowerCase()}`,
            `${WHEELS[name]}-1`,
            `Source: ${name.toLowerCase()} (99.0-1)\n`,
          ),
          name: `python3-${name.toLowerCase()}`,
          files: metadata([name]),
        })),
      ),
    ],
    [
      'is distroless: a file of the split database and its digests',
      {
        ...DEB,
        'var/lib/dpkg/status.d/all': stanza('python3-all-dists', '1.0-1'),
        'var/lib/dpkg/status.d/all.md5sums': metadata(NAMES)
          .map((path) => `${'a'.repeat(32)}  ${path}\n`)
          .join(''),
      },
    ],
    [
      'is one for each, whole, in names that its distribution has other ones for',
      dpkg(
        ...NAMES.map((name) => ({
          stanza: stanza(`python3-${name.toLowerCase()}`, `${WHEELS[name]}-1`),
          name: `python3-${name.toLowerCase()}`,
          files:
            name === 'requests' || name === 'PyYAML'
              ? [...metadata([name]), `usr/share/doc/python3-${name.toLowerCase()}/copyright`]
              : metadata([name]),
        })),
      ),
    ],
  ])('%s: every finding stays', async (_, database) => {
    expect((await resultOf({ ...wheels(DIST), ...database })).ids).toEqual(expect.arrayContaining(PYTHON));
  });

  it('and is told: information for one of another version, a warning for one that claims many', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [
        `${SITE}/x${at}-1.${at}.dist-info/METADATA`,
        `Name: x${at}\nVersion: 1.${at}\n`,
      ]),
    );
    const lines = Object.keys(many)
      .map((path) => `F:${path.replace('/METADATA', '')}\nR:METADATA`)
      .join('\n');
    expect((await resultOf({ ...many, ...apk(`P:py3-all\nV:9.0-r0\nA:x86_64\n${lines}`) })).signs).toEqual([
      'warning ownership-contradicted',
    ]);
    const newer = apk(`P:py3-requests\nV:2.31.0-r0\nA:x86_64\n${listing(['requests'])}`);
    expect((await resultOf({ ...wheels(SITE), ...newer })).signs).toEqual(['info ownership-contradicted']);
  });

  it('in a lower layer, and is deleted from the database above, claims no more than it did', async () => {
    const forged = apk(`P:py3-all\nV:1.0-r0\nA:x86_64\n${all}`);
    const { ids } = await resultOf({ ...wheels(SITE), ...forged }, { 'lib/apk/db/installed': removed });
    expect(ids).toEqual(expect.arrayContaining(PYTHON));
  });
});

describe('what a distribution made is judged as its package, and once', () => {
  it('where the distribution speaks of it', async () => {
    const real = apk(`P:py3-requests\nV:2.25.0-r0\nA:x86_64\n${listing(['requests'])}`);
    const { ids, packages } = await resultOf({ ...wheels(SITE), ...real });
    expect(ids).not.toContain('PYSEC-requests');
    expect(packages.find(({ name }) => name === 'requests')?.ownedBy?.name).toBe('py3-requests');
  });

  it('where the distribution never spoke of it, and its entry is as the distribution writes one', async () => {
    const entry = (more: string) => apk(`P:py3-flask\nV:1.0-r0\nA:x86_64\n${more}${listing(['Flask'])}`);
    const commit = 'c:d57a4ab9a8ab1a3f1d2c3b4a5f6e7d8c9b0a1f2e\n';
    expect((await resultOf({ ...wheels(SITE), ...entry('') })).ids).toContain('PYSEC-Flask');
    expect((await resultOf({ ...wheels(SITE), ...entry(commit) })).ids).not.toContain('PYSEC-Flask');
    const debian = (...more: string[]) =>
      dpkg({
        stanza: stanza('python3-flask', '1.0-1'),
        name: 'python3-flask',
        files: [...metadata(['Flask']), ...more],
      });
    expect((await resultOf({ ...wheels(DIST), ...debian() })).ids).toContain('PYSEC-Flask');
    expect((await resultOf({ ...wheels(DIST), ...debian('usr/share/doc/python3-flask/copyright') })).ids).not.toContain(
      'PYSEC-Flask',
    );
  });

  it('by its source, which another name than that of the language may have', async () => {
    const real = dpkg({
      stanza: stanza('python3-yaml', '5.3-1', 'Source: pyyaml\n'),
      name: 'python3-yaml',
      files: metadata(['PyYAML']),
    });
    const { ids } = await resultOf({ ...wheels(DIST), ...real });
    expect(ids).not.toContain('PYSEC-PyYAML');
    expect(ids).toContain('PYSEC-requests');
  });
});

describe('a Go program of a package that its distribution never spoke of', () => {
  const GOPATH = 'path\tgithub.com/restic/restic/cmd/restic\nbuild\t-compiler=gc\nbuild\t-trimpath=true\n';
  const MODULES = `${GOPATH}mod\tgithub.com/restic/restic\tv0.14.0\t\ndep\tgolang.org/x/text\tv0.3.7\t\n`;
  const debian = (
    modules: string,
    compiler: string,
    files: readonly string[] = ['usr/share/doc/restic/copyright'],
  ) => ({
    ...dpkg({
      stanza: stanza('restic', '0.14.0-1+b5', `Built-Using: golang-1.22 (= ${compiler}-2)\n`),
      name: 'restic',
      files: ['usr/bin/restic', ...files],
    }),
    'usr/bin/restic': builtGo({ modules }),
  });

  it('is judged as that package where it is as Debian builds them, and its entry names its compiler', async () => {
    expect((await resultOf(debian(GOPATH, '1.22.1'))).ids).toEqual([]);
  });

  it.each([
    ['lists modules', debian(MODULES, '1.22.1'), ['GO-stdlib', 'GO-text']],
    ['is of another compiler than the entry names', debian(GOPATH, '1.24.0'), ['GO-stdlib']],
    ['is of an entry without documentation', debian(GOPATH, '1.22.1', []), ['GO-stdlib']],
    [
      'lies beside one that lists modules',
      {
        ...debian(GOPATH, '1.22.1', ['usr/share/doc/restic/copyright', 'usr/bin/restic-all']),
        'usr/bin/restic-all': builtGo({ modules: MODULES }),
      },
      ['GO-stdlib', 'GO-text'],
    ],
  ])('and by itself where it %s', async (_, files, expected) => {
    expect((await resultOf(files)).ids).toEqual(expected);
  });
});

describe('an OS package that claims what another world made', () => {
  const lodash = { 'package.json': '{"name":"lodash","version":"4.17.20"}' };
  const module = (place: string): Record<string, string> => ({
    [`${place}/lodash/package.json`]: lodash['package.json'],
  });
  const jar = zip(pom('org.apache.commons', 'commons-text', '1.9'));
  const gem = 'Gem::Specification.new do |s|\n  s.name = "rack"\n  s.version = "2.2.2"\nend\n';
  const claim = (name: string, version: string, path: string): Record<string, string> =>
    apk(
      `P:${name}\nV:${version}\nA:x86_64\nF:${path.slice(0, path.lastIndexOf('/'))}\nR:${path.slice(path.lastIndexOf('/') + 1)}`,
    );

  const COMMIT = 'c:d57a4ab9a8ab1a3f1d2c3b4a5f6e7d8c9b0a1f2e\n';
  const whole = (name: string, version: string, path: string): Record<string, string> => {
    const files = claim(name, version, path);
    return {
      ...files,
      'lib/apk/db/installed': files['lib/apk/db/installed']!.replace(`P:${name}\n`, `P:${name}\n${COMMIT}`),
    };
  };
  const PY_PATH = `${SITE}/plaything/requests-2.25.0.dist-info/METADATA`;
  const GEM_PATH = 'usr/lib/ruby/gems/3.2.0/specifications/default/rack-2.2.2.gemspec';
  it.each<[string, string, string | Buffer, string, string]>([
    ['a Python distribution', PY_PATH, 'Name: requests\nVersion: 2.25.0\n', 'plaything', 'PYSEC-requests'],
    ['a jar', 'usr/share/plaything/commons-text-1.9.jar', jar, 'plaything', 'GHSA-text'],
    [
      'an npm module',
      'usr/lib/node_modules/plaything/node_modules/lodash/package.json',
      lodash['package.json'],
      'plaything',
      'GHSA-lodash',
    ],
    ["a gem among Ruby's own", GEM_PATH, gem, 'ruby', 'GHSA-rack'],
  ])(
    '%s in a folder of a name that the distribution never spoke of: the finding stays',
    async (_, path, content, owner, id) => {
      expect((await resultOf({ [path]: content, ...claim(owner, '1.0-r0', path) })).ids).toContain(id);
      // As whole as its tools write one: nobody but the distribution knows of whom it is.
      expect((await resultOf({ [path]: content, ...whole(owner, '1.0-r0', path) })).ids).toContain(id);
    },
  );

  it.each<[string, string, string | Buffer, string]>([
    [
      'a Python distribution',
      PY_PATH.replace('plaything', 'bash'),
      'Name: requests\nVersion: 2.25.0\n',
      'PYSEC-requests',
    ],
    ['a jar', 'usr/share/bash/commons-text-1.9.jar', jar, 'GHSA-text'],
    ['an npm module', 'usr/lib/bash/node_modules/lodash/package.json', lodash['package.json'], 'GHSA-lodash'],
  ])('%s in a folder of a name that it speaks of: only of a whole entry', async (_, path, content, id) => {
    expect((await resultOf({ [path]: content, ...claim('bash', '5.2.15-r0', path) })).ids).toContain(id);
    expect((await resultOf({ [path]: content, ...whole('bash', '5.2.15-r0', path) })).ids).not.toContain(id);
  });

  it('under an epoch above that of every fix of its source: the finding stays', async () => {
    const of = (version: string, source = '') =>
      dpkg({
        stanza: stanza('python3-requests', version, source),
        name: 'python3-requests',
        files: [...metadata(['requests']), 'usr/share/doc/python3-requests/copyright'],
      });
    const ids = async (version: string, source?: string) =>
      (await resultOf({ ...wheels(DIST), ...of(version, source) })).ids;
    expect(await ids('99:2.25.0-1')).toContain('PYSEC-requests');
    expect(await ids('2.25.0-1', 'Source: requests (1:2.25.0-1)\n')).toContain('PYSEC-requests');
    // An epoch of the binary package alone is no part of what is compared.
    expect(await ids('1:2.25.0-1', 'Source: requests (2.25.0-1)\n')).not.toContain('PYSEC-requests');
  });

  it.each<[string, Record<string, string | Buffer>, string, string]>([
    [
      'npm modules, as node-all',
      module('usr/lib/node_modules'),
      'usr/lib/node_modules/lodash/package.json',
      'node-all 1.0-r0',
    ],
    ['npm modules, as npm', module('usr/lib/node_modules'), 'usr/lib/node_modules/lodash/package.json', 'npm 9.6.6-r0'],
    [
      'npm modules of an application',
      module('app/node_modules'),
      'app/node_modules/lodash/package.json',
      'node-lodash 4.17.20-r0',
    ],
    [
      'npm modules in their version',
      module('usr/lib/node_modules'),
      'usr/lib/node_modules/lodash/package.json',
      'node-lodash 4.17.20-r0',
    ],
    [
      'a jar, as libeverything-java',
      { 'usr/share/java/commons-text-1.9.jar': jar },
      'usr/share/java/commons-text-1.9.jar',
      'libeverything-java 3.0-r0',
    ],
    [
      'a jar in its version',
      { 'usr/share/java/commons-text-1.9.jar': jar },
      'usr/share/java/commons-text-1.9.jar',
      'libcommons-text-java 1.9-r0',
    ],
    ['a jar of an application', { 'app/commons-text.jar': jar }, 'app/commons-text.jar', 'libcommons-text-java 1.9-r0'],
    ['a Go program, as another package', { 'usr/bin/tool': goProgram }, 'usr/bin/tool', 'bash 5.2.15-r0'],
    ['a Go program, as the package of its name', { 'usr/bin/tool': goProgram }, 'usr/bin/tool', 'tool 1.0-r0'],
    [
      'a gem',
      { 'usr/lib/ruby/gems/3.2.0/specifications/rack-2.2.2.gemspec': gem },
      'usr/lib/ruby/gems/3.2.0/specifications/rack-2.2.2.gemspec',
      'ruby 3.2.2-r0',
    ],
  ])('%s: every finding stays', async (_, files, path, owner) => {
    const [name = '', version = ''] = owner.split(' ');
    const expected = path.includes('lodash')
      ? 'GHSA-lodash'
      : path.includes('rack')
        ? 'GHSA-rack'
        : path.endsWith('.jar')
          ? 'GHSA-text'
          : 'GO-text';
    expect((await resultOf({ ...APK, ...files, 'lib/apk/db/installed': BUSYBOX })).ids, 'without a claim').toContain(
      expected,
    );
    expect((await resultOf({ ...files, ...claim(name, version, path) })).ids).toContain(expected);
  });
});
