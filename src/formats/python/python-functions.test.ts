import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { functionsAt } from './python-functions.ts';

const CODE = `import os
run = os.system
def first(a, b=os.popen):
    if a:
        os.system(a)

    return [
  os.system
]
class Shop:
    keeper = os.system
    async  def open(self):
        def inner():
            return os.system
        return inner
def last(): os.system
os.system`;

/** The name of the function around each mention. */
const around = (code: string): (string | undefined)[] =>
  [...code.matchAll(/os\.(?:system|popen)/g)].map(({ index }) => [...functionsAt(code, [index])][0]);

describe('the functions that places are in', () => {
  it('are the outermost of each place, and none at the level of the file or of a class', () => {
    expect(around(CODE)).toEqual(['', '', 'first', 'first', '', 'open', '', '']);
  });

  it('are told of all places at once as of each by itself', () => {
    const places = [...CODE.matchAll(/os\.(?:system|popen)/g)].map(({ index }) => index);
    expect([...functionsAt(CODE, places)].sort()).toEqual(['', 'first', 'open']);
    expect([...functionsAt(CODE, [])]).toEqual([]);
  });

  it('stay with the line before where a line begins with a bracket or a text', () => {
    const code = 'def f():\n    a = (\n) + os.system\n"" + os.system\n';
    expect(around(code)).toEqual(['f', 'f']);
  });

  it('are told by margins as Python counts them: of tabs, behind a form feed, in lines that end as those of Windows', () => {
    // Each was held to `ast` of CPython 3.11, which takes all four.
    const code = 'def f():\n\tif a:\n\t\tb\n\tos.system\n\tos.system\nos.system\n';
    expect(around(code)).toEqual(['f', 'f', '']);
    expect(around('def f():\n    a\n\f\n    os.system\n\fos.system\n')).toEqual(['f', '']);
    expect(around('def f():\r\n    a\r\n\r\n    os.system\r\n\r\nos.system\r\n')).toEqual(['f', '']);
    expect(around('def f():\n  \f    a\n    os.system\n')).toEqual(['f']);
  });

  it('are told in a time in proportion to the text where no line stands at the margin', () => {
    const work = (size: number): unknown => {
      const code = ' if a:\n  os.system\n'.repeat(size);
      return functionsAt(
        code,
        [...code.matchAll(/os\.system/g)].map(({ index }) => index),
      );
    };
    expect(growth(work, 16_000)).toBeLessThan(IN_PROPORTION);
  });

  it('are told in a time in proportion to the text, however long the line is that all stand in', () => {
    const work = (size: number): unknown => {
      const code = `async${' '.repeat(size)}x:\n${' os.system\n'.repeat(size)}`;
      return functionsAt(
        code,
        [...code.matchAll(/os\.system/g)].map(({ index }) => index),
      );
    };
    expect(growth(work, 32_000)).toBeLessThan(IN_PROPORTION);
  });
});
