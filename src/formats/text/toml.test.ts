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

  it('keeps a key from outside a key', () => {
    readToml('[__proto__]\npolluted = 1\n[constructor.prototype]\npolluted = 1\n');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
