import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pycAssignments } from './pyc.ts';

/** One module, compiled by CPython itself in each of the versions (3.10, 3.12, 3.13 and 3.14 in Pyodide). */
const { compiled, worked } = JSON.parse(
  readFileSync(new URL('./fixtures/compiled-modules.json', import.meta.url), 'utf8'),
) as Readonly<Record<'compiled' | 'worked', Readonly<Record<string, string>>>>;
const modules = (by: Readonly<Record<string, string>>) =>
  Object.entries(by).map(([version, base64]) => [version, Buffer.from(base64, 'base64')] as const);
const versions = modules(compiled);

describe('a compiled Python module', () => {
  it.each(versions)('of Python %s tells what its names are assigned to', (_, bytes) => {
    expect(Object.fromEntries(pycAssignments(bytes))).toEqual({
      __doc__: 'doc',
      __title__: 'requests',
      __version__: '2.25.0',
      VERSION: [1, 2, 3],
      version: '3.0.1',
      full: '3.0.1',
      json: '\n{\n "version": "0+untagged"\n}\n',
    });
  });

  it.each(modules(worked))(
    'of Python %s that asks for its version and has one to fall back on tells none',
    (_, bytes) => {
      expect(Object.fromEntries(pycAssignments(bytes))).toEqual({ __title__: 'requests' });
    },
  );

  it.each(versions)('of Python %s cut short anywhere is an error or tells less, never something else', (_, bytes) => {
    const whole = pycAssignments(bytes);
    for (let length = 0; length < bytes.length; length += 7) {
      let told: ReadonlyMap<string, unknown> = new Map();
      try {
        told = pycAssignments(bytes.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
      for (const [name, value] of told) expect(value).toEqual(whole.get(name));
    }
  });

  it('with any byte changed ends in good time', () => {
    const [, bytes] = versions[0]!;
    for (let at = 0; at < bytes.length; at += 3) {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 0x5a;
      try {
        expect(pycAssignments(changed).size).toBeLessThan(20);
      } catch (error) {
        expect((error as Error).message).toMatch(/compiled module|out of range/);
      }
    }
  });

  it('of a version that is not known tells nothing', () => {
    const [, bytes] = versions[0]!;
    const later = Buffer.from(bytes);
    later.writeUInt16LE(3700, 0);
    expect(pycAssignments(later).size).toBe(0);
    expect(pycAssignments(Buffer.from('no module at all')).size).toBe(0);
  });
});
