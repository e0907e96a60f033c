import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zip } from '../../../test/feeds/zip-writer.ts';
import { openZip } from './zip-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-zip-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (bytes: Buffer): string => {
  const path = join(folder, `${Math.random()}.zip`);
  writeFileSync(path, bytes);
  return path;
};
const contents = (path: string, limit = 1_000_000): string[] => {
  const archive = openZip(path);
  try {
    return archive.members.map((member) => `${member.name}=${archive.read(member, limit)}`);
  } finally {
    archive.close();
  }
};

describe('a zip archive on disk', () => {
  it('is read member by member, with something before it, too', () => {
    const bytes = zip([
      { name: 'a.json', content: '{"a":1}' },
      { name: 'ünïcode/b', content: 'b'.repeat(5_000) },
    ]); // prettier-ignore
    expect(contents(file(bytes))).toEqual(['a.json={"a":1}', `ünïcode/b=${'b'.repeat(5_000)}`]);
    expect(contents(file(Buffer.concat([Buffer.alloc(777, 1), bytes])))[0]).toBe('a.json={"a":1}');
  });

  it('with a directory longer than the first look at its end is found all the same', () => {
    const many = Array.from({ length: 6_000 }, (_, index) => ({
      name: `record-with-a-long-name-${index}.json`,
      content: `${index}`,
    }));
    const actual = contents(file(zip(many)));
    expect(actual).toHaveLength(6_000);
    expect(actual[5_999]).toBe('record-with-a-long-name-5999.json=5999');
  });

  it.each<[string, () => Buffer, RegExp]>([
    ['cut off', () => zip([{ name: 'a', content: 'x'.repeat(1_000) }]).subarray(0, 60), /zip/],
    [
      'with a directory that breaks off',
      () => {
        const bytes = zip(['a', 'b', 'c'].map((name) => ({ name, content: name })));
        bytes[bytes.lastIndexOf('PK\x01\x02')] = 0;
        return bytes;
      },
      /its directory holds 2 of 3 members/,
    ],
    ['empty', () => Buffer.alloc(0), /zip/],
    ['of a member with a wrong checksum', () => zip([{ name: 'a', content: 'x', claims: { crc32: 5 } }]), /checksum/],
    ['of a member larger than allowed', () => zip([{ name: 'a', content: 'x'.repeat(2_000_000) }]), /inflated/],
  ])('%s is refused', (_, make, reason) => expect(() => contents(file(make()))).toThrow(reason));
});
