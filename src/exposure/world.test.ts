import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { library, program, reachedOf, SYSTEM } from '../../test/exposure.ts';
import { blobs, file, image, imageWith, layer, symlink, type TarEntries } from '../../test/image.ts';
import { dockerArchive } from '../../test/saved.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { openTarget } from '../application/open-target.ts';
import { surroundings } from '../application/surroundings.ts';
import { takeInventory } from '../inventory/take.ts';
import { codeSpool } from '../layers/code-spool.ts';
import { LIMITS } from '../limits.ts';
import type { Image, RunConfig } from '../model.ts';
import { exposureOf, type ImageExposure } from './index.ts';
import { worldOf } from './world.ts';

const SCRIPTS: TarEntries = {
  ...SYSTEM,
  'usr/bin/node': program(),
  'usr/bin/perl': program(),
  'usr/bin/ruby': program(),
  'srv/app.js': "require('./part')",
  'srv/part.js': '',
  'srv/job.pl': "#!/usr/bin/perl\nuse lib '/srv';\nuse Part;\n",
  'srv/Part.pm': 'package Part;\n1;\n',
  'srv/job.rb': "require_relative 'part'\n",
  'srv/part.rb': '',
  'srv/start.sh': '#!/bin/sh\nexec ruby /srv/job.rb\n',
};

/** What an image of one packed layer can load, started so, and how often the layer was unpacked for it. */
async function passesOf(run: RunConfig, files: TarEntries): Promise<{ exposure: ImageExposure; passes: number }> {
  const spool = codeSpool();
  let passes = 0;
  const packed = imageWith({ run }, layer(files).gzipped());
  const layers = packed.layers.map((whole) => ({
    ...whole,
    open: (signal?: AbortSignal) => {
      passes += 1;
      return whole.open(signal);
    },
  }));
  const { inventory, read } = await takeInventory({ ...packed, layers }, { spool });
  const exposure = await exposureOf(read, inventory.packages, run);
  spool.close();
  return { exposure, passes };
}

describe('what files say', () => {
  it('is the same when more are asked about than are remembered, and files are read anew', async () => {
    const names = Array.from({ length: 9 }, (_, at) => `srv/m${at}.py`);
    const { read } = await takeInventory(image(layer(Object.fromEntries(names.map((name) => [name, ''])))));
    const asked: string[] = [];
    const items = (at: number, row: number) => {
      const path = read.indexes[at]?.entries.path(row) ?? '';
      asked.push(path);
      return [{ path, language: 'python', text: `import of_${path}` }];
    };
    const { world, isCut } = worldOf(read, { items }, 4);
    for (const name of [...names, ...names]) expect(world.code(name, 'python')).toBe(`import of_${name}`);
    // No more than four are remembered at a time; the one that was asked about last is among them.
    expect(asked).toHaveLength(2 * names.length);
    world.code(names.at(-1) as string, 'script');
    expect(asked).toHaveLength(2 * names.length);
    expect(isCut()).toBe(false);
  });
});

describe('the form an image comes in', () => {
  it('makes no difference: read by seeking, or passing by packed', async () => {
    const folder = temporaryFolder();
    const files = layer({
      ...SYSTEM,
      'run.sh': '#!/bin/sh\nexec /opt/app\n',
      'opt/app': program(['liba.so'], { runpath: '$ORIGIN/lib' }),
      'opt/lib/liba.so': library('liba.so', ['libc.so.6']),
      'opt/lib/libidle.so': library('libidle.so'),
    });
    const said = async (opened: Image) => {
      const { inventory, read } = await takeInventory(opened);
      const exposure = await exposureOf(read, inventory.packages, { Cmd: ['/run.sh'] });
      return reachedOf(exposure);
    };
    const packed = await said(image(files.gzipped()));
    expect(packed).toContain('opt/lib/liba.so: loaded');
    expect(await said(image(files))).toEqual(packed);
    const archive = join(folder, 'image.tar');
    writeFileSync(archive, dockerArchive(blobs(files)));
    const opened = await openTarget(`archive:${archive}`, {}, surroundings({ environment: { PLIMSOLL_HOME: folder } }));
    expect(await said(opened.image)).toEqual(packed);
    await opened.close();
  });

  it('makes none of scripts that no spool keeps, since few images start what reads them: their layer passes by again', async () => {
    const spool = codeSpool();
    const files = layer({
      ...SYSTEM,
      'usr/bin/node': program(),
      'app/app.js': "require('dep')",
      'app/node_modules/dep/package.json': '{"name": "dep", "exports": "./x.js"}',
      'app/node_modules/dep/x.js': '',
      'app/node_modules/dep/index.js': '',
    });
    let kept = '';
    const watched = {
      ...spool,
      keep(body: Buffer) {
        kept += body.toString('latin1');
        return spool.keep(body);
      },
    };
    const { inventory, read } = await takeInventory(image(files.gzipped()), { spool: watched });
    expect(kept).not.toContain("require('dep')");
    const exposure = await exposureOf(read, inventory.packages, { Cmd: ['node', '/app/app.js'] });
    expect(reachedOf(exposure, /^app/)).toEqual(['app/app.js: loaded', 'app/node_modules/dep/x.js: loaded']);
    spool.close();
  });

  it.each<[string, RunConfig, readonly string[]]>([
    ['node', { Cmd: ['node', '/srv/app.js'] }, ['srv/app.js: loaded', 'srv/part.js: loaded']],
    ['perl', { Cmd: ['perl', '/srv/job.pl'] }, ['srv/Part.pm: loaded', 'srv/job.pl: loaded']],
    ['ruby', { Cmd: ['ruby', '/srv/job.rb'] }, ['srv/job.rb: loaded', 'srv/part.rb: loaded']],
    [
      'a script of a named language',
      { Cmd: ['/srv/start.sh'], Env: ['RUBY_VERSION=3.2.2'] },
      ['srv/job.rb: loaded', 'srv/part.rb: loaded', 'srv/start.sh: loaded'],
    ],
  ])(
    'has its packed layers pass by once, where the configuration names what it starts: %s',
    async (_, run, reached) => {
      const { exposure, passes } = await passesOf(run, SCRIPTS);
      expect(reachedOf(exposure, /^srv/)).toEqual(reached);
      expect(passes).toBe(1);
    },
  );

  it('has them pass by twice where only a script of the image knows, and for a text that is too long to be kept', async () => {
    const hidden = await passesOf({ Cmd: ['/srv/start.sh'] }, SCRIPTS);
    expect(reachedOf(hidden.exposure, /^srv/)).toEqual([
      'srv/job.rb: loaded',
      'srv/part.rb: loaded',
      'srv/start.sh: loaded',
    ]);
    expect(hidden.passes).toBe(2);
    const long = `${'// a bundle\n'.repeat(LIMITS.spooledTextBytes / 12 + 1)}require('./part')\n`;
    const large = await passesOf({ Cmd: ['node', '/srv/app.js'] }, { ...SCRIPTS, 'srv/app.js': long });
    expect(reachedOf(large.exposure, /^srv/)).toEqual(['srv/app.js: loaded', 'srv/part.js: loaded']);
    expect(large.passes).toBe(2);
  });
});

describe('a package of which nobody knows the files', () => {
  it('is unknown where its database was deleted, and no code only where a database says what it has', async () => {
    const base = layer({
      ...SYSTEM,
      'opt/app': program(),
      'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
      'usr/lib/libz.so.1': library('libz.so.1'),
      'usr/share/doc/words/README': 'words',
      'var/lib/dpkg/status': ['words', 'zlib1g']
        .map((name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n`)
        .join(''),
      'var/lib/dpkg/info/zlib1g.list': '/usr/lib/libz.so.1\n',
      'var/lib/dpkg/info/words.list': '/usr/share/doc/words/README\n',
    });
    const classesOf = async (opened: Image) => {
      const { inventory, read } = await takeInventory(opened);
      const { packages } = await exposureOf(read, inventory.packages, { Cmd: ['/opt/app'] });
      return Object.fromEntries(packages.map(({ name, exposure }) => [name, exposure?.class]));
    };
    expect(await classesOf(image(base))).toMatchObject({ words: 'not-code', zlib1g: 'present' });
    const deleted = layer({ 'var/lib/.wh.dpkg': '' });
    expect(await classesOf(image(base, deleted))).toEqual({ zlib1g: 'unknown' });
  });
});

describe('a program of Python that is too large to be read', () => {
  const LIB = 'usr/lib/python3.9';
  const python = {
    ...SYSTEM,
    'usr/bin/python3.9': program(),
    ...Object.fromEntries(['os', 'site', 'abc', 'encodings/__init__'].map((name) => [`${LIB}/${name}.py`, ''])),
    [`${LIB}/site-packages/idle/__init__.py`]: '',
    [`${LIB}/site-packages/idle-1.0.dist-info/METADATA`]: 'Name: idle\nVersion: 1.0\n',
    [`${LIB}/site-packages/idle-1.0.dist-info/RECORD`]: 'idle/__init__.py,,\n',
  };
  const large = `import idle\n#${'y'.repeat(LIMITS.fileBytes)}`;
  const SITE = 'usr/lib/python3/dist-packages';
  /** The same in Debian's folder, beside a program of Debian's own. */
  const debian = {
    ...python,
    [`${SITE}/idle/__init__.py`]: '',
    [`${SITE}/idle-1.0.dist-info/METADATA`]: 'Name: idle\nVersion: 1.0\n',
    [`${SITE}/idle-1.0.dist-info/RECORD`]: 'idle/__init__.py,,\n',
    'usr/bin/jq': program(),
    'var/lib/dpkg/status': 'Package: jq\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n',
    'var/lib/dpkg/info/jq.list': '/usr/bin/jq\n',
  };

  const classOf = async (files: TarEntries, Cmd: readonly string[]) => {
    const { inventory, read } = await takeInventory(image(layer(files)));
    const { packages, start } = await exposureOf(read, inventory.packages, { Cmd, Env: ['PATH=/usr/bin'] });
    const classes = Object.fromEntries(packages.map(({ name, exposure }) => [name, exposure?.class]));
    return { classes, notes: start.notes };
  };

  it('leaves unknown what lies elsewhere too, since it may start any program and read any file', async () => {
    const { classes } = await classOf({ ...debian, 'app/main.py': large }, ['python3.9', '/app/main.py']);
    expect(classes).toMatchObject({ idle: 'unknown', jq: 'unknown' });
    const short = await classOf({ ...debian, 'app/main.py': 'import idle\n' }, ['python3.9', '/app/main.py']);
    expect(short.classes).toMatchObject({ idle: 'loaded', jq: 'present' });
  });

  it('is one of its own modules as well, while one of a library leaves unknown what that needs, and no more', async () => {
    const start = ['python3.9', '/app/main.py'];
    const files = { ...debian, 'app/main.py': 'import part\n', 'app/part.py': large };
    const own = await classOf(files, start);
    expect(own.classes).toMatchObject({ idle: 'unknown', jq: 'unknown' });
    expect(own.notes).toEqual(['part: it is larger than is read of code; anything may be meant']);
    const ofLibrary = {
      ...debian,
      'app/main.py': 'import idle\n',
      [`${SITE}/idle/__init__.py`]: large,
    };
    const library = await classOf(ofLibrary, start);
    expect(library.classes).toMatchObject({ idle: 'loaded', jq: 'present' });
    expect(library.notes).toEqual([
      expect.stringMatching(/^idle: it is larger than is read of code; anything in the package/),
    ]);
  });

  it.each([
    ['app/main.py', large, ['python3.9', '/app/main.py']],
    ['app/main', `#!/usr/bin/python3.9\n${large}`, ['/app/main']],
  ])('leaves unknown what it imports, and that is said: %s', async (path, text, Cmd) => {
    const files = layer({ ...python, [path]: file(text, { mode: 0o755 }) });
    for (const layers of [files, files.gzipped()]) {
      const { inventory, read } = await takeInventory(image(layers));
      const { packages, start } = await exposureOf(read, inventory.packages, { Cmd, Env: ['PATH=/usr/bin'] });
      expect(packages.find(({ name }) => name === 'idle')?.exposure?.class).toBe('unknown');
      expect(start.notes).toEqual([`/${path}: it is larger than is read of code; anything may be meant`]);
    }
  });
});

describe('a distribution that setup.py installed', () => {
  const SITE = 'opt/venv/lib/python3.9/site-packages';
  const LIB = 'usr/lib/python3.9';

  it('owns what it wrote down, which begins in the folder of its metadata', async () => {
    // As pip 20 leaves python-multipart 0.0.5: the import package is called otherwise than the distribution.
    const { inventory, read } = await takeInventory(
      image(
        layer({
          ...SYSTEM,
          'usr/bin/python3.9': program(),
          ...Object.fromEntries(['os', 'site', 'abc', 'encodings/__init__'].map((name) => [`${LIB}/${name}.py`, ''])),
          'opt/venv/pyvenv.cfg': 'home = /usr/bin\n',
          'opt/venv/bin/python': symlink('/usr/bin/python3.9'),
          [`${SITE}/multipart/__init__.py`]: '',
          [`${SITE}/python_multipart-0.0.5.egg-info/PKG-INFO`]: 'Name: python-multipart\nVersion: 0.0.5\n',
          [`${SITE}/python_multipart-0.0.5.egg-info/installed-files.txt`]: '../multipart/__init__.py\nPKG-INFO\n',
          [`${SITE}/python_multipart-0.0.5.egg-info/top_level.txt`]: 'multipart\n',
        }),
      ),
    );
    const classWhere = async (text: string) => {
      const { packages } = await exposureOf(read, inventory.packages, { Cmd: ['/opt/venv/bin/python', '-c', text] });
      return packages.find(({ name }) => name === 'python-multipart')?.exposure?.class;
    };
    expect(await classWhere('import multipart')).toBe('loaded');
    expect(await classWhere('import abc')).toBe('present');
  });
});
