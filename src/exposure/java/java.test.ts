import { describe, expect, it } from 'vitest';
import { exposed, library, program, reachedOf } from '../../../test/exposure.ts';
import { javaClass } from '../../../test/java.ts';
import { zip } from '../../../test/zip.ts';
import { LIMITS } from '../../limits.ts';
import type { TarEntries } from '../../sources/files/tar-writer.ts';
import type { Note, Process, World } from '../model.ts';
import { java } from './index.ts';

type Classes = Readonly<Record<string, { names?: string[]; texts?: string[]; opens?: boolean } | string | Buffer>>;

/** An archive of these classes and texts. */
const jar = (members: Classes): Buffer =>
  zip(
    Object.fromEntries(
      Object.entries(members).map(([name, what]) =>
        typeof what === 'string' || Buffer.isBuffer(what) ? [name, what] : [`${name}.class`, javaClass(name, what)],
      ),
    ),
  );
const RUNTIME: TarEntries = {
  'usr/lib/jvm/17/bin/java': program(['libjli.so']),
  'usr/lib/jvm/17/lib/libjli.so': library('libjli.so'),
  'usr/lib/jvm/17/lib/server/libjvm.so': library('libjvm.so'),
  'usr/lib/jvm/17/lib/modules': 'x',
};

async function loads(files: TarEntries, words: readonly string[], environment: readonly string[] = []) {
  const actual = await exposed(
    { ...RUNTIME, ...files },
    { Cmd: ['/usr/lib/jvm/17/bin/java', ...words], WorkingDir: '/app', Env: environment },
  );
  const classes = actual.packages
    .filter(({ type }) => type === 'maven')
    .map(({ name, exposure }) => `${name} ${exposure?.class}`)
    .sort();
  return {
    lines: reachedOf(actual, /^(?:app|opt)/).map((line) => line.replace(/^app\//, '')),
    classes,
    notes: actual.start.notes,
  };
}

const LIBRARIES: TarEntries = {
  'app/lib/main-1.0.jar': jar({ 'shop/Main': { names: ['near/Near'], texts: ['told.Told'] } }),
  'app/lib/near-1.0.jar': jar({ 'near/Near': { names: ['far/Far'] }, 'near/Other': { names: ['idle/Idle'] } }),
  'app/lib/far-1.0.jar': jar({ 'far/Far': { names: ['near/Near'] } }),
  'app/lib/told-1.0.jar': jar({ 'told/Told': {} }),
  'app/lib/idle-1.0.jar': jar({ 'idle/Idle': {} }),
};
const ALL = ['main', 'near', 'far', 'told'].map((name) => `/app/lib/${name}-1.0.jar`).join(':');
const TOLD = [
  'lib/far-1.0.jar: loaded',
  'lib/main-1.0.jar: loaded',
  'lib/near-1.0.jar: loaded',
  'lib/told-1.0.jar: importable',
];

describe('what Java loads', () => {
  it('is the archives of the classes that its main class leads to, class by class; the rest of the class path is there', async () => {
    const { lines, classes, notes } = await loads(LIBRARIES, ['-Xmx1g', '-cp', 'lib/*', 'shop.Main', 'x']);
    expect(lines).toEqual(TOLD);
    expect(classes).toEqual(['far loaded', 'idle present', 'main loaded', 'near loaded', 'told importable']);
    expect(notes).toEqual([]);
  });

  it.each<[string, readonly string[], readonly string[], TarEntries]>([
    [
      'a list',
      ['-classpath', 'lib/main-1.0.jar:/app/lib/near-1.0.jar:lib/far-1.0.jar:lib/told-1.0.jar', 'shop.Main'],
      [],
      {},
    ],
    ['a variable', ['shop.Main'], ['CLASSPATH=/app/lib/*'], {}],
    ['options of a variable', ['shop.Main'], ['JDK_JAVA_OPTIONS=-Dx=y -cp /app/lib/*'], {}],
    ['a property, which comes after the variable', ['-Djava.class.path=ALL', 'shop.Main'], ['CLASSPATH=gone.jar'], {}],
    [
      'a property that has the last word',
      ['-cp', 'gone.jar', 'shop.Main'],
      ['_JAVA_OPTIONS="-Djava.class.path=ALL"'],
      {},
    ],
    ['what comes before all', ['-Xbootclasspath/a:ALL', 'shop.Main'], [], {}],
    ['the same in a variable', ['shop.Main'], ["JAVA_TOOL_OPTIONS=-Xmx1g '-Xbootclasspath/a:ALL'"], {}],
    ['modules beside a class path', ['-p', 'lib', '--add-modules=main', 'shop.Main'], [], {}],
    ['folders of extensions', ['-Djava.ext.dirs=lib', 'shop.Main'], [], {}],
    ['a module path', ['-p', 'lib', '-m', 'shop/shop.Main'], [], {}],
    [
      'the manifest of an archive',
      ['-jar', 'run.jar'],
      [],
      {
        'app/run.jar': jar({
          'META-INF/MANIFEST.MF':
            'Main-Class: run.Run\r\nClass-Path: lib/main-1.0.jar lib/near-1\r\n .0.jar lib/far-1.0.jar file:/app/lib/told-1.0.jar\r\n',
          'run/Run': { names: ['shop/Main'] },
        }),
      },
    ],
  ])('is found by %s', async (_, words, environment, files) => {
    const given = [words, environment].map((list) => list.map((word) => word.replace('ALL', ALL)));
    const { lines, notes } = await loads({ ...LIBRARIES, ...files }, ...(given as [string[], string[]]));
    expect(notes).toEqual([]);
    expect(lines.filter((line) => !line.startsWith('run'))).toEqual(TOLD);
  });

  it('is folders of classes, before archives behind them', async () => {
    const { lines } = await loads(
      {
        ...LIBRARIES,
        'app/classes/shop/Main.class': javaClass('shop/Main', { names: ['idle/Idle', 'shop/Own'] }),
        'app/classes/shop/Own.class': javaClass('shop/Own'),
      },
      ['-cp', 'classes:lib/*', 'shop.Main'],
    );
    expect(lines).toEqual(['classes/shop/Main.class: loaded', 'lib/idle-1.0.jar: loaded']);
  });

  it('is what the class path offers for services that are asked for, and agents', async () => {
    const { lines } = await loads(
      {
        'app/lib/main-1.0.jar': jar({
          'shop/Main': {
            names: [
              'api/Service',
              'java/sql/DriverManager',
              'org/apache/logging/log4j/core/config/plugins/util/PluginRegistry',
            ],
          },
          'api/Service': {},
        }),
        'app/lib/one-1.0.jar': jar({
          'META-INF/services/api.Service': '# ours\none.Impl # x\n',
          'one/Impl': { names: ['own/Own'] },
        }),
        'app/lib/own-1.0.jar': jar({ 'own/Own': {} }),
        'app/lib/db-1.0.jar': jar({ 'META-INF/services/java.sql.Driver': 'db.Driver\n', 'db/Driver': {} }),
        'app/lib/fs-1.0.jar': jar({ 'META-INF/services/java.nio.file.spi.FileSystemProvider': 'fs.Fs\n', 'fs/Fs': {} }),
        'app/lib/log-1.0.jar': jar({
          'org/apache/logging/log4j/core/config/plugins/util/PluginRegistry': {},
          'META-INF/org/apache/logging/log4j/core/config/plugins/Log4j2Plugins.dat':
            '\0\u0004core\0Aplug.log.Layout\0\u0001x',
        }),
        'app/lib/plug-1.0.jar': jar({ 'plug/log/Layout': {} }),
        'opt/agent.jar': jar({ 'META-INF/MANIFEST.MF': 'Premain-Class: agent.Agent\n', 'agent/Agent': {} }),
      },
      ['-javaagent:/opt/agent.jar=x', '-cp', 'lib/*', 'shop.Main'],
    );
    expect(lines).toEqual([
      'lib/db-1.0.jar: importable',
      'lib/log-1.0.jar: loaded',
      'lib/main-1.0.jar: loaded',
      'lib/one-1.0.jar: importable',
      'lib/own-1.0.jar: importable',
      'lib/plug-1.0.jar: importable',
      'opt/agent.jar: loaded',
    ]);
  });

  it('is archives within the archive of an application of Spring Boot, each for itself', async () => {
    const { lines, classes } = await loads(
      {
        'app/shop.jar': jar({
          'META-INF/MANIFEST.MF':
            'Main-Class: org.springframework.boot.loader.launch.JarLauncher\nStart-Class: shop.Main\n',
          'org/springframework/boot/loader/launch/JarLauncher': {},
          'BOOT-INF/classes/shop/Main.class': javaClass('shop/Main', { names: ['near/Near'] }),
          'BOOT-INF/lib/near-1.0.jar': jar({
            'near/Near': { names: ['org/springframework/core/io/support/SpringFactoriesLoader'] },
          }),
          'BOOT-INF/lib/core-1.0.jar': jar({ 'org/springframework/core/io/support/SpringFactoriesLoader': {} }),
          'BOOT-INF/lib/made-1.0.jar': jar({
            'META-INF/spring.factories': 'a.B=\\\n made.Made.Factory,\\\n x.Y\n',
            'made/Made$Factory': {},
          }),
          'BOOT-INF/lib/idle-1.0.jar': jar({ 'idle/Idle': {} }),
        }),
      },
      ['-jar', '/app/shop.jar'],
    );
    expect(lines).toEqual([
      'shop.jar!/BOOT-INF/lib/core-1.0.jar: loaded',
      'shop.jar!/BOOT-INF/lib/made-1.0.jar: importable',
      'shop.jar!/BOOT-INF/lib/near-1.0.jar: loaded',
      'shop.jar: loaded',
    ]);
    expect(classes).toContain('idle present');
    expect(classes).toContain('near loaded');
  });

  it('by names that are worked out is anything on the class path; of a library that says what it needs, that', async () => {
    const own = await loads(
      {
        ...LIBRARIES,
        'app/lib/main-1.0.jar': jar({ 'shop/Main': { opens: true } }),
        'opt/idle2-1.0.jar': jar({ 'x/Y': {} }),
      },
      ['-cp', 'lib/*', 'shop.Main'],
    );
    expect(own.classes).toEqual([
      'far unknown',
      'idle unknown',
      'idle2 present',
      'main loaded',
      'near unknown',
      'told unknown',
    ]);
    expect(own.notes).toEqual([
      'main-1.0.jar: names of classes are worked out when it runs; what is on the class path may be meant',
    ]);
    const pom =
      '<project><dependencies><dependency><artifactId>idle</artifactId></dependency></dependencies></project>';
    const ofLibrary = await loads(
      {
        ...LIBRARIES,
        'app/lib/other-1.0.jar': jar({ 'other/Other': {} }),
        'app/lib/far-1.0.jar': jar({ 'far/Far': { opens: true }, 'META-INF/maven/g/far/pom.xml': pom }),
      },
      ['-cp', 'lib/*', 'shop.Main'],
    );
    expect(ofLibrary.classes.filter((line) => /idle|other/.test(line))).toEqual(['idle unknown', 'other present']);
  });

  it.each<[string, readonly string[], TarEntries]>([
    ['no program', [], {}],
    ['a class that is not there', ['-cp', 'lib/*', 'gone.Main'], {}],
    ['an archive that is not there', ['-jar', 'gone.jar'], {}],
    ['an archive that is none', ['-jar', 'bad.jar'], { 'app/bad.jar': 'PK\u0003\u0004 and no more' }],
    ['a file of options', ['@options', 'shop.Main'], {}],
    ['a source', ['Main.java'], { 'app/Main.java': '' }],
    ['a container of applications', ['-cp', 'lib/*', 'org.apache.catalina.startup.Bootstrap'], {}],
    [
      'a damaged archive on its class path',
      ['-cp', 'lib/*:bad.jar', 'shop.Main'],
      { 'app/bad.jar': jar({ 'x/Y': {} }).subarray(0, 60) },
    ],
  ])('makes unknown what is not reached where it is given %s', async (_, words, files) => {
    const { classes, notes } = await loads({ ...LIBRARIES, ...files }, words);
    expect(classes).toContain('idle unknown');
    expect(notes.length).toBeGreaterThan(0);
  });

  it.each<[string, readonly string[], readonly string[], TarEntries]>([
    ['a file of options in a variable', [], ['JDK_JAVA_OPTIONS=@more'], {}],
    ['a program in a variable', [], ['JDK_JAVA_OPTIONS=-jar other.jar'], {}],
    ['a file of settings', ['-XX:Flags=more'], [], {}],
    ['a file of settings in a variable', [], ['JAVA_TOOL_OPTIONS=-XX:VMOptionsFile=/more'], {}],
    ['words that no machine takes', [], ['_JAVA_OPTIONS=more'], {}],
    ['more words than are read', [], [`JAVA_TOOL_OPTIONS=${'-Dx=y '.repeat(400)}`], {}],
    ['parts of the runtime that are replaced', ['--patch-module', 'java.base=lib/idle-1.0.jar'], [], {}],
    ['modules of the runtime that are replaced', ['--upgrade-module-path', 'lib'], [], {}],
    ['a native agent', ['-agentpath:/opt/agent.so=x'], [], { 'opt/agent.so': library('agent.so') }],
    ['a native agent that is not there', ['-agentlib:other'], [], {}],
    ['an agent that is not there', [], ['JAVA_TOOL_OPTIONS=-javaagent:/opt/gone.jar'], {}],
    ['where Spring is to look', ['-Dloader.path=/opt/x'], [], {}],
  ])('makes unknown what is not reached where options bring in %s', async (_, words, environment, files) => {
    const all = await loads({ ...LIBRARIES, ...files }, [...words, '-cp', 'lib/*', 'shop.Main'], environment);
    expect(all.classes).toContain('idle unknown');
    expect(all.classes).toContain('main loaded');
    expect(all.notes.length).toBeGreaterThan(0);
  });

  it('is told of by a script that works out its options: then anything may be meant', async () => {
    for (const name of ['CLASSPATH', 'JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS']) {
      const script = `#!/bin/sh\nexport ${name}="$(cat /run/options)"\nexec /usr/lib/jvm/17/bin/java -cp 'lib/*' shop.Main\n`;
      const exposure = await exposed(
        { ...RUNTIME, ...LIBRARIES, 'app/run.sh': script, 'bin/sh': program([]) },
        { Cmd: ['/app/run.sh'], WorkingDir: '/app' },
      );
      expect(exposure.start.notes.join()).toContain(name);
      expect(exposure.packages.find((pkg) => pkg.name === 'idle')?.exposure?.class).toBe('unknown');
    }
  });

  it('is what an agent puts before all, behind the program, and what options run when it fails', async () => {
    const { lines } = await loads(
      {
        ...LIBRARIES,
        'opt/agent.jar': jar({
          'META-INF/MANIFEST.MF': 'Premain-Class: agent.Agent\nBoot-Class-Path: boot.jar\n',
          'agent/Agent': { names: ['boot/Boot', 'near/Near'] },
          'near/Near': { names: ['idle/Idle'] },
        }),
        'opt/boot.jar': jar({ 'boot/Boot': {} }),
        'opt/failed': program([]),
        'bin/sh': program([]),
      },
      ['-javaagent:/opt/agent.jar', '-XX:OnOutOfMemoryError=/opt/failed', '-version', '-cp', 'lib/*', 'shop.Main'],
    );
    expect(lines).toEqual([...TOLD, 'opt/agent.jar: loaded', 'opt/boot.jar: loaded', 'opt/failed: callable'].sort());
  });

  it('is classes that configuration and properties name', async () => {
    const { lines, notes } = await loads(
      {
        ...LIBRARIES,
        'app/lib/main-1.0.jar': jar({
          'shop/Main': {},
          'beans.xml': '<bean class="near.Near"/><url>https://www.example.org/Far</url>',
        }),
        'opt/other-1.0.jar': jar({ 'other/Manager': {} }),
        'app/classes/shop.properties': 'told = told.Told\n',
        'app/classes/shop/Start.class': javaClass('shop/Start', { names: ['shop/Main'] }),
      },
      ['-Dmanager=other.Manager', '-cp', 'classes:lib/*:/opt/other-1.0.jar', 'shop.Start'],
    );
    expect(lines).toEqual([
      'classes/shop/Start.class: loaded',
      'lib/far-1.0.jar: importable',
      'lib/main-1.0.jar: loaded',
      'lib/near-1.0.jar: importable',
      'lib/told-1.0.jar: importable',
      'opt/other-1.0.jar: importable',
    ]);
    expect(notes).toEqual([]);
  });

  it('may be archives from anywhere, where the program makes loaders of its own', async () => {
    const own = await loads(
      {
        'app/run.jar': jar({
          'META-INF/MANIFEST.MF': 'Main-Class: run.Run\n',
          'run/Run': { names: ['java/net/URLClassLoader'] },
        }),
        'app/plugins/idle-1.0.jar': jar({ 'idle/Idle': {} }),
      },
      ['-jar', 'run.jar'],
    );
    expect(own.classes).toContain('idle unknown');
    const spring = await loads(
      {
        'app/run.jar': jar({
          'META-INF/MANIFEST.MF':
            'Main-Class: org.springframework.boot.loader.launch.PropertiesLauncher\nStart-Class: run.Run\n',
          'org/springframework/boot/loader/launch/PropertiesLauncher': {},
          'run/Run': {},
        }),
        'app/plugins/idle-1.0.jar': jar({ 'idle/Idle': {} }),
      },
      ['-jar', 'run.jar'],
    );
    expect(spring.classes).toContain('idle unknown');
  });

  it('is not known of machines that another program starts', async () => {
    for (const [words, files] of [
      [['/usr/bin/jsvc', 'shop.Main'], { 'usr/bin/jsvc': program([]) }],
      [['/usr/bin/own'], { 'usr/bin/own': program(['/usr/lib/jvm/17/lib/server/libjvm.so']) }],
    ] as const) {
      const exposure = await exposed({ ...RUNTIME, ...LIBRARIES, ...files }, { Cmd: [...words] });
      expect(exposure.packages.find(({ name }) => name === 'idle')?.exposure?.class).toBe('unknown');
    }
  });

  it('only asked for its version loads nothing of the class path', async () => {
    expect(await loads(LIBRARIES, ['-version'])).toMatchObject({ lines: [], notes: [] });
    const files = { ...LIBRARIES, 'opt/agent.jar': jar({ 'META-INF/MANIFEST.MF': 'Premain-Class: a.A\n', 'a/A': {} }) };
    const agent = ['JAVA_TOOL_OPTIONS=-javaagent:/opt/agent.jar'];
    expect(await loads(files, ['-version'], agent)).toMatchObject({ lines: ['opt/agent.jar: loaded'], notes: [] });
  });
});

describe('a class path of which much is worked out', () => {
  it('makes unknown what is left of it archive by archive, and everything once that are more pairs than are kept', async () => {
    const named = (start: string, count: number, make: (at: number) => Classes): TarEntries =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`app/lib/${start}${at}-1.0.jar`, jar(make(at))]));
    const opening = async (count: number) => {
      const names = Array.from({ length: count }, (_, at) => `open${at}/Open`);
      const files = {
        'app/lib/main-1.0.jar': jar({ 'shop/Main': { names } }),
        ...named('open', count, (at) => ({ [`open${at}/Open`]: { opens: true } })),
        ...named('idle', 200, (at) => ({ [`idle${at}/Idle`]: {} })),
        'usr/bin/tool': program(),
      };
      return (await loads(files, ['-cp', 'lib/*', 'shop.Main'])).notes;
    };
    // 100 archives for 200 others are as many as are kept (20,000).
    const all = 'names of classes are worked out in many archives: anything may be meant';
    const kept = await opening(100);
    expect(kept).not.toContainEqual(expect.stringContaining(all));
    expect(kept).toContainEqual(expect.stringContaining('and 97 more'));
    expect(await opening(101)).toContainEqual(expect.stringContaining(all));
  });

  /** A world of one archive, `app/all.jar`, of which `code-java` said this. */
  const worldOf = (said: string): World => ({
    tree: {
      real: (path) => (path === 'app/all.jar' ? path : undefined),
      isFolder: () => false,
      realFolder: () => undefined,
      list: () => [],
      paths: () => [],
    },
    code: (path, language) => (path === 'app/all.jar' && language === 'java' ? said : undefined),
  });
  const started = (main: string): Process => ({
    program: 'usr/bin/java',
    arguments: ['-cp', '/app/all.jar', main],
    environment: new Map(),
    folder: '',
  });

  it('follows each class once, however many name it: thousands that all name each other are no limit', () => {
    const names = Array.from({ length: 2_300 }, (_, at) => `p/C${at}`);
    const all = names.map((_, at) => at).join(',');
    const rows = names.map((_, at) => `[${at},0,${names.length},${all}]`).join(',');
    expect(names.length ** 2).toBeGreaterThan(LIMITS.javaWays);
    const archive = `{"manifest":{},"services":{},"classes":[${rows}]}`;
    const notes: Note[] = [];
    java.begin(started('p.C0'), worldOf(`{"archives":{"":${archive}},"names":${JSON.stringify(names)}}`), (note) =>
      notes.push(note),
    );
    expect(notes).toEqual([]);
  }, 120_000);

  it('says where hundreds of programs have class paths that are more than is read for all of them', () => {
    const size = LIMITS.javaCodeBytes / 2;
    const archive = '{"manifest":{},"services":{},"classes":[[0,0,0]]}';
    const said = `{"archives":{"":${archive}},"names":["p/Main"],"rest":"${'x'.repeat(size)}"}`;
    const world = worldOf(said);
    const notes: Note[] = [];
    const begin = (): number =>
      notes.length + (java.begin(started('p.Main'), world, (note) => notes.push(note)) ? 0 : 1);
    const most = Math.floor(LIMITS.javaReadCharacters / said.length);
    for (let times = 0; times < most; times += 1) expect(begin()).toBe(0);
    expect(notes).toEqual([]);
    begin();
    expect(notes[0]).toEqual({
      message: 'what runs in Java is more programs with more classes than are followed',
      widens: 'all',
    });
    expect(notes.every(({ widens }) => widens === 'all')).toBe(true);
  }, 120_000);
});
