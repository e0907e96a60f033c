import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import { type Cursor, fill, remaining, type Steps, Truncated, take, within } from '../cursor.ts';

/** Protocol Buffers' wire format, read front to back without a schema. https://protobuf.dev/programming-guides/encoding/ */

/** One field; its content, where it has some, is what the cursor's window holds while it is visited. */
interface ProtoField {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 content of `length` bytes, 5 four bytes. */
  readonly wire: number;
  /** The value of a varint, as far as a number holds it. */
  readonly value: number;
  readonly length: number;
}

/** Bytes that are no message. */
export class NotAMessage extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'NotAMessage';
  }
}

/** Counts what one body's messages hold together, so that a small body cannot ask for endless work. */
export interface ProtoBudget {
  fields: number;
}

export const protoBudget = (): ProtoBudget => ({ fields: LIMITS.protoFields });

/**
 * Visits the fields of a message, which is all of the cursor's window. What a visitor does not read is passed over.
 * Throws `NotAMessage` and `Truncated`.
 */
export function* readMessage(
  cursor: Cursor,
  budget: ProtoBudget,
  visit: (field: ProtoField) => Steps<void> | undefined,
): Steps<void> {
  while (remaining(cursor) > 0 && (yield* fill(cursor, 1))) {
    budget.fields -= 1;
    tick();
    if (budget.fields < 0) throw new NotAMessage(`more than ${LIMITS.protoFields} fields`);
    const tag = yield* readVarint(cursor);
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (number === 0) throw new NotAMessage('a field with the number 0');
    if (wire === 2) {
      const length = yield* readVarint(cursor);
      if (length > remaining(cursor)) throw new Truncated(`a field of ${length} bytes`);
      const steps = () => visit({ number, wire, value: 0, length }) ?? nothing();
      yield* within(cursor, length, steps);
    } else {
      const value = wire === 0 ? yield* readVarint(cursor) : 0;
      if (wire === 1 || wire === 5) yield* take(cursor, wire === 1 ? 8 : 4, 'a field');
      else if (wire !== 0) throw new NotAMessage(`wire type ${wire}`);
      const steps = visit({ number, wire, value, length: 0 });
      if (steps) yield* steps;
    }
  }
}

function* nothing(): Steps<void> {}

/** A varint; beyond 2^53 it is not exact. */
function* readVarint(cursor: Cursor): Steps<number> {
  let value = 0;
  let scale = 1;
  for (let index = 0; index < 10; index += 1) {
    if (cursor.at >= cursor.end && !(yield* fill(cursor, 1))) throw new Truncated('a number');
    const byte = cursor.bytes[cursor.at] as number;
    cursor.at += 1;
    value += (byte & 127) * scale;
    if (byte < 128) return value;
    scale *= 128;
  }
  throw new NotAMessage('a number of more than ten bytes');
}

/** The text that a field holds, at most `LIMITS.protoText` bytes of it. */
export function* readText(cursor: Cursor, length: number): Steps<string> {
  return (yield* take(cursor, Math.min(length, LIMITS.protoText), 'a text')).toString('utf8');
}
