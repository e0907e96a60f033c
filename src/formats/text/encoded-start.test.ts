import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { encodedStarts } from './encoded-start.ts';

const BYTES = Buffer.from(
  '7f454c4602010100000000000000000003003e0001000000c0fffeff7f11223344556677887766554433221199aabbcc',
  'hex',
);
const said = (text: string): string[] => encodedStarts(text).map((bytes) => bytes.subarray(0, 16).toString('hex'));
const right = BYTES.subarray(0, 16).toString('hex');
const python = spawnSync('python3', ['-V']).status === 0;

describe('the first bytes of what was written as text', () => {
  it.each([
    ['base64', BYTES.toString('base64')],
    ['base64 for addresses', BYTES.toString('base64url')],
    ['base16', BYTES.toString('hex')],
    ['base32', 'P5CUYRQCAEAQAAAAAAAAAAAAAABQAPQAAEAAAAGA777P67YREIZUIVLGO6EHOZSVIQZSEEMZVK54Y==='],
    ['base85 of Python and Git', 'e??420s#R400000000000{}h%0RR91!2kaLe-R=xL{(;Yh<9dHL^C20nX0?Y'],
    ['base85 of Adobe', '<~Imm%#!W`<%zz!rtLb!<<*"_#OE6Ih<k\\6rdiCLj*H26o-#!RB!mC~>'],
  ])('%s', (_, text) => expect(said(text)).toContain(right));

  it.skipIf(!python)(`are those that Python wrote${python ? '' : ' (skipped: no python3 here)'}`, () => {
    for (const how of ['b64encode', 'urlsafe_b64encode', 'b32encode', 'b16encode', 'b85encode', 'a85encode']) {
      const text = execFileSync('python3', [
        '-c',
        `import base64, sys; print(base64.${how}(bytes.fromhex(sys.argv[1])).decode())`,
        BYTES.toString('hex'),
      ]).toString();
      expect([how, said(text).includes(right)]).toEqual([how, true]);
    }
  });

  it('are none of what has other letters, or too few of them', () => {
    expect(said('#!/bin/sh\nset -e\nexec /app/run "$@"\n')).toEqual([]);
    expect(said('f0VMRgIBAQA=')).toEqual([]);
  });
});
