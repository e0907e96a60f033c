import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { bytesOfPath, pathOfBytes } from './path-bytes.ts';

describe('names of files as text', () => {
  it('are UTF-8 where they are', () => {
    for (const name of ['usr/bin/python3', 'opt/caf\u00e9', 'srv/\u{1f600}', '', '\ufffd'])
      expect(pathOfBytes(Buffer.from(name))).toBe(name);
  });

  it('keep each other byte as a character of its own, whatever stands beside it', () => {
    expect(pathOfBytes(Buffer.from([0x61, 0xff, 0x2f, 0xc3, 0xa9]))).toBe('a\uefff/\u00e9');
    // Cut short, too long for what it says, half of a pair.
    expect(pathOfBytes(Buffer.from([0xe2, 0x82]))).toBe('\uefe2\uef82');
    expect(pathOfBytes(Buffer.from([0xc0, 0xaf]))).toBe('\uefc0\uefaf');
    expect(pathOfBytes(Buffer.from([0xed, 0xa0, 0x80]))).toBe('\uefed\uefa0\uef80');
  });

  it('are never alike where their bytes are not, and lead back to them', () => {
    const seen = new Map<string, string>();
    const pieces = [
      [0xff],
      [0xc3, 0xbf],
      [0xef, 0xbf, 0xbf],
      [0xef, 0xbe, 0x80],
      [0xef],
      [0x80],
      [0x41],
      [0xbf, 0xbd],
      [0xef, 0xbf, 0xbd],
    ];
    for (const a of pieces)
      for (const b of pieces)
        for (const c of pieces) {
          const bytes = Buffer.from([...a, ...b, ...c]);
          const text = pathOfBytes(bytes);
          expect(bytesOfPath(text).equals(bytes)).toBe(true);
          expect(seen.get(text) ?? bytes.toString('hex')).toBe(bytes.toString('hex'));
          seen.set(text, bytes.toString('hex'));
        }
  });

  it('of a path are those of its folders', () => {
    const [folder, name] = [Buffer.from('d\u00e9'), Buffer.from([0x66, 0xe9])];
    expect(pathOfBytes(Buffer.concat([folder, Buffer.from('/'), name]))).toBe(
      `${pathOfBytes(folder)}/${pathOfBytes(name)}`,
    );
  });
});
