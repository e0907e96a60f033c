import { describe, expect, it } from 'vitest';
import { javaClass } from '../../../test/java.ts';
import { classFile } from './index.ts';

/**
 * By javac 17:
 * `package p; class A { static Object a(String x) throws Exception { return Class.forName("p.q.Fixed"); } }`,
 * and the same with `x == null ? "p.q.Fixed" : x`, where the constant stands right before the call as well.
 */
const FIXED =
  'yv66vgAAAD0AFwoAAgADBwAEDAAFAAYBABBqYXZhL2xhbmcvT2JqZWN0AQAGPGluaXQ+AQADKClWCAAIAQAJcC5xLkZpeGVkCgAKAAsHAAwMAA0ADgEAD2phdmEvbGFuZy9DbGFzcwEAB2Zvck5hbWUBACUoTGphdmEvbGFuZy9TdHJpbmc7KUxqYXZhL2xhbmcvQ2xhc3M7BwAQAQADcC9BAQAEQ29kZQEAAWEBACYoTGphdmEvbGFuZy9TdHJpbmc7KUxqYXZhL2xhbmcvT2JqZWN0OwEACkV4Y2VwdGlvbnMHABUBABNqYXZhL2xhbmcvRXhjZXB0aW9uACAADwACAAAAAAACAAAABQAGAAEAEQAAABEAAQABAAAABSq3AAGxAAAAAAAIABIAEwACABEAAAASAAEAAQAAAAYSB7gACbAAAAAAABQAAAAEAAEAFQAA';

describe('a class of Java', () => {
  it('names other classes, and mentions some', () => {
    const bytes = javaClass('com/shop/Cart', {
      names: ['com/shop/Item', '[Lcom/shop/Price;', 'java/lang/Object', '[I'],
      texts: ['com.mysql.Driver', 'a text', '(Lcom/shop/Tax;I)V', 'Lcom/shop/Note;'],
    });
    expect(classFile(bytes)).toEqual({
      name: 'com/shop/Cart',
      names: ['com/shop/Item', 'com/shop/Price', 'java/lang/Object'],
      mentions: ['com/mysql/Driver', 'com/shop/Tax', 'com/shop/Note'],
      isOpen: false,
      isLoader: false,
    });
  });

  it('loads by a name that it works out, unless a constant stands right before the call and nothing jumps over it', () => {
    const fixed = Buffer.from(FIXED, 'base64');
    expect(classFile(fixed)).toMatchObject({
      name: 'p/A',
      mentions: expect.arrayContaining(['p/q/Fixed']),
      isOpen: false,
    });
    // `ldc` becomes `aload_0, nop`.
    const call = fixed.indexOf(Buffer.from([0x12, 0x07, 0xb8]));
    const given = Buffer.from(fixed);
    given.set([0x2a, 0x00], call);
    expect(classFile(given)?.isOpen).toBe(true);
    // A jump to the call, somewhere else in the file.
    const jumped = Buffer.concat([fixed, Buffer.from([0xa7, 0, 0, 0, 0])]);
    jumped.writeInt16BE(call + 2 - fixed.length, fixed.length + 1);
    expect(classFile(jumped)?.isOpen).toBe(true);
  });

  it('of hostile names and calls is read once over, within the time that a file may take', () => {
    // 30,000 constants of three bytes, all of one text that begins a name at each letter and never ends it.
    const text = Buffer.from(`[${'L'.repeat(65_000)}`);
    const head = Buffer.concat([Buffer.from([1, text.length >> 8, text.length & 0xff]), text]);
    const same = Buffer.concat(Array.from({ length: 30_000 }, () => Buffer.from([7, 0, 1])));
    const own = Buffer.concat([Buffer.from([1, 0, 1]), Buffer.from('A'), Buffer.from([7, 30_002 >> 8, 30_002 & 0xff])]);
    const start = [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61, 30_004 >> 8, 30_004 & 0xff];
    const self = [0, 0, 30_003 >> 8, 30_003 & 0xff];
    const names = Buffer.concat([Buffer.from(start), head, same, own, Buffer.from(self), Buffer.alloc(10)]);
    expect(classFile(names)).toMatchObject({ name: 'A', names: [] });
    // A call after a constant, 100,000 times; the first is jumped to by nobody, and nor are the others.
    const fixed = Buffer.from(FIXED, 'base64');
    const call = Buffer.from([0x12, 0x07, 0xb8, 0, 9]);
    const calls = Buffer.concat([fixed, ...Array.from({ length: 100_000 }, () => call)]);
    expect(classFile(calls)?.isOpen).toBe(false);
  });

  it('that is damaged is none', () => {
    const whole = javaClass('a/B', { names: ['c/D'], texts: [] });
    for (let length = 0; length < whole.length - 8; length += 1)
      expect(classFile(whole.subarray(0, length))).toBeUndefined();
    expect(classFile(Buffer.from('no class'))).toBeUndefined();
  });
});
