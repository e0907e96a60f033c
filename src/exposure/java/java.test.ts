import { describe, expect, it } from 'vitest';
import { exposed, library, program, reachedOf } from '../../../test/exposure.ts';
import { javaClass } from '../../../test/java.ts';
import { zip } from '../../../test/zip.ts';
import type { TarEntries } from '../../sources/files/tar-writer.ts';

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
  const found = await exposed(
    { ...RUNTIME, ...files },
    { Cmd: ['/usr/lib/jvm/17/bin/java', ...words], WorkingDir: '/app', Env: environment },
  );
  const classes = found.packages
    .filter(({ type }) => type === 'maven')
    .map(({ name, exposure }) => `${name} ${exposure?.class}`)
    .sort();
  return {
    lines: reachedOf(found, /^(?:app|opt)/).map((line) => line.replace(/^app\//, '')),
    classes,
    notes: found.start.notes,
  };
}

const LIBRARIES: TarEntries = {
  'app/lib/main-1.0.jar': jar({ 'shop/Main': { names: ['near/Near'], texts: ['told.Told'] } }),
  'app/lib/near-1.0.jar': jar({ 'near/Near': { names: ['far/Far'] }, 'near/Other': { names: ['idle/Idle'] } }),
  'app/lib/far-1.0.jar': jar({ 'far/Far': { names: ['near/Near'] } }),
  'app/lib/told-1.0.jar': jar({ 'told/Told': {} }),
  'app/lib/idle-1.0.jar': jar({ 'idle/Idle': {} }),
};
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
    ['options of a variable', ['shop.Main'], ['JAVA_TOOL_OPTIONS=-Dx=y -cp /app/lib/*'], {}],
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
    const { lines } = await loads({ ...LIBRARIES, ...files }, words, environment);
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

  it('only asked for its version loads nothing of the class path', async () => {
    expect(await loads(LIBRARIES, ['-version'])).toMatchObject({ lines: [], notes: [] });
  });
});
