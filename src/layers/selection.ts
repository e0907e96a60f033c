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
  /** Analyzers that decide by the first bytes. */
  readonly byContent: readonly Analyzer[];
  /** Globs without a wildcard: looked up through symbolic links too. */
  readonly fixedPaths: ReadonlyMap<string, readonly Analyzer[]>;
}

interface Rule {
  readonly analyzer: Analyzer;
  readonly pattern: RegExp;
  /** How the last name begins and ends, and text without a wildcard on the way: cheaper to ask than the pattern, and nearly always no. */
  readonly head: string;
  readonly tail: string;
  readonly literal: string;
}

const NOBODY: readonly Analyzer[] = [];

/** Compiles the globs of all analyzers into three look-ups: by the last name, by its extension, and the few that remain. */
export function selection(analyzers: readonly Analyzer[]): Selection {
  const byName = new Map<string, Rule[]>();
  const byExtension = new Map<string, Rule[]>();
  const others: Rule[] = [];
  const fixedPaths = new Map<string, Analyzer[]>();
  const folders = new Map<string, Set<string>>();
  for (const analyzer of analyzers) {
    for (const glob of analyzer.files ?? []) {
      const last = fileNameOf(glob);
      const rule: Rule = {
        analyzer,
        pattern: globToRegExp(glob),
        head: /^[^*?]*/.exec(last)?.[0] ?? '',
        tail: /(?<![^*?])[^*?]*$/.exec(last)?.[0] ?? '',
        literal: longestLiteral(glob),
      };
      const extension = /^\*(\.[^*?[\]{}./]+)$/.exec(last)?.[1];
      if (!/[*?]/.test(glob)) addTo(fixedPaths, glob, analyzer);
      const folder = /(?:^|\/)(?:\*(\.[^*?/]+)|([^*?/]+))\/([^*?/]+)$/.exec(glob);
      const key = folder?.[1] ?? folder?.[2];
      if (key !== undefined && folder?.[3] !== undefined)
        folders.set(key, (folders.get(key) ?? new Set()).add(folder[3]));
      if (!/[*?]/.test(last)) addTo(byName, last, rule);
      else if (extension) addTo(byExtension, extension, rule);
      else others.push(rule);
    }
  }
  const byPath = (path: string): readonly Analyzer[] => {
    const name = fileNameOf(path);
    const dot = name.lastIndexOf('.');
    const named = byName.get(name);
    const extended = dot < 0 ? undefined : byExtension.get(name.slice(dot));
    let analyzers: Analyzer[] | undefined;
    for (const rules of [named, extended, others]) {
      if (!rules) continue;
      for (const rule of rules) {
        if (!name.startsWith(rule.head) || !name.endsWith(rule.tail) || !path.includes(rule.literal)) continue;
        if (analyzers?.includes(rule.analyzer) || !rule.pattern.test(path)) continue;
        analyzers ??= [];
        analyzers.push(rule.analyzer);
      }
    }
    return analyzers ?? NOBODY;
  };
  const below = (path: string): readonly string[] => {
    const name = fileNameOf(path);
    const dot = name.lastIndexOf('.');
    const names = [...(folders.get(name) ?? []), ...(dot < 0 ? [] : (folders.get(name.slice(dot)) ?? []))];
    return names.map((last) => `${path}/${last}`).filter((candidate) => byPath(candidate).length > 0);
  };
  return { analyzers, byPath, below, byContent: analyzers.filter((analyzer) => analyzer.magic), fixedPaths };
}

/** The longest part of a glob that a path has to hold as it stands. */
function longestLiteral(glob: string): string {
  return glob.split(/\*\*\/|[*?]+/).reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

/** `*` and `?` stay within a name, a leading or inner `**` stands for any number of folders, a trailing one for everything below. */
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
