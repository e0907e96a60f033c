import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { elf } from '../../test/elf.ts';
import { image, instruction, layer, removed, symlink, tar } from '../../test/image.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import { scanImage } from '../application/scan-image.ts';
import { takeInventory } from '../inventory/take.ts';

/** A module with a version, as CPython 3.11.7 compiled it. */
const COMPILED = Buffer.from(
  JSON.parse(readFileSync(new URL('../formats/python/fixtures/compiled-modules.json', import.meta.url), 'utf8'))
    .compiled['3.11.7'] as string,
  'base64',
);
const stanza = (name: string, version: string): string =>
  `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nMaintainer: M <m@debian.org>\n\n`;
const os = (text: string) => ({ 'etc/os-release': symlink('../usr/lib/os-release'), 'usr/lib/os-release': text });
const bookworm = os(
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
);
const lists = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`var/lib/dpkg/info/${name}.list`, `/.\n/usr\n/usr/lib/${name}.so.1\n`]));
const libraries = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`usr/lib/${name}.so.1`, 'x']));
const slim = {
  ...bookworm,
  'etc/debian_version': '12.5\n',
  'var/lib/dpkg/status':
    stanza('base-files', '12.4+deb12u5') + stanza('libc6', '2.36-9+deb12u4') + stanza('curl', '7.88.1-10+deb12u5'),
  ...lists('base-files', 'libc6', 'curl'),
  ...libraries('base-files', 'libc6', 'curl'),
};
const apk = (...packages: readonly [string, string][]) =>
  packages.map(([name, version]) => `P:${name}\nV:${version}\nA:x86_64\no:${name}\nF:lib\nR:${name}.so\n\n`).join('');
const site = 'usr/local/lib/python3.11/site-packages';
const wheel = (name: string, version: string, ...modules: readonly string[]) => ({
  [`${site}/${name}-${version}.dist-info/METADATA`]: `Name: ${name}\nVersion: ${version}\n`,
  [`${site}/${name}-${version}.dist-info/RECORD`]: modules
    .map((module) => `${module}/__init__.py,sha256=x,1\n`)
    .join(''),
  ...Object.fromEntries(modules.map((module) => [`${site}/${module}/__init__.py`, `__version__ = "${version}"\n`])),
});

const SHAPES: Readonly<Record<string, () => readonly (ReturnType<typeof layer> | ReturnType<typeof instruction>)[]>> = {
  'Debian slim': () => [layer(slim)],
  'Debian with docs': () => [
    layer({
      ...slim,
      'usr/share/doc/curl/changelog.Debian.gz': gzipSync('curl (7.88.1-10+deb12u5) bookworm; urgency=medium\n'),
      'var/lib/dpkg/info/curl.list': '/usr/lib/curl.so.1\n/usr/share/doc/curl/changelog.Debian.gz\n',
    }),
  ],
  'an upgrade of one package in a later layer': () => [
    layer(slim),
    layer({
      'var/lib/dpkg/status': (slim['var/lib/dpkg/status'] as string).replace('10+deb12u5', '10+deb12u8'),
      'usr/lib/curl.so.1': 'y',
      'var/lib/dpkg/info/curl.list': '/usr/lib/curl.so.1\n',
    }),
  ],
  'apt-get purge in a later layer': () => [
    layer(slim),
    layer({
      'var/lib/dpkg/status': stanza('base-files', '12.4+deb12u5') + stanza('libc6', '2.36-9+deb12u4'),
      'usr/lib/curl.so.1': removed,
      'var/lib/dpkg/info/curl.list': removed,
    }),
  ],
  'apt-get clean and lists removed': () => [
    layer({ ...slim, 'var/lib/apt/lists/x': 'x', 'var/cache/apt/archives/curl.deb': 'x' }),
    instruction('RUN apt-get clean && rm -rf /var/lib/apt/lists/* /tmp/* /var/tmp/*'),
    layer({ 'var/lib/apt/lists/x': removed, 'var/cache/apt/archives/curl.deb': removed }),
  ],
  'a package renamed by an upgrade, which takes over its files': () => [
    layer(slim),
    layer({
      'var/lib/dpkg/status':
        stanza('base-files', '12.4+deb12u5') + stanza('libc6', '2.36-9+deb12u4') + stanza('curl-full', '8.0-1'),
      'usr/lib/curl.so.1': 'y',
      'var/lib/dpkg/info/curl.list': removed,
      'var/lib/dpkg/info/curl-full.list': '/usr/lib/curl.so.1\n',
    }),
  ],
  distroless: () => [
    layer({
      ...bookworm,
      'var/lib/dpkg/status.d/base': stanza('base-files', '12.4+deb12u5'),
      'var/lib/dpkg/status.d/base.md5sums': `${'0'.repeat(32)}  usr/lib/base-files.so.1\n`,
      ...libraries('base-files'),
    }),
  ],
  'scratch with one static program': () => [layer({ app: elf({ parts: [] }) })],
  'busybox: programs without a package manager': () => [
    layer(
      Object.fromEntries(
        ['busybox', 'sh', 'ls', 'cat', 'wget', 'rpm', 'dpkg', 'dpkg-deb'].map((name) => [`bin/${name}`, 'x']),
      ),
    ),
  ],
  Alpine: () => [
    layer({
      ...os('ID=alpine\nVERSION_ID=3.18.4\nPRETTY_NAME="Alpine Linux v3.18"\n'),
      'etc/alpine-release': '3.18.4\n',
      'lib/apk/db/installed': apk(
        ['alpine-release', '3.18.4-r0'],
        ['musl', '1.2.4-r2'],
        ['alpine-baselayout', '3.4.3-r1'],
      ),
      'lib/musl.so': 'x',
      'lib/alpine-release.so': 'x',
      'lib/alpine-baselayout.so': 'x',
    }),
  ],
  'Alpine with virtual packages, which hold nothing': () => [
    layer({
      ...os('ID=alpine\nVERSION_ID=3.18.4\n'),
      'lib/apk/db/installed': `${apk(['musl', '1.2.4-r2'])}P:.build-deps\nV:20230501.1\nA:noarch\n\n`,
      'lib/musl.so': 'x',
    }),
  ],
  Wolfi: () => [
    layer({
      ...os('ID=wolfi\nVERSION_ID="20230201"\n'),
      'lib/apk/db/installed': apk(['wolfi-baselayout', '20230201-r0']),
      'lib/wolfi-baselayout.so': 'x',
    }),
  ],
  Ubuntu: () => [
    layer({
      ...os('ID=ubuntu\nVERSION_ID="22.04"\nVERSION_CODENAME=jammy\nID_LIKE=debian\n'),
      'etc/debian_version': 'bookworm/sid\n',
      'var/lib/dpkg/status':
        stanza('base-files', '12ubuntu4.6') +
        stanza('libc6', '2.35-0ubuntu3.6') +
        stanza('vim', '2:8.2.3995-1ubuntu2.16'),
    }),
  ],
  'Debian testing': () => [
    layer({
      ...os('ID=debian\nVERSION_CODENAME=forky\nPRETTY_NAME="Debian GNU/Linux forky/sid"\n'),
      'var/lib/dpkg/status': stanza('base-files', '14') + stanza('libc6', '2.41-9'),
    }),
  ],
  'Debian with one package of the next release': () => [
    layer({ ...slim, 'var/lib/dpkg/status': `${slim['var/lib/dpkg/status']}${stanza('git', '1:2.47.2-0+deb13u1')}` }),
  ],
  'an upgrade of the whole release in a later layer': () => [
    layer(slim),
    layer({
      ...os('ID=debian\nVERSION_ID="13"\n'),
      'etc/debian_version': '13.1\n',
      'var/lib/dpkg/status':
        stanza('base-files', '13.8+deb13u1') + stanza('libc6', '2.41-12') + stanza('curl', '8.14.1-2+deb13u2'),
      ...libraries('base-files', 'libc6', 'curl'),
    }),
  ],
  'wheels, one of which is imported under another name': () => [
    layer({ ...slim, ...wheel('PyJWT', '2.8.0', 'jwt'), ...wheel('plotly', '5.1.0', 'plotly', '_plotly_utils') }),
  ],
  'pip install --upgrade in a later layer': () => [
    layer({ ...slim, ...wheel('requests', '2.28.0', 'requests') }),
    layer({ [`${site}/requests-2.28.0.dist-info`]: removed, ...wheel('requests', '2.31.0', 'requests') }),
  ],
  'pip uninstall in a later layer': () => [
    layer({ ...slim, ...wheel('requests', '2.28.0', 'requests') }),
    layer({ [`${site}/requests-2.28.0.dist-info`]: removed, [`${site}/requests`]: removed }),
  ],
  'one module of somebody in site-packages': () => [layer({ ...slim, [`${site}/mylib/__init__.py`]: 'X = 1\n' })],
  'multi-stage: files of another system copied in': () => [
    layer(slim),
    layer({ 'opt/app/libssl.so.3': 'x', 'usr/local/lib/libfoo.so.1': 'x' }),
  ],
  'Nix: a store, and links into it': () => [
    layer({
      ...os('ID=nixos\nVERSION_ID="23.05"\n'),
      'nix/store/abc-python3.11-six-1.16.0/lib/python3.11/site-packages/six-1.16.0.dist-info/METADATA':
        'Name: six\nVersion: 1.16.0\n',
      'app/lib/python3.11/site-packages/six-1.16.0.dist-info': symlink(
        '/nix/store/abc-python3.11-six-1.16.0/lib/python3.11/site-packages/six-1.16.0.dist-info',
      ),
    }),
  ],
  'Guix: a store that knows no package manager': () => [
    layer({
      'gnu/store/abc-requests-2.31.0/lib/python3.10/site-packages/requests-2.31.0.dist-info/METADATA':
        'Name: requests\nVersion: 2.31.0\n',
      'gnu/store/abc-requests-2.31.0/lib/python3.10/site-packages/requests/__version__.py': '__version__ = "2.31.0"\n',
      'bin/sh': symlink('/gnu/store/xyz-bash/bin/sh'),
    }),
  ],
  'NixOS: a release file, a store, and no database that is read': () => [
    layer({
      ...os('PRETTY_NAME="NixOS 24.05 (Uakari)"\nID=nixos\nVERSION_ID="24.05"\n'),
      'bin/sh': symlink('/nix/store/xyz-bash-interactive-5.2p26/bin/bash'),
      'nix/store/xyz-bash-interactive-5.2p26/bin/bash': 'x',
      'nix/store/abc-openssl-3.0.13/lib/libssl.so.3': 'x',
    }),
  ],
  'Buildroot and Yocto: a release file, a C library and busybox': () => [
    layer({
      ...os('PRETTY_NAME="Buildroot 2024.02"\nID=buildroot\nVERSION_ID=2024.02\n'),
      'lib/libc.so.6': elf({ parts: [] }),
      'lib/ld-linux-x86-64.so.2': elf({ parts: [] }),
      'bin/busybox': elf({ parts: [] }),
      'bin/sh': symlink('busybox'),
    }),
  ],
  'npm packages, with the list that npm keeps and builds that bear banners': () => [
    layer({
      ...slim,
      'srv/node_modules/.package-lock.json': '{"packages":{"node_modules/jquery":{"version":"3.6.0"}}}',
      'srv/node_modules/jquery/package.json': '{"name":"jquery","version":"3.6.0"}',
      'srv/node_modules/jquery/dist/jquery.js': '/*! jQuery v3.6.0 */',
    }),
  ],
  'Debian with the traces that dpkg and apt leave of what was removed since': () => [
    layer({
      ...slim,
      'usr/share/doc/wget/copyright': 'x',
      'var/lib/dpkg/status-old': stanza('wget', '1.21.3-1+b2'),
      'var/log/dpkg.log': '2023-05-01 10:00:02 status installed wget:amd64 1.21.3-1+b2\n',
      'var/log/apt/history.log': 'Install: wget:amd64 (1.21.3-1+b2)\n',
      'etc/apt/sources.list': 'deb http://mirror.example/debian trixie main\n',
      'etc/apt/trusted.gpg.d/debian-archive-bullseye-stable.gpg': 'x',
    }),
  ],
  'Alpine with its scripts, sources and keys, and those of another branch': () => [
    layer({
      ...os('ID=alpine\nVERSION_ID=3.18.4\n'),
      'lib/apk/db/installed': apk(['musl', '1.2.4-r2'], ['busybox', '1.36.1-r2'], ['apk-tools', '2.14.0-r2']),
      ...Object.fromEntries(['musl', 'busybox', 'apk-tools'].map((name) => [`lib/${name}.so`, 'x'])),
      'lib/apk/db/scripts.tar': Buffer.from(
        tar({ 'mdev-conf-4.5-r0.Q1gQ/L3UBnSjgkFWEHQaUkUDubqdI=.post-install': 'x' }),
      ),
      'etc/apk/repositories': 'https://mirror.example/alpine/v3.19/main\n',
      'etc/apk/keys/alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub': 'x',
    }),
  ],
  'rpm with the history of dnf, some of it removed since': () => [
    layer({
      ...os('ID="rocky"\nVERSION_ID="9.2"\n'),
      'var/lib/rpmmanifest/container-manifest-2':
        'bash\t5.1.8-6.el9\t0\t0\tRocky\t0\t1\tx86_64\t0\tbash-5.1.8-6.el9.src.rpm\n',
      'var/log/dnf.rpm.log': '2023-05-01T10:00:01+0000 SUBDEBUG Installed: wget-1.21.1-7.el9.x86_64\n',
      'etc/rpm/macros.dist': '%rhel 9\n',
      'etc/pki/rpm-gpg/RPM-GPG-KEY-Rocky-9': 'x',
    }),
  ],
  'multi-stage: more libraries copied into the system than it has': () => [
    layer({
      ...slim,
      'bin/sh': 'x',
      'var/lib/dpkg/info/libc6.list': '/usr/lib/libc6.so.1\n/bin/sh\n',
      ...libraries(...Array.from({ length: 40 }, (_, at) => `libcopied${at}`)),
    }),
  ],
  'projects of Yarn and pnpm with what they installed': () => [
    layer({
      'srv/yarn.lock': 'lodash@^4.17.20:\n  version "4.17.21"\n',
      'srv/node_modules/lodash/package.json': '{"name":"lodash","version":"4.17.21"}',
      'opt/pnpm-lock.yaml': "packages:\n\n  ms@2.1.2:\n    x: y\n\n  'gone@1.0.0':\n    x: y\n",
      'opt/node_modules/.pnpm/ms@2.1.2/node_modules/ms/package.json': '{"name":"ms","version":"2.1.2"}',
      'opt/node_modules/.pnpm/ms@2.1.2/node_modules/ms/index.js': 'x',
    }),
  ],
  'npm uninstall in a later layer': () => [
    layer({ ...slim, 'srv/node_modules/jquery/package.json': '{"name":"jquery","version":"3.6.0"}' }),
    layer({ 'srv/node_modules/jquery': removed }),
  ],
  "a distribution's Python packages, which say that its package manager installed them": () => [
    layer({
      ...slim,
      'usr/lib/python3/dist-packages/requests-2.31.0.dist-info/METADATA': 'Name: requests\nVersion: 2.31.0\n',
      'usr/lib/python3/dist-packages/requests-2.31.0.dist-info/INSTALLER': 'debian\n',
      'var/lib/dpkg/info/curl.list':
        '/usr/lib/curl.so.1\n/usr/lib/python3/dist-packages/requests-2.31.0.dist-info/METADATA\n',
    }),
  ],
  'conda, whose packages list what they hold': () => [
    layer({
      'opt/conda/conda-meta/requests-2.31.0-py311_0.json': JSON.stringify({
        name: 'requests',
        version: '2.31.0',
        files: [
          'lib/python3.11/site-packages/requests/__init__.py',
          'lib/python3.11/site-packages/requests/__version__.py',
        ],
      }),
      'opt/conda/lib/python3.11/site-packages/requests/__version__.py': '__version__ = "2.31.0"\n',
    }),
  ],
  'pip install --target, beside the system': () => [
    layer(slim),
    layer({
      'app/lib/requests-2.31.0.dist-info/METADATA': 'Name: requests\nVersion: 2.31.0\n',
      'app/lib/requests-2.31.0.dist-info/INSTALLER': 'pip\n',
      'app/lib/requests-2.31.0.dist-info/RECORD': 'requests/__init__.py,,\nrequests/__version__.py,,\nbin/x,,\n',
      'app/lib/requests/__init__.py': 'x',
      'app/lib/requests/__version__.py': '__version__ = "2.31.0"\n',
      'app/lib/bin/x': '#!/usr/bin/python3\n',
    }),
  ],
  'environments of uv, venv and Poetry': () =>
    ['uv', 'pip', 'poetry 1.8.3'].map((installer, at) =>
      layer({
        ...(at === 0 ? slim : {}),
        [`venv${at}/pyvenv.cfg`]: `home = /usr/local/bin\nversion = 3.11.9\n${installer === 'uv' ? 'uv = 0.4.0\n' : ''}`,
        [`venv${at}/bin/python`]: symlink('/usr/local/bin/python3.11'),
        [`venv${at}/lib/python3.11/site-packages/_virtualenv.pth`]: 'import _virtualenv',
        [`venv${at}/lib/python3.11/site-packages/_virtualenv.py`]: 'x',
        [`venv${at}/lib/python3.11/site-packages/idna-3.7.dist-info/METADATA`]: 'Name: idna\nVersion: 3.7\n',
        [`venv${at}/lib/python3.11/site-packages/idna-3.7.dist-info/INSTALLER`]: installer,
        [`venv${at}/lib/python3.11/site-packages/idna-3.7.dist-info/RECORD`]:
          'idna/__init__.py,,\nidna/package_data.py,,\n',
        [`venv${at}/lib/python3.11/site-packages/idna/__init__.py`]: 'x',
        [`venv${at}/lib/python3.11/site-packages/idna/package_data.py`]: "__version__ = '3.7'\n",
      }),
    ),
  'a library of R and a depot of Julia': () => [
    layer({
      ...slim,
      'usr/local/lib/R/site-library/jsonlite/DESCRIPTION':
        'Package: jsonlite\nVersion: 1.8.8\nBuilt: R 4.3.2; ; ; unix\n',
      'usr/local/lib/R/site-library/jsonlite/Meta/package.rds': 'x',
      'usr/local/lib/R/site-library/jsonlite/R/jsonlite.rdb': 'x',
      'root/.julia/environments/v1.10/Manifest.toml':
        'julia_version = "1.10.0"\nmanifest_format = "2.0"\n\n[[deps.JSON]]\nuuid = "682c06a0-de6a-54ab-a142-c8b1cf79cde6"\nversion = "0.21.4"\n',
      'root/.julia/packages/JSON/93Ea8/src/JSON.jl': 'module JSON\nend\n',
      'root/.julia/packages/JSON/93Ea8/Project.toml': 'name = "JSON"\nversion = "0.21.4"\n',
    }),
  ],
  'layers of a buildpack, below folders of their own': () => [
    layer(slim),
    layer({
      'layers/paketo-buildpacks_cpython/cpython/lib/python3.11/site-packages/pip-23.0.dist-info/METADATA':
        'Name: pip\nVersion: 23.0\n',
      'layers/paketo-buildpacks_cpython/cpython/lib/python3.11/site-packages/pip/__init__.py': '__version__ = "23.0"\n',
    }),
    layer({
      'layers/paketo-buildpacks_npm-install/launch-modules/node_modules/ms/package.json':
        '{"name":"ms","version":"2.1.3"}',
      'layers/paketo-buildpacks_npm-install/launch-modules/node_modules/ms/index.js': 'x',
      'workspace/node_modules': symlink('/layers/paketo-buildpacks_npm-install/launch-modules/node_modules'),
      'cnb/lifecycle/launcher': 'x',
    }),
  ],
  'a merged /usr: what is listed below /lib lies below /usr/lib': () => [
    layer({
      ...bookworm,
      lib: symlink('usr/lib'),
      bin: symlink('usr/bin'),
      'usr/bin/sh': 'x',
      'usr/lib/libc.so.6': 'x',
      'var/lib/dpkg/status':
        stanza('base-files', '12.4+deb12u5') + stanza('libc6', '2.36-9+deb12u4') + stanza('dash', '0.5.12-2'),
      'var/lib/dpkg/info/libc6.list': '/.\n/lib\n/lib/libc.so.6\n',
      'var/lib/dpkg/info/dash.list': '/.\n/bin\n/bin/sh\n',
    }),
  ],
  'dpkg-divert: a file of a package under another name': () => [
    layer({ ...slim, 'var/lib/dpkg/info/curl.list': '/usr/lib/curl.so.1\n/usr/bin/curl\n', 'usr/bin/curl': 'x' }),
    layer({
      'var/lib/dpkg/diversions': '/usr/bin/curl\n/usr/bin/curl.distrib\n:\n',
      'usr/bin/curl': removed,
      'usr/bin/curl.distrib': 'x',
    }),
  ],
  "packages of one's own, with versions that no distribution has": () => [
    layer(slim),
    layer({
      'var/lib/dpkg/status': `${slim['var/lib/dpkg/status']}${stanza('acme-agent', '2024.11.3')}${stanza('acme-tools', '7:1.2-acme4')}`,
      'var/lib/dpkg/info/acme-agent.list': '/opt/acme/agent\n/opt/acme/lib/x.py\n',
      'opt/acme/agent': 'x',
      'opt/acme/lib/x.py': 'x',
      'var/lib/dpkg/info/acme-tools.list': '/usr/bin/acme\n/usr/share/doc/acme-tools/changelog.gz\n',
      'usr/bin/acme': 'x',
      'usr/share/doc/acme-tools/changelog.gz': gzipSync('acme-tools (7:1.2-acme4) stable; urgency=low\n'),
    }),
  ],
  'a package of its own below /opt and /usr/lib, whose Python was compiled when it ran': () => [
    layer({
      ...slim,
      'var/lib/dpkg/status': `${slim['var/lib/dpkg/status']}${stanza('acme-cli', '1.0-1')}`,
      'var/lib/dpkg/info/acme-cli.list': ['opt/acme/lib', 'usr/lib/acme/lib']
        .flatMap((at) => ['requests', 'certifi', 'boto3', 'urllib3'].map((name) => `/${at}/${name}/__init__.py\n`))
        .join(''),
      ...Object.fromEntries(
        ['opt/acme/lib', 'usr/lib/acme/lib'].flatMap((at) =>
          ['requests', 'certifi', 'boto3', 'urllib3'].flatMap((name) => [
            [`${at}/${name}/__init__.py`, "__version__ = '1.2.3'\n"],
            [`${at}/${name}/__pycache__/__init__.cpython-311.pyc`, COMPILED],
          ]),
        ),
      ),
    }),
  ],
  'gems of a server, with what Ruby brings along': () => [
    layer({
      'usr/local/lib/ruby/gems/3.3.0/specifications/default/json-2.7.1.gemspec':
        'Gem::Specification.new do |s|\n  s.name = "json"\n  s.version = "2.7.1"\nend\n',
      'usr/local/lib/ruby/gems/3.3.0/gems/json-2.7.1/lib/json.rb': 'x',
      'usr/local/bundle/specifications/rack-3.0.9.gemspec':
        'Gem::Specification.new do |s|\n  s.name = "rack"\n  s.version = "3.0.9"\nend\n',
      'usr/local/bundle/gems/rack-3.0.9/lib/rack.rb': 'x',
      'usr/local/bundle/bundler/gems/acme-3fa8bc12d0aa/lib/acme.rb': 'x',
    }),
    layer({
      'usr/local/bundle/specifications/rack-3.0.9.gemspec': removed,
      'usr/local/bundle/gems/rack-3.0.9': removed,
      'usr/local/bundle/specifications/rack-3.0.11.gemspec':
        'Gem::Specification.new do |s|\n  s.name = "rack"\n  s.version = "3.0.11"\nend\n',
      'usr/local/bundle/gems/rack-3.0.11/lib/rack.rb': 'x',
    }),
  ],
  'conda without its cache, which a later layer empties': () => [
    layer({
      'opt/conda/conda-meta/history': '==> 2024-01-01 00:00:00 <==\n# cmd: conda install six\n',
      'opt/conda/conda-meta/six-1.16.0-pyh6c4a22f_0.json': JSON.stringify({
        name: 'six',
        version: '1.16.0',
        files: ['lib/python3.11/site-packages/six.py', 'lib/python3.11/site-packages/six-1.16.0.dist-info/METADATA'],
      }),
      'opt/conda/lib/python3.11/site-packages/six.py': '__version__ = "1.16.0"\n',
      'opt/conda/lib/python3.11/site-packages/six-1.16.0.dist-info/METADATA': 'Name: six\nVersion: 1.16.0\n',
      'opt/conda/pkgs/six-1.16.0-pyh6c4a22f_0/info/index.json': '{"name":"six","version":"1.16.0"}',
      'opt/conda/pkgs/six-1.16.0-pyh6c4a22f_0.conda': 'PK',
    }),
    layer({ 'opt/conda/pkgs': removed }),
  ],
};

const store = memoryStore({ covers: ['PyPI', 'npm'], statements: [] });
/** What they say of the data, and not of the image. */
const OF_THE_DATA: ReadonlySet<string> = new Set(['not-covered', 'no-ecosystem', 'end-of-life']);
/** The store's own day: old data is told elsewhere. */
const now = new Date('1970-01-01T01:00:00Z');

describe('ordinary images stay quiet', () => {
  it.each(Object.keys(SHAPES))('%s', async (name) => {
    const { inventory } = await takeInventory(image(...SHAPES[name]!()));
    expect((inventory.signs ?? []).filter(({ level }) => level === 'warning')).toEqual([]);
    expect(inventory.packages.filter(({ recovered }) => recovered !== undefined).map((pkg) => pkg.name)).toEqual([]);
    expect(inventory.os?.inferred).toBeUndefined();
    const { notices } = await scanImage(image(...SHAPES[name]!()), { store, now });
    const warned = notices.filter(({ level, code }) => level === 'warning' && !OF_THE_DATA.has(code));
    expect(warned).toEqual([]);
  });
});
