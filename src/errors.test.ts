import { expect, it } from 'vitest';
import { image, layer } from '../test/image.ts';
import { analyzer } from './analyzers/analyzer.ts';
import { asInternalError, asPlimsollError, isDefect, PlimsollError, printable, reasonOf } from './errors.ts';
import { takeInventory } from './inventory/take.ts';

/** An analyzer with a mistake in it. */
const mistaken = (fails: (text: string) => unknown) =>
  analyzer({
    name: 'mistaken',
    version: 1,
    files: ['**/*.txt'],
    *read(file) {
      yield { type: 'pypi', name: 'before', version: '1' };
      fails(file.text());
    },
  });
const undefinedCalled = (text: string): unknown => (JSON.parse('{}') as Record<string, () => void>)[text]!();

it('what the operating system says no with is told in words, and anything else as it is', () => {
  const refused = Object.assign(new Error("EISDIR: illegal operation on a directory, read '/x'"), { code: 'EISDIR' });
  expect(asPlimsollError(refused, 'config', 'x').line).toBe('this is a folder, not a file (x); check the path');
  expect(asPlimsollError(new Error('no such luck'), 'corrupt', 'x').line).toBe('no such luck (x)');
});

it('text is cut to no more than it may have, the dots among it', () => {
  expect(printable('abcdefgh', 8)).toBe('abcdefgh');
  expect(printable('abcdefghi', 8)).toBe('abcde...');
  expect(printable('abc', 2)).toBe('..');
  // A byte of a file's name that is no text is shown as the byte that it is.
  expect(printable('opt/\uefff\uef80')).toBe('opt/\\xff\\x80');
  // Half of a character is none.
  expect(printable('abcd\u{1f600}fghi', 8)).toBe('abcd?...');
});

it('a mistake in one reader costs one file: the rest goes on, and the id of the place is said', async () => {
  const good = analyzer({
    name: 'good',
    version: 1,
    files: ['**/*.txt'],
    *read() {
      yield { type: 'pypi', name: 'fine', version: '1' };
    },
  });
  const { inventory } = await takeInventory(image(layer({ 'a.txt': 'x', 'b.txt': 'y' })), {
    analyzers: [mistaken(undefinedCalled), good],
  });
  expect([...new Set(inventory.packages.map(({ name }) => name))].sort()).toEqual(['before', 'fine']);
  const reasons = inventory.unknowns.map(({ reason }) => reason);
  expect(reasons).toHaveLength(2);
  for (const reason of reasons) expect(reason).toMatch(/^a defect of this program \[E\w{6}\], please report it: /);
  expect(new Set(reasons.map((reason) => /\[(\w+)\]/.exec(reason)?.[1])).size).toBe(1);
});

it.each<readonly [string, () => unknown, boolean]>([
  ['a value that is not what the code takes it for', () => undefinedCalled('x'), true],
  [
    'a name that nobody declared',
    () => {
      throw new ReferenceError('nobody is not defined');
    },
    true,
  ],
  [
    'a recursion without an end',
    () => {
      const down = (): number => 1 + down();
      return down();
    },
    true,
  ],
  ['reading behind the end of a buffer', () => Buffer.alloc(2).readUInt32LE(0), false],
  ['text that is no JSON', () => JSON.parse('{'), false],
  ['an address that is none', () => new URL('http://['), false],
  [
    'one of ours',
    () => {
      throw new PlimsollError('limit', 'too much');
    },
    false,
  ],
])('%s is a defect: %#', (_, fails, expected) => {
  let thrown: unknown;
  try {
    fails();
  } catch (error) {
    thrown = error;
  }
  expect(isDefect(thrown)).toBe(expected);
  expect(reasonOf(thrown).includes('a defect of this program')).toBe(expected);
});

it('says in one line what was read, the id of the place, and where to report', () => {
  const { line, code } = asInternalError(new TypeError('x is\n\u001b[31mnot'), 'scan image');
  expect(code).toBe('internal');
  expect(line).toMatch(/^a defect of this program \[E\w{6}\]: .* \(scan image\); please report it .*--debug/);
  expect(line).not.toMatch(/[\n\u001b]/);
});

it('a name or version of megabytes is no package: nobody has to try patterns on it', async () => {
  const long = analyzer({
    name: 'long',
    version: 1,
    files: ['**/*.txt'],
    *read() {
      yield { type: 'composer', name: 'a', version: '0'.repeat(100_000) };
      yield { type: 'pypi', name: 'b'.repeat(100_000), version: '1' };
      yield { type: 'pypi', name: 'good', version: '1' };
    },
  });
  const { inventory } = await takeInventory(image(layer({ 'a.txt': 'x' })), { analyzers: [long] });
  expect(inventory.packages.map(({ name }) => name)).toEqual(['good']);
  expect(inventory.unknowns.map(({ reason }) => reason)).toEqual(
    Array(2).fill(expect.stringContaining('more than 1024 characters')),
  );
});

it('nothing that a runner of pipelines obeys in its log is printed, and code is left as it is', () => {
  for (const command of [
    '::error::x',
    '::error file=a,line=1::x',
    '::add-mask::x',
    'a ::stop-commands::x',
    `${'x'.repeat(200)}::set-output name=a::b`,
    '##vso[task.setvariable variable=PATH]/evil',
    'a##VSO[task.prependpath]/evil',
    '##teamcity[buildStop]',
    '##[add-path]/evil',
  ])
    expect(printable(command)).not.toMatch(/(?:^|\s|x)::(?:error|add|stop|set)|##(?:vso|teamcity)?\[/i);
  for (const text of ['std::error::Error', 'Foo::Bar', '## [x] heading', 'a::b c', 'APT::Update::Pre-Invoke::=x'])
    expect(printable(text)).toBe(text);
});
