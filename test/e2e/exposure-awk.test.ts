import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { awkNames } from '../../src/formats/scripts/index.ts';

/** What a program of awk is said to start is held to what the makes of awk that this machine has really start: each command leaves a mark. */
const scratch = mkdtempSync(join(tmpdir(), 'plimsoll-awk-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const marks = join(scratch, 'marks');
const lines = join(scratch, 'lines');
writeFileSync(lines, 'one line\n');
beforeEach(() => rmSync(marks, { force: true }));

const MAKES = [['gawk'], ['mawk'], ['original-awk'], ['busybox', 'awk']];
const isThere = ([name = '']: readonly string[]): boolean => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

/** `M(a)` is a command that leaves the mark a. */
const PROGRAMS = [
  'BEGIN { system("M(a)"); "M(b); date" | getline d; print d | "cat >/dev/null; M(c)" }',
  'function run(c,  s) { s = system(c); return s } BEGIN { run("M(a)"); if (0) system("M(b)") }',
  'BEGIN { c = "M(a)"; while ((c | getline x) > 0) n++; close(c); print n > "/dev/null" } END { system("M(b)") }',
  'BEGIN { system(sprintf("M(a) # %d %s", 1, "x")); t[1] = "M(b)"; system(t[1]) }',
  'BEGIN { x = 12 / 4 / 3; y = "M(a)"; z = x ? y : "true"; system(z) } # system("M(b)")\n',
  'BEGIN {\n  if (1)\n    system("M(a)")\n  else\n    system("M(b)")\n  system("true") && system("M(c)")\n  print "system(\\"M(d)\\")" > "/dev/null"\n}',
  '/b\\/"/ { system("M(a)") } { system("M(b)") } END { ("M(" "c)") | getline z }',
];

describe.skipIf(process.platform === 'win32')('what awk starts', () => {
  for (const make of MAKES)
    it.skipIf(!isThere(make))(`${make.join(' ')} starts what is foreseen, and nothing else`, () => {
      for (const program of PROGRAMS) {
        rmSync(marks, { force: true });
        const text = program.replace(/M\((" ")?(\w)\)/g, (_, apart, mark) => `echo ${mark} ${apart ?? ''}>>marks`);
        const [called = '', ...more] = make;
        execFileSync(called, [...more, text, lines], { cwd: scratch, timeout: 20_000 });
        const left = new Set(existsSync(marks) ? readFileSync(marks, 'utf8').trim().split('\n') : []);
        const marksOf = (list: ReturnType<typeof awkNames>['starts']) =>
          list.flatMap((words) => [...String(words.at(-1)).matchAll(/echo (\w)/g)].map(([, mark]) => mark as string));
        const { starts, calls } = awkNames(text);
        // What is sure was started, and what was started is foreseen.
        expect(marksOf(starts).filter((mark) => !left.has(mark))).toEqual([]);
        expect([...left].filter((mark) => ![...marksOf(starts), ...marksOf(calls)].includes(mark))).toEqual([]);
        expect(left.size).toBeGreaterThan(0);
      }
    });
});
