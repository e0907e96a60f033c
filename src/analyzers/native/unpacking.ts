import { isPackedByUpx, unpackUpx } from '../../formats/executables/index.ts';
import { LIMITS } from '../../limits.ts';
import type { Entry } from '../../model.ts';
import { type BodyReader, type Fact, unknown } from '../analyzer.ts';

/** Where UPX says who packed a program, and behind a packed library's headers too. https://github.com/upx/upx/blob/devel/src/stub/src/include/header.S */
const MARK = 'UPX!';

/**
 * Reads a file, or the program inside of it where UPX packed it: the packed file is kept in memory, unpacked, and shown to a reader of its own.
 * What is found there is marked, since whoever packs a program can pack anything.
 */
export function unpacking(entry: Entry, reader: (entry: Entry) => BodyReader): BodyReader {
  const plain = reader(entry);
  const parts: Buffer[] = [];
  let state: State = 'unknown';
  let next = 0;
  const keep = (chunk: Buffer, offset: number): number => {
    if (offset !== next) state = 'marked';
    parts.push(Buffer.from(chunk));
    next = offset + chunk.length;
    return 0;
  };
  return {
    push(chunk, offset) {
      if (state === 'unknown') {
        // Nearly always the first chunk: not copied.
        const head = parts.length === 0 ? chunk : Buffer.concat([...parts, chunk]);
        if (head.length < Math.min(LIMITS.magicBytes, entry.size)) return keep(chunk, offset);
        state = stateOf(head, entry);
        if (state !== 'packed') {
          parts.length = 0;
          return plain.push(head, 0);
        }
      }
      return state === 'packed' ? keep(chunk, offset) : plain.push(chunk, offset);
    },
    *end() {
      if (state === 'unknown' && parts.length > 0) plain.push(Buffer.concat(parts), 0);
      if (state === 'packed') yield* unpacked(entry, Buffer.concat(parts), reader);
      else {
        if (state === 'marked') yield unknown('packed with UPX: what it holds cannot be read');
        if (state === 'large')
          yield unknown(
            `packed with UPX and larger than ${LIMITS.packedProgramBytes >> 20} MiB: what it holds is not read`,
          );
        yield* plain.end();
      }
    },
  };
}

/** What a file is by its first bytes; `marked`: packed in a way that is not read. */
type State = 'unknown' | 'plain' | 'marked' | 'packed' | 'large';

function stateOf(head: Buffer, { size }: Entry): State {
  if (isPackedByUpx(head)) return size > LIMITS.packedProgramBytes ? 'large' : 'packed';
  return head.subarray(0, LIMITS.magicBytes).includes(MARK) ? 'marked' : 'plain';
}

/** What the program inside says, marked as such. */
function* unpacked(entry: Entry, file: Buffer, reader: (entry: Entry) => BodyReader): Generator<Fact> {
  const program = unpackUpx(file);
  if (typeof program === 'string') {
    yield unknown(`packed with UPX: what it holds cannot be read, since ${program}`);
    return;
  }
  yield { kind: 'unpacked' };
  const inner = reader({ ...entry, size: program.length });
  for (let at = 0; at < program.length; ) {
    const chunk = program.subarray(at, at + LIMITS.readChunkBytes);
    at += chunk.length + inner.push(chunk, at);
  }
  // Whether it holds a program that was packed in turn, nobody has looked at: packers refuse to.
  for (const fact of inner.end())
    yield fact.kind === undefined || fact.kind === 'package'
      ? { ...fact, certainty: fact.certainty === 'name' ? 'name' : 'content', recovered: 'unpacked' }
      : fact;
}
