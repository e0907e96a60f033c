// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are Dockerfile syntax
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../limits.ts';
import { parseDockerfile, type SourceRange } from './dockerfile.ts';
import { expandWord } from './dockerfile-words.ts';
import { matchesGlob } from './glob.ts';

const slice = (text: string, range: SourceRange) => text.slice(range.start.offset, range.end.offset);

describe('a Dockerfile of a training image', () => {
  const text = [
    '# syntax=docker/dockerfile:1.7',
    '# check=skip=JSONArgsRecommended',
    '',
    'ARG CUDA=12.1.0',
    'ARG REGISTRY',
    'FROM --platform=linux/amd64 nvidia/cuda:${CUDA}-devel-ubuntu${UBUNTU:-22.04} AS Build',
    'ARG CUDA',
    'ENV PATH=/opt/conda/bin:$PATH TORCH="2.1.0 cu$CUDA"',
    'RUN --mount=type=cache,target=/root/.cache/pip --network=none \\',
    '    # wheels come from the cache',
    '    pip install \\',
    '',
    '      torch==2.1.0 && \\',
    '    echo "done"  ',
    'COPY <<EOF <<-"CONF" /srv/',
    'key=$CUDA',
    'EOF',
    '\traw=$CUDA',
    '\tCONF',
    'FROM build',
    'COPY --from=build --chown=1000:1000 ["a file", "/srv/"]',
    'ONBUILD RUN ["python", "-m", "compileall"]',
    'CMD ["python", "serve.py"]',
    '',
  ].join('\n');
  const file = parseDockerfile(text);

  it('has no problems', () => expect(file.problems).toEqual([]));

  it('has stages that know the stage they build on', () => {
    expect(file.stages.map(({ name, image, base, platform }) => ({ name, image, base, platform }))).toEqual([
      { name: 'build', image: 'nvidia/cuda:12.1.0-devel-ubuntu22.04', base: undefined, platform: 'linux/amd64' },
      { name: undefined, image: 'build', base: 0, platform: undefined },
    ]);
    expect(file.stages[1]!.environment.get('TORCH')).toBe('2.1.0 cu12.1.0');
    expect(file.stages[0]!.environment.get('PATH')).toBe('/opt/conda/bin:');
  });

  it('joins continued lines, leaves comments and blank lines out, and knows where each word stands', () => {
    const run = file.instructions.find((instruction) => instruction.keyword === 'RUN')!;
    expect(run.flags.map(({ name, value }) => [name, value])).toEqual([
      ['mount', 'type=cache,target=/root/.cache/pip'],
      ['network', 'none'],
    ]);
    expect(run.argument.replace(/ +/g, ' ')).toBe('pip install torch==2.1.0 && echo "done"');
    const torch = run.words.find((word) => word.text.startsWith('torch'))!;
    expect(slice(text, torch.range)).toBe('torch==2.1.0');
    expect(torch.range.start).toMatchObject({ line: 13, column: 7 });
    expect(slice(text, run.range).endsWith('echo "done"')).toBe(true);
  });

  it('reads here-documents, quoted or not, with or without tabs', () => {
    const copy = file.instructions.find((instruction) => instruction.heredocs.length > 0)!;
    expect(copy.heredocs.map(({ name, body }) => ({ name, body }))).toEqual([
      { name: 'EOF', body: 'key=$CUDA\n' },
      { name: 'CONF', body: 'raw=$CUDA\n' },
    ]);
    expect(slice(text, copy.heredocs[0]!.range)).toBe('key=$CUDA');
    expect(copy.range.end.line).toBe(19);
  });

  it('tells JSON from shell form, in triggers too', () => {
    const copy = file.stages[1]!.instructions[0]!;
    expect(copy.form).toBe('json');
    expect(copy.words.map((word) => slice(text, word.range))).toEqual(['"a file"', '"/srv/"']);
    const onbuild = file.stages[1]!.instructions[1]!;
    expect(onbuild.trigger).toMatchObject({ keyword: 'RUN', form: 'json' });
    expect(onbuild.trigger!.words.map((word) => word.value)).toEqual(['python', '-m', 'compileall']);
    expect(slice(text, onbuild.trigger!.words[0]!.range)).toBe('"python"');
  });
});

describe('what a builder would refuse is said with line and column', () => {
  const problems = (text: string) =>
    parseDockerfile(text).problems.map(({ message, at }) => `${at.line}:${at.column} ${message}`);

  it.each([
    ['RUN true', ['1:1 RUN stands before the first FROM', '1:9 no FROM: a Dockerfile needs at least one build stage']],
    ['FROM a\n  RUNN true', ['2:3 unknown instruction RUNN']],
    ['FROM a b', ['1:1 FROM takes an image and perhaps AS and a name']],
    ['FROM a AS x\nFROM b AS X', ['2:11 stage name x is used twice']],
    ['FROM ${NONE}', ['1:6 the image of FROM is empty: ${NONE} has no value']],
    ['FROM a\nCOPY x', ['2:1 COPY needs a source and a destination']],
    ['FROM a\nRUN <<EOF\necho', ['2:1 here-document EOF is not terminated']],
    ['FROM a\nENV x', ['2:5 ENV x has no value']],
    ['FROM a\nENV a=1 b', ['2:5 ENV b has no =']],
    ['FROM a\nONBUILD ONBUILD RUN x', ['2:9 ONBUILD cannot trigger ONBUILD']],
    ['FROM a\nHEALTHCHECK curl', ['2:1 HEALTHCHECK takes NONE or CMD, not curl']],
    ['FROM a\nSHELL /bin/sh', ['2:1 SHELL takes a JSON array']],
    ['# escape=x\nFROM a', ['1:1 parser directive escape must be \\ or `, not x']],
    ['', ['1:1 no FROM: a Dockerfile needs at least one build stage']],
  ])('%j', (text, expected) => expect(problems(text)).toEqual(expected));
});

describe('the small print', () => {
  it('a backtick continues lines where the escape directive says so, and a backslash then does not', () => {
    const file = parseDockerfile('# escape=`\r\nFROM a\r\nRUN dir C:\\`\r\n  && ver\r\nCOPY a C:\\\r\n');
    expect(file.instructions.map((instruction) => instruction.argument)).toEqual(['a', 'dir C:\\  && ver', 'a C:\\']);
  });

  it('a doubled backslash at the end of a line does not continue it', () => {
    expect(parseDockerfile('FROM a\nRUN echo \\\\\nRUN true').instructions).toHaveLength(3);
  });

  it('a directive after a comment is a comment', () => {
    expect(parseDockerfile('# hello\n# escape=`\nFROM a').escape).toBe('\\');
  });

  it('a comment sign within a line is no comment, and shell form keeps its quotes', () => {
    const file = parseDockerfile('FROM a\nRUN echo "x # y" # z');
    expect(file.instructions[1]!.argument).toBe('echo "x # y" # z');
  });

  it('the old ENV form takes the rest of the line', () => {
    expect(parseDockerfile('FROM a\nENV greeting hello  world').stages[0]!.environment.get('greeting')).toBe(
      'hello  world',
    );
  });

  it('an ARG before FROM is seen in a stage only where the stage asks for it', () => {
    const file = parseDockerfile('ARG V=3\nFROM a:$V\nLABEL one=$V\nARG V\nLABEL two=$V');
    const labels = file.instructions.flatMap((instruction) =>
      instruction.keyword === 'LABEL' ? instruction.pairs : [],
    );
    expect(labels.map((pair) => pair.value)).toEqual(['', '3']);
    expect(file.instructions[2]!.unset).toEqual(['V']);
  });

  it('build arguments win over defaults, and ENV over ARG', () => {
    const file = parseDockerfile('ARG V=3\nFROM a:$V\nARG W=1\nENV W=2\nUSER $W', new Map([['V', '4']]));
    expect(file.stages[0]!.image).toBe('a:4');
    expect(file.instructions.at(-1)!.words[0]!.value).toBe('2');
  });

  it('RUN keeps its variables for the shell', () => {
    expect(parseDockerfile('FROM a\nENV A=1\nRUN echo $A').instructions[2]!.words[1]!.value).toBe('$A');
  });

  it('a value that doubles with every line stays within its budget', () => {
    const lines = Array.from({ length: 60 }, (_, index) => `ENV v${index + 1}=$v${index}$v${index}`);
    const file = parseDockerfile(`FROM a\nENV v0=0123456789\n${lines.join('\n')}`);
    const held = [...file.stages[0]!.environment.values()].reduce((sum, value) => sum + value.length, 0);
    expect(held).toBeLessThan(2 ** 20 + 2 ** 16);
  });
});

describe('variables', () => {
  const variables = new Map([
    ['name', 'torch-2.1.0+cu121.tar.gz'],
    ['empty', ''],
  ]);

  it.each([
    ['$name', 'torch-2.1.0+cu121.tar.gz'],
    ['${name%.gz}', 'torch-2.1.0+cu121.tar'],
    ['${name%%.*}', 'torch-2'],
    ['${name#*-}', '2.1.0+cu121.tar.gz'],
    ['${name##*.}', 'gz'],
    ['${name/torch/vision}', 'vision-2.1.0+cu121.tar.gz'],
    ['${name//./_}', 'torch-2_1_0+cu121_tar_gz'],
    ['${none:-a ${name%-*} b}', 'a torch b'],
    ['${empty:-x}', 'x'],
    ['${empty-x}', ''],
    ['${empty:+x}${name:+y}', 'y'],
    ["'$name'", '$name'],
    ['"\\$name \\x"', '$name \\x'],
    ['\\$name', '$name'],
    ['$', '$'],
    ['${name', '${name'],
    ['${!x}', '${!x}'],
    ['a$none.b', 'a.b'],
  ])('%s becomes %j', (text, value) => expect(expandWord(text, variables).value).toBe(value));

  it('patterns take a star, a question mark and an escape', () => {
    expect(matchesGlob('a*c', 'a\\*c')).toBe(true);
    expect(matchesGlob('abc', 'a\\*c')).toBe(false);
    expect(matchesGlob('b', '[a-c]')).toBe(false);
    const classes = (text: string, pattern: string) => matchesGlob(text, pattern, { steps: 1_000 }, { classes: true });
    // As `filepath.Match` of Go 1.24 says.
    for (const [text, pattern] of [
      ['xb.c', '*[a-c].c'],
      [']', '[\\]]'],
      ['d', '[^a-c]'],
      ['^', '[\\^x]'],
      ['\\', '[\\\\a]'],
    ] as const)
      expect(classes(text, pattern), pattern).toBe(true);
    for (const [text, pattern] of [
      ['d', '[a-c]'],
      ['a', '[^a-c]'],
      ['[', '['],
      ['[a', '[a'],
      ['a', '[]a'],
      ['-', '[a-c]'],
      ['a', '[-a]'],
      ['b', '[\\\\a]'],
    ] as const)
      expect(classes(text, pattern), pattern).toBe(false);
    expect(matchesGlob('a'.repeat(2_000), `${'*a'.repeat(200)}b`)).toBe(false);
  });
});

describe('whatever the text', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'FROM a',
      'RUN x \\',
      '# c',
      '',
      'COPY <<A <<B /',
      'A',
      'B',
      'ENV a="b c" d=$a',
      '\tRUN ["a","b"]',
      'ONBUILD COPY a b',
      'ARG x',
    ),
    fc.string({ maxLength: 20 }),
  );
  const document = fc
    .array(line, { maxLength: 12 })
    .chain((lines) => fc.constantFrom('\n', '\r\n').map((feed) => lines.join(feed)));

  it('reading ends, and ranges lie in order within the file and cut exactly the keyword', () => {
    fc.assert(
      fc.property(document, (text) => {
        const file = parseDockerfile(text);
        let last = 0;
        for (const instruction of file.instructions) {
          expect(instruction.range.start.offset).toBeGreaterThanOrEqual(last);
          expect(instruction.range.end.offset).toBeLessThanOrEqual(text.length);
          const { length } = instruction.keyword;
          const keyword = text.slice(instruction.range.start.offset).slice(0, length);
          // A mark of continuation within the keyword is no part of it.
          if (!/[\\`\n]/.test(keyword)) expect(keyword.toUpperCase()).toBe(instruction.keyword);
          for (const word of instruction.words)
            if (instruction.form === 'shell' && !slice(text, word.range).includes('\n'))
              expect(slice(text, word.range)).toBe(word.text);
          last = instruction.range.end.offset;
        }
      }),
    );
  });

  it('an instruction cut out by its range reads the same again', () => {
    fc.assert(
      fc.property(document, (text) => {
        const head = '# escape=\\\n';
        for (const instruction of parseDockerfile(text).instructions) {
          const again = parseDockerfile(head + slice(text, instruction.range)).instructions;
          expect(again.map(({ keyword, argument }) => ({ keyword, argument }))).toEqual([
            { keyword: instruction.keyword, argument: instruction.argument },
          ]);
        }
      }),
    );
  });
});

describe('what a Dockerfile should not be', () => {
  it.each(['\\', '\\\n', '\\\n\\\n', 'FROM a\n\\', 'FROM a\nRUN x\n\\\n\n# c\n', '`', '\\\r\n', ' \\ \n'])(
    '%j: continuation marks alone are no instruction, and stop nothing',
    (text) => {
      const { instructions } = parseDockerfile(text);
      expect(instructions.map(({ keyword }) => keyword)).toEqual(
        text === '`' ? ['`'] : ['FROM', 'RUN'].filter((word) => text.includes(word)),
      );
    },
  );

  it.each(['${a:-', '${a:-${b#', '"${a:+', '${a/x', '${a//${b', '${a:-}${b:-'])(
    '%s without end costs little',
    (unit) => {
      const text = unit.repeat(Math.floor(20_000 / unit.length));
      for (const end of ['', '}', '}'.repeat(1_000)])
        expect(parseDockerfile(`FROM a\nENV x=${text}${end}\n`).instructions).toHaveLength(2);
      const short = unit.repeat(40);
      expect(parseDockerfile(`FROM a\nENV x=${short}\n`).instructions).toHaveLength(2);
    },
  );

  it('whose thousand stages each inherit a thousand variables holds no million of them', () => {
    const env = Array.from({ length: 2_000 }, (_, at) => `ENV variable_${at}=${'v'.repeat(100)}`).join('\n');
    const stages = Array.from({ length: 2_000 }, (_, at) => `FROM s${at} AS s${at + 1}`).join('\n');
    const { stages: actual } = parseDockerfile(`FROM a AS s0\n${env}\n${stages}\n`);
    expect(actual).toHaveLength(2_001);
    expect(actual.reduce((sum, { environment }) => sum + environment.size, 0)).toBeLessThan(20_000);
  });

  const double = `FROM a\nENV A=${'a'.repeat(16)}\n${'ENV A=$A$A\n'.repeat(11)}`;
  it.each([
    ['long texts in many variables', `${double}${'ENV B=b$A\n'.repeat(2_000)}`],
    ['long texts in many labels', `${double}${'LABEL b=$A\n'.repeat(2_000)}`],
    ['long texts in many words of one line', `${double}COPY ${'$A '.repeat(2_000)}/\n`],
  ])('whose variables come to gigabytes holds megabytes of them, and that is said: %s', (_, text) => {
    const { instructions, problems } = parseDockerfile(text);
    const held = instructions.flatMap(({ words }) => words).reduce((sum, { value }) => sum + value.length, 0);
    expect(held).toBeLessThan(1.1 * LIMITS.dockerfileExpandedBytes);
    expect(problems.map(({ message }) => message).join()).toContain('more than is followed');
  });

  it.each(['%%', '//', '##'])(
    'whose patterns are held against long values has a budget for all of them: ${x%sp}',
    (how) => {
      const cut = `ENV B=\${A${how}*a*a*a*a*a*c}\n`;
      const value = `FROM a\nENV A=${'a'.repeat(1_500)}b\n`;
      const { problems, instructions } = parseDockerfile(value + cut.repeat(300));
      expect(problems.map(({ message }) => message).join()).toContain('more than is followed');
      expect(instructions.at(-1)?.words[0]?.value).toContain('*a*a*a');
      // A few of a size that build arguments have are worked out.
      const few = parseDockerfile(`FROM a\nENV A=${'a.'.repeat(50)}b\n${cut.repeat(50)}ENV C=\${A%%.*}\n`);
      expect(few.problems).toEqual([]);
      expect(few.instructions.at(-1)?.words[0]?.value).toBe('C=a');
    },
  );
});
