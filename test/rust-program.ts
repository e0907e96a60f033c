import { deflateSync } from 'node:zlib';
import { elf } from './elf.ts';

/** What a made-up Rust program is made of; the layout of each part is the real one. */
interface RustProgram {
  /** Names in the string table of its symbols; absent: it was stripped. */
  readonly symbols?: readonly string[];
  /** Names in its debug information: also of functions that the linker dropped. */
  readonly debug?: readonly string[];
  /** As cargo-auditable writes them. */
  readonly crates?: readonly { readonly name: string; readonly version: string }[];
  readonly needed?: readonly string[];
}

/** A program of the Rust compiler, with the list of cargo-auditable behind what is loaded, and section headers at its end. */
export function rustProgram({ symbols, debug = [], crates = [], needed = [] }: RustProgram): Buffer {
  const text = Buffer.from('\0/rustc/59807616e1/library/core/src/fmt/mod.rs\0');
  // Whether the rest of a file is read is decided by what has passed before it, a block of 64 KiB back.
  const plain = elf({ parts: [{ content: Buffer.concat([text, Buffer.alloc(2 * 65_536)]) }], needed });
  const list = deflateSync(JSON.stringify({ packages: crates.map((crate) => ({ ...crate, source: 'crates.io' })) }));
  const strings = (names: readonly string[]): Buffer => Buffer.from(`\0${names.join('\0')}\0`);
  const contents = [
    { type: 1, bytes: crates.length > 0 ? list : Buffer.alloc(0), link: 0 },
    { type: 1, bytes: strings(debug), link: 0 },
    ...(symbols === undefined
      ? []
      : [
          { type: 2, bytes: Buffer.alloc(24 * (symbols.length + 1)), link: 4 },
          { type: 3, bytes: strings(symbols), link: 0 },
        ]),
  ];
  const headers = Buffer.alloc(64 * (contents.length + 1));
  let at = plain.length;
  for (const [index, { type, bytes, link }] of contents.entries()) {
    const header = 64 * (index + 1);
    headers.writeUInt32LE(type, header + 4);
    headers.writeBigUInt64LE(BigInt(at), header + 24);
    headers.writeBigUInt64LE(BigInt(bytes.length), header + 32);
    headers.writeUInt32LE(link, header + 40);
    at += bytes.length;
  }
  const file = Buffer.concat([plain, ...contents.map(({ bytes }) => bytes), headers]);
  file.writeBigUInt64LE(BigInt(at), 40);
  file.writeUInt16LE(64, 58);
  file.writeUInt16LE(contents.length + 1, 60);
  return file;
}
