import { tick } from '../../work.ts';
import { type ModuleServices, moduleServices } from './module-info.ts';

/** What a class says of others. Names are as in the file: `com/shop/Cart$Item`. */
export interface JavaClass {
  readonly name: string;
  /** Classes that its code names: what it is made from, makes, calls and asks fields of. */
  readonly names: readonly string[];
  /** Classes of fields, arguments and annotations, and texts that could name classes. */
  readonly mentions: readonly string[];
  /** It loads classes by names that its code works out. */
  readonly isOpen: boolean;
  /** It makes classes out of bytes or out of archives that it names itself: they need not be on the class path. */
  readonly isLoader: boolean;
  /** Of a module's declaration: what it offers. */
  readonly services?: ModuleServices;
}

/** Sizes of constants behind their tag, by the tag; of a text its length comes first. */
const SIZES: ReadonlyMap<number, number> = new Map([
  [3, 4],
  [4, 4],
  [5, 8],
  [6, 8],
  [7, 2],
  [8, 2],
  [9, 4],
  [10, 4],
  [11, 4],
  [12, 4],
  [15, 3],
  [16, 2],
  [17, 4],
  [18, 4],
  [19, 2],
  [20, 2],
]);
const MAGIC = 0xcafebabe;
const [TEXT, CLASS, STRING, NAME_AND_TYPE] = [1, 7, 8, 12] as const;
const CALLS: readonly number[] = [10, 11];
const NAME = /^[A-Za-z_$][\w$]*(?:[./][A-Za-z_$][\w$]*)+$/;
/** Methods that load the class whose name they are given; of others the class has to be known. */
const LOADS =
  /^(?:java\/lang\/Class\.forName|java\/lang\/invoke\/MethodHandles\$Lookup\.findClass|[^.]+\.(?:loadClass|findClass|defineClass|defineAnonymousClass))$/;
/** Makes classes out of bytes, and the loaders of the runtime that take archives from anywhere. */
const DEFINES = /\.(?:defineClass|defineAnonymousClass|defineHiddenClass)$/;
const LOADERS = /^java\/net\/(?:URLClassLoader|FactoryURLClassLoader)$|^javax\/management\/loading\/(?:Private)?MLet$/;
/** https://docs.oracle.com/javase/specs/jvms/se17/html/jvms-6.html : `ldc`, `ldc_w`, and the instructions that call. */
const [LDC, LDC_W, INVOKE_VIRTUAL, INVOKE_INTERFACE] = [0x12, 0x13, 0xb6, 0xb9] as const;

/** Reads the constants of a class file; undefined where it is none, or is damaged. https://docs.oracle.com/javase/specs/jvms/se17/html/jvms-4.html */
export function classFile(bytes: Buffer): JavaClass | undefined {
  const pool = constants(bytes);
  if (pool === undefined || pool.end + 6 > bytes.length) return undefined;
  const name = pool.nameAt(bytes.readUInt16BE(pool.end + 2));
  if (name === undefined) return undefined;
  const names = new Set<string>();
  const mentions = new Set<string>();
  const loading = new Set<number>();
  const asked = new Set<number>();
  let isLoader = false;
  for (const [index, { tag, at }] of pool.entries) {
    tick();
    // Many constants may have one text, which is looked at once.
    if (tag === CLASS) {
      const text = bytes.readUInt16BE(at);
      if (asked.has(text)) continue;
      asked.add(text);
      for (const className of classesOf(pool.textAt(text) ?? '')) names.add(className);
    } else if (tag === STRING) {
      const text = pool.textAt(bytes.readUInt16BE(at), 1_200) ?? '';
      if (text.length < 300 && NAME.test(text)) mentions.add(text.replaceAll('.', '/'));
    } else if (tag === TEXT) {
      const text = pool.textAt(index) ?? '';
      if (/^[([L]/.test(text)) for (const className of classesOf(text)) mentions.add(className);
    } else if (CALLS.includes(tag)) {
      const owner = pool.nameAt(bytes.readUInt16BE(at));
      const method = pool.entries.get(bytes.readUInt16BE(at + 2));
      const called = method?.tag === NAME_AND_TYPE ? pool.textAt(bytes.readUInt16BE(method.at)) : undefined;
      if (LOADS.test(`${owner}.${called}`)) loading.add(index);
      if (DEFINES.test(`${owner}.${called}`)) isLoader = true;
    }
  }
  names.delete(name);
  const services = name === 'module-info' ? moduleServices(bytes, pool.end, pool) : undefined;
  if (name === 'module-info' && services === undefined) return undefined;
  return {
    name,
    names: [...names],
    mentions: [...mentions].filter((mention) => mention !== name && !names.has(mention)),
    isOpen: loading.size > 0 && worksOut(bytes, pool, loading),
    isLoader: isLoader || [...names].some((className) => LOADERS.test(className)),
    ...(services && { services }),
  };
}

interface Constants {
  readonly entries: ReadonlyMap<number, { readonly tag: number; readonly at: number }>;
  readonly end: number;
  /** A text, if it is no longer than a name may sensibly be. */
  textAt(index: number, most?: number): string | undefined;
  /** The name of the class at an index. */
  nameAt(index: number): string | undefined;
}

function constants(bytes: Buffer): Constants | undefined {
  if (bytes.length < 10 || bytes.readUInt32BE(0) !== MAGIC) return undefined;
  const count = bytes.readUInt16BE(8);
  const entries = new Map<number, { tag: number; at: number }>();
  let at = 10;
  for (let index = 1; index < count; index += 1) {
    tick();
    if (at + 3 > bytes.length) return undefined;
    const tag = bytes[at] as number;
    const size = tag === TEXT ? 2 + bytes.readUInt16BE(at + 1) : SIZES.get(tag);
    if (size === undefined || at + 1 + size > bytes.length) return undefined;
    entries.set(index, { tag, at: at + 1 });
    // Numbers of eight bytes take two places.
    if (tag === 5 || tag === 6) index += 1;
    at += 1 + size;
  }
  const textAt = (index: number, most = LONGEST_TEXT): string | undefined => {
    const entry = entries.get(index);
    if (entry?.tag !== TEXT) return undefined;
    const length = bytes.readUInt16BE(entry.at);
    return length > most ? undefined : bytes.toString('utf8', entry.at + 2, entry.at + 2 + length);
  };
  return {
    entries,
    end: at,
    textAt,
    nameAt(index) {
      const entry = entries.get(index);
      return entry?.tag === CLASS ? textAt(bytes.readUInt16BE(entry.at)) : undefined;
    },
  };
}

/** Bytes of a text beyond which it names no class that a person wrote; of longer ones a hostile file may have thousands. */
const LONGEST_TEXT = 2_000;

/** `[Lcom/a/B;`, `(Lcom/a/B;I)V`, `com/a/B`. */
function classesOf(text: string): string[] {
  if (!/^[([L]/.test(text) || (text.startsWith('L') && !text.endsWith(';')))
    return text === '' || text.startsWith('[') ? [] : [text];
  return [...text.matchAll(/L([\w$/]{1,300});/g)].map(([, name]) => name as string);
}

/** Whether one of these methods is called with something else than a constant right before. Bytes that only look like a call count as one. */
function worksOut(bytes: Buffer, pool: Constants, loading: ReadonlySet<number>): boolean {
  const isText = (index: number): boolean => pool.entries.get(index)?.tag === STRING;
  let targets: ReadonlySet<number> | undefined;
  for (let at = pool.end; at + 2 < bytes.length; at += 1) {
    tick();
    const opcode = bytes[at] as number;
    if (opcode < INVOKE_VIRTUAL || opcode > INVOKE_INTERFACE || !loading.has(bytes.readUInt16BE(at + 1))) continue;
    const isShort = bytes[at - 2] === LDC && isText(bytes[at - 1] as number);
    const isLong = bytes[at - 3] === LDC_W && isText(bytes.readUInt16BE(at - 2));
    if (!isShort && !isLong) return true;
    targets ??= jumpTargets(bytes, pool.end);
    if (targets.has(at)) return true;
  }
  return false;
}

/** Where jumps lead: `name == null ? "a.b.C" : name` comes to the call by two ways, one of them with the constant right before it. */
function jumpTargets(bytes: Buffer, from: number): ReadonlySet<number> {
  const targets = new Set<number>();
  for (let at = from; at < bytes.length - 2; at += 1) {
    tick();
    if (JUMPS.has(bytes[at] as number)) targets.add(at + bytes.readInt16BE(at + 1));
  }
  return targets;
}

/** The instructions that jump by two bytes. */
const JUMPS: ReadonlySet<number> = new Set([...Array.from({ length: 16 }, (_, at) => 0x99 + at), 0xc6, 0xc7]);
