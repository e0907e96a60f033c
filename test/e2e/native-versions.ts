/** What the native tools say of pairs of versions: -1, 0 or 1 each. */
import { spawnSync } from 'node:child_process';
import { isPep440 } from '../../src/versions/pep440.ts';

export type Pair = readonly [string, string];

/** A tool that compares versions itself. */
export interface NativeTool {
  readonly name: string;
  /** Namespaces whose versions it is the judge of, as SQLite's GLOB has it. */
  readonly namespaces: string;
  /** What it takes for a version at all. */
  readonly isVersion: (text: string) => boolean;
  readonly present: () => boolean;
  readonly compare: (pairs: readonly Pair[]) => readonly number[];
}

const run = (command: string, args: readonly string[], input?: string): string =>
  spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, ...(input !== undefined && { input }) }).stdout ??
  '';
const numbers = (text: string): readonly number[] => text.trim().split(/\s+/).map(Number);

const isPlain = (text: string): boolean => /^\d[\w.+:~^-]*$/.test(text);

const dpkg: NativeTool = {
  name: 'dpkg',
  namespaces: 'Debian:1[0-9]',
  isVersion: isPlain,
  present: () => run('dpkg', ['--version']) !== '',
  compare: (pairs) =>
    numbers(
      run(
        'sh',
        [
          '-c',
          'while read -r a b; do if dpkg --compare-versions "$a" lt "$b"; then echo -1; elif dpkg --compare-versions "$a" eq "$b"; then echo 0; else echo 1; fi; done',
        ],
        pairs.map(([a, b]) => `${a} ${b}\n`).join(''),
      ),
    ),
};

const rpm: NativeTool = {
  name: 'rpm',
  namespaces: 'AlmaLinux:*',
  isVersion: isPlain,
  present: () => run('rpm', ['--version']) !== '',
  compare: (pairs) => {
    const lua = pairs.map(([a, b]) => `print(rpm.vercmp("${a}", "${b}") .. " ")`).join(' ');
    return numbers(run('rpm', ['--eval', `%{lua: ${lua}}`]));
  },
};

const SCRIPT = `
import json, sys
from packaging.version import Version
print(json.dumps([(Version(a) > Version(b)) - (Version(a) < Version(b)) for a, b in json.load(sys.stdin)]))
`;

const packaging: NativeTool = {
  name: "Python's packaging",
  namespaces: 'PyPI',
  isVersion: isPep440,
  present: () => run('python3', ['-c', 'import packaging.version; print(1)']) !== '',
  compare: (pairs) => JSON.parse(run('python3', ['-c', SCRIPT], JSON.stringify(pairs))) as number[],
};

export const nativeTools: readonly NativeTool[] = [dpkg, rpm, packaging];
