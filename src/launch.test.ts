import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.ts';
// @ts-expect-error: a script of the build has no types.
import { bringing } from '../written-code.mjs';
import { type Compiled, cacheBytes, launch, runIn } from './launch.ts';
import { VERSION } from './version.ts';

/** A program of two files, each time with another text: V8 remembers what it has compiled in this process. */
function program(name: string): {
  run(): { answer: string; rejected: readonly (boolean | undefined)[] };
  cache: string;
  folder: string;
} {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'main.cjs'),
    `exports.answer = () => require('./part.cjs').twice(21) + require('node:path').basename(__filename); // ${name}\n`,
  );
  writeFileSync(join(folder, 'part.cjs'), `exports.twice = (value) => 2 * value; // ${name}\n`);
  return {
    folder,
    cache: join(folder, 'main.cjs.cache'),
    run() {
      const compiled: Compiled[] = [];
      const { answer } = runIn(folder, 'main.cjs', compiled) as { answer(): string };
      const said = answer();
      const rejected = compiled.map(({ script }) => script.cachedDataRejected);
      expect(compiled.map(({ cache }) => cache)).toEqual(
        ['main', 'part'].map((entry) => join(folder, `${entry}.cjs.cache`)),
      );
      for (const cached of compiled) writeFileSync(cached.cache, cacheBytes(cached));
      return { answer: said, rejected };
    },
  };
}

it('runs files that require each other and built-in modules, compiled before or not', () => {
  const { run } = program('a');
  expect(run()).toEqual({ answer: '42main.cjs', rejected: [undefined, undefined] });
  expect(run()).toEqual({ answer: '42main.cjs', rejected: [false, false] });
});

it('takes the parts that a file brings along from it, each when it is asked for, and others from the folder', () => {
  const folder = temporaryFolder();
  const texts = { a: "exports.a = 'brought';", b: 'exports.b = __filename;', c: 'throw new Error("nobody asked");' };
  const brought = Object.entries(texts).map(([name, text]) => [`${name}.cjs`, text]);
  const main = "exports.said = () => [require('./a.cjs').a, require('./b.cjs').b, require('./d.cjs').d];\n";
  writeFileSync(join(folder, 'main.cjs'), bringing(main, brought));
  writeFileSync(join(folder, 'a.cjs'), "exports.a = 'of the folder';");
  writeFileSync(join(folder, 'd.cjs'), "exports.d = 'of the folder';");
  const compiled: Compiled[] = [];
  const { said } = runIn(folder, 'main.cjs', compiled) as { said(): string[] };
  expect(said()).toEqual(['brought', join(folder, 'b.cjs'), 'of the folder']);
  expect(compiled.map(({ cache }) => cache)).toEqual(['main', 'd'].map((name) => join(folder, `${name}.cjs.cache`)));
});

it('reads text beyond ASCII as it stands, an empty file too', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'main.cjs'), "require('./empty.cjs'); exports.said = 'caf\u00e9 \u2026 \u{1f6a2}';\n");
  writeFileSync(join(folder, 'empty.cjs'), '');
  expect(runIn(folder, 'main.cjs')).toEqual({ said: 'caf\u00e9 \u2026 \u{1f6a2}' });
});

it('does not give V8 compiled code that is damaged, for V8 would run it', () => {
  const { run, cache } = program('b');
  run();
  const whole = readFileSync(cache);
  const changed = Buffer.from(whole);
  changed[whole.length - 50]! ^= 1;
  for (const damaged of [Buffer.alloc(0), Buffer.from('not code'), whole.subarray(0, -9), changed]) {
    writeFileSync(cache, damaged);
    expect(run()).toEqual({ answer: '42main.cjs', rejected: [undefined, false] });
  }
});

it('does not believe compiled code of which one bit of a thousand is another', () => {
  const { run, cache, folder } = program('c');
  run();
  const answer = (): unknown => {
    const compiled: Compiled[] = [];
    const { answer } = runIn(folder, 'main.cjs', compiled) as { answer(): string };
    return [answer(), compiled[0]?.script.cachedDataRejected];
  };
  const whole = readFileSync(cache);
  const unread = 4;
  for (let turn = 0; turn < 1_000; turn++) {
    const at = Math.floor((turn * whole.length) / 1_000);
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 1 << (turn % 8);
    writeFileSync(cache, damaged);
    const isUnread = at >= unread && at < 2 * unread;
    expect(answer(), `byte ${at}`).toEqual(['42main.cjs', isUnread ? false : undefined]);
  }
});

it.each([
  ['no part of its own', { 'main.cjs': "require('./part.cjs');" }, 'part.cjs'],
  ['half a part', { 'main.cjs': "require('./part.cjs');", 'part.cjs': 'exports.x = () => {' }, 'part.cjs'],
  ['a library less', { 'main.cjs': "require('no-such-library');" }, 'no-such-library'],
])('a program with %s is a damaged installation, no defect', (_, files, part) => {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  expect(() => runIn(folder, 'main.cjs')).toThrow(
    expect.objectContaining({ code: 'PROGRAM_DAMAGED', path: expect.stringContaining(part) }),
  );
});

it('tells the version without a program, and of a damaged one in a line what to do, which is no gate', () => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const nothing = import.meta.dirname;
  for (const line of [['--version'], ['-v']]) launch(nothing, line);
  expect(written.mock.calls).toEqual([[`${VERSION}\n`], [`${VERSION}\n`]]);
  written.mockRestore();
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  for (const line of [['-v', 'scan'], ['--help'], []]) {
    launch(nothing, line);
    const where = join(nothing, 'program.cjs');
    const said = `plimsoll: this part of the program is missing or damaged (${where}); install Plimsoll again\n`;
    expect([told.mock.lastCall, process.exitCode]).toEqual([[said], 3]);
    process.exitCode = undefined;
  }
  told.mockRestore();
});

describe('what libsql asks of the process while it is loaded', () => {
  /** A package that keeps what the process says of itself when it is loaded. */
  function asking(name: string): unknown {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(join(folder, 'node_modules', name, 'index.js'), 'exports.said = process.report.getReport();\n');
    writeFileSync(join(folder, 'main.cjs'), `exports.said = require('${name}').said;\n`);
    return (runIn(folder, 'main.cjs') as { said: unknown }).said;
  }

  it.runIf(process.platform === 'linux')(
    'is which C library there is, as the whole report says it; others get that',
    () => {
      const whole = process.report;
      const { header } = whole.getReport() as { header: object };
      const said = asking('libsql') as { header: object };
      expect('glibcVersionRuntime' in said.header).toBe('glibcVersionRuntime' in header);
      expect(Object.keys(said)).toEqual(['header']);
      expect(process.report).toBe(whole);
      expect(Object.keys(asking('other') as object).length).toBeGreaterThan(3);
    },
  );

  it.runIf(process.platform === 'linux')('is told by the loader of glibc or of musl, and by no other', () => {
    const path = join(temporaryFolder(), 'program');
    const own = process.execPath;
    onTestFinished(() => {
      process.execPath = own;
    });
    process.execPath = path;
    const told = (loader: string): unknown => {
      writeFileSync(path, Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(700), Buffer.from(`${loader}\0`)]));
      const said = asking('libsql') as { header: object };
      return Object.keys(said).length > 1 ? 'all' : Object.keys(said.header);
    };
    expect(told('/lib64/ld-linux-x86-64.so.2')).toEqual(['glibcVersionRuntime']);
    expect(told('/lib/ld-linux-aarch64.so.1')).toEqual(['glibcVersionRuntime']);
    expect(told('/lib/ld-musl-x86_64.so.1')).toEqual([]);
    expect(told('/nix/loader')).toBe('all');
    process.execPath = join(path, 'missing');
    expect(Object.keys(asking('libsql') as object).length).toBeGreaterThan(3);
  });
});
