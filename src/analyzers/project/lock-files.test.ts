import { describe, expect, it } from 'vitest';
import { factsOf } from '../fixtures/analyze.ts';
import { projectLocks } from './lock-files.ts';

const read = (path: string, text: string): readonly string[] =>
  factsOf([projectLocks], path, Buffer.from(text)).flatMap((fact) =>
    fact.kind === undefined ? [fact.properties?.requirement ?? `${fact.name} ${fact.version}`] : [],
  );

describe('lock files of a project', () => {
  it('yarn 1, with aliases and scopes', () => {
    const text =
      '# yarn lockfile v1\n\n\nlodash@^4.17.10, lodash@^4.17.4:\n  version "4.17.15"\n  resolved "x"\n\n"@babel/core@^7.0.0":\n  version "7.12.3"\n\n"old@npm:minimist@^1":\n  version "1.2.0"\n';
    expect(read('yarn.lock', text)).toEqual(['lodash 4.17.15', '@babel/core 7.12.3', 'minimist 1.2.0']);
  });

  it('yarn 4, of which workspaces are the project itself', () => {
    const text =
      '__metadata:\n  version: 8\n\n"lodash@npm:^4.17.10":\n  version: 4.17.15\n  resolution: "lodash@npm:4.17.15"\n\n"mine@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "mine@workspace:."\n\n"old@npm:@types/node@^1":\n  version: 1.2.0\n';
    expect(read('web/yarn.lock', text)).toEqual(['lodash 4.17.15', '@types/node 1.2.0']);
  });

  it.each([
    ["lockfileVersion: '6.0'\n\npackages:\n\n  /lodash@4.17.15:\n    resolution: {integrity: x}\n"],
    [
      "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n\npackages:\n\n  lodash@4.17.15:\n    resolution: {integrity: x}\n",
    ],
    ['lockfileVersion: 5.4\n\npackages:\n\n  /lodash/4.17.15:\n    resolution: {integrity: x}\n'],
  ])('pnpm: %j', (text) => expect(read('pnpm-lock.yaml', text)).toEqual(['lodash 4.17.15']));

  it.each([
    ['registry.example/lodash/4.17.15', 'lodash 4.17.15'],
    ['registry.example:4873/@babel/core/7.12.3_supports-color@5.0.0', '@babel/core 7.12.3'],
  ])('pnpm before version 6 writes who else than its own registry has a package: %s', (key, expected) =>
    expect(read('pnpm-lock.yaml', `lockfileVersion: 5.4\n\npackages:\n\n  ${key}:\n    dev: false\n`)).toEqual([
      expected,
    ]),
  );

  it('pnpm: what lies in a folder is the project itself', () => {
    const text =
      'lockfileVersion: 5.4\n\npackages:\n\n  file:../up:\n    resolution: {directory: ../up, type: directory}\n    name: up\n    version: 1.0.0\n';
    expect(read('pnpm-lock.yaml', text)).toEqual([]);
  });

  it.each([
    ['gitd@https://codeload.example/owner/gitd/tar.gz/0123abc', '    version: 1.0.0\n', 'gitd 1.0.0'],
    ['github.com/owner/gitd/0123abc', '    name: gitd\n    version: 1.0.0\n', 'gitd 1.0.0'],
    [
      'gitd@https://codeload.example/owner/gitd/tar.gz/0123abc',
      '',
      'gitd@https://codeload.example/owner/gitd/tar.gz/0123abc',
    ],
  ])('pnpm: what is taken from a place is what it says it is, or open: %s %j', (key, fields, expected) => {
    const text = `lockfileVersion: '9.0'\n\npackages:\n\n  '${key}':\n    resolution: {tarball: x}\n${fields}\nsnapshots:\n\n  '${key}':\n    transitivePeerDependencies:\n`;
    expect(read('pnpm-lock.yaml', text)).toEqual([expected]);
  });

  it("bundler, without the project's own gems, platforms taken off", () => {
    const text =
      'PATH\n  remote: .\n  specs:\n    mine (0.1.0)\n\nGEM\n  remote: https://rubygems.example/\n  specs:\n    nokogiri (1.13.0-x86_64-linux)\n      racc (~> 1.4)\n    racc (1.6.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  mine!\n\nBUNDLED WITH\n   2.3.0\n';
    expect(read('Gemfile.lock', text)).toEqual(['nokogiri 1.13.0', 'racc 1.6.0']);
  });

  it('composer, gradle and pub', () => {
    expect(
      read(
        'composer.lock',
        JSON.stringify({
          packages: [{ name: 'symfony/http-kernel', version: 'v4.4.0' }],
          'packages-dev': [{ name: 'phpunit/phpunit', version: '9.5.0' }],
        }),
      ),
    ).toEqual(['symfony/http-kernel 4.4.0', 'phpunit/phpunit 9.5.0']);
    expect(
      read(
        'app/gradle.lockfile',
        '# This is a Gradle generated file for dependency locking.\norg.apache.logging.log4j:log4j-core:2.14.1=runtimeClasspath\nempty=annotationProcessor\n',
      ),
    ).toEqual(['org.apache.logging.log4j:log4j-core 2.14.1']);
    expect(
      read(
        'pubspec.lock',
        'packages:\n  flutter:\n    dependency: "direct main"\n    source: sdk\n    version: "0.0.0"\n  http:\n    dependency: "direct main"\n    description:\n      name: http\n    source: hosted\n    version: "0.13.0"\nsdks:\n  dart: ">=2.12.0 <3.0.0"\n',
      ),
    ).toEqual(['http 0.13.0']);
    expect(
      read(
        'pubspec.lock',
        'packages:\n  fork:\n    description:\n      path: "."\n      url: "https://git.example/fork.git"\n    source: git\n    version: "0.1.8"\n  mine:\n    description:\n      path: ".."\n    source: path\n    version: "0.0.1"\n',
      ),
    ).toEqual(['fork 0.1.8']);
  });

  it("bun's text, of which workspaces are the project itself, with packages within packages and from elsewhere", () => {
    // As Bun 1.2 writes it.
    const text =
      '{\n  "lockfileVersion": 1,\n  "workspaces": {\n    "": {\n      "name": "a",\n      "dependencies": {\n        "lodash": "4.17.15",\n      },\n    },\n  },\n  "packages": {\n    "@babel/core": ["@babel/core@7.12.3", "", { "dependencies": { "debug": "^4.1.0" } }, "sha512-x=="],\n\n    "left": ["left-pad@1.3.0", "", {}, "sha512-x=="],\n\n    "w": ["w@workspace:packages/w"],\n\n    "gitd": ["gitd@github:owner/gitd#0123abc", {}, "owner-gitd-0123abc"],\n\n    "w/debug": ["debug@4.3.1", "", {}, "sha512-x=="],\n  }\n}\n';
    expect(read('bun.lock', text)).toEqual([
      '@babel/core 7.12.3',
      'left-pad 1.3.0',
      'github:owner/gitd#0123abc',
      'debug 4.3.1',
    ]);
    expect(read('bun.lock', '{\n  "lockfileVersion": 1,\n  "packages": {},\n}\n')).toEqual([]);
    // As a formatter leaves it, and a comma in a text.
    const packages = { lodash: ['lodash@4.17.21', '', { bin: 'a,]' }, 'sha512-x=='] };
    for (const blanks of [0, 2])
      expect(read('bun.lock', JSON.stringify({ lockfileVersion: 1, packages }, null, blanks))).toEqual([
        'lodash 4.17.21',
      ]);
  });

  it('NuGet, each once for all frameworks, without the projects of the solution', () => {
    const at = (resolved: string, type = 'Transitive') => ({ type, resolved, contentHash: 'x' });
    const dependencies = {
      'net8.0': { AutoMapper: at('13.0.1', 'Direct'), log4net: at('2.0.5'), 'my.core': { type: 'Project' } },
      'net6.0': { AutoMapper: at('12.0.1', 'Direct'), log4net: at('2.0.5') },
    };
    expect(read('src/packages.lock.json', JSON.stringify({ version: 1, dependencies }))).toEqual([
      'AutoMapper 13.0.1',
      'log4net 2.0.5',
      'AutoMapper 12.0.1',
    ]);
    expect(read('packages.lock.json', '{"version": 1, "dependencies": {}}')).toEqual([]);
  });

  it('mix, whose packages may be called otherwise than the project calls them, and may be of a repository', () => {
    const text =
      '%{\n  "cowboy": {:hex, :cowboy, "2.9.0", "865d", [:make, :rebar3], [{:cowlib, "2.11.0", [hex: :cowlib, repo: "hexpm", optional: false]}], "hexpm", "2c72"},\n  "mine": {:hex, :plug_fork, "1.0.0-rc.1", "x", [:mix], [], "hexpm", "y"},\n  "gitd": {:git, "https://git.example/gitd.git", "0123abc", [branch: "main"]},\n}\n';
    expect(read('mix.lock', text)).toEqual(['cowboy 2.9.0', 'plug_fork 1.0.0-rc.1', 'https://git.example/gitd.git']);
    expect(read('mix.lock', '%{\n}\n')).toEqual([]);
  });

  it.each(['mix.lock', 'yarn.lock', 'pnpm-lock.yaml', 'Gemfile.lock', 'gradle.lockfile', 'pubspec.lock'])(
    'one that nobody understands is said, an empty one is not: %s',
    (name) => {
      expect(read(name, 'something: else\nof which: nothing\n')).toEqual([`${name}: no package in it is understood`]);
      expect(read(name, '# nothing yet\n\n')).toEqual([]);
    },
  );

  it('leaves those alone that came with packages', () => {
    expect(read('node_modules/x/yarn.lock', 'a@^1.0.0:\n  version "1.0.1"\n')).toEqual([]);
  });
});
