import { LIMITS } from '../../limits.ts';
import { type ForwardCapture, forwardCapture, type WindowView } from '../compression/index.ts';
import { type LinkedCode, linkedCode } from './linked-code.ts';

/**
 * How the line table begins, by its first two bytes: Go 1.16, 1.18 and 1.20. Two bytes of zero follow it, what an instruction is a multiple of,
 * and the width of a pointer. https://go.dev/src/internal/abi/symtab.go
 */
const LITTLE = [0xfa, 0xf0, 0xf1].map((first) => Buffer.from([first, 0xff, 0xff, 0xff, 0, 0]));
const BIG = [0xfa, 0xf0, 0xf1].map((last) => Buffer.from([0xff, 0xff, 0xff, last, 0, 0]));
/** Where the text of the code begins stands in the header since 1.18. */
const WITHOUT_TEXT_START = 0xfa;
/** The header with eight words of eight bytes. */
const HEADER = 8 + 8 * 8;
/** Beginnings looked at in one file: a program that reads Go programs has the mark among its constants. */
const HEADERS = 16;

/** Finds the names of functions in the line table of a Go program while the views of its file pass by. */
interface GoFunctions {
  visit(view: WindowView): void;
  /** Undefined where there is no table of a form that is known; `main` is called as the package whose program it is. */
  end(main?: string): LinkedCode | undefined;
}

/**
 * What the Go linker wrote for tracebacks names each function whose code is in the program, and each that was put into another's code
 * (`walkFuncs` of the linker): what is not named there is not in the program. It stays where symbols are stripped. Go 1.16 and later have the
 * names in one piece; in older programs they are not looked for. https://go.dev/src/cmd/link/internal/ld/pcln.go
 */
export function goFunctions(): GoFunctions {
  let names: ForwardCapture | undefined;
  let wanted = 0;
  let header: { readonly capture: ForwardCapture; readonly at: number } | undefined;
  let headers = 0;
  const readHeader = (view: WindowView): void => {
    if (header === undefined) return;
    header.capture.feed(view);
    if (!header.capture.done) return;
    const place = namesPlace(header.capture.bytes());
    if (place !== undefined) {
      wanted = place.length;
      names = forwardCapture(header.at + place.offset, place.length);
    }
    header = undefined;
  };
  return {
    visit(view) {
      if (names === undefined && header === undefined && headers < HEADERS) {
        const at = headerIn(view);
        if (at !== undefined) {
          headers += 1;
          header = { capture: forwardCapture(view.start + at, HEADER), at: view.start + at };
        }
      }
      readHeader(view);
      names?.feed(view);
    },
    end(main) {
      const bytes = names?.bytes();
      return bytes === undefined || bytes.length < wanted ? undefined : codeNamed(bytes, main);
    },
  };
}

function headerIn({ bytes, start, from, to }: WindowView): number | undefined {
  let first: number | undefined;
  for (const mark of [...LITTLE, ...BIG])
    for (let at = bytes.indexOf(mark, from); at >= 0 && at < to; at = bytes.indexOf(mark, at + 1)) {
      if ((start + at) % 4 !== 0 || !isInstructionAndWidth(bytes[at + 6], bytes[at + 7])) continue;
      if (first === undefined || at < first) first = at;
      break;
    }
  return first;
}

const isInstructionAndWidth = (least: number | undefined, width: number | undefined): boolean =>
  (least === 1 || least === 2 || least === 4) && (width === 4 || width === 8);

/** Where the names lie, from the header's first byte on: between the two offsets that follow the counts. */
function namesPlace(bytes: Buffer): { readonly offset: number; readonly length: number } | undefined {
  if (bytes.length < HEADER) return undefined;
  const isLittle = bytes[0] !== 0xff;
  const magic = isLittle ? bytes[0] : bytes[3];
  const width = bytes[7] as number;
  const word = (index: number): number => {
    const at = 8 + index * width;
    if (width === 4) return isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    return Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  };
  const first = magic === WITHOUT_TEXT_START ? 2 : 3;
  const [offset, units, files, counters, lines] = [0, 1, 2, 3, 4].map((index) => word(first + index)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const isOrdered = offset < units && units <= files && files <= counters && counters <= lines;
  if (word(0) === 0 || offset < 8 || !isOrdered || units - offset > LIMITS.linkedNamesBytes) return undefined;
  return { offset, length: units - offset };
}

/** Names as the table has them: `golang.org/x/net/html.(*Tokenizer).Next`, `slices.Sort[...]`, each behind a zero. */
function codeNamed(bytes: Buffer, main: string | undefined): LinkedCode {
  const packages = new Map<string, Set<string>>();
  for (const name of bytes.toString('utf8').split('\0')) {
    const plain = name.includes('[') ? withoutTypes(name) : name;
    const dot = plain.indexOf('.', plain.lastIndexOf('/') + 1);
    // What the compiler made for itself: `go:buildid`, `type:.eq.x`.
    if (dot <= 0 || /^(?:go|type)[:.]/.test(plain)) continue;
    const own = percentDecoded(plain.slice(0, dot));
    const path = own === 'main' && main !== undefined ? main : own;
    const functions = packages.get(path) ?? new Set();
    packages.set(path, functions);
    const called = functionOf(plain.slice(dot + 1));
    if (called !== undefined) functions.add(called);
  }
  return linkedCode(packages);
}

/** Without type arguments, which may be nested and hold paths. */
function withoutTypes(name: string): string {
  let depth = 0;
  let kept = '';
  for (const character of name) {
    if (character === '[') depth += 1;
    if (depth === 0) kept += character;
    if (character === ']') depth = Math.max(0, depth - 1);
  }
  return kept;
}

/** The last part of a path is escaped where it has dots: `gopkg.in/yaml%2ev3`. https://go.dev/src/cmd/internal/objabi/path.go */
const percentDecoded = (path: string): string =>
  path.replace(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/**
 * `(*Tokenizer).Next` as advisories write it: `Tokenizer.Next`. Undefined for what has no name in the source: functions within functions
 * (`Parse.func1`), wrappers of method values (`Next-fm`).
 */
function functionOf(name: string): string | undefined {
  const plain = name.startsWith('(*') ? name.slice(2).replace(')', '') : name;
  const parts = plain.split('.');
  if (parts.length > 2 || plain.includes('-fm') || plain.includes('(')) return undefined;
  return parts.length === 2 && /^(?:func|gowrap|deferwrap)?\d/.test(parts[1] as string) ? undefined : plain;
}
