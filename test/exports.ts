/** Which exports of the source are imported by anybody, for the law of the house. */
import { posix } from 'node:path';

/** Exports of these files that no other file imports, as `file: name`. `texts` holds every file that may import, comments blanked. */
export function unusedExports(sources: readonly string[], texts: ReadonlyMap<string, string>): string[] {
  const exported = new Map(sources.map((file) => [file, new Set(named(texts.get(file) ?? ''))]));
  const passedOn = new Map<string, string>();
  const used = new Set<string>();
  for (const [file, text] of texts) {
    for (const [, list = '', from = ''] of text.matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}\s+from\s+'(\.[^']+)'/gm))
      for (const [name, as] of names(list)) passedOn.set(`${file}: ${as}`, `${target(file, from)}: ${name}`);
    for (const [, list = '', from = ''] of text.matchAll(IMPORT))
      for (const [name] of names(list)) used.add(`${target(file, from)}: ${name}`);
  }
  const passers = [...passedOn.keys()];
  for (const [file, text] of texts) {
    // A whole module, at once or late: which of its names are meant the text says.
    for (const [, whole, late] of text.matchAll(WHOLE)) {
      const from = target(file, (whole ?? late) as string);
      const passed = passers.filter((key) => key.startsWith(`${from}: `)).map((key) => key.slice(from.length + 2));
      for (const name of [...(exported.get(from) ?? []), ...passed])
        if (whole !== undefined || new RegExp(`\\b${name}\\b`).test(text)) used.add(`${from}: ${name}`);
    }
  }
  for (const key of [...used])
    for (let next = passedOn.get(key); next !== undefined && !used.has(next); next = passedOn.get(next)) used.add(next);
  return sources
    .flatMap((file) => [...(exported.get(file) ?? [])].map((name) => `${file}: ${name}`))
    .filter((key) => !used.has(key));
}

/**
 * Names that two files export, as `name: file file`. To pass on what another file exports is no export of one's own.
 */
export function sharedNames(sources: readonly string[], texts: ReadonlyMap<string, string>): string[] {
  const files = new Map<string, string[]>();
  for (const file of sources)
    for (const name of new Set(named(texts.get(file) ?? ''))) files.set(name, [...(files.get(name) ?? []), file]);
  return [...files].filter(([, sample]) => sample.length > 1).map(([name, sample]) => `${name}: ${sample.join(' ')}`);
}

/** Functions of a file that are called as what another file of its folder exports, as `name: file file`: whoever reads the one thinks of the other. */
export function namesakes(sources: readonly string[], texts: ReadonlyMap<string, string>): string[] {
  const exported = new Map<string, string>();
  for (const file of sources)
    for (const name of named(texts.get(file) ?? '')) exported.set(`${posix.dirname(file)} ${name}`, file);
  return sources.flatMap((file) =>
    [...(texts.get(file) ?? '').matchAll(PRIVATE)].flatMap(([, first, second]) => {
      const name = (first ?? second) as string;
      const other = exported.get(`${posix.dirname(file)} ${name}`);
      return other === undefined || other === file ? [] : [`${name}: ${file} ${other}`];
    }),
  );
}

/**
 * Names of functions that two files of a folder have for themselves and that yield different things, as `folder: name`. Where they yield the
 * same (`stateOf` of each feed, `compareParts` of each world) it is one idea, carried out for each.
 */
export function twoMeanings(sources: readonly string[], texts: ReadonlyMap<string, string>): string[] {
  const results = new Map<string, Set<string>>();
  for (const file of sources)
    for (const { name, result } of ownFunctions(texts.get(file) ?? '')) {
      const key = `${posix.dirname(file)}: ${name}`;
      results.set(key, (results.get(key) ?? new Set()).add(result));
    }
  return [...results].flatMap(([key, told]) => (told.size > 1 ? key : []));
}

/** Functions that a file does not export and whose result is written down: `Promise<readonly Fact[] | undefined>` yields `Fact`. */
function* ownFunctions(text: string): Generator<{ readonly name: string; readonly result: string }> {
  for (const match of text.matchAll(/^(?:(?:async )?function\*? (\w+)|const (\w+) = (?:async )?)(?:<[^(\n]*>)?\(/gm)) {
    let at = match.index + match[0].length;
    for (let depth = 1; depth > 0 && at < text.length; at += 1)
      depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
    const result = /^: ([\s\S]*?)(?: =>| \{\n)/.exec(text.slice(at, at + 300))?.[1];
    if (result !== undefined)
      yield {
        name: (match[1] ?? match[2]) as string,
        result: (result.match(/\w+/g) ?? []).filter((word) => !CONTAINERS.has(word)).join(' '),
      };
  }
}

/** How a result comes, and not what it is. */
const CONTAINERS = new Set([
  ...['readonly', 'undefined', 'Promise', 'Generator', 'AsyncGenerator', 'Iterable', 'AsyncIterable', 'Steps'],
  ...['void', 'unknown', 'Buffer', 'Uint8Array'],
]);

const PRIVATE = /^(?:(?:async )?function\*? (\w+)|const (\w+)(?::[^=\n]+)? = (?:async )?(?:\(|\w+ =>))/gm;
const IMPORT = /\bimport\s+(?:type\s+)?(?:\w+\s*,\s*)?\{([^}]*)\}\s+from\s+'(\.[^']+)'/g;
const WHOLE = /import\s*(?:type\s+)?\*\s*as\s+\w+\s+from\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/g;
const EXPORT = /^export\s+(?:async\s+)?(?:function\*?|const|let|class|interface|type)\s+(\w+)/gm;

const named = (text: string): string[] => [...text.matchAll(EXPORT)].map((match) => match[1] as string);

const names = (list: string): [string, string][] =>
  list
    .split(',')
    .map((part) => part.trim().replace(/^type /, ''))
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', as = name] = part.split(/\s+as\s+/);
      return [name, as];
    });

const target = (from: string, specifier: string): string => posix.normalize(posix.join(posix.dirname(from), specifier));
