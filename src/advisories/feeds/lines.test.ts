import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../limits.ts';
import { lines } from './lines.ts';

async function linesOf(chunks: readonly Buffer[]): Promise<string[]> {
  const read: string[] = [];
  for await (const line of lines(inTurn(chunks))) read.push(line);
  return read;
}

async function* inTurn(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

describe('lines of a text that arrives in chunks', () => {
  const text = 'CVE-2023-4863,0.5\r\n\nZürich\nlast';

  test('are the same wherever the text is cut, within a letter and within the end of a line too', async () => {
    const bytes = Buffer.from(text);
    for (let size = 1; size <= bytes.length; size++) {
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      expect(await linesOf(chunks)).toEqual(['CVE-2023-4863,0.5', '', 'Zürich', 'last']);
    }
  });

  test('end with the text, which need not end with a line', async () => {
    expect(await linesOf([])).toEqual([]);
    expect(await linesOf([Buffer.from('a\n')])).toEqual(['a']);
    expect(await linesOf([Buffer.from([0x61, 0xc3])])).toEqual(['a\ufffd']);
  });

  test('are no longer than a record may be', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 0x61);
    const endless = Array.from({ length: LIMITS.feedRecordBytes / chunk.length + 1 }, () => chunk);
    await expect(linesOf(endless)).rejects.toThrow('a line is longer than');
  });
});
