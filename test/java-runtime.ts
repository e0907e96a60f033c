/** As jlink of JDK 17 and 25 lays out `lib/modules`: header, tables, places, names. */
export function runtimeImage(modules: readonly string[], { big = false, damaged = false } = {}): Buffer {
  const names = Buffer.from(`\0${['modules', 'packages', ...modules, 'Main', 'class'].join('\0')}\0`);
  const place = (name: string): Buffer => {
    const offset = Buffer.from(names.toString('latin1'), 'latin1').indexOf(`\0${name}\0`) + 1;
    const base = names.indexOf('\0Main\0') + 1;
    // What module it is of (two bytes), its name (one), how large it is (three), the end.
    return Buffer.from([(1 << 3) | 1, offset >> 8, offset & 255, 3 << 3, base & 255, (7 << 3) | 2, 1, 2, 3, 0]);
  };
  const places = Buffer.concat([Buffer.from([0]), ...['modules', 'packages', ...modules, ...modules].map(place)]);
  const index = damaged ? places.subarray(0, -3) : places;
  const header = Buffer.alloc(28);
  const words = [0xcafedada, 0x00010000, 0, modules.length, 2, index.length, names.length];
  for (const [at, word] of words.entries())
    big ? header.writeUInt32BE(word, at * 4) : header.writeUInt32LE(word, at * 4);
  return Buffer.concat([header, Buffer.alloc(16), index, names, Buffer.alloc(1_000)]);
}
