import { StringDecoder } from 'node:string_decoder';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';

/** The lines of a text as its bytes arrive, without their ends (`\n` or `\r\n`). Throws `limit` on one that never ends. */
export async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  // Of the line that has not ended: joined once it has, for a long line comes in a thousand chunks.
  let begun: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const parts = decoder.write(chunk).split('\n');
    const rest = parts.pop()!;
    if (parts.length > 0) {
      parts[0] = begun.join('') + parts[0]!;
      begun = [];
      length = 0;
    }
    begun.push(rest);
    length += rest.length;
    if (length > LIMITS.feedRecordBytes)
      throw new PlimsollError('limit', `a line is longer than ${LIMITS.feedRecordBytes} bytes`);
    for (const part of parts) yield part.endsWith('\r') ? part.slice(0, -1) : part;
  }
  const last = begun.join('') + decoder.end();
  if (last !== '') yield last;
}
