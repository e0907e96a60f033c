import { LIMITS } from '../../limits.ts';
import { readJson } from '../json-values.ts';

/** What the Go linker wrote into a program. https://pkg.go.dev/runtime/debug#BuildInfo */
export interface GoBuildInfo {
  /** `go1.21.4`, `go1.22.1 X:nocoverageredesign`, `devel go1.23-abc`; undefined where it could not be found. */
  readonly goVersion?: string;
  /** Import path of the main package. */
  readonly path?: string;
  readonly main?: GoModule;
  readonly dependencies: readonly GoModule[];
  /** `-ldflags`, `vcs.revision`, `CGO_ENABLED`... */
  readonly settings: ReadonlyMap<string, string>;
}

/** A module; a replacement stands in its place, since that is what was compiled. */
interface GoModule {
  readonly path: string;
  readonly version: string;
  /** `path@version` of the module that was replaced. */
  readonly replaces?: string;
}

/** `\xff Go buildinf:` opens the header; it is aligned to 16 bytes. https://go.dev/src/debug/buildinfo/buildinfo.go */
export const GO_BUILD_INFO = '\xff Go buildinf:';
/** Before Go 1.18 the module text stands between these two marks among the constants. https://go.dev/src/cmd/go/internal/modload/build.go */
export const GO_MODULES_BEGIN = '\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6';
export const GO_MODULES_END = '\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2';

/** What follows the header: the strings themselves (Go 1.18 and later), or pointers to them. */
type GoBuildHeader =
  | { readonly form: 'inline'; readonly version: string; readonly modules: string; readonly size: number }
  | {
      readonly form: 'pointers';
      readonly version: number;
      readonly modules: number;
      readonly little: boolean;
      readonly width: number;
    }
  /** More bytes are needed: at least this many from the header's beginning. */
  | { readonly form: 'incomplete'; readonly size: number };

/** Reads the bytes from the mark on; undefined when it is no header after all (programs that read Go programs contain the mark). */
export function goBuildHeader(bytes: Buffer): GoBuildHeader | undefined {
  if (bytes.length < 32) return { form: 'incomplete', size: 32 };
  const width = bytes[14]!;
  const flags = bytes[15]!;
  if ((flags & 2) === 0) {
    if (width !== 4 && width !== 8) return undefined;
    const little = (flags & 1) === 0;
    const pointer = (at: number): number =>
      width === 4
        ? little
          ? bytes.readUInt32LE(at)
          : bytes.readUInt32BE(at)
        : Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
    return { form: 'pointers', version: pointer(16), modules: pointer(16 + width), little, width };
  }
  const version = prefixed(bytes, 32);
  if (typeof version === 'number') return inBounds(version);
  if (!/^(go\d|devel )/.test(version.text)) return undefined;
  const modules = prefixed(bytes, version.end);
  if (typeof modules === 'number') return inBounds(modules);
  return { form: 'inline', version: version.text, modules: withoutMarks(modules.text), size: modules.end };
}

const inBounds = (size: number): GoBuildHeader | undefined =>
  size <= LIMITS.buildInfoBytes ? { form: 'incomplete', size } : undefined;

/** A string behind its length as an unsigned varint; a number says how many bytes would be needed. */
function prefixed(bytes: Buffer, at: number): { text: string; end: number } | number {
  let length = 0;
  let factor = 1;
  for (let position = at; position < at + 10; position++) {
    const byte = bytes[position];
    if (byte === undefined) return position + 1;
    length += (byte & 0x7f) * factor;
    factor *= 128;
    if (byte >= 0x80) continue;
    const end = position + 1 + length;
    if (end > bytes.length) return end;
    // The end mark is Latin-1, so the marks are cut off before anything is read as UTF-8.
    return { text: bytes.toString('latin1', position + 1, end), end };
  }
  return Number.POSITIVE_INFINITY;
}

/** The module text without the 16-byte marks around it. */
export function withoutMarks(text: string): string {
  const inner = text.length >= 32 && text.at(-17) === '\n' ? text.slice(16, -16) : text;
  return Buffer.from(inner, 'latin1').toString('utf8');
}

/** Parses the module text, `path\t...`, `mod\t...`, `dep\t...`, `=>\t...`, `build\tkey=value`; unknown lines are passed over. */
export function goBuildInfo(goVersion: string | undefined, modules: string): GoBuildInfo {
  let path: string | undefined;
  let main: GoModule | undefined;
  const dependencies: GoModule[] = [];
  const settings = new Map<string, string>();
  let last: 'main' | 'dependency' | undefined;
  for (const line of modules.split('\n')) {
    const [word, name = '', version = ''] = line.split('\t');
    if (word === 'path') path = name;
    else if (word === 'mod') {
      main = { path: name, version };
      last = 'main';
    } else if (word === 'dep' && dependencies.length < LIMITS.factsPerFile) {
      dependencies.push({ path: name, version });
      last = 'dependency';
    } else if (word === '=>') {
      if (last === 'main' && main !== undefined) main = replacement(main, name, version);
      else if (last === 'dependency') dependencies.push(replacement(dependencies.pop()!, name, version));
    } else if (word === 'build') {
      const [, key, value] = /^([^=]+)=(.*)$/s.exec(line.slice(6)) ?? [];
      if (key !== undefined) settings.set(key, unquoted(value ?? ''));
    }
  }
  return {
    ...(goVersion === undefined ? {} : { goVersion }),
    ...(path === undefined ? {} : { path }),
    ...(main === undefined ? {} : { main }),
    dependencies,
    settings,
  };
}

/** A replacement by a folder has no version: then the original's stands. */
function replacement(original: GoModule, path: string, version: string): GoModule {
  const replaces = `${original.path}@${original.version}`;
  return version === '' ? { ...original, replaces: `${replaces} by ${path}` } : { path, version, replaces };
}

/** Values with spaces are written as Go strings. */
function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    const parsed: unknown = readJson(value);
    return typeof parsed === 'string' ? parsed : value;
  } catch {
    return value;
  }
}
