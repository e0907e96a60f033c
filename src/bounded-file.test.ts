import { execFileSync } from 'node:child_process';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { boundedBytes, boundedText, decodedText, keptText } from './bounded-file.ts';

const posix = it.skipIf(process.platform === 'win32');
const pipe = (): string => {
  const path = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
};

it('a file is read whole, or not at all', async () => {
  const path = join(temporaryFolder(), 'x');
  writeFileSync(path, 'naïve'.repeat(40_000));
  expect(await boundedText(path, 400_000)).toBe('naïve'.repeat(40_000));
  await expect(boundedBytes(path, 1_000)).rejects.toMatchObject({ code: 'limit', where: path });
  await expect(boundedBytes(`${path}.gone`, 1_000)).rejects.toMatchObject({ code: 'ENOENT' });
});

it.each([
  ['UTF-8', Buffer.from('naïve\n')],
  ['UTF-8 with a mark', Buffer.from('\ufeffnaïve\n')],
  ['UTF-16, little end first', Buffer.from('\ufeffnaïve\n', 'utf16le')],
  ['UTF-16, big end first', Buffer.from('\ufeffnaïve\n', 'utf16le').swap16()],
])('text is read by its byte order mark: %s', async (_, bytes) => {
  expect(decodedText(bytes)).toBe('naïve\n');
  const path = join(temporaryFolder(), 'x');
  writeFileSync(path, bytes);
  expect(await boundedText(path, 100)).toBe('naïve\n');
});

posix('a device without an end is cut off', async () => {
  await expect(boundedBytes('/dev/zero', 1_000_000)).rejects.toMatchObject({ code: 'limit' });
  expect(await boundedText('/dev/null', 10)).toBe('');
});

posix('a pipe is read as it is written, however late its writer comes', async () => {
  const path = pipe();
  const read = boundedText(path, 1_000_000);
  const writer = createWriteStream(path);
  writer.write('one ');
  setTimeout(() => writer.end('x'.repeat(200_000)), 60);
  expect(await read).toBe(`one ${'x'.repeat(200_000)}`);
});

posix('a pipe that nobody writes to is told, and holds nobody', async () => {
  await expect(boundedBytes(pipe(), 10, 50)).rejects.toMatchObject({
    code: 'io',
    message: expect.stringContaining('nobody writes'),
  });
});

posix('a pipe in the place of a file of ours is none, at once', () => {
  expect(() => keptText(pipe(), 100)).toThrow(/none of our files/);
  const plain = join(temporaryFolder(), 'kept.json');
  writeFileSync(plain, 'x'.repeat(100));
  expect(keptText(plain, 100)).toHaveLength(100);
  expect(() => keptText(plain, 99)).toThrow(/none of our files/);
});
