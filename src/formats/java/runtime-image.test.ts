import { describe, expect, it } from 'vitest';
import { runtimeImage } from '../../../test/java-runtime.ts';
import { drive } from '../cursor.ts';
import { isRuntimeImage, modulesOfRuntime } from './runtime-image.ts';

const modulesOf = (bytes: Buffer): readonly string[] | undefined => {
  const reader = drive(modulesOfRuntime, bytes.length);
  reader.push(bytes, 0);
  const modules = reader.end();
  return modules && [...modules];
};

describe('a Java runtime that was linked into one file', () => {
  it('names its modules, each once, in both orders of bytes', () => {
    for (const big of [false, true]) {
      const bytes = runtimeImage(['java.base', 'com.acme.app'], { big });
      expect(isRuntimeImage(bytes)).toBe(true);
      expect(modulesOf(bytes)).toEqual(['java.base', 'com.acme.app']);
    }
  });

  it('is not read where its index is damaged, or larger than any', () => {
    expect(modulesOf(runtimeImage(['java.base'], { damaged: true }))).toBeUndefined();
    const large = runtimeImage(['java.base']);
    large.writeUInt32LE(0x7fffffff, 20);
    expect(modulesOf(large)).toBeUndefined();
    expect(() => modulesOf(runtimeImage(['java.base']).subarray(0, 60))).toThrow(/cut short/);
    expect(isRuntimeImage(Buffer.from('PK\x03\x04'))).toBe(false);
  });
});
