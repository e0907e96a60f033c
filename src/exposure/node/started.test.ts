// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are those of a shell
import { describe, expect, it } from 'vitest';
import { exposed, program, reachedOf } from '../../../test/exposure.ts';

const files = {
  ...Object.fromEntries(
    ['node', 'git', 'convert', 'idle', 'timeout', 'find'].map((name) => [`usr/bin/${name}`, program()]),
  ),
  'bin/sh': program(),
  'var/lib/dpkg/status': 'Package: idle\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n',
  'var/lib/dpkg/info/idle.list': '/usr/bin/idle\n',
  'app/tool.js': '',
};
const CHILDREN = "const { exec, execFile, spawn } = require('child_process');";

async function started(source: string, path = 'app/main.js') {
  const made = { ...files, 'app/main.js': `require('/${path}')`, [path]: `${CHILDREN} ${source}` };
  const exposure = await exposed(made, { Cmd: ['node', '/app/main.js'] });
  return {
    lines: reachedOf(exposure, /^(?:usr\/bin\/(?!node)|bin|app\/tool)/),
    notes: exposure.start.notes,
    idle: exposure.packages.find(({ name }) => name === 'idle')?.exposure?.class,
  };
}

describe('programs that Node starts', () => {
  it.each<[string, readonly string[]]>([
    ["spawn('git', ['log', branch])", ['usr/bin/git']],
    ["exec('cat x | convert - y')", ['bin/sh', 'usr/bin/convert']],
    ["spawn('convert a b', { shell: true })", ['bin/sh', 'usr/bin/convert']],
    ["execFile('sh', ['-c', 'git log'])", ['bin/sh', 'usr/bin/git']],
    ["spawn(process.execPath, ['/app/tool.js'])", ['app/tool.js']],
    ["require('util').promisify(exec)('git log')", ['bin/sh', 'usr/bin/git']],
    ["require('execa').execa('git', ['log'])", ['usr/bin/git']],
    ["spawn('timeout', ['10', 'git', 'log'])", ['usr/bin/git', 'usr/bin/timeout']],
    ["spawn('find', ['.', '-name', x, '-exec', 'git', 'add', '{}', ';'])", ['usr/bin/find']],
    ["spawn('find', ['.', '-exec', 'git', 'add', '{}', ';'])", ['usr/bin/find', 'usr/bin/git']],
  ])('are followed, and run where they stand at the level of the program: %s', async (source, files) => {
    const as = (reach: string) => ({ lines: files.map((file) => `${file}: ${reach}`), notes: [], idle: 'present' });
    expect(await started(source)).toEqual(as('loaded'));
    expect(await started(`module.exports = () => { ${source} }`)).toEqual(as('callable'));
  });

  it.each(['spawn(words[0], words.slice(1))', 'exec(`tool ${x}`)', "spawn('node', [script])"])(
    'may be any program where they are worked out: %s',
    async (source) => {
      const { notes, idle } = await started(source);
      expect(notes.length).toBeGreaterThan(0);
      expect(idle).toBe('unknown');
      expect(await started(`module.exports = () => { ${source} }`)).toMatchObject({ idle: 'callable' });
    },
  );

  it.each([
    "const run = require('util').promisify(exec); run(name)",
    "const run = require('util').promisify(exec); other(run)",
    "other(require('util').promisify(exec))",
    "module.exports.run = require('util').promisify(exec)",
    "const s = require('child_process').spawn; s('idle')",
    "const { spawn: s } = require('node:child_process'); s('idle')",
    "const go = exec; go('idle')",
    "const cp = require('child_process'); cp[m]('idle')",
    "import('child_process').then(({ exec: e }) => e('idle'))",
    "spawn.apply(null, ['idle'])",
    "exec.call(null, 'idle')",
    "Reflect.apply(spawn, null, ['idle'])",
    "['idle'].forEach(exec)",
    'module.exports = { exec }',
    "const cp = process.getBuiltinModule('child_process'); cp.spawn(name)",
    "process.binding('spawn_sync').spawn(options)",
    "const execa = require('execa'); execa(name, ['x'])",
    "const { $ } = require('execa'); $`idle x`",
    "require('execa').command('idle x')",
    "const run = require('cross-spawn'); run('idle', ['x'])",
    "const sh = require('shelljs'); sh.exec(`idle $` + x)",
    "require('zx/globals'); $`idle`",
    "require('cluster').setupPrimary({ exec: '/app/w.js' })",
  ])('may be any program where what starts them is used otherwise than by a call: %s', async (source) => {
    const { notes, idle } = await started(source);
    expect(notes.length).toBeGreaterThan(0);
    expect(idle).toBe('unknown');
  });

  it('that a function uses so may be called, and those that it uses where it stands run', async () => {
    const other = "const go = exec; go('idle')";
    expect(await started(`const f = () => { ${other} }`)).toMatchObject({ idle: 'callable' });
    expect(await started(`class A { f() { ${other} } }`)).toMatchObject({ idle: 'callable' });
    expect(await started(`(function () { ${other} })()`)).toMatchObject({ idle: 'unknown' });
    expect(await started(`(() => { ${other} }).call(this)`)).toMatchObject({ idle: 'unknown' });
  });

  it.each([
    "const cp = require('child_process'); cp.spawn('git'); cp?.exec?.('git log'); if (cp.spawn) x()",
    "const child_process_1 = __importStar(require('child_process')); (0, child_process_1.execFile)('git')",
    "const { ChildProcess } = require('child_process'); f(ChildProcess); if (process.platform === 'win32') exec(x, f(exec))",
    "const sh = require('shelljs'); sh.rm('-rf', x); sh.exec('git log')",
    "{ const spawn = require('cross-spawn'); spawn('git', [x]); } const other = { exec: 1, spawn() {} }; other.exec",
    "require('cluster').setupPrimary({ args: [x] })",
    "const run = require('util').promisify(execFile); run('git', [x]); run?.('git')",
    "const { promisify } = require('util'); const run = promisify(require('child_process').exec); const f = () => run('git log')",
    "const run = (0, util_1.promisify)(child_process_1.exec); run('git log')",
  ])('are followed where each use is a call: %s', async (source) => {
    expect(await started(source)).toMatchObject({ notes: [], idle: 'present' });
  });

  it('may be any where the text of the program is not read, of a package what the packages hold', async () => {
    // Node runs it: 250 brackets are more than are followed, and 1,200 less than it takes.
    const deep = `${'('.repeat(250)}1${')'.repeat(250)}`;
    for (const [text, path] of [
      [deep, 'app/deep.js'],
      ['let a: number', 'app/typed.ts'],
    ] as const)
      expect(await started(text, path)).toMatchObject({
        notes: [
          expect.stringMatching(
            /^\/app\/\w+\.ts is TypeScript|^\/app\/deep.js is no JavaScript that can be parsed: any/,
          ),
        ],
        idle: 'unknown',
      });
    expect(await started(deep, 'app/node_modules/deep/index.js')).toMatchObject({
      notes: [expect.stringMatching(/deep\/index.js is no JavaScript .* anything in \/app\/node_modules may be meant/)],
      idle: 'present',
    });
  });

  it('may lie beside a program that works out what it asks for, where no package says where it ends', async () => {
    expect((await started('require(name)')).notes.join()).toMatch(/anything in \/app may be meant/);
  });

  it('are those that promises are made of', async () => {
    const { lines } = await started("const run = require('util').promisify(exec); run('git log')");
    expect(lines).toEqual(['bin/sh: loaded', 'usr/bin/git: loaded']);
  });

  it('are not meant by what is only called so, or by what a package starts for others', async () => {
    expect(await started('other.spawn; /x/.test(y)')).toMatchObject({ notes: [], idle: 'present' });
    expect(await started('spawn(words)', 'app/node_modules/cross-spawn/index.js')).toMatchObject({ notes: [] });
  });

  it('are Node itself with what Debian builds it to read from packages', async () => {
    const undici = 'usr/share/nodejs/undici/undici-fetch.js';
    const read = async (more: Readonly<Record<string, string>>) =>
      reachedOf(
        await exposed(
          { 'usr/bin/node': program(), [undici]: 'require(x)', 'app/main.js': '', ...more },
          { Cmd: ['node', '/app/main.js'] },
        ),
        /undici/,
      );
    expect(await read({ 'usr/lib/x86_64-linux-gnu/libnode.so.108': '' })).toEqual([`${undici}: loaded`]);
    expect(await read({})).toEqual([]);
  });

  it("finds what Debian's build finds: the packages of the distribution", async () => {
    const read = async (more: Readonly<Record<string, string>>) =>
      reachedOf(
        await exposed(
          {
            'usr/bin/node': program(),
            'usr/share/nodejs/supports-color/index.js': '',
            'app/main.js': "try { require('supports-color') } catch {}",
            ...more,
          },
          { Cmd: ['node', '/app/main.js'] },
        ),
        /color/,
      );
    const lines = await read({ 'usr/lib/x86_64-linux-gnu/libnode.so.108': '' });
    expect(lines).toEqual([expect.stringMatching(/^usr\/share\/nodejs\/supports-color\/index\.js: /)]);
    expect(await read({})).toEqual([]);
  });
});
