/** Bytes that the first characters of a text stand for, by each of the encodings in which programs write bytes as text. */
type Decoder = (text: string) => Buffer | undefined;

/** Characters that are enough for the first bytes of any format. */
const CHARACTERS = 40;
const START = /^\s{0,8}(?:<~)?([!-~]{40})/;

/** https://www.rfc-editor.org/rfc/rfc4648 (sections 4, 5, 6 and 8) */
const base64: Decoder = (text) => (/^[\w+/-]+$/.test(text) ? Buffer.from(text, 'base64') : undefined);
const base16: Decoder = (text) => (/^[\da-f]+$/i.test(text) ? Buffer.from(text, 'hex') : undefined);
const base32: Decoder = (text) => {
  if (!/^[A-Z2-7]+$/i.test(text)) return undefined;
  let bits = 0n;
  for (const letter of text.toUpperCase())
    bits = bits * 32n + BigInt('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter));
  return Buffer.from(bits.toString(16).padStart((text.length * 5) / 4, '0'), 'hex');
};

/** Four bytes are five digits to the base 85; a letter of `zeros` stands for four bytes of zero. A group that is cut off is left out. */
const base85 =
  (alphabet: string, zeros?: string): Decoder =>
  (text) => {
    const groups: number[] = [];
    let digits = 0;
    let value = 0;
    for (const letter of text) {
      if (letter === zeros && digits === 0) {
        groups.push(0);
        continue;
      }
      const digit = alphabet.indexOf(letter);
      if (digit < 0) return undefined;
      value = value * 85 + digit;
      digits += 1;
      if (digits < 5) continue;
      if (value > 0xff_ff_ff_ff) return undefined;
      groups.push(value);
      digits = 0;
      value = 0;
    }
    const bytes = Buffer.alloc(groups.length * 4);
    for (const [at, group] of groups.entries()) bytes.writeUInt32BE(group, at * 4);
    return bytes;
  };

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DECODERS: readonly Decoder[] = [
  base64,
  base16,
  base32,
  // Python's b85encode and Git. https://www.rfc-editor.org/rfc/rfc1924
  base85(`${DIGITS}${UPPER}${LOWER}!#$%&()*+-;<=>?@^_\`{|}~`),
  // https://rfc.zeromq.org/spec/32/
  base85(`${DIGITS}${LOWER}${UPPER}.-:+=^!/*?&<>()[]{}@%$#`),
  // Adobe's and btoa's. https://docs.python.org/3/library/base64.html#base64.a85encode
  base85(Array.from({ length: 85 }, (_, at) => String.fromCharCode(33 + at)).join(''), 'z'),
];

/** What the beginning of a text (as Latin-1) may stand for, as bytes: one for each encoding that has all of its letters. Twenty bytes or more. */
export function encodedStarts(text: string): readonly Buffer[] {
  const start = START.exec(text)?.[1]?.slice(0, CHARACTERS);
  if (start === undefined) return [];
  return DECODERS.flatMap((decode) => decode(start) ?? []);
}
