import { elf, note } from './elf.ts';

/** What a made-up Go program is made of; the layout of each part is the real one. */
interface GoProgram {
  /** `path\t...`, `mod\t...`, `dep\t...` as `go version -m` prints them; absent: the build information was taken out. */
  readonly modules?: string;
  /** As the line table has them: `golang.org/x/net/html.(*Tokenizer).Next`. Absent: no table. */
  readonly functions?: readonly string[];
  /** The names of its source files, each ended by a zero, behind the table. */
  readonly files?: Buffer;
  /** First byte of the table's mark: 0xf1 since Go 1.20, 0xf0 since 1.18, 0xfa since 1.16. */
  readonly magic?: number;
  readonly little?: boolean;
  readonly width?: 4 | 8;
  /** False: linked with `-buildid=`, so that no note says that it is Go. */
  readonly buildId?: boolean;
}

/** A Go program with build information (https://go.dev/src/debug/buildinfo/buildinfo.go) and a line table (https://go.dev/src/debug/gosym/pclntab.go). */
export function goProgram({
  modules,
  functions,
  files,
  magic = 0xf1,
  little = true,
  width = 8,
  buildId = true,
}: GoProgram): Buffer {
  const parts = buildId ? [{ content: note('Go', 4, Buffer.from('buildid')), type: 4 }] : [];
  const constants: Buffer[] = [];
  if (functions !== undefined) constants.push(lineTable(functions, { magic, little, width }));
  if (files !== undefined) constants.push(files);
  const data = modules === undefined ? [] : [{ content: buildInformation('go1.22.1', modules), writable: true }];
  return elf({
    parts: [...parts, { content: Buffer.concat(constants) }, ...data],
    little,
    bits: width === 8 ? 64 : 32,
  });
}

function lineTable(
  functions: readonly string[],
  { magic, little, width }: Required<Pick<GoProgram, 'magic' | 'little' | 'width'>>,
): Buffer {
  const names = Buffer.from(`${functions.join('\0')}\0`);
  const words = magic === 0xfa ? 7 : 8;
  const head = Buffer.alloc(8 + words * width);
  const mark = [magic, 0xff, 0xff, 0xff];
  head.set(little ? mark : mark.reverse(), 0);
  head[6] = 1;
  head[7] = width;
  const put = (index: number, value: number): void => {
    const at = 8 + index * width;
    if (width === 8) little ? head.writeBigUInt64LE(BigInt(value), at) : head.writeBigUInt64BE(BigInt(value), at);
    else little ? head.writeUInt32LE(value, at) : head.writeUInt32BE(value, at);
  };
  const rest = Buffer.alloc(64);
  const first = head.length;
  const end = first + names.length;
  put(0, functions.length);
  put(1, 1);
  for (const [index, value] of [first, end, end + 16, end + 32, end + 48].entries()) put(words - 5 + index, value);
  return Buffer.concat([head, names, rest]);
}

/** As Go 1.18 and later write it. */
export function buildInformation(version: string, modules: string): Buffer {
  const head = Buffer.alloc(32);
  head.write('\xff Go buildinf:', 0, 'latin1');
  head[14] = 8;
  head[15] = 2;
  const marked = Buffer.concat([
    Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex'),
    Buffer.from(modules),
    Buffer.from('f932433186182072008242104116d8f2', 'hex'),
  ]);
  return Buffer.concat([head, prefixed(Buffer.from(version)), prefixed(marked)]);
}

function prefixed(bytes: Buffer): Buffer {
  const size: number[] = [];
  for (let left = bytes.length; ; left >>= 7) {
    if (left < 0x80) {
      size.push(left);
      break;
    }
    size.push((left & 0x7f) | 0x80);
  }
  return Buffer.concat([Buffer.from(size), bytes]);
}
