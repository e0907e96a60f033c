import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { silent } from '../progress.ts';
import { completionCommand } from './completion.ts';
import { ALIASES, completionScript } from './completion-scripts.ts';
import { commands } from './index.ts';
import { GLOBAL_OPTIONS, OPTIONS, type OptionSpec } from './options/index.ts';

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

const temporary = mkdtempSync(join(tmpdir(), 'plimsoll-completion-'));
afterAll(() => rmSync(temporary, { recursive: true }));

/** What a shell is asked at the end of each line, in one process: what it offers, by the line. */
type Asked = (lines: readonly string[]) => ReadonlyMap<string, readonly string[]>;

const MARK = '=== ';
function answers(stdout: string): ReadonlyMap<string, readonly string[]> {
  const parts = stdout.split(new RegExp(`^${MARK}`, 'm')).slice(1);
  return new Map(
    parts.map((part) => {
      const [line = '', ...words] = part.split('\n');
      return [line, words.filter((word) => word !== '')] as const;
    }),
  );
}

/** Where files are asked for, bash says so by `compopt`. */
const inBash: Asked = (lines) => {
  const questions = lines.map((line) => {
    const words = line
      .split(' ')
      .flatMap((word) => word.split(/(=)/))
      .filter((word, at) => word !== '' || at > 0);
    const all = line.endsWith(' ') ? words : words.filter((word, at) => word !== '' || at === words.length - 1);
    return `echo '${MARK}${line}'
COMP_WORDS=(${all.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${all.length - 1}
_plimsoll
printf '%s\\n' "\${COMPREPLY[@]}"`;
  });
  const script = `${completionScript('bash')}\ncompopt() { echo "<\${2}>"; }\n${questions.join('\n')}`;
  const { stdout, stderr } = spawnSync('bash', ['--norc'], { input: script, encoding: 'utf8' });
  expect(stderr).toBe('');
  return answers(stdout);
};

const inFish: Asked = (lines) => {
  const questions = lines.map((line) => `echo '${MARK}${line}'\ncomplete -C '${line}'`);
  // It reads no script from a pipe of ours.
  const file = join(temporary, 'questions.fish');
  writeFileSync(file, `${completionScript('fish')}\n${questions.join('\n')}`);
  const { stdout, stderr } = spawnSync('fish', ['--no-config', file], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return new Map([...answers(stdout)].map(([line, words]) => [line, words.map((word) => word.split('\t')[0]!)]));
};

/** What bash offers at the end of a line. */
const offered = (line: string): readonly string[] => inBash([line]).get(line) ?? [];

/** Every option of every command, with its words on the line. */
const everyOption = [...OPTIONS].flatMap(([path, specs]) =>
  [...specs, ...GLOBAL_OPTIONS].map((spec) => ({ path, spec, line: `plimsoll ${path} ` })),
);
const wordsOf = ({ name, short, negated }: OptionSpec): readonly string[] => [
  ...(short ? [`-${short}`] : []),
  ...(negated === 'off' ? [] : [`--${name}`]),
  ...(negated ? [`--no-${name}`] : []),
];
/** What is typed of it: behind a whole short one fish offers what can follow in the same word. */
const begun = (word: string): string => (word.startsWith('--') ? word : '-');
const valuesOf = ({ choices, offers }: OptionSpec): readonly string[] => choices ?? offers ?? [];

describe('completion', () => {
  it.skipIf(!has('bash'))('in bash knows commands, options and values', () => {
    expect(offered('plimsoll sc')).toEqual(['scan']);
    expect(offered('plimsoll --quiet in')).toEqual(['inventory']);
    expect(offered('plimsoll scan --fix')).toEqual(['--fixable']);
    expect(offered('plimsoll scan -f ')).toContain('sarif');
    expect(offered('plimsoll fix app:1 --format ')).toEqual(['table', 'json', 'html', 'markdown', 'diff', 'openvex']);
    expect(offered('plimsoll scan --severity CRITICAL,HI')).toEqual(['CRITICAL,HIGH']);
    // As it has to stand on the line: bare, it would send the output into a file called 0.5.
    expect(offered('plimsoll scan --fail-on HIGH,ep')).toEqual(['HIGH,epss\\>0.5']);
    expect(offered('plimsoll scan --format=sar')).toEqual(['sarif']);
    expect(offered('plimsoll db ')).toContain('update');
    expect(offered('plimsoll policy ')).toEqual(['check', 'explain']);
    expect(offered('plimsoll db show --fo')).toEqual(['--format']);
    expect(offered('plimsoll scan --no-c')).toEqual(expect.arrayContaining(['--no-cache', '--no-color']));
    expect(offered('plimsoll completion z')).toEqual(['zsh']);
    expect(offered('plimsoll image --fixa')).toEqual(['--fixable']);
    expect(offered('plimsoll help sc')).toEqual(['scan']);
    expect(offered('plimsoll db --he')).toEqual(['--help']);
    expect(offered('plimsoll scan ')).toEqual(['<default>']);
    expect(offered('plimsoll scan --baseline ')).toEqual(['<default>']);
    expect(offered('plimsoll fix --context ')).toEqual(['<dirnames>']);
  });

  it.each([
    ['bash', inBash],
    ['fish', inFish],
  ] as const)('in %s offers every option of every command, and every value that the table names', (shell, asked) => {
    if (!has(shell)) return;
    const lines = everyOption.flatMap(({ line, spec }) => [
      ...wordsOf(spec).map((word) => `${line}${begun(word)}`),
      ...(valuesOf(spec).length > 0 ? wordsOf(spec).map((word) => `${line}${word} `) : []),
    ]);
    const told = asked([...new Set(lines)]);
    const plain = (words: readonly string[] = []): readonly string[] => words.map((word) => word.replace(/\\/g, ''));
    const missing = everyOption.flatMap(({ line, spec }) =>
      wordsOf(spec).flatMap((word) => [
        ...(told.get(`${line}${begun(word)}`)?.includes(word) ? [] : [`${line}${word}`]),
        ...valuesOf(spec)
          .filter((value) => !plain(told.get(`${line}${word} `)).includes(value))
          .map((value) => `${line}${word} ${value}`),
      ]),
    );
    expect(missing).toEqual([]);
  });

  it('in zsh has every option below its own command, with every value that the table names', () => {
    const script = completionScript('zsh');
    const missing = everyOption.flatMap(({ path, spec }) => {
      const [first = '', below] = path.split(' ');
      const room = below === undefined ? script.slice(script.indexOf('\n_plimsoll() {')) : functionOf(script, first);
      const own = room.split(/^ {6}(?=[a-z-][a-z|-]*\)\n)/m).find((text) => text.split(/[|)]/)[0] === (below ?? first));
      return wordsOf(spec).flatMap((word) => {
        const told = own?.split('\n').find((line) => line.includes(`${word}[`));
        const lacking = valuesOf(spec).filter((value) => !told?.replace(/\\/g, '').includes(value));
        return [
          ...(told === undefined ? [`${path} ${word}`] : []),
          ...lacking.map((value) => `${path} ${word} ${value}`),
        ];
      });
    });
    expect(missing).toEqual([]);
  });

  it('knows every other name of a command', () => {
    const program = new Command('plimsoll');
    const context = { stdout: process.stdout, stderr: process.stderr, environment: {}, progress: silent };
    for (const command of commands) command.define(program, context as never, () => {});
    const others = program.commands.flatMap((command) => command.aliases().map((alias) => [alias, command.name()]));
    expect(Object.fromEntries(others)).toEqual(Object.fromEntries(ALIASES));
  });

  it.skipIf(!has('zsh'))('is a script that zsh accepts', () => {
    const { stderr, status } = spawnSync('zsh', ['-n'], { input: completionScript('zsh'), encoding: 'utf8' });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });

  it.skipIf(!has('fish'))('in fish knows commands, options and values', () => {
    const ask = (line: string) => inFish([line]).get(line) ?? [];
    expect(ask('plimsoll sc')).toEqual(['scan']);
    expect(ask('plimsoll scan --fixa')).toEqual(['--fixable']);
    expect(ask('plimsoll scan --format ')).toContain('sarif');
    expect(ask('plimsoll scan --fail-on e')).toContain('epss>0.5');
    expect(ask('plimsoll scan --severity CRITICAL,HI')).toEqual(['CRITICAL,HIGH']);
    expect(ask('plimsoll scan --severity=CRITICAL,HI')).toEqual(['--severity=CRITICAL,HIGH']);
    expect(ask('plimsoll policy ')).toEqual(['check', 'explain']);
    // `explain` of a policy is another command than that of a vulnerability, and what a file is called is none.
    expect(ask('plimsoll policy explain --len')).toEqual([]);
    expect(ask('plimsoll inventory scan --fail')).toEqual([]);
    expect(ask('plimsoll image --fixa')).toEqual(['--fixable']);
    expect(ask('plimsoll help sc')).toEqual(['scan']);
    expect(ask('plimsoll db --he')).toEqual(['--help']);
  });

  it('is printed, and refuses other shells', async () => {
    expect((await runCommand(completionCommand, ['bash'], { environment: {} })).text).toContain(
      'complete -F _plimsoll',
    );
    await expect(runCommand(completionCommand, ['tcsh'], { environment: {} })).rejects.toThrow(/bash, zsh, fish/);
  });
});

/** The text of `_plimsoll_db`. */
const functionOf = (script: string, name: string): string => {
  const from = script.indexOf(`_plimsoll_${name}() {`);
  return script.slice(from, script.indexOf('\n}\n', from));
};
