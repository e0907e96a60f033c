import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { rareWords } from './python-rare-words.ts';

describe('the rare words of a Python file', () => {
  it('are found wherever they stand, from the first letter to the last', () => {
    const code = '__import__("os"); run = exec\nimportlib.import_module(x)\nsys.modules["os"]\n# eval';
    expect([...rareWords(code)]).toEqual([
      ['import_module', [code.indexOf('import_module')]],
      ['__import__', [0]],
      ['exec', [code.indexOf('exec')]],
      ['eval', [code.length - 4]],
      ['modules[', [code.indexOf('modules[')]],
    ]);
  });

  it('are found each time, in longer words as well', () => {
    expect(rareWords('exec executable os.execvp').get('exec')).toEqual([0, 5, 19]);
    expect([...rareWords('loop.subprocess_exec(a), loop.subprocess_shell(b)').keys()]).toEqual([
      'exec',
      'subprocess_exec',
      'subprocess_shell',
    ]);
    expect(rareWords('__builtins__').get('__builtins__')).toEqual([0]);
  });

  it('are none where only letters of them stand', () => {
    expect(rareWords('xec val _module __imp interval value boxecute rules[0] mod_exec'.replace('_exec', ''))).toEqual(
      new Map(),
    );
  });

  it('are found in a time in proportion to the text', () => {
    expect(growth((size) => rareWords('eval('.repeat(size)), 32_000)).toBeLessThan(IN_PROPORTION);
  });
});
