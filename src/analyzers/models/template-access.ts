import { type JinjaToken, jinjaParts } from '../../formats/text/index.ts';

/**
 * How a template reaches an attribute whose name stands nowhere in it: by a subscript whose key is put together, by a filter that takes the name of an
 * attribute, or by methods that make text of something else. Templates take the role of a message, a number or a slice; none of 181 published ones
 * (axolotl, TRL, SGLang, Transformers, Unsloth) has any of these.
 */

/** Filters behind which a key is still what it was, or a number: `messages[messages|length - 1]`, `names[message.role|lower]`. */
const PLAIN_FILTERS = new Set(
  'length count int float abs round lower upper trim string title capitalize first last default d safe'.split(' '),
);
/** Methods whose result is a place in a text, or a value of a mapping. */
const PLAIN_CALLS = new Set('index find rfind rindex count get len int strip lower upper range'.split(' '));
/** What makes a text of other ones, as a filter or a method. */
const BUILDERS = new Set(
  'join replace format translate reverse center ljust rjust swapcase map batch wordwrap indent'.split(' '),
);
/** Text out of numbers, bytes and tables of characters. */
const UNREADABLE = new Set('translate maketrans to_bytes from_bytes fromhex decode format_map'.split(' '));
/** Filters whose first argument names an attribute. */
const BY_ATTRIBUTE = new Set('groupby selectattr rejectattr attr'.split(' '));
const KEYWORDS = new Set('in is not and or if else elif for set do return print call filter with'.split(' '));
const NUMBERED = /^(?:%c)+$|(?:%c){2}/;

interface Frame {
  readonly subscript: boolean;
  /** What is subscripted is a text or `()` written down. */
  readonly ofLiteral: boolean;
  /** Where the key begins. */
  readonly from: number;
  isBuilt: boolean;
  isSlice: boolean;
}

/** What a template reaches by a name that it works out, as it is written; undefined where it does nothing of the kind. */
export function computedAccess(template: string): string | undefined {
  const keys: { name: string; shown: string }[] = [];
  const built = new Set<string>();
  for (const { kind, tokens, source } of jinjaParts(template)) {
    if (kind === 'text') continue;
    const shown = source.trim();
    if (kind === 'statement') noteBuilt(tokens, built);
    if (tokens.some((token, at) => isUnreadable(token, tokens[at - 1]) || namesAttribute(tokens, at))) return shown;
    if (readsComputed(tokens, (name) => keys.push({ name, shown }))) return shown;
  }
  return keys.find(({ name }) => built.has(name))?.shown;
}

const isOperator = (token: JinjaToken | undefined, text: string): boolean =>
  token?.kind === 'operator' && token.text === text;

const isUnreadable = ({ kind, text }: JinjaToken, before: JinjaToken | undefined): boolean =>
  kind === 'string' ? NUMBERED.test(text) : kind === 'name' && isOperator(before, '.') && UNREADABLE.has(text);

/** `|map(attribute=x)`, `|groupby(x ~ y)`, `|map(**options)`: an attribute that is no text written down. */
function namesAttribute(tokens: readonly JinjaToken[], at: number): boolean {
  const token = tokens[at]!;
  const isText = (place: number): boolean =>
    tokens[place]?.kind === 'string' && (isOperator(tokens[place + 1], ',') || isOperator(tokens[place + 1], ')'));
  if (isOperator(token, '**')) return isGivenToFilter(tokens, at);
  if (token.kind !== 'name') return false;
  if (token.text === 'attribute' && isOperator(tokens[at + 1], '='))
    return !(isText(at + 2) || tokens[at + 2]?.kind === 'number');
  return (
    BY_ATTRIBUTE.has(token.text) &&
    isOperator(tokens[at - 1], '|') &&
    isOperator(tokens[at + 1], '(') &&
    !isText(at + 2)
  );
}

/** Whether `**options` are a filter's: `|map(**options)`, `|map('x', **options)`; a function's are its own affair. */
function isGivenToFilter(tokens: readonly JinjaToken[], at: number): boolean {
  const given = tokens.slice(Math.max(0, at - 12), at);
  const open = given.findLastIndex((token) => isOperator(token, '('));
  return open > 1 && given[open - 1]!.kind === 'name' && isOperator(given[open - 2], '|');
}

/** The name that a statement sets to a text that it puts together: `{% set key = a ~ b %}`, `{% set n.key = ... %}`, and what stands between `set` and `endset`. */
function noteBuilt(tokens: readonly JinjaToken[], built: Set<string>): void {
  if (tokens[0]?.kind !== 'name' || tokens[0].text !== 'set') return;
  const equals = tokens.findIndex((token) => isOperator(token, '='));
  const name = tokens[equals < 0 ? 1 : equals - 1];
  if (name?.kind !== 'name') return;
  const isBuilt =
    equals < 0 ||
    tokens.some(
      (token, at) =>
        at > equals &&
        (isJoining(token, tokens[at - 1]) ||
          (BUILDERS.has(token.text) && (isOperator(tokens[at - 1], '|') || isOperator(tokens[at - 1], '.')))),
    );
  if (isBuilt) built.add(name.text);
}

const isJoining = (token: JinjaToken, before: JinjaToken | undefined): boolean =>
  isOperator(token, '~') || (isOperator(token, '%') && before?.kind === 'string');

/** Whether one expression has a subscript whose key is put together; `heard` is told of keys that are a name. */
function readsComputed(tokens: readonly JinjaToken[], heard: (name: string) => void): boolean {
  const frames: Frame[] = [];
  for (const [at, token] of tokens.entries()) {
    const before = tokens[at - 1];
    const frame = frames.at(-1);
    if (token.kind === 'name') {
      if (frame !== undefined && isOperator(before, '|') && !PLAIN_FILTERS.has(token.text)) frame.isBuilt = true;
      continue;
    }
    if (token.kind !== 'operator') continue;
    if (frame !== undefined && isJoining(token, before)) frame.isBuilt = true;
    else if (frame !== undefined && token.text === ':') frame.isSlice = true;
    else if (token.text === '(' && frame !== undefined && isCall(tokens, at)) frame.isBuilt = true;
    if ('([{'.includes(token.text)) frames.push(opened(tokens, at));
    else if (')]}'.includes(token.text)) {
      const closed = frames.pop();
      if (closed === undefined) continue;
      const outer = frames.at(-1);
      if (!closed.subscript) {
        if (outer !== undefined && closed.isBuilt) outer.isBuilt = true;
        continue;
      }
      if (closed.isSlice) continue;
      const key = tokens.slice(closed.from, Math.min(at, closed.from + 4));
      if (closed.isBuilt || (closed.ofLiteral && !(key.length === 1 && key[0]!.kind === 'number'))) return true;
      const last = key.findLast(({ kind, text }) => kind === 'name' && !PLAIN_FILTERS.has(text));
      if (last !== undefined && at - closed.from <= 5) heard(last.text);
    }
  }
  return false;
}

function opened(tokens: readonly JinjaToken[], at: number): Frame {
  const before = tokens[at - 1];
  const isBase =
    before !== undefined &&
    (before.kind === 'string' ||
      (before.kind === 'name' && (!KEYWORDS.has(before.text) || isOperator(tokens[at - 2], '.'))) ||
      (before.kind === 'operator' && ')]}'.includes(before.text)));
  const ofLiteral =
    before?.kind === 'string' ||
    (isOperator(before, ')') && isOperator(tokens[at - 2], '(') && !isCall(tokens, at - 2));
  return { subscript: isBase && tokens[at]!.text === '[', ofLiteral, from: at + 1, isBuilt: false, isSlice: false };
}

/** Whether a bracket calls what stands before it, and something else than a plain method. */
function isCall(tokens: readonly JinjaToken[], at: number): boolean {
  const before = tokens[at - 1];
  if (before?.kind === 'operator') return before.text === ')' || before.text === ']';
  if (before?.kind !== 'name' || KEYWORDS.has(before.text)) return false;
  return !PLAIN_CALLS.has(before.text) && !(isOperator(tokens[at - 2], '|') && PLAIN_FILTERS.has(before.text));
}
