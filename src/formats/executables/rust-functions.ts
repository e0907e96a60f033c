import { LIMITS } from '../../limits.ts';
import { type ForwardCapture, forwardCapture, type WindowView } from '../compression/index.ts';
import { type LinkedCode, linkedCode } from './linked-code.ts';
import { rustFunction } from './rust-names.ts';

/** Finds the functions that the symbol table of a Rust program names while the views of its file pass by. */
interface RustFunctions {
  /** Shown from the first byte on; names count once the file is known to be of the Rust compiler. */
  visit(view: WindowView, isRust: boolean): void;
  /** The functions of these crates, as they are called in code; undefined where no symbol names one (stripped: always). */
  end(crates: ReadonlySet<string>): LinkedCode | undefined;
}

const MARKS = [Buffer.from('\0_ZN'), Buffer.from('\0_R')];
const SECTION_HEADER = 64;
const SHT_SYMTAB = 2;

/**
 * Names in the string table of `.symtab` are of functions whose code is in the program: what the linker dropped it names no more (debug information
 * does, so names elsewhere do not count). What is not named there may have been put into another function. Of 64-bit little-endian files.
 * https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.sheader.html
 */
export function rustFunctions(): RustFunctions {
  const names = new Map<number, string>();
  let headers: ForwardCapture | undefined;
  return {
    visit(view, isRust) {
      if (view.start === 0 && headers === undefined) headers = sectionHeaders(view.bytes);
      headers?.feed(view);
      if (headers !== undefined && isRust) remember(view, names);
    },
    end(crates) {
      const table = headers === undefined ? undefined : symbolNames(headers.bytes());
      const byPath = new Map<string, Set<string>>();
      if (table === undefined) return undefined;
      for (const [at, symbol] of names) {
        if (at < table.from || at >= table.until) continue;
        const path = rustFunction(symbol);
        const parts = path === undefined ? -1 : path.lastIndexOf('::');
        if (path === undefined || parts < 0 || !crates.has(path.slice(0, path.indexOf('::')))) continue;
        const held = byPath.get(path.slice(0, parts)) ?? new Set();
        byPath.set(path.slice(0, parts), held.add(path.slice(parts + 2)));
      }
      return byPath.size === 0 ? undefined : linkedCode(byPath);
    },
  };
}

function sectionHeaders(head: Buffer): ForwardCapture | undefined {
  const isUnderstood = head.length >= 64 && head[4] === 2 && head[5] === 1;
  if (!isUnderstood || head.readUInt16LE(58) !== SECTION_HEADER) return undefined;
  const offset = Number(head.readBigUInt64LE(40));
  const length = Math.min(head.readUInt16LE(60), LIMITS.elfSections) * SECTION_HEADER;
  return offset === 0 || length === 0 ? undefined : forwardCapture(offset, length);
}

/** Where the names of the symbols lie. */
function symbolNames(table: Buffer): { readonly from: number; readonly until: number } | undefined {
  const sections = Math.floor(table.length / SECTION_HEADER);
  for (let at = 0; at < sections; at += 1) {
    if (table.readUInt32LE(at * SECTION_HEADER + 4) !== SHT_SYMTAB) continue;
    const link = table.readUInt32LE(at * SECTION_HEADER + 40);
    if (link >= sections) return undefined;
    const from = Number(table.readBigUInt64LE(link * SECTION_HEADER + 24));
    return { from, until: from + Number(table.readBigUInt64LE(link * SECTION_HEADER + 32)) };
  }
  return undefined;
}

/** Symbols with their offset, the last of the file: string tables of symbols stand behind debug information. */
function remember({ bytes, start, from, to }: WindowView, names: Map<number, string>): void {
  for (const mark of MARKS)
    for (let at = bytes.indexOf(mark, Math.max(0, from - 1)); at >= 0 && at < to; at = bytes.indexOf(mark, at + 1)) {
      const end = bytes.indexOf(0, at + 1);
      if (end < 0 || end - at > LIMITS.rustNameBytes) continue;
      if (names.size >= LIMITS.rustNames) names.clear();
      names.set(start + at + 1, bytes.toString('latin1', at + 1, end));
    }
}
