import type { PickleValue } from './pickle-values.ts';

/**
 * What a call is given, as far as it can be told without evaluating anything, the most telling part of it:
 * `pickle`: nothing but literal bytes that begin as a pickle does; `bytes`: nothing but other literal bytes; `place`: a text that may be an
 * address or a file; `address`: one that can be nothing else; `words`: other texts; `computed`: a text may be made on the way.
 */
export type Given = 'nothing' | 'numbers' | 'pickle' | 'bytes' | 'words' | 'computed' | 'place' | 'address';

const RANK: readonly Given[] = ['nothing', 'numbers', 'bytes', 'words', 'computed', 'place', 'address'];
const RANK_OF: ReadonlyMap<Given, number> = new Map(RANK.map((given, rank) => [given, rank]));

/** Addresses, paths and names of files. A version (`1.2.3`) and a word (`steps`) are none. */
const PLACE = /^[~.]?[/\\]|:\/\/|[/\\]|^[a-z]:|\.[a-z_][a-z0-9_]{0,9}$/i;

/** Addresses and paths with their scheme or from a root: dotted names and units (`torch.float32`, `m/s`) are none. */
const ADDRESS = /^\w[\w+.-]*:\/\/|^[~.]{0,2}[/\\]{1,2}[\w.]|^[a-z]:[/\\]/i;

/** What makes a text of something else. */
const TEXT_MAKERS =
  /^(?:(?:builtins|__builtin__)\.(?:str|bytes|bytearray|chr|unichr|unicode|repr|ascii|format|memoryview|map|filter|getattr|__import__)|_?codecs\..*|(?:base64|binascii|zlib|gzip|bz2|lzma|string|operator|functools|os\.path|posixpath|ntpath|urllib|pathlib|io|_io)\..*|.*\.(?:join|decode|encode|format|replace|lower|upper|strip|fromhex))$/;

/** Containers within each other that are looked into. */
const DEPTH = 5;

/** Classifies the argument of a call (a tuple, for an honest one). */
export function givenOf(argument: PickleValue): Given {
  if (argument.kind !== 'tuple') return 'computed';
  const [only, ...more] = argument.items;
  if (only?.kind === 'bytes' && more.length === 0) return only.text.startsWith('\x80') ? 'pickle' : 'bytes';
  if (only !== undefined && more.length === 0 && isEncodedPickle(only)) return 'pickle';
  return worst(argument.items, argument.cut, 0);
}

/** Protocols 0 to 2 have no bytes: they write `_codecs.encode(text, 'latin1')`. */
function isEncodedPickle(value: PickleValue): boolean {
  if (value.kind !== 'call' || value.callee.kind !== 'global' || value.argument.kind !== 'tuple') return false;
  const [text, encoding] = value.argument.items;
  return (
    /^_?codecs$/.test(value.callee.module) &&
    value.callee.name === 'encode' &&
    text?.kind === 'text' &&
    text.text.startsWith('\x80') &&
    encoding?.kind === 'text' &&
    /^latin-?1$/.test(encoding.text)
  );
}

function worst(items: readonly PickleValue[], cut: boolean, depth: number): Given {
  let rank = cut ? (RANK_OF.get('computed') as number) : 0;
  for (const item of items) rank = Math.max(rank, RANK_OF.get(partOf(item, depth)) as number);
  return RANK[rank] as Given;
}

function partOf(value: PickleValue, depth: number): Given {
  switch (value.kind) {
    case 'text':
      return ADDRESS.test(value.text) ? 'address' : value.cut || PLACE.test(value.text) ? 'place' : 'words';
    case 'bytes':
      return ADDRESS.test(value.text) ? 'address' : PLACE.test(value.text) ? 'place' : 'bytes';
    case 'number':
    case 'constant':
    case 'global':
    case 'persistent':
      return 'numbers';
    case 'any':
      return 'computed';
    case 'call':
      return partOfCall(value, depth);
    default:
      return depth >= DEPTH ? 'computed' : worst(value.items, value.cut, depth + 1);
  }
}

/** Arrays, tensors and other objects are data, unless a text may come of the call. */
function partOfCall(value: Extract<PickleValue, { kind: 'call' }>, depth: number): Given {
  const { callee, argument } = value;
  if (callee.kind !== 'global' || depth >= DEPTH) return 'computed';
  if (!TEXT_MAKERS.test(`${callee.module}.${callee.name}`)) return 'numbers';
  const inner = argument.kind === 'tuple' ? worst(argument.items, argument.cut, depth + 1) : 'computed';
  return inner === 'place' || inner === 'address' ? inner : 'computed';
}

/** Members of modules that start programs, evaluate or load code, spelled out: `os.system`, `builtins:eval`. */
const NAME_OF_CODE =
  /^((?:os|posix|nt|subprocess|builtins|__builtins?__|pty|importlib|runpy|ctypes|shutil|socket|marshal|_?pickle|cPickle)(?:\.[A-Za-z_]\w{0,60}){0,3})[.:]([A-Za-z_]\w{0,60})$/;
const MODULE_OF_CODE =
  /^(?:os|posix|nt|subprocess|builtins|__builtins?__|pty|importlib|runpy|ctypes|shutil|socket|marshal|_?pickle|cPickle)$/;
const WORD = /^[A-Za-z_]\w{0,60}$/;
/** Texts of one call that are looked at. */
const TEXTS = 64;

/** What a call is given the names of, in one text or in two that follow each other: somebody's `import_string('os.system')` needs no other import. */
export function namesOfCode(argument: PickleValue): { readonly module: string; readonly name: string }[] {
  if (argument.kind !== 'tuple') return [];
  const names: { readonly module: string; readonly name: string }[] = [];
  let before = '';
  for (const item of argument.items.slice(0, TEXTS)) {
    const text = item.kind === 'text' && !item.cut ? item.text : '';
    const match = text.length > 128 ? null : NAME_OF_CODE.exec(text);
    if (match) names.push({ module: match[1]!, name: match[2]! });
    else if (MODULE_OF_CODE.test(before) && WORD.test(text)) names.push({ module: before, name: text });
    before = text;
  }
  return names;
}
