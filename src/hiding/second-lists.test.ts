import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';

const SITE = 'usr/lib/python3.9/site-packages';
const dist = (folder: string, version: string, record = folder): Record<string, string> => ({
  [`${SITE}/${folder}/METADATA`]: `Metadata-Version: 2.1\nName: acme-lib\nVersion: ${version}\n`,
  [`${SITE}/${folder}/RECORD`]: `acme_lib/__init__.py,,\n${record}/METADATA,,\n${record}/RECORD,,\n`,
  [`${SITE}/acme_lib/__init__.py`]: '',
});
const npm = (folder: string, version: string): Record<string, string> => ({
  [`app/${folder}/package.json`]: JSON.stringify({ name: 'lodash', version }),
  [`app/${folder}/index.js`]: 'module.exports = {};\n',
});
const STORE = 'node_modules/.pnpm/lodash@4.17.20/node_modules/lodash';
const net = (key: string, path: string): Record<string, string> => ({
  'app/app.deps.json': JSON.stringify({
    libraries: {
      [`Newtonsoft.Json/${key}`]: {
        type: 'package',
        serviceable: true,
        path: `newtonsoft.json/${path}`,
        hashPath: `newtonsoft.json.${path}.nupkg.sha512`,
      },
    },
  }),
});
const composer = (listed: string, installed: string): Record<string, string> => ({
  'app/vendor/composer/installed.json': JSON.stringify({ packages: [{ name: 'monolog/monolog', version: listed }] }),
  // As Composer 2.5 writes it; what another package provides has no version of its own.
  'app/vendor/composer/installed.php': [
    '<?php return array(',
    "    'root' => array(",
    "        'name' => '__root__',",
    "        'pretty_version' => 'dev-main',",
    '    ),',
    "    'versions' => array(",
    "        'monolog/monolog' => array(",
    `            'pretty_version' => '${installed}',`,
    `            'version' => '${installed}.0',`,
    '        ),',
    "        'psr/log-implementation' => array(",
    "            'dev_requirement' => false,",
    "            'provided' => array(",
    "                0 => '1.0.0',",
    '            ),',
    '        ),',
    '    ),',
    ');',
  ].join('\n'),
});
const conda = (file: string, archive: string, version: string): Record<string, string> => ({
  [`opt/conda/conda-meta/${file}`]: JSON.stringify({
    name: 'openssl',
    version,
    build: 'h7f8727e_0',
    build_number: 0,
    fn: archive,
    files: [],
  }),
});
/** `datasets` 4.2.2, as R installed it: what R itself loads it by beside the text that `DESCRIPTION` is. */
const r = (version: string): Record<string, string | Buffer> => ({
  'usr/lib/R/library/datasets/DESCRIPTION': `Package: datasets\nVersion: ${version}\nBuilt: R 4.2.2; ; 2023-01-20 18:24:20 UTC; unix\n`,
  'usr/lib/R/library/datasets/Meta/package.rds': readFileSync(
    new URL('../formats/models/fixtures/r-datasets-package.rds', import.meta.url),
  ),
});

async function seen(files: Record<string, string | Buffer>) {
  const { inventory } = await takeInventory(image(layer(files)));
  return {
    packages: inventory.packages.map(
      ({ name, version, recovered, certainty, properties }) =>
        `${name} ${version}${recovered === undefined ? '' : ` ${recovered} ${certainty}, not ${properties?.contradictedBy}`}`,
    ),
    signs: (inventory.signs ?? []).map(({ level, check, message }) => `${level} ${check}: ${message}`),
  };
}

describe('a version that was raised in one list and left in another is judged once, as the older, and told', () => {
  it.each<[string, Record<string, string | Buffer>, string, string]>([
    [
      "a wheel's METADATA against its folder",
      dist('acme_lib-1.0.0.dist-info', '9.0'),
      'acme-lib 1.0.0 trace name, not 9.0',
      'its folder is called acme_lib-1.0.0.dist-info',
    ],
    [
      'METADATA and folder against RECORD',
      dist('acme_lib-9.0.dist-info', '9.0', 'acme_lib-1.0.0.dist-info'),
      'acme-lib 1.0.0 trace name, not 9.0',
      'its RECORD says 1.0.0',
    ],
    [
      'the text in a file of distutils against its name',
      { [`${SITE}/acme_lib-1.0.0-py3.9.egg-info`]: 'Name: acme-lib\nVersion: 9.0\n' },
      'acme-lib 1.0.0 trace name, not 9.0',
      'its file is called acme_lib-1.0.0-py3.9.egg-info',
    ],
    [
      'PKG-INFO against the folder of setuptools',
      { [`${SITE}/acme_lib-1.0.0-py3.9.egg-info/PKG-INFO`]: 'Name: acme-lib\nVersion: 9.0\n' },
      'acme-lib 1.0.0 trace name, not 9.0',
      'its folder is called acme_lib-1.0.0-py3.9.egg-info',
    ],
    [
      'PKG-INFO against the egg',
      { [`${SITE}/acme_lib-1.0.0-py3.9-linux-x86_64.egg/EGG-INFO/PKG-INFO`]: 'Name: acme-lib\nVersion: 9.0\n' },
      'acme-lib 1.0.0 trace name, not 9.0',
      'its folder is called acme_lib-1.0.0-py3.9-linux-x86_64.egg',
    ],
    [
      "an npm package's manifest against npm's own list",
      {
        ...npm('node_modules/lodash', '4.17.99'),
        'app/node_modules/.package-lock.json':
          '{"lockfileVersion":3,"packages":{"node_modules/lodash":{"version":"4.17.20"}}}',
      },
      'lodash 4.17.20 lock-file name, not 4.17.99',
      'npm installed 4.17.20',
    ],
    [
      "against Yarn's",
      {
        ...npm('node_modules/lodash', '4.17.99'),
        'app/node_modules/.yarn-state.yml':
          '__metadata:\n  version: 1\n\n"lodash@npm:4.17.20":\n  locations:\n    - "node_modules/lodash"\n',
      },
      'lodash 4.17.20 lock-file name, not 4.17.99',
      'Yarn installed 4.17.20',
    ],
    [
      "against pnpm's",
      {
        ...npm('node_modules/.pnpm/lodash@4.17.20/node_modules/lodash', '4.17.99'),
        'app/node_modules/.pnpm/lock.yaml':
          "lockfileVersion: '6.0'\n\npackages:\n\n  /lodash@4.17.20:\n    resolution: {integrity: sha512-x}\n    dev: false\n",
      },
      'lodash 4.17.20 lock-file name, not 4.17.99',
      'pnpm installed 4.17.20',
    ],
    [
      'against the folder in the store of pnpm',
      npm(STORE, '4.17.99'),
      'lodash 4.17.20 trace name, not 4.17.99',
      'pnpm stored 4.17.20',
    ],
    [
      "a gem's specification against its name",
      {
        'usr/lib/ruby/gems/3.0.0/specifications/rack-2.0.1.gemspec':
          'Gem::Specification.new do |s|\n  s.name = "rack"\n  s.version = "9.0.0"\nend\n',
        'usr/lib/ruby/gems/3.0.0/gems/rack-2.0.1/lib/rack.rb': 'module Rack\nend\n',
      },
      'rack 2.0.1 trace name, not 9.0.0',
      'its file is called 2.0.1',
    ],
    [
      'a gem whose specification, file and folder were raised together, against its code',
      {
        'usr/lib/ruby/gems/3.0.0/specifications/net-ssh-9.0.0.gemspec':
          'Gem::Specification.new do |s|\n  s.name = "net-ssh"\n  s.version = "9.0.0"\nend\n',
        'usr/lib/ruby/gems/3.0.0/gems/net-ssh-9.0.0/lib/net/ssh/version.rb':
          "module Net\n  module SSH\n    VERSION = '5.2.0'\n  end\nend\n",
        // Of something that it carries along.
        'usr/lib/ruby/gems/3.0.0/gems/net-ssh-9.0.0/lib/net/ssh/buffer/version.rb': "VERSION = '0.1'\n",
      },
      'net-ssh 5.2.0 code name, not 9.0.0',
      'its code says 5.2.0',
    ],
    [
      'the list of a .NET program against where NuGet had the package',
      net('99.0.1', '12.0.1'),
      'Newtonsoft.Json 12.0.1 trace name, not 99.0.1',
      'NuGet had it in newtonsoft.json/12.0.1',
    ],
    [
      "Composer's list for installers against that for programs",
      composer('9.0.0', '1.25.0'),
      'monolog/monolog 1.25.0 trace name, not 9.0.0',
      'its installed.php says 1.25.0',
    ],
    [
      "conda's record against its name",
      conda('openssl-1.1.1n-h7f8727e_0.json', '', '9.0'),
      'openssl 1.1.1n trace name, not 9.0',
      'its record is called openssl-1.1.1n-h7f8727e_0.json',
    ],
    [
      'and against the archive it came from',
      conda('openssl-9.0-h7f8727e_0.json', 'openssl-1.1.1n-h7f8727e_0.conda', '9.0'),
      'openssl 1.1.1n trace name, not 9.0',
      'its archive is called openssl-1.1.1n-h7f8727e_0.conda',
    ],
    [
      "R's text against what R loads the package by",
      r('9.0'),
      'datasets 4.2.2 trace name, not 9.0',
      'its package.rds says 4.2.2',
    ],
  ])('%s', async (_, files, judged, because) => {
    const { packages, signs } = await seen(files);
    expect(packages).toEqual([judged]);
    expect(signs).toHaveLength(1);
    expect(signs[0]).toMatch(/^warning versions-contradicted: /);
    expect(signs[0]).toContain(`(${because})`);
  });
});

/** How files of these releases begin, as npm has them. */
const LODASH = `/**
 * @license
 * Lodash <https://lodash.com/>
 * Copyright OpenJS Foundation and other contributors <https://openjsf.org/>
 */
;(function() {
  var undefined;

  /** Used as the semantic version number. */
  var VERSION = '4.17.20';
`;
const MOMENT = `//! moment.js
//! version : 2.9.0
//! authors : Tim Wood, Iskren Chernev, Moment.js contributors
//! license : MIT
//! momentjs.com
`;
const JQUERY = `(function () {
function create(window) {

  if(window == null ) {
    window = require('jsdom').jsdom().createWindow();
  }
/*!
 * jQuery JavaScript Library v1.7.2
 * http://jquery.com/
 */
`;
const LO_DASH = '/*!\n Lo-Dash 0.10.0 lodash.com/license\n Underscore.js 1.4.2 underscorejs.org/LICENSE\n*/\n';
const library = (name: string, version: string, files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ 'package.json': JSON.stringify({ name, version }), ...files }).map(([file, text]) => [
      `app/node_modules/${name}/${file}`,
      text,
    ]),
  );

describe('an npm manifest that names another release than the code of its well-known library', () => {
  it.each<[string, Record<string, string>, string, string]>([
    ['a huge one', library('lodash', '99999999999999999999.0.0', { 'lodash.js': LODASH }), '4.17.20', 'lodash'],
    ['the true one behind it', library('lodash', '99.0.0-4.17.20', { 'lodash.js': LODASH }), '4.17.20', 'lodash'],
    ['the next one', library('lodash', '4.17.21', { 'lodash.js': LODASH }), '4.17.20', 'lodash'],
    ['by its name of before', library('lodash', '4.17.21', { 'lodash.min.js': LO_DASH }), '0.10.0', 'lodash'],
    ['by a banner of several lines', library('moment', '2.29.4', { 'moment.js': MOMENT }), '2.9.0', 'moment'],
    [
      'of which another file says that it is true',
      library('lodash', '4.17.21', { 'lodash.js': LODASH, 'a.js': "/* lodash */\nvar VERSION = '4.17.21';\n" }),
      '4.17.20',
      'lodash',
    ],
    [
      'another major version, where releases left their builds behind',
      library('jquery', '3.7.1', { 'lib/node-jquery.js': JQUERY }),
      '1.7.2',
      'jquery',
    ],
  ])('is told, and the code is judged: %s', async (_, files, judged, name) => {
    const { packages, signs } = await seen(files);
    expect(packages).toEqual([expect.stringMatching(`^${name} ${judged} code name, not `)]);
    expect(signs).toEqual([expect.stringMatching(/^warning versions-contradicted: .*\(its code says /)]);
  });

  it('is judged by what the code says as well where an installer’s list was raised a little less', async () => {
    const { packages, signs } = await seen({
      ...library('lodash', '99.0.0', { 'lodash.js': LODASH }),
      'app/node_modules/.package-lock.json': '{"packages":{"node_modules/lodash":{"version":"98.0.0"}}}',
    });
    expect(packages).toEqual(['lodash 4.17.20 code name, not 99.0.0']);
    expect(signs).toHaveLength(1);
  });

  it('is told and judged itself where it is the earlier one', async () => {
    const { inventory } = await takeInventory(image(layer(library('lodash', '0.1.0', { 'lodash.js': LODASH }))));
    expect(inventory.packages).toMatchObject([
      { version: '0.1.0', certainty: 'name', properties: { contradictedBy: '4.17.20' } },
    ]);
    expect(inventory.signs).toMatchObject([{ check: 'versions-contradicted' }]);
  });

  it.each<[string, Record<string, string>]>([
    ['lodash as it was published', library('lodash', '4.17.20', { 'lodash.js': LODASH })],
    ['lodash 0.10.0, which names underscore', library('lodash', '0.10.0', { 'lodash.min.js': LO_DASH })],
    ['a build of one’s own of it', library('lodash', '4.17.20-acme.1', { 'lodash.js': LODASH })],
    ['jQuery 1.7.3, whose build says 1.7.2', library('jquery', '1.7.3', { 'lib/node-jquery.js': JQUERY })],
    [
      'jQuery 2.2.1, one of whose builds says 3.0.0-beta1',
      library('jquery', '2.2.1', {
        'dist/jquery.js': '/*!\n * jQuery JavaScript Library v2.2.1\n */\n',
        'dist/jquery.slim.js': '/*!\n * jQuery JavaScript Library v3.0.0-beta1\n */\n',
      }),
    ],
    [
      'axios 0.5.3, which carries a library of version 2.0.1 along',
      library('axios', '0.5.3', {
        'dist/axios.js': '/* axios v0.5.3 | (c) 2015 by Matt Zabriskie */\n',
        'dist/axios.min.js': '/* axios v0.5.3 | (c) 2015 by Matt Zabriskie */\n/** @version 2.0.1 */\n',
      }),
    ],
    ['a library that few know', library('acme-chart', '2.0.0', { 'index.js': '/*! acme-chart v1.0.0 */\n' })],
  ])('is not told of %s', async (_, files) => {
    const { packages, signs } = await seen(files);
    expect(packages).toEqual([expect.not.stringContaining(', not ')]);
    expect(signs).toEqual([]);
  });
});

describe('nothing is told where both are of one release, or the second is newer', () => {
  it.each<[string, Record<string, string | Buffer>]>([
    ['a wheel', dist('acme_lib-1.0.0.dist-info', '1.0.0')],
    ['a folder whose version is written in another way', dist('acme_lib-2023.5.7.dist-info', '2023.05.07')],
    ['a local version', dist('acme_lib-2.0.1+cu117.dist-info', '2.0.1+cu117')],
    ['a folder of a development version', dist('acme_lib-1.0.0.dev3+g0123abc.dist-info', '1.0.0.dev3+g0123abc')],
    ['an editable folder without a version', { 'src/acme_lib.egg-info/PKG-INFO': 'Name: acme-lib\nVersion: 9.0\n' }],
    ['a folder of a later release', dist('acme_lib-9.0.dist-info', '1.0.0')],
    [
      'what pnpm has for two peers',
      npm('node_modules/.pnpm/lodash@4.17.20_react@18.2.0/node_modules/lodash', '4.17.20'),
    ],
    ['what pnpm took from git', npm('node_modules/.pnpm/github.com+a+lodash@0123abc/node_modules/lodash', '4.17.20')],
    ['a program of .NET', net('12.0.1', '12.0.1')],
    ['packages of Composer', composer('v1.25.0', '1.25.0')],
    ["a record of conda's", conda('openssl-1.1.1n-h7f8727e_0.json', 'openssl-1.1.1n-h7f8727e_0.conda', '1.1.1n')],
    ['a package of R', r('4.2.2')],
  ])('%s', async (_, files) => {
    const { packages, signs } = await seen(files);
    expect(packages).toHaveLength(1);
    expect(packages[0]).not.toContain(', not ');
    expect(signs).toEqual([]);
  });
});
