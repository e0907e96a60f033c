/** Bytes and texts that no honest publisher, package or image has: what every plug-in has to live with. */

/** Large enough that work which grows with the square of it does not end in time. */
const MUCH = 256 * 1024;

/** Deterministic noise. */
export function noise(count: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(count);
  let state = seed >>> 0;
  for (let at = 0; at < count; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** A line as often as it goes into as much as the others are. */
const lines = (line: string): Buffer => Buffer.from(`${line}\n`.repeat(Math.ceil(MUCH / (line.length + 1))));

/** Bodies, each with the sentence that names it. */
export const BODIES: readonly (readonly [name: string, body: Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['one NUL', Buffer.alloc(1)],
  ['nothing but NULs', Buffer.alloc(MUCH)],
  ['noise', noise(MUCH)],
  ['one line without an end', Buffer.alloc(MUCH, 'a')],
  ['lines of a name and blanks', lines(`name${' '.repeat(4_000)}x`)],
  ['lists of blanks', Buffer.concat([Buffer.from('dependencies:\n'), lines(`- a${' '.repeat(4_000)}"x`)])],
  ['assignments of blanks', lines(`version = "${' '.repeat(4_000)}x`)],
  ['lines of dots and dashes', lines('a.b-'.repeat(1_000))],
  ['nothing but line ends', Buffer.alloc(MUCH, '\n')],
  ['nothing but blanks', Buffer.alloc(MUCH, ' ')],
  ['nothing but colons', Buffer.alloc(MUCH, ': ')],
  ['nothing but quotes', Buffer.alloc(MUCH, '"')],
  ['nothing but backslashes', Buffer.alloc(MUCH, '\\')],
  ['nothing but dashes', Buffer.alloc(MUCH, '-')],
  ['nothing but opening brackets', Buffer.alloc(MUCH / 2, '[')],
  ['nothing but opening braces', Buffer.alloc(MUCH / 2, '{"a":')],
  ['nothing but opening tags', Buffer.alloc(MUCH / 2, '<a>')],
  [
    'keys of object internals',
    Buffer.from('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"name":"x","version":"1"}'),
  ],
  ['JSON of the wrong type', Buffer.from('[[1,null,"x",{"name":{},"version":[]}]]')],
  [
    'numbers beyond all numbers',
    Buffer.from('{"name":"x","version":1e999,"a":-1e999,"size":123456789012345678901234567890}'),
  ],
  ['headers without values', Buffer.from('Package:\nName:\nVersion:\nStatus:\n\n'.repeat(100))],
  [
    'a name without an end',
    Buffer.from(`Package: ${'x'.repeat(MUCH)}\nName: ${'x'.repeat(MUCH)}\nVersion: 1\nStatus: install ok installed\n`),
  ],
  [
    'control characters and escapes',
    Buffer.from(
      'Name: \u001b[2J\u0007\u202eevil\nVersion: 1\u0000\u0008\nPackage: \u001b]0;x\u0007\nStatus: install ok installed\n',
    ),
  ],
  [
    'bytes that are not UTF-8',
    Buffer.from([
      0x4e, 0x61, 0x6d, 0x65, 0x3a, 0x20, 0xff, 0xfe, 0x0a, 0x56, 0x65, 0x72, 0x73, 0x69, 0x6f, 0x6e, 0x3a, 0x20, 0xc3,
      0x28, 0x0a,
    ]),
  ],
  ['a ZIP that is only a beginning', Buffer.concat([Buffer.from('PK\u0003\u0004'), noise(4_000, 7)])],
  ['a ZIP that is only an end', Buffer.concat([noise(4_000, 8), Buffer.from('PK\u0005\u0006'), noise(18, 9)])],
  [
    'an ELF that is only a beginning',
    Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), noise(60_000, 3)]),
  ],
  ['a pickle of noise', Buffer.concat([Buffer.from([0x80, 4, 0x95]), noise(60_000, 4)])],
  ['a pickle of marks', Buffer.concat([Buffer.from([0x80, 2]), Buffer.alloc(MUCH / 2, '(')])],
  ['gzip of noise', Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), noise(60_000, 5)])],
  ['HDF5 of noise', Buffer.concat([Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]), noise(60_000, 6)])],
  [
    'safetensors that claim a terabyte of header',
    Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 1, 0, 0]), Buffer.from('{"a":1}')]),
  ],
  [
    'GGUF that claims billions of entries',
    Buffer.concat([Buffer.from('GGUF'), Buffer.from([3, 0, 0, 0]), Buffer.alloc(16, 0xff), noise(1_000, 10)]),
  ],
  [
    'NumPy of noise',
    Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY'), Buffer.from([1, 0, 0xff, 0xff]), noise(70_000, 11)]),
  ],
  ['SQLite of noise', Buffer.concat([Buffer.from('SQLite format 3\u0000'), noise(60_000, 12)])],
];

/** Versions and names. */
export const TEXTS: readonly string[] = [
  '',
  ' ',
  '0',
  '1',
  '-',
  '.',
  ':',
  '~',
  '+',
  '1.0',
  '1.0.0',
  '1:1.0-1',
  '2:0~rc1-1',
  '1.0~beta',
  '1.0+b1',
  'v1',
  '01',
  '1.',
  '.1',
  '1..0',
  '1.0a1',
  '1.0.post1',
  '1.0.dev3',
  '1!2.0',
  '1.0-alpha.1',
  '^1',
  '>=2',
  '*',
  'latest',
  'x'.repeat(5_000),
  '9'.repeat(5_000),
  '1.'.repeat(2_500),
  '~'.repeat(5_000),
  '1-'.repeat(2_500),
  'a1'.repeat(2_500),
  'ü',
  '１',
  '\u0000',
  '\u202e1',
  '__proto__',
  'constructor',
  '-1',
  '1e309',
  'NaN',
];
