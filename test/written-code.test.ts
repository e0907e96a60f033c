import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
// @ts-expect-error: a script of the build has no types.
import { ascii, late, licensed, oneShape } from '../written-code.mjs';

it('gives objects that begin with a copy a beginning, within each other too, and leaves patterns and plain copies', () => {
  expect(oneShape('const f = (a) => ({ ...a, b: { ...a.c, d: [{ ...a, e }] } });')).toBe(
    'const f = (a) => ({ ...{}, ...a, b: { ...{}, ...a.c, d: [{ ...{}, ...a, e }] } });',
  );
  for (const same of [
    '({ ...a })',
    '({ b, ...a })',
    'const { b, ...c } = a;',
    'f({}, ...a, b)',
    '[...a, b]',
    '`{ ...a, b }`',
  ])
    expect(oneShape(`${same}\n`)).toBe(`${same}\n`);
});

it('makes the same objects as before, in the same order, with accessors read and __proto__ kept a member', () => {
  const code =
    'const a = { get x() { return 1; }, y: 2, ["__proto__"]: 3 }; const b = { ...a, y: 4, ...null, z: 5 }; JSON.stringify([b, Object.entries(b)])';
  expect(oneShape(code)).not.toBe(code);
  expect(runInNewContext(oneShape(code))).toBe(runInNewContext(code));
});

it('writes strings and patterns in ASCII that mean the same, and refuses what has no escapes', () => {
  const code =
    'JSON.stringify(["caf\u00e9 \u2026", `\u{1f6a2}`, /[\u2190-\u2193]/u.test("\u2192"), /\u{1f6a2}/u.test("\u{1f6a2}")])';
  expect(ascii(code)).toMatch(/^[\0-\x7f]+$/);
  expect(runInNewContext(ascii(code))).toBe(runInNewContext(code));
  expect(() => ascii('String.raw`\u2026`')).toThrow('ASCII');
  expect(() => ascii('"\\\u2026"')).toThrow('ASCII');
});

it('loads another part, and a module of Node, when something of it is used for the first time, and once', () => {
  const parts: Record<string, object> = {
    './program-b.cjs': { B: class {}, c: (): string => 'c' },
    'node:path': { sep: '/' },
  };
  const loaded: string[] = [];
  const require = (id: string): object => {
    loaded.push(id);
    return parts[id] ?? {};
  };
  const code = `const b = require("./program-b.cjs");
let path = require("node:path");
const aside = require("other");
const b2 = { b: 1, path() { return path.sep; } };
exports.make = () => new b.B();
exports.say = () => (0, b.c)() + b2.b + b2.path();`;
  const exports = {} as { make(): object; say(): string };
  runInNewContext(`(function (exports, require) { ${late(code)}\n})`)(exports, require);
  expect(loaded).toEqual(['other']);
  exports.make();
  expect(exports.make()).not.toBe(exports.make());
  expect(loaded).toEqual(['other', './program-b.cjs']);
  expect(exports.say()).toBe('c1/');
  expect(loaded).toEqual(['other', './program-b.cjs', 'node:path']);
});

it('leaves what is used whole, given anew or hidden by another of that name as it was', () => {
  for (const same of [
    'const b = require("./program-b.cjs"); f(b, b.c);',
    'let path = require("node:path"); path = whole(path); path.join();',
    'const b = require("./program-b.cjs"); const f = (b) => b.c;',
    'const b = require("yaml"); b.parse();',
    'function f() { const b = require("./program-b.cjs"); b.c(); }',
  ])
    expect(late(`${same}\n`)).toBe(`${same}\n`);
});

it('says of a package that it holds what its authors want said, and nothing of one that it does not', () => {
  const code = '// node_modules/unbash/dist/lexer.js\n1 + 1;';
  const written = licensed(code, 'unbash', 'Copyright (c) an author */ \u00a9\n');
  expect(written).toBe(`/*! unbash\nCopyright (c) an author * / \\u00a9\n*/\n${code}`);
  expect(runInNewContext(written)).toBe(2);
  expect(licensed('1;', 'unbash', 'a licence')).toBe('1;');
});
