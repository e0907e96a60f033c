import { describe, expect, it } from 'vitest';
import { PlimsollError } from '../../errors.ts';
import { readToml } from './toml.ts';

const fails = (text: string): unknown => {
  try {
    readToml(text);
  } catch (error) {
    return error instanceof PlimsollError ? `${error.code}: ${error.message}` : error;
  }
  return 'no error';
};

describe('reading TOML', () => {
  it('takes what looks like a table in a text for text', () => {
    const text =
      '\ufeff[project]\nreadme = """\n[project]\ndependencies = ["evil==1"]\n"""\ndependencies = ["flask==1.0"]\n';
    expect(readToml(text)).toMatchObject({ project: { dependencies: ['flask==1.0'] } });
  });

  it('says in one line where a document is broken', () => {
    expect(fails('a = 1\nb = [1, 2\n')).toMatch(/^corrupt: not valid TOML: [^\n]*, line \d+, column \d+$/);
    expect(fails('<<<<<<< HEAD\n[[package]]')).toMatch(/^corrupt: .*line 1/);
  });

  it('stops at its budgets', () => {
    expect(fails(`a = ${'['.repeat(5_000)}`)).toMatch(/^corrupt: .*nested/);
    expect(fails('\n'.repeat(9 * 1024 * 1024))).toMatch(/^limit/);
  });

  it.each([
    ['a dotted key of millions of parts', `a${'.a'.repeat(1_000_000)} = 1`],
    ['tables of tables', '[[a]]\n'.repeat(300_000)],
    ['tables within a line', `a = [${'{},'.repeat(600_000)}]`],
    ['keys', Array.from({ length: 600_000 }, (_, at) => `${at.toString(36)}=1`).join('\n')],
  ])('does not make gigabytes of objects of a few megabytes: %s', (_, text) => {
    expect(fails(text)).toMatch(/^limit: a TOML document of more than 500000 tables and values is not read/);
  });

  it('reads a lock of ten thousand packages', () => {
    const hash = 'sha256:'.padEnd(71, 'a');
    const entry = (at: number): string =>
      `[[package]]\nname = "a${at}"\nversion = "1.2.3"\nfiles = [\n  {file = "a${at}-1.2.3-py3-none-any.whl", hash = "${hash}"},\n  {file = "a${at}-1.2.3.tar.gz", hash = "${hash}"},\n]\n\n`;
    expect(readToml(Array.from({ length: 10_000 }, (_, at) => entry(at)).join('')).package).toHaveLength(10_000);
  });

  it('keeps a key from outside a key', () => {
    readToml('[__proto__]\npolluted = 1\n[constructor.prototype]\npolluted = 1\n');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
