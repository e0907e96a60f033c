import { describe, expect, it } from 'vitest';
import { exposed, program, reachedOf } from '../../../test/exposure.ts';
import { symlink } from '../../../test/image.ts';
import type { TarEntries } from '../../sources/files/tar-writer.ts';

const manifest = (value: unknown): string => JSON.stringify(value);

/** What `node app.js` in /app leads to, without the programs of the image. */
async function loads(
  files: TarEntries,
  words: readonly string[] = ['node', 'app.js'],
  environment: readonly string[] = [],
) {
  const exposure = await exposed(
    { 'usr/bin/node': program(), ...files },
    { Cmd: words, WorkingDir: '/app', Env: ['PATH=/usr/bin:/bin', ...environment] },
  );
  return { lines: reachedOf(exposure, /^(?!usr\/bin|lib|bin)/), notes: exposure.start.notes };
}

describe('what Node requires', () => {
  it('is found as Node finds it: files with and without endings, folders, main, packages of folders above', async () => {
    const { lines, notes } = await loads({
      'app/app.js':
        "const a = require('./a'); require('./lib'); require('one'); require('two/deep'); require('fs'); require('node:os')",
      'app/a.js': "module.exports = require('./data')",
      'app/data.json': '{}',
      'app/lib/package.json': manifest({ main: 'start' }),
      'app/lib/start.js': '',
      'node_modules/one/package.json': manifest({ name: 'one', main: './dist/' }),
      'node_modules/one/dist/index.js': "require('three')",
      'node_modules/one/node_modules/three/index.js': '',
      'app/node_modules/two/deep/index.js': '',
      'app/node_modules/idle/index.js': '',
    });
    expect(lines).toEqual([
      'app/a.js: loaded',
      'app/app.js: loaded',
      'app/data.json: loaded',
      'app/lib/start.js: loaded',
      'app/node_modules/two/deep/index.js: loaded',
      'node_modules/one/dist/index.js: loaded',
      'node_modules/one/node_modules/three/index.js: loaded',
    ]);
    expect(notes).toEqual([]);
  });

  it('is what a loop goes through that is written out, and an addon that a package for one platform holds', async () => {
    // As sharp does.
    const { lines } = await loads({
      'app/app.js':
        'const paths = ["./none.node", "@img/sharp-" + platform() + "/sharp.node", "./late"];\nlet it;\nfor (const path of paths) { try { it = require(path); break; } catch {} }',
      'app/late.js': '',
      'app/idle.js': '',
      'app/node_modules/@img/sharp-linux-x64/package.json': manifest({ exports: { './sharp.node': './lib/x.node' } }),
      'app/node_modules/@img/sharp-linux-x64/lib/x.node': program(),
      'app/node_modules/@img/other-linux-x64/lib/y.node': program(),
    });
    expect(lines).toEqual([
      'app/app.js: loaded',
      'app/late.js: importable',
      'app/node_modules/@img/sharp-linux-x64/lib/x.node: importable',
    ]);
  });

  it('goes by exports and imports of package.json, with the conditions of require and import', async () => {
    const { lines } = await loads({
      'app/package.json': manifest({
        name: 'app',
        imports: { '#own': './own.js', '#dep': 'dep/feature' },
        exports: { './self': './self.js' },
      }),
      'app/app.js':
        "require('dep'); require('dep/sub/x'); require('dep/hidden.js'); require('#own'); require('#dep'); require('app/self'); require('./m.mjs')",
      'app/own.js': '',
      'app/self.js': '',
      'app/m.mjs': "import dep from 'dep';",
      'app/node_modules/dep/package.json': manifest({
        name: 'dep',
        main: './never.js',
        exports: {
          '.': { import: './esm.mjs', node: { require: './cjs.js' }, default: './browser.js' },
          './sub/*': './lib/*.js',
          './sub/private/*': null,
          './feature': ['./feature.js'],
        },
      }),
      ...Object.fromEntries(
        ['never.js', 'esm.mjs', 'cjs.js', 'browser.js', 'lib/x.js', 'hidden.js', 'feature.js'].map((name) => [
          `app/node_modules/dep/${name}`,
          '',
        ]),
      ),
    });
    expect(lines.filter((line) => line.includes('/dep/'))).toEqual([
      'app/node_modules/dep/cjs.js: loaded',
      'app/node_modules/dep/esm.mjs: loaded',
      'app/node_modules/dep/feature.js: loaded',
      'app/node_modules/dep/lib/x.js: loaded',
    ]);
    expect(lines.filter((line) => /own|self/.test(line))).toEqual(['app/own.js: loaded', 'app/self.js: loaded']);
  });

  it('is loaded at the top level, and importable in functions and under conditions that cannot be judged', async () => {
    const { lines } = await loads(
      {
        'app/app.js': `#!/usr/bin/env node
        (function (root, factory) {
          if (typeof define === 'function' && define.amd) define(['amd'], factory);
          else if (typeof exports === 'object') module.exports = factory(require('./umd'));
        })(this, function () {});
        function later() { return require('./later'); }
        try { require('./tried') } catch { require('./instead') }
        if (process.env.MODE === 'x') require('./mode'); else require('./other');
        if (process.env.UNSET === 'x') require('./unset');
        process.platform === 'win32' && require('./windows');
        (() => require('./called'))();
        // require('./comment')
        const text = "require('./string')";
        import('./dynamic.mjs');
        const path = require('path'), NAME = './constant';
        const CONSTANT = './constant';
        require(CONSTANT); require(path.join(__dirname, 'joined')); require(\`./tem\${'plate'}\`);`,
        ...Object.fromEntries(
          [
            'umd',
            'amd',
            'later',
            'tried',
            'instead',
            'mode',
            'other',
            'unset',
            'windows',
            'called',
            'comment',
            'string',
            'constant',
            'joined',
            'template',
          ].map((name) => [`app/${name}.js`, '']),
        ),
        'app/dynamic.mjs': '',
      },
      ['node', 'app.js'],
      ['MODE=x'],
    );
    expect(lines).toEqual([
      'app/app.js: loaded',
      'app/called.js: loaded',
      'app/constant.js: loaded',
      'app/dynamic.mjs: loaded',
      'app/instead.js: importable',
      'app/joined.js: loaded',
      'app/later.js: importable',
      'app/mode.js: loaded',
      'app/template.js: loaded',
      'app/tried.js: loaded',
      'app/umd.js: loaded',
      'app/unset.js: importable',
    ]);
  });

  it('may be a module of ECMAScript, by its ending, its package or its syntax', async () => {
    const { lines } = await loads({
      'app/app.js': "import { a } from './a.js'; export * from './b.mjs'; const x = await import('./c.cjs');",
      'app/a.js': "import { createRequire } from 'module'; const load = createRequire(import.meta.url); load('./d');",
      'app/b.mjs': "new Worker(new URL('./worker.js', import.meta.url));",
      'app/c.cjs': "require('./e')",
      'app/d.js': '',
      'app/e.js': '',
      'app/worker.js': '',
    });
    expect(lines.map((line) => line.replace('app/', ''))).toEqual([
      'a.js: loaded',
      'app.js: loaded',
      'b.mjs: loaded',
      'c.cjs: loaded',
      'd.js: loaded',
      'e.js: loaded',
      'worker.js: importable',
    ]);
  });

  it('may be native, with its libraries; and programs that are called at its level run', async () => {
    const { lines } = await loads({
      'app/app.js': "require('addon'); require('child_process').execFile('/usr/bin/tool2')",
      'usr/bin/tool2': program(),
      'app/node_modules/addon/package.json': manifest({ name: 'addon', main: 'i.js' }),
      'app/node_modules/addon/i.js': "module.exports = require('bindings')('addon')",
      'app/node_modules/addon/build/Release/addon.node': program(['libnative.so']),
      'lib/x86_64-linux-gnu/libnative.so': program([]),
      'app/node_modules/bindings/index.js': '',
    });
    expect(lines).toContain('app/node_modules/addon/build/Release/addon.node: loaded');
    const all = reachedOf(
      await exposed(
        {
          'usr/bin/node': program(),
          'app/app.js': "require('child_process').execFile('/usr/bin/tool2')",
          'usr/bin/tool2': program(),
        },
        { Cmd: ['node', '/app/app.js'] },
      ),
    );
    expect(all).toContain('usr/bin/tool2: loaded');
  });

  it('whose name is worked out makes packages unknown, and says who does it', async () => {
    const files = {
      'usr/bin/node': program(),
      'app/app.js': "require('views'); require('./langs/' + process.env.LANGUAGE)",
      'app/langs/en.js': '',
      'app/langs/de.json': '{}',
      'app/node_modules/views/package.json': manifest({ name: 'views', version: '1.0.0' }),
      'app/node_modules/views/index.js': 'module.exports = (name) => require(name)',
      'app/node_modules/idle/package.json': manifest({ name: 'idle', version: '1.0.0' }),
      'app/node_modules/idle/index.js': '',
      'opt/node_modules/far/package.json': manifest({ name: 'far', version: '1.0.0' }),
      'opt/node_modules/far/index.js': '',
    };
    const actual = await exposed(files, { Cmd: ['node', '/app/app.js'] });
    expect(actual.start.notes).toEqual([
      'views loads modules whose names it works out when it runs: anything in /app/node_modules may be meant',
    ]);
    expect(reachedOf(actual, /langs/)).toEqual(['app/langs/de.json: importable', 'app/langs/en.js: importable']);
    const classes = actual.packages
      .filter(({ type }) => type === 'npm')
      .map(({ name, exposure }) => `${name} ${exposure?.class}`);
    expect(classes.sort()).toEqual(['far present', 'idle unknown', 'views loaded']);
  });
});

describe('what of Node cannot be told', () => {
  /** The class of a package that nothing is known to lead to, where the program is this text; and what is said. */
  async function idle(text: string, more: TarEntries = {}, name = 'app.js') {
    const exposure = await exposed(
      {
        'usr/bin/node': program(),
        [`app/${name}`]: text,
        'app/node_modules/idle/package.json': manifest({ name: 'idle', version: '1.0.0' }),
        'app/node_modules/idle/index.js': '',
        ...more,
      },
      { Cmd: ['node', `/app/${name}`] },
    );
    return {
      class: exposure.packages.find(({ name }) => name === 'idle')?.exposure?.class,
      notes: exposure.start.notes,
    };
  }

  it.each([
    "globalThis['req' + 'uire'](name)",
    'require(name)',
    "const load = require; load('id' + le)",
    'let load; load = require; load(name)',
    'const load = typeof require === "function" && require; load(name)',
    'give(require)',
    'module.exports = { require }',
    'exports.load = require',
    'require.call(null, name)',
    'Reflect.apply(require, null, [name])',
    'r\\u0065quire(name)',
    'module["require"](name)',
    "module['req' + 'uire'](name)",
    'module[key](name)',
    'module.constructor._load(name)',
    "require('module')._load(name)",
    'require.main.require(name)',
    'process.mainModule.require(name)',
    'process.dlopen(module, path)',
    'arguments[1](name)',
    'import(name)',
    'eval(text)',
    '(0, eval)(text)',
    'const run = eval; run(text)',
    "eval('require')(name)",
    `eval("quire".replace(/^/, "re"))(name)`,
    `eval("eval('require(name)')")`,
    'new Function(text)',
    'Function(text)()',
    `new Function('name', 'return import(name)')(x)`,
    'const F = Function; new F(text)',
    'Function.apply(null, texts)',
    'Function.call(null, text)',
    '(() => {}).constructor(text)()',
    'this.constructor.constructor(text)()',
    'new (Object.getPrototypeOf(async function () {}).constructor)(text)',
    "require('vm').runInThisContext(text)",
    "const vm = require('vm'); new vm.Script(text)",
    "const { compileFunction: c } = require('vm'); c.x; require('vm').compileFunction(text)",
    'module._compile(text, name)',
    "const { createRequire: make } = require('module'); make(__filename)(name)",
    "const { createRequire: make } = require('module'); const load = make(__filename); load(name)",
    "const load = require('module').createRequire(elsewhere); load('idle')",
    "give(require('module').createRequire(__filename))",
    "require('module')._resolveFilename = (name) => map[name]",
    "require.extensions['.x'] = compile",
    "require('module').prototype.require = function (name) {}",
    "require('module').registerHooks({ resolve })",
    'new Worker(path)',
    'new Worker(text, { eval: true })',
    "require('child_process').fork(path)",
    '(function (require) { require(name) })(require)',
    'let x = [f(',
  ])('%s', async (text) => {
    const { class: told, notes } = await idle(text);
    expect(told).toBe('unknown');
    expect(notes.length).toBeGreaterThan(0);
  });

  it.each([
    "import { createRequire as make } from 'node:module'; make(import.meta.url)(name)",
    "import * as module from 'module'; const load = module.createRequire(import.meta.url); load(name)",
    "import { x } from './y.mjs'; await import(x)",
  ])('%s (a module of ECMAScript)', async (text) => {
    expect((await idle(text, { 'app/y.mjs': '' }, 'app.mjs')).class).toBe('unknown');
  });

  it.each([
    ["eval('require')('idle')", 'loaded'],
    [`eval("require('idle')")`, 'importable'],
    [`new Function('require', "require('idle')")(require)`, 'importable'],
    ["const { createRequire: make } = require('module'); make('/app/lib/')('idle')", 'loaded'],
    ["const load = require; load('idle')", 'loaded'],
    ["module.constructor._load('idle')", 'loaded'],
    ["require.call(null, 'idle')", 'loaded'],
    ["((x) => x)(require)('a'); require('idle')", 'loaded'],
  ])('is told where it is constant: %s', async (text, wanted) => {
    expect((await idle(text)).class).toBe(wanted);
  });

  it.each([
    "new Function('return this')()",
    'if (require.main === module) console.log(typeof require, typeof eval, Function.prototype.toString)',
    "const path = require('path'); module.exports = path.join(a, b); class A { require() {} clone() { return new this.constructor(1) } }",
    'x.eval = 1; const o = { require: 1, eval: 2 }; o.fork(() => {}); b[c](d)',
    '(function (r, require) { require(r) })(1, function (x) {})',
    'function f() { return arguments[1] } label: for (;;) break label;',
    "const s = require('child_process'); s.on('x', () => {})",
  ])('is not taken for that: %s', async (text) => {
    expect(await idle(text)).toEqual({ class: 'present', notes: [] });
  });

  it('of a package is what it depends on, where it runs text that it puts together', async () => {
    const packages = { templates: { near: '1' }, near: { far: '1' }, far: {}, other: {} };
    const actual = await exposed(
      {
        'usr/bin/node': program(),
        'app/app.js': "require('templates')",
        ...Object.fromEntries(
          Object.entries(packages).flatMap(([name, dependencies]) => [
            [`app/node_modules/${name}/package.json`, manifest({ name, version: '1.0.0', dependencies })],
            [`app/node_modules/${name}/index.js`, name === 'templates' ? 'new Function(head + body)' : ''],
          ]),
        ),
      },
      { Cmd: ['node', '/app/app.js'] },
    );
    expect(actual.packages.map(({ name, exposure }) => `${name} ${exposure?.class}`).sort()).toEqual([
      'far unknown',
      'near unknown',
      'other present',
      'templates loaded',
    ]);
    expect(actual.start.notes).toEqual([
      'templates: text is put together and run; it may load anything in the package and in what that depends on',
    ]);
  });

  it('is a file of any ending that is loaded as a module and not read', async () => {
    expect((await idle("require('./data.txt')", { 'app/data.txt': "require('idle')" })).class).toBe('unknown');
  });
});

describe('how Node is started', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      'a script behind options',
      ['node', '--max-old-space-size=99', '-r', './pre.js', 'app.js', 'x'],
      ['app/app.js', 'app/pre.js'],
    ],
    ['a text', ['node', '-e', "require('./pre')"], ['app/pre.js']],
    ['a folder', ['node', '.'], ['app/app.js']],
    ['npm start', ['npm', 'start'], ['app/app.js', 'app/pre.js']],
    ['npm run', ['npm', '--silent', 'run', 'serve'], ['app/pre.js']],
    ['a program of a package', ['npx', 'prog'], ['app/node_modules/prog/cli.js']],
  ])('%s', async (_, words, wanted) => {
    const { lines } = await loads(
      {
        'app/package.json': manifest({
          main: 'app.js',
          scripts: { start: 'node app.js', prestart: 'node pre', serve: 'exec node pre.js' },
        }),
        'app/app.js': '',
        'app/pre.js': '',
        'app/node_modules/prog/cli.js': '#!/usr/bin/env node\n',
        'app/node_modules/.bin/prog': symlink('../prog/cli.js'),
        'usr/bin/npm': '#!/usr/bin/env node\n',
        'usr/bin/npx': '#!/usr/bin/env node\n',
      },
      words,
    );
    expect(lines).toEqual(wanted.map((path) => `${path}: loaded`));
  });

  it('with options of the environment', async () => {
    const { lines } = await loads(
      { 'app/app.js': '', 'opt/trace.js': '' },
      ['node', 'app.js'],
      ['NODE_OPTIONS=--require /opt/trace.js'],
    );
    expect(lines).toEqual(['app/app.js: loaded', 'opt/trace.js: loaded']);
  });

  it.each<[string, readonly string[], TarEntries]>([
    ['reads its program', ['sh', '-c', 'node < /x'], { 'bin/sh': program() }],
    ['has no such script', ['node', 'none.js'], {}],
    ['finds its packages in archives', ['node', 'app.js'], { 'app/app.js': '', 'app/.pnp.cjs': '' }],
  ])('makes all unknown that is not reached where it %s', async (_, words, files) => {
    const actual = await exposed(
      {
        'usr/bin/node': program(),
        'var/lib/dpkg/status': 'Package: idle\nStatus: install ok installed\nVersion: 1\n',
        'var/lib/dpkg/info/idle.list': '/usr/bin/tool\n',
        ...files,
      },
      { Cmd: words, WorkingDir: '/app' },
    );
    expect(actual.packages.map(({ name, exposure }) => `${name} ${exposure?.class}`)).toEqual(['idle unknown']);
  });

  it('makes no code of packages that are types alone, whatever cannot be told', async () => {
    const actual = await exposed(
      {
        'usr/bin/node': program(),
        'app/app.js': 'require(process.argv[2])',
        'app/node_modules/@types/left/package.json': manifest({ name: '@types/left', version: '1.0.0' }),
        'app/node_modules/@types/left/index.d.ts': 'export {}',
        'app/node_modules/right/package.json': manifest({ name: 'right', version: '1.0.0' }),
        'app/node_modules/right/index.ts': 'export {}',
      },
      { Cmd: ['node', 'app.js'], WorkingDir: '/app' },
    );
    expect(actual.packages.map(({ name, exposure }) => `${name} ${exposure?.class}`)).toEqual([
      '@types/left not-code',
      'right unknown',
    ]);
  });

  it('waits for commands: what is installed may be asked for, and what else there is called', async () => {
    const actual = await exposed(
      {
        'usr/bin/node': program(),
        'app/node_modules/left/package.json': manifest({ name: 'left', version: '1.0.0' }),
        'app/node_modules/left/index.js': '',
        'var/lib/dpkg/status': 'Package: idle\nStatus: install ok installed\nVersion: 1\n',
        'var/lib/dpkg/info/idle.list': '/usr/bin/tool\n',
      },
      { Cmd: ['node'], WorkingDir: '/app' },
    );
    expect(actual.packages.map(({ name, exposure }) => `${name} ${exposure?.class}`).sort()).toEqual([
      'idle callable',
      'left importable',
    ]);
  });

  it.each<[string, string]>([
    ['app.js', 'const a = ; import'],
    ['app.ts', 'const a: number = require("./x")'],
    ['app.js', `require(${'('.repeat(200_000)}`],
    // V8 ends a process whose stack ends while a regular expression is compiled, which no catch hears of.
    ['app.js', `require("a");${'`${'.repeat(30_000)}`],
    ['app.js', `require("a");x=${'1+'.repeat(30_000)}1`],
    ['app.js', `require("a");${'!'.repeat(200_000)}`],
    ['app.js', `require("a");${'{'.repeat(200_000)}`],
    ['app.js', `require("a");let ${'['.repeat(200_000)}`],
    ['app.js', `require("a");/${'('.repeat(200_000)}`],
  ])('says what of a file cannot be told (%s)', async (name, text) => {
    const { notes } = await loads({ 'app/package.json': '{}', [`app/${name}`]: text }, ['node', name]);
    expect(notes.join()).toMatch(/is no JavaScript that can be parsed|is TypeScript/);
  });

  it('ends where files ask for each other, and where package.json means harm', async () => {
    const deep = `${'{"node":'.repeat(500)}"./x.js"${'}'.repeat(500)}`;
    const { lines } = await loads({
      'app/app.js': "require('./b'); require('deep'); require('up'); require('proto')",
      'app/b.js': "require('./app'); require('./b')",
      'app/node_modules/deep/package.json': `{"exports": ${deep}}`,
      'app/node_modules/deep/x.js': '',
      'app/node_modules/up/package.json': manifest({ exports: '../../../etc/passwd', main: '../../../etc/passwd' }),
      'app/node_modules/proto/package.json': '{"__proto__": {"main": "x"}, "main": {"a": 1}, "exports": null}',
      'app/node_modules/proto/index.js': '',
      'etc/passwd': 'root:x:0:0::/root:/bin/sh',
    });
    expect(lines).toEqual(['app/app.js: loaded', 'app/b.js: loaded', 'app/node_modules/proto/index.js: loaded']);
  });
});
