/** A class file that names these classes and has these texts as constants; nothing of it can be run. `opens`: it calls `Class.forName` with what it was given. */
export function javaClass(
  name: string,
  {
    names = [],
    texts = [],
    opens = false,
  }: { names?: readonly string[]; texts?: readonly string[]; opens?: boolean } = {},
): Buffer {
  const constants: Buffer[] = [];
  const put = (...bytes: readonly (number | Buffer)[]): number =>
    constants.push(Buffer.concat(bytes.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part))));
  const short = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
  const text = (value: string): number => put(1, short(Buffer.byteLength(value)), Buffer.from(value));
  const classOf = (value: string): number => put(7, short(text(value)));
  const self = classOf(name);
  for (const name of names) classOf(name);
  for (const entry of texts) put(8, short(text(entry)));
  const method = opens
    ? put(10, short(classOf('java/lang/Class')), short(put(12, short(text('forName')), short(text('()V')))))
    : 0;
  return Buffer.concat([
    Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61]),
    short(constants.length + 1),
    ...constants,
    short(0),
    short(self),
    Buffer.alloc(10),
    ...(opens ? [Buffer.from([0x2a, 0xb8]), short(method)] : []),
  ]);
}
