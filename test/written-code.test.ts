import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
// @ts-expect-error: a script of the build has no types.
import { ascii, oneShape } from '../written-code.mjs';

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
