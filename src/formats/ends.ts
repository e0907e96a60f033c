/**
 * Cuts at the ends of texts in time in line with their length. A pattern such as `/\/+$/` tries again at each character: of a megabyte of
 * slashes with something behind them it takes the square.
 */

/** The text before the first of these characters; the whole where there is none. */
export function before(text: string, characters: string): string {
  if (characters.length === 1) {
    const end = text.indexOf(characters);
    return end < 0 ? text : text.slice(0, end);
  }
  let at = 0;
  while (at < text.length && !characters.includes(text[at] as string)) at++;
  return text.slice(0, at);
}

/** Without these characters at its end. */
export function withoutEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1] as string)) end--;
  return text.slice(0, end);
}

/** Without these characters at its beginning. */
export function withoutStart(text: string, characters: string): string {
  let start = 0;
  while (start < text.length && characters.includes(text[start] as string)) start++;
  return text.slice(start);
}
