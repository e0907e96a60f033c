import { type Cursor, fill, type Steps } from '../../formats/cursor.ts';

/**
 * Shows a body of any size to `look` as text (one character a byte), in windows that overlap by `overlap`, so that
 * nothing shorter is cut in two. What lies in an overlap is shown twice.
 */
export function* windows(cursor: Cursor, overlap: number, look: (text: string) => void): Steps<void> {
  let text = '';
  while (yield* fill(cursor, 1)) {
    text += cursor.bytes.toString('latin1', cursor.at, cursor.end);
    cursor.at = cursor.end;
    look(text);
    text = text.slice(-overlap);
  }
}
