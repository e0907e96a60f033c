import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { buildInformation } from '../../../test/go-program.ts';
import { GO_MODULES_BEGIN, GO_MODULES_END } from '../../formats/executables/go-buildinfo.ts';
import { LIMITS } from '../../limits.ts';
import { foreignPrograms } from './foreign-programs.ts';

/** The module text of a program that Go 1.26.8 built with GOOS=js: its header is not there, the text between its marks is. */
const MODULES =
  'path\th\nmod\th\t(devel)\t\ndep\tgolang.org/x/text\tv0.3.6\th1:aRYxNxv6iGQlyVaZmk6ZgYEDa+Jg18DxebPSrd6bg1M=\nbuild\t-buildmode=exe\n';
const MIB = 1 << 20;
/** First bytes of what Go 1.26.8 built with GOOS=windows, darwin, aix, plan9 and js. */
const HEADS = {
  windows: '4d5a900003000000',
  darwin: 'cffaedfe0c000001',
  aix: '01f7000a00000000',
  plan9: '00008a97001843a0',
  js: '0061736d01000000',
};

const begun = (head: string, ...parts: readonly Buffer[]): Buffer => {
  const bytes = Buffer.alloc(MIB + 64);
  bytes.write(head, 0, 'hex');
  return Buffer.concat([bytes, ...parts]);
};
const asked = (bytes: Buffer, size = bytes.length): boolean =>
  size >= foreignPrograms.leastBytes! &&
  foreignPrograms.magic!(bytes.subarray(0, LIMITS.magicBytes), { path: 'opt/tool', size } as never);
const marked = Buffer.from(`${GO_MODULES_BEGIN}${MODULES}${GO_MODULES_END}`, 'latin1');

describe('a Go program for another system', () => {
  it.each(Object.entries(HEADS))('tells its modules and its Go: %s', (system, head) => {
    const program =
      system === 'js'
        ? begun(head, Buffer.from('\0go1.26.8\0go1.9\n\0'), marked)
        : begun(head, buildInformation('go1.26.8', MODULES));
    expect(asked(program)).toBe(true);
    expect(facts(foreignPrograms, 'opt/tool', program)).toMatchObject([
      { type: 'golang', name: 'stdlib', version: '1.26.8' },
      { type: 'golang', name: 'h' },
      { type: 'golang', name: 'golang.org/x/text', version: 'v0.3.6' },
    ]);
  });

  it('tells no Go where several could be meant, and the modules all the same', () => {
    const program = begun(HEADS.js, Buffer.from('\0go1.26.8\0go1.25.1\0'), marked);
    expect(facts(foreignPrograms, 'opt/tool', program)).toMatchObject([{ name: 'h' }, { name: 'golang.org/x/text' }]);
  });

  it('whose build information was taken out tells the modules that its source files name', () => {
    const program = begun(HEADS.windows, Buffer.from('\0C:/go/pkg/mod/golang.org/x/text@v0.3.6/a.go\0'));
    expect(facts(foreignPrograms, 'opt/tool.exe', program)).toMatchObject([
      { name: 'golang.org/x/text', version: 'v0.3.6', recovered: 'code' },
    ]);
  });
});

it('other files are not read: small ones, Java classes, what begins otherwise', () => {
  expect(asked(begun(HEADS.windows), 200_000)).toBe(false);
  expect(asked(begun('cafebabe00000034'))).toBe(false);
  expect(asked(begun('cafebabe00000002'))).toBe(true);
  expect(asked(begun('7f454c4602010100'))).toBe(false);
  expect(facts(foreignPrograms, 'opt/lib.dll', begun(HEADS.windows, Buffer.from('go1.2\0')))).toEqual([]);
});
