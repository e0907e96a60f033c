import { StringDecoder } from 'node:string_decoder';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';

/** The lines of a text as its bytes arrive, without their ends (`\n` or `\r\n`). Throws `limit` on one that never ends. */
export async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + decoder.write(chunk)).split('\n');
    rest = parts.pop()!;
    if (rest.length > LIMITS.feedRecordBytes)
      throw new PlimsollError('limit', `a line is longer than ${LIMITS.feedRecordBytes} bytes`);
    for (const part of parts) yield part.endsWith('\r') ? part.slice(0, -1) : part;
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}
