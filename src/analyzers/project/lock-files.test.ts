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

  it.each(['yarn.lock', 'pnpm-lock.yaml', 'Gemfile.lock', 'gradle.lockfile', 'pubspec.lock'])(
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
