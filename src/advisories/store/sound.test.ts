import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SmallMachine, smallMachine } from '../../../test/small-machine.ts';
import { isSound } from './sound.ts';
import { databasePath } from './sqlite-store.ts';

let machine: SmallMachine;
let path: string;
let whole: Buffer;
beforeAll(async () => {
  machine = await smallMachine();
  path = databasePath(machine.environment.PLIMSOLL_HOME ?? '');
  whole = readFileSync(path);
});
afterAll(() => machine.close());

it('a database as it was written is sound', () => {
  expect(isSound(path)).toBe(true);
});

it.each(['Debian', 'osv/PyPI', 'openssl', 'setuptools'])(
  'one in which %s is no text any more is not, and ends no process',
  (word) => {
    const bytes = Buffer.from(whole);
    let changed = 0;
    for (let at = bytes.indexOf(word); at >= 0; at = bytes.indexOf(word, at + 1)) {
      bytes[at] = 0xff;
      changed++;
    }
    expect(changed).toBeGreaterThan(0);
    writeFileSync(path, bytes);
    expect(isSound(path)).toBe(false);
  },
);

it('nor is one of which pages are zeros, one that is cut off, and no database at all', () => {
  const zeros = Buffer.from(whole);
  zeros.fill(0, 8_192, 65_536);
  for (const bytes of [zeros, whole.subarray(0, 20_000), Buffer.from('no database')]) {
    writeFileSync(path, bytes);
    expect(isSound(path)).toBe(false);
  }
});
