import type { Analyzer } from '../analyzers/analyzer.ts';
import { addTo } from '../collections.ts';
import { fileNameOf } from '../formats/paths.ts';

/** Which analyzers want a path: decided by name alone, before any byte of the body is read. */
export interface Selection {
  readonly analyzers: readonly Analyzer[];
  /** Analyzers whose globs match the path. */
  byPath(path: string): readonly Analyzer[];
  /** Paths below this one that analyzers would ask for, were it a folder: it may be a link to one (`x.dist-info` to a folder of another name). */
  below(path: string): readonly string[];
  /** Analyzers that decide by the first bytes of a file of that size, by the first of these; empty where there are none. */
  byContent(size: number): ByFirstByte;
  /** Globs without a wildcard: looked up through symbolic links too. */
  readonly fixedPaths: ReadonlyMap<string, readonly Analyzer[]>;
}

/** For each byte that a file can begin with, the analyzers that are asked about it. */
export type ByFirstByte = readonly (readonly Analyzer[])[];

interface Rule {
  readonly analyzer: Analyzer;
  readonly glob: string;
  /** Of six hundred globs few are ever tried on a path of an image: each is compiled when it is. */
  pattern?: RegExp;
  /** How the last name begins and ends, and text without a wildcard on the way: cheaper to ask than the pattern, and nearly always no. */
  readonly head: string;
  readonly tail: string;
  readonly literal: string;
  /** Its place among the rules. */
  readonly order: number;
}

const NOBODY: readonly Analyzer[] = [];

const made = new WeakMap<readonly Analyzer[], Selection>();

/** What these analyzers want, put together once for all images that they read. */
export function selection(analyzers: readonly Analyzer[]): Selection {
  const known = made.get(analyzers);
  if (known !== undefined) return known;
  const selected = lookUps(analyzers);
  made.set(analyzers, selected);
  return selected;
}

/** Files the globs of all analyzers for looking up: by the last name, by its extension, by the folder, and the few that remain. */
function lookUps(analyzers: readonly Analyzer[]): Selection {
  const byName = new Map<string, Rule[]>();
  const byExtension = new Map<string, Rule[]>();
  /** Patterns of a name, by what it has to end with or to lie in: of fifty a file is held against one or two. */
  const looseByExtension = new Map<string, Rule[]>();
  const looseByFolder = new Map<string, Rule[]>();
  const others: Rule[] = [];
  let order = 0;
  const fixedPaths = new Map<string, Analyzer[]>();
  const folders = new Map<string, Set<string>>();
  for (const analyzer of analyzers) {
    for (const glob of analyzer.files ?? []) {
      const last = fileNameOf(glob);
      const rule: Rule = {
        analyzer,
        glob,
        head: /^[^*?]*/.exec(last)?.[0] ?? '',
        tail: /(?<![^*?])[^*?]*$/.exec(last)?.[0] ?? '',
        literal: longestLiteral(glob),
        order: order++,
      };
      const extension = /^\*(\.[^*?[\]{}./]+)$/.exec(last)?.[1];
      if (!/[*?]/.test(glob)) addTo(fixedPaths, glob, analyzer);
      const folder = /(?:^|\/)(?:\*(\.[^*?/]+)|([^*?/]+))\/([^*?/]+)$/.exec(glob);
      const key = folder?.[1] ?? folder?.[2];
      if (key !== undefined && folder?.[3] !== undefined)
        folders.set(key, (folders.get(key) ?? new Set()).add(folder[3]));
      const parent = /(?:^|\/)([^*?/]+)\/[^/]*$/.exec(glob)?.[1];
      if (!/[*?]/.test(last)) addTo(byName, last, rule);
      else if (extension) addTo(byExtension, extension, rule);
      else if (rule.tail.includes('.')) addTo(looseByExtension, rule.tail.slice(rule.tail.lastIndexOf('.')), rule);
      else if (parent !== undefined) addTo(looseByFolder, parent, rule);
      else others.push(rule);
    }
  }
  const byPath = (path: string): readonly Analyzer[] => {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    const dot = name.lastIndexOf('.');
    const extension = dot < 0 ? undefined : name.slice(dot);
    const folder = slash < 0 ? undefined : path.slice(path.lastIndexOf('/', slash - 1) + 1, slash);
    let rules = matching(byName.get(name), name, path, NO_RULES);
    if (extension !== undefined) rules = matching(byExtension.get(extension), name, path, rules);
    let loose = extension === undefined ? NO_RULES : matching(looseByExtension.get(extension), name, path, NO_RULES);
    if (folder !== undefined) loose = matching(looseByFolder.get(folder), name, path, loose);
    loose = matching(others, name, path, loose);
    if (loose.length > 0) rules = [...rules, ...[...loose].sort((a, b) => a.order - b.order)];
    return rules.length === 0 ? NOBODY : [...new Set(rules.map(({ analyzer }) => analyzer))];
  };
  const below = (path: string): readonly string[] => {
    const name = fileNameOf(path);
    const dot = name.lastIndexOf('.');
    const names = [...(folders.get(name) ?? []), ...(dot < 0 ? [] : (folders.get(name.slice(dot)) ?? []))];
    return names.map((last) => `${path}/${last}`).filter((candidate) => byPath(candidate).length > 0);
  };
  return { analyzers, byPath, below, byContent: bySize(analyzers), fixedPaths };
}

/** Which analyzers are asked by content: most files are small, and those that look into large ones are not among the asked. */
function bySize(analyzers: readonly Analyzer[]): (size: number) => ByFirstByte {
  const asked = analyzers.filter(({ magic }) => magic !== undefined);
  const steps = [...new Set(asked.map(({ leastBytes = 0 }) => leastBytes))].sort((least, other) => least - other);
  const tables = steps.map((step) => byFirstByte(asked.filter(({ leastBytes = 0 }) => leastBytes <= step)));
  return (size) => {
    let at = steps.length - 1;
    while (at >= 0 && (steps[at] as number) > size) at -= 1;
    return tables[at] ?? [];
  };
}

function byFirstByte(asked: readonly Analyzer[]): ByFirstByte {
  const begins = asked.map(({ begins }) =>
    begins === undefined ? undefined : new Set(typeof begins === 'string' ? Buffer.from(begins, 'latin1') : begins),
  );
  return Array.from({ length: 256 }, (_, byte) => asked.filter((_, index) => begins[index]?.has(byte) ?? true));
}

const NO_RULES: readonly Rule[] = [];

/** `before`, and behind it the rules that a path matches. */
function matching(
  rules: readonly Rule[] | undefined,
  name: string,
  path: string,
  before: readonly Rule[],
): readonly Rule[] {
  if (rules === undefined) return before;
  let all: Rule[] | undefined;
  for (const rule of rules) {
    const { head, tail, literal, glob } = rule;
    if (!name.startsWith(head) || !name.endsWith(tail) || !path.includes(literal)) continue;
    rule.pattern ??= globToRegExp(glob);
    if (!rule.pattern.test(path)) continue;
    all ??= [...before];
    all.push(rule);
  }
  return all ?? before;
}

/** The longest part of a glob that a path has to hold as it stands. */
function longestLiteral(glob: string): string {
  return glob.split(/\*\*\/|[*?]+/).reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

/** A glob of ours, never one of an image: `*` and `?` stay within a name, a leading or inner `**` stands for any number of folders, a trailing one for everything below. */
export function globToRegExp(glob: string): RegExp {
  let source = '';
  for (let index = 0; index < glob.length; index += 1) {
    const rest = glob.slice(index);
    if (rest.startsWith('**/')) {
      source += '(?:[^/]+/)*';
      index += 2;
    } else if (rest.startsWith('**')) {
      source += '.*';
      index += 1;
    } else if (rest.startsWith('*')) source += '[^/]*';
    else if (rest.startsWith('?')) source += '[^/]';
    else source += (glob[index] as string).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  return new RegExp(`^${source}$`, 's');
}
