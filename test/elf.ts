/** A part of an ELF file for tests: its bytes and how the loader is told to see them. */
export interface ElfPart {
  readonly content: Buffer;
  readonly executable?: boolean;
  readonly writable?: boolean;
  /** 1 LOAD (default), 4 NOTE. */
  readonly type?: number;
}

export interface ElfShape {
  readonly parts: readonly ElfPart[];
  readonly soname?: string;
  readonly needed?: readonly string[];
  readonly rpath?: string;
  readonly runpath?: string;
  /** Where the string table goes: before the dynamic section, as linkers do, or behind it, as patchelf does. */
  readonly stringsLast?: boolean;
  readonly bits?: 32 | 64;
  readonly little?: boolean;
  /** Behind the last segment: debug information and whatever is not loaded. */
  readonly rest?: Buffer;
}

/** Lays out a shared object: header, program headers, the parts, the string table, the dynamic section. */
export function elf(shape: ElfShape): Buffer {
  const { bits = 64, little = true, rest = Buffer.alloc(0) } = shape;
  const wide = bits === 64;
  const word = wide ? 8 : 4;
  const put = (target: Buffer, at: number, size: number, value: number): void => {
    if (size === 8) little ? target.writeBigUInt64LE(BigInt(value), at) : target.writeBigUInt64BE(BigInt(value), at);
    else if (size === 4) little ? target.writeUInt32LE(value, at) : target.writeUInt32BE(value, at);
    else little ? target.writeUInt16LE(value, at) : target.writeUInt16BE(value, at);
  };
  const named: readonly (readonly [tag: number, name: string | undefined])[] = [
    ...(shape.needed ?? []).map((name) => [1, name] as const),
    [14, shape.soname],
    [15, shape.rpath],
    [29, shape.runpath],
  ];
  const names = named.flatMap(([, name]) => name ?? []);
  const strings = Buffer.from(`\0symbol_one\0${names.join('\0')}\0`, 'latin1');
  const nameAt = (name: string): number => strings.indexOf(`\0${name}\0`, 0, 'latin1') + 1;
  const headerSize = wide ? 64 : 52;
  const entry = wide ? 56 : 32;
  const segments = shape.parts.length + 3;
  let offset = headerSize + entry * segments;
  const placed = shape.parts.map((part) => {
    offset = (offset + 15) & ~15;
    const at = offset;
    offset += part.content.length;
    return { ...part, at };
  });
  const dynamicSize = word * 2 * (names.length + 2);
  offset = (offset + 15) & ~15;
  const stringsAt = shape.stringsLast ? offset + dynamicSize : offset;
  const dynamicAt = shape.stringsLast ? offset : (offset + strings.length + 15) & ~15;
  const end = Math.max(stringsAt + strings.length, dynamicAt + dynamicSize);
  const base = 0x400000;

  const file = Buffer.alloc(end);
  file.write('\x7fELF', 0, 'latin1');
  file[4] = wide ? 2 : 1;
  file[5] = little ? 1 : 2;
  file[6] = 1;
  put(file, 16, 2, 3);
  put(file, 18, 2, wide ? 62 : 3);
  put(file, wide ? 32 : 28, word, headerSize);
  put(file, wide ? 54 : 42, 2, entry);
  put(file, wide ? 56 : 44, 2, segments);
  const header = (index: number, type: number, flags: number, at: number, size: number): void => {
    const where = headerSize + index * entry;
    put(file, where, 4, type);
    put(file, where + (wide ? 4 : 24), 4, flags);
    put(file, where + (wide ? 8 : 4), word, at);
    put(file, where + (wide ? 16 : 8), word, base + at);
    put(file, where + (wide ? 32 : 16), word, size);
  };
  placed.forEach((part, index) => {
    part.content.copy(file, part.at);
    header(
      index,
      part.type ?? 1,
      4 | (part.executable ? 1 : 0) | (part.writable ? 2 : 0),
      part.at,
      part.content.length,
    );
  });
  header(placed.length, 1, 6, Math.min(stringsAt, dynamicAt), end - Math.min(stringsAt, dynamicAt));
  header(placed.length + 1, 2, 6, dynamicAt, dynamicSize);
  header(placed.length + 2, 1, 4, 0, headerSize);
  strings.copy(file, stringsAt);
  const entries: [number, number][] = [
    ...named.flatMap(([tag, name]): [number, number][] => (name === undefined ? [] : [[tag, nameAt(name)]])),
    [5, base + stringsAt],
    [0, 0],
  ];
  entries.forEach(([tag, value], index) => {
    put(file, dynamicAt + index * word * 2, word, tag);
    put(file, dynamicAt + index * word * 2 + word, word, value);
  });
  return Buffer.concat([file, rest]);
}

/** A note as linkers write it. */
export function note(owner: string, type: number, body: Buffer): Buffer {
  const name = Buffer.from(`${owner}\0`.padEnd(Math.ceil((owner.length + 1) / 4) * 4, '\0'));
  const head = Buffer.alloc(12);
  head.writeUInt32LE(owner.length + 1, 0);
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(type, 8);
  return Buffer.concat([head, name, body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
}
