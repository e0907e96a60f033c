import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { jsonTokens, type TokenSink } from './json-tokens.ts';
import { isObject, type Json, type JsonObject, object } from './json-value.ts';

/** Where a value stands: keys and indexes from the root. */
export type JsonPath = readonly (string | number)[];

/** How a document is read. A pattern names a place: `runs.*.results.*`, where `*` is any key or index. */
export interface JsonPlan {
  /** Values handed over one at a time and not kept: what a document has many of. */
  readonly each?: Readonly<Record<string, (value: Json, at: JsonPath) => void>>;
  /** The same for values of which a feed has very many: as they are written, to be parsed by the caller. Valid during the call. */
  readonly raw?: Readonly<Record<string, (text: Buffer, at: JsonPath) => void>>;
  /** Values that nobody needs: read over, never decoded. */
  readonly skip?: readonly string[];
  /** Elements of any one array that are kept; the rest is read over. Default: all. */
  readonly items?: number;
  /** Told of a key that stands twice in one object: the later one wins, as in every reader. */
  readonly duplicate?: (at: JsonPath) => void;
  /** Bytes that may be kept, and bytes of one value handed over. Default: those of `LIMITS`. */
  readonly keptBytes?: number;
  readonly eachBytes?: number;
}

/** Takes a document in chunks. */
interface JsonReader {
  write(chunk: Uint8Array): void;
  /** Ends the document and gives what was kept. Throws `corrupt` when it is not complete. */
  end(): Json;
  /** What was kept so far, of a document that is not read to its end. */
  readonly soFar: Json | undefined;
}

interface Place {
  readonly children: Map<string, Place>;
  pattern?: string;
  raw?: string;
  skip?: boolean;
}

interface Frame {
  readonly array: boolean;
  /** Absent below something that is skipped. */
  readonly value: Record<string, Json> | Json[] | undefined;
  readonly places: readonly Place[];
  key: string;
  index: number;
  /** Set on the outermost container of a value handed over. */
  readonly emits?: string;
}

/**
 * Reads JSON of any size in bounded memory: the places a plan names are handed over one at a time, the rest is
 * assembled. Objects have no prototype, so a key from outside is only ever a key.
 * Throws `corrupt` with the byte where it went wrong, `limit` beyond a budget.
 * https://www.rfc-editor.org/rfc/rfc8259
 * Long because it is an object: its methods close over one state.
 */
export function jsonReader(plan: JsonPlan = {}): JsonReader {
  const root = places(plan);
  const stack: Frame[] = [];
  const keptBytes = plan.keptBytes ?? LIMITS.reportKeptBytes;
  const eachBytes = plan.eachBytes ?? LIMITS.reportRowBytes;
  const items = plan.items ?? Number.POSITIVE_INFINITY;
  let kept = 0;
  let inEach = -1;
  let eachKept = 0;
  let result: Json | undefined;

  const account = (bytes: number): void => {
    if (inEach < 0) kept += bytes;
    else eachKept += bytes;
    if (kept > keptBytes)
      throw new PlimsollError('limit', `more than ${keptBytes} bytes of the document would be kept`);
    if (eachKept > eachBytes)
      throw new PlimsollError('limit', `one entry of the document is larger than ${eachBytes} bytes`);
  };
  const path = (): JsonPath => stack.map((frame) => (frame.array ? frame.index : frame.key));
  const here = (): readonly Place[] => {
    const top = stack.at(-1);
    return top === undefined ? [root] : descend(top.places, top.array ? '*' : top.key);
  };
  const dropped = (top: Frame | undefined, at: readonly Place[]): boolean =>
    at.some((place) => place.skip) ||
    (top !== undefined && (top.value === undefined || (top.array && top.index >= items)));

  const attach = (top: Frame | undefined, value: Json): void => {
    if (top === undefined) result = value;
    else if (top.value === undefined) return;
    else if (Array.isArray(top.value)) top.value.push(value);
    else top.value[top.key] = value;
  };
  const next = (): void => {
    const top = stack.at(-1);
    if (top?.array) top.index += 1;
  };
  const sink: TokenSink = {
    wants() {
      const at = here();
      if (plan.raw !== undefined && at.some((place) => place.raw !== undefined)) return 'raw';
      return !dropped(stack.at(-1), at);
    },
    ...(plan.raw !== undefined && {
      raw(bytes: Buffer) {
        const pattern = here().find((place) => place.raw !== undefined)?.raw as string;
        plan.raw![pattern]!(bytes, path());
        next();
      },
    }),
    key(name) {
      const top = stack.at(-1)!;
      top.key = name;
      if (top.value === undefined) return;
      account(name.length + 16);
      if (name in top.value) plan.duplicate?.(path());
      else (top.value as Record<string, Json>)[name] = null;
    },
    scalar(value) {
      const top = stack.at(-1);
      if (value !== undefined) {
        account(typeof value === 'string' ? value.length + 16 : 16);
        const pattern = here().find((place) => place.pattern !== undefined)?.pattern;
        if (pattern === undefined) attach(top, value);
        else {
          plan.each![pattern]!(value, path());
          eachKept = 0;
        }
      }
      next();
    },
    open(array) {
      if (stack.length >= LIMITS.documentDepth) {
        throw new PlimsollError('limit', `the document is nested deeper than ${LIMITS.documentDepth} levels`);
      }
      const top = stack.at(-1);
      const at = here();
      const gone = dropped(top, at);
      const pattern = gone || inEach >= 0 ? undefined : at.find((place) => place.pattern !== undefined)?.pattern;
      const value = gone ? undefined : array ? [] : (Object.create(null) as Record<string, Json>);
      if (pattern !== undefined) {
        inEach = stack.length;
        eachKept = 0;
      } else if (value !== undefined) attach(top, value);
      if (value !== undefined) account(32);
      stack.push({
        array,
        value,
        places: gone ? [] : at,
        key: '',
        index: 0,
        ...(pattern !== undefined && { emits: pattern }),
      });
    },
    close() {
      const frame = stack.pop()!;
      if (frame.emits !== undefined) {
        inEach = -1;
        eachKept = 0;
        plan.each![frame.emits]!(frame.value as JsonObject, path());
      }
      next();
    },
  };
  const tokens = jsonTokens(sink);
  return {
    write: tokens.write,
    end() {
      tokens.end();
      return result!;
    },
    get soFar() {
      return result;
    },
  };
}

/** One member of a large container: its key (for an array: its index) and its JSON text, not yet parsed. */
interface JsonMember {
  readonly key: string | number;
  readonly text: Buffer;
}

/**
 * The members of one container of a document of any size, with only the one under way held: `packages.*`, or `*` for those of the root.
 * Each is valid until the next is asked for. `rest` is given what stands beside them, at the end.
 * Throws `corrupt` where the document around them is no JSON or is cut off, `limit` beyond a budget.
 */
export async function* jsonMembers(
  chunks: AsyncIterable<Buffer>,
  pattern: string,
  rest?: (document: JsonObject) => void,
): AsyncGenerator<JsonMember> {
  let members: JsonMember[] = [];
  const reader = jsonReader({ raw: { [pattern]: (text, at) => members.push({ key: at.at(-1)!, text }) } });
  for await (const chunk of chunks) {
    reader.write(chunk);
    yield* members;
    members = [];
  }
  const root = reader.end();
  if (!isObject(root) && !Array.isArray(root))
    throw new PlimsollError('corrupt', 'the document is no object and no list');
  rest?.(object(root));
}

function places(plan: JsonPlan): Place {
  const root: Place = { children: new Map() };
  const reach = (pattern: string): Place => {
    let place = root;
    for (const part of pattern.split('.')) {
      let child = place.children.get(part);
      if (child === undefined) {
        child = { children: new Map() };
        place.children.set(part, child);
      }
      place = child;
    }
    return place;
  };
  for (const pattern of Object.keys(plan.each ?? {})) reach(pattern).pattern = pattern;
  for (const pattern of Object.keys(plan.raw ?? {})) reach(pattern).raw = pattern;
  for (const pattern of plan.skip ?? []) reach(pattern).skip = true;
  return root;
}

function descend(at: readonly Place[], key: string): readonly Place[] {
  if (at.length === 0) return at;
  const places: Place[] = [];
  for (const place of at) {
    const named = place.children.get(key);
    if (named !== undefined) places.push(named);
    const any = key === '*' ? undefined : place.children.get('*');
    if (any !== undefined) places.push(any);
  }
  return places;
}
