/** Random-looking characters, the same in each run; no secret stands in this file. */
export function random(length: number, alphabet: string): string {
  let state = length * 7_919 + alphabet.length;
  let text = '';
  while (text.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += alphabet[Math.floor((state / 2_147_483_648) * alphabet.length)];
  }
  return text;
}
