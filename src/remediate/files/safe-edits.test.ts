import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../formats/text/index.ts';
import { runText } from './dockerfile-edit.ts';
import { safeEdits } from './safe-edits.ts';
import { applyEdits } from './text-edit.ts';

const insert = (text: string, line: string): { start: number; end: number; text: string } => {
  const start = text.indexOf(line) + line.length + 1;
  return { start, end: start, text: '# why\nRUN apt-get update \\\n    && apt-get upgrade\n' };
};
const replace = (text: string, what: string, by: string) => ({
  start: text.indexOf(what),
  end: text.indexOf(what) + what.length,
  text: by,
});

describe('edits of a Dockerfile', () => {
  const plain = 'FROM debian:11\nRUN pip install a==1\nRUN b\n';
  it('are safe where the file says the same besides', () => {
    const edits = [replace(plain, '==1', '==2'), insert(plain, 'RUN pip install a==1')];
    expect(safeEdits(parseDockerfile(plain), edits)).toEqual({ safe: edits, unsafe: [] });
  });

  it('of several lines are safe in a file that names its own mark of continuation', () => {
    const text = '# escape=`\nFROM debian:11\nRUN pip install `\n    a==1\nRUN b\n';
    const dockerfile = parseDockerfile(text);
    const [, run] = dockerfile.instructions;
    const edit = runText(['apt-get update', 'apt-get upgrade -y'], 'why', { after: run! }, dockerfile);
    expect(edit.text).toContain('update `\n    && apt-get');
    expect(safeEdits(dockerfile, [edit])).toEqual({ safe: [edit], unsafe: [] });
  });

  it.each([
    ['behind a continuation mark', 'FROM debian:11\nRUN pip install a==1 \\\n', 'RUN pip install a==1 \\'],
    ['in a here-document that nothing ends', 'FROM debian:11\nRUN pip install a==1\nRUN cat <<EOF\nx\n', 'x'],
    [
      'in the middle of an instruction',
      'FROM debian:11\nRUN pip install a==1 \\\n  b\nRUN c\n',
      'RUN pip install a==1 \\',
    ],
  ])('are not written %s, and the others are', (_, text, line) => {
    const good = replace(text, '==1', '==2');
    const bad = insert(text, line);
    expect(safeEdits(parseDockerfile(text), [good, bad])).toEqual({ safe: [good], unsafe: [bad] });
  });
});

describe('a line that is put behind the last instruction', () => {
  it.each([
    ['ends with a continuation mark', 'FROM debian:11\nRUN pip install a==1 \\\n'],
    ['ends with one and no line break', 'FROM debian:11\nRUN pip install a==1 \\'],
    ['ends with one, and comments follow', 'FROM debian:11\nRUN pip install a==1 \\\n\n# the end\n'],
    ['does not end with one', 'FROM debian:11\nRUN pip install a==1\n'],
  ])('is one of its own where that one %s', (_, text) => {
    const dockerfile = parseDockerfile(text);
    const edit = runText(
      ['apt-get update', 'apt-get upgrade'],
      'why',
      { after: dockerfile.instructions[1]! },
      dockerfile,
    );
    expect(safeEdits(dockerfile, [edit]).unsafe).toEqual([]);
    const after = parseDockerfile(applyEdits(text, [edit]));
    expect(after.problems).toEqual([]);
    expect(after.instructions.map(({ keyword, argument }) => `${keyword} ${argument.trim()}`)).toEqual([
      'FROM debian:11',
      'RUN pip install a==1',
      expect.stringMatching(/^RUN apt-get update\s+&& apt-get upgrade$/),
    ]);
  });
});
