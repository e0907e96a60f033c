/** Printable letters of ASCII but for the quote: nearly all names are of these. */
const PLAIN = /^[ !#-~]*$/;

/** Whether a name looks like another one and is another text. */
export const isConfusing = (text: string): boolean => !PLAIN.test(text) && looksOtherwise(text);

/**
 * No registry takes such letters (PyPI, npm, dpkg, apk and rpm take ASCII alone): quotes and what nobody sees, or other alphabets' letters among Latin ones.
 * The expressions stand where they are asked: to make the sets of their letters takes milliseconds.
 */
function looksOtherwise(text: string): boolean {
  const others =
    /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\u{ff01}-\u{ff5e}\u{1d400}-\u{1d7ff}]/u;
  return /["\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text) || (/\p{Script=Latin}/u.test(text) && others.test(text));
}

/** Letters that look like Latin ones in most typefaces, small and great. https://www.unicode.org/reports/tr39/#Confusable_Detection */
const ALIKE: ReadonlyMap<string, string> = new Map(
  [
    ['аеорсухіјѕԁԛԝһӏ', 'aeopcyxijsdqwhl'],
    ['АВЕКМНОРСТУХІЈЅ', 'ABEKMHOPCTYXIJS'],
    ['ανορτυικχ', 'avoptuikx'],
    ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX'],
    ['օոսհց', 'onuhg'],
    ['ıɡɑ', 'iga'],
  ].flatMap(([others, latin]) => [...others!].map((letter, at) => [letter, latin![at]!] as const)),
);

/** A name in the letters that it looks to be written in: without what nobody sees, and with Latin letters for those that look like them. */
export const asItLooks = (name: string): string =>
  [...name.normalize('NFKC').replace(/\p{Cf}/gu, '')].map((letter) => ALIKE.get(letter) ?? letter).join('');
