import { type Cursor, drive, type Steps } from '../formats/cursor.ts';
import type { BodyReader, Fact } from './analyzer.ts';

/** Reads a body by steps; at its end `facts` says what they came to. Where they come to facts themselves, `drive` is a reader already. */
export function driven<Result>(
  run: (cursor: Cursor) => Steps<Result>,
  size: number,
  facts: (result: Result) => Iterable<Fact>,
): BodyReader {
  const { push, end } = drive(run, size);
  return { push, end: () => facts(end()) };
}
