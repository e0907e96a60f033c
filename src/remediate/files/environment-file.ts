import { createRequire } from 'node:module';
import { pypi } from '../../ecosystems/pypi.ts';
import { LIMITS } from '../../limits.ts';
import { untameYaml } from '../../tame-yaml.ts';
import { type DirectRequirement, directRequirement } from './direct.ts';
import { repinned, repinnedConda } from './pin.ts';
import type { WantedPin } from './requirements-file.ts';
import { lineAt, type TextEdit } from './text-edit.ts';

const require = createRequire(import.meta.url);

/** Loaded when the first environment file is met: a plan of most images has none. */
const library = (): typeof import('yaml') => require('yaml');

/** A dependency of a conda environment file. */
interface CondaDeclaration {
  readonly type: 'conda' | 'pypi';
  readonly name: string;
  /** `1.21.0`, `=1.21`, `>=1.21`, as written; with its build, if any, behind. */
  readonly written: string;
  /** Where the whole entry stands in the text, without quotes. */
  readonly range: readonly [number, number];
  readonly line: number;
}

/**
 * The dependencies of an environment.yml with their places; the `pip:` list within counts as pip's.
 * https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments.html
 */
export function readEnvironmentFile(text: string): CondaDeclaration[] {
  return items(text).flatMap(({ item, type }) => declaration(item, type, text));
}

/** What the `pip:` list takes from a URL or a path. */
export const directInEnvironment = (text: string): DirectRequirement[] =>
  items(text).flatMap(({ item, type }): DirectRequirement[] => {
    if (type !== pypi.type || !library().isScalar(item) || typeof item.value !== 'string' || !item.range) return [];
    const direct = directRequirement(item.value);
    return direct ? [{ ...direct, line: lineAt(text, item.range[0]) }] : [];
  });

function items(text: string): { readonly item: unknown; readonly type: CondaDeclaration['type'] }[] {
  if (text.length > LIMITS.buildFileBytes) return [];
  const { isMap, isSeq, parseDocument } = library();
  // What no library can be given declares nothing that could be edited.
  if (untameYaml(text, library()) !== undefined) return [];
  const document = parseDocument(text, { keepSourceTokens: true, uniqueKeys: false });
  const dependencies = isMap(document.contents) ? document.contents.get('dependencies', true) : undefined;
  if (!isSeq(dependencies)) return [];
  return dependencies.items.flatMap((item): ReturnType<typeof items> => {
    if (isMap(item)) {
      const pip = item.get('pip', true);
      return isSeq(pip) ? pip.items.map((own) => ({ item: own, type: 'pypi' as const })) : [];
    }
    return [{ item, type: 'conda' }];
  });
}

function declaration(item: unknown, type: 'conda' | 'pypi', text: string): CondaDeclaration[] {
  if (!library().isScalar(item) || typeof item.value !== 'string' || !item.range) return [];
  const match = /^(?:[\w.-]+::)?([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(.*)$/s.exec(item.value);
  if (!match || (type === pypi.type && (item.value.startsWith('-') || directRequirement(item.value)))) return [];
  const [from, to] = item.range;
  // Within quotes the value stands as it is; a value with escapes is left alone.
  const at = text.slice(from, to).indexOf(item.value);
  if (at < 0) return [];
  const start = from + at;
  return [
    {
      type,
      name: type === pypi.type ? pypi.normalize(match[1] as string) : (match[1] as string).toLowerCase(),
      written: (match[2] as string).trim(),
      range: [start, start + item.value.length],
      line: lineAt(text, start),
    },
  ];
}

/** The edit that brings a dependency to a version. Undefined where what is written cannot be understood. */
export function pinDeclaration(
  text: string,
  declaration: CondaDeclaration,
  { to, exact }: Pick<WantedPin, 'to' | 'exact'>,
): TextEdit | undefined {
  const entry = text.slice(declaration.range[0], declaration.range[1]);
  const head = entry.slice(0, entry.length - declaration.written.length);
  if (declaration.type === pypi.type) {
    const specifier = repinned(declaration.written, to, exact);
    return specifier === undefined
      ? undefined
      : { start: declaration.range[0], end: declaration.range[1], text: head + specifier };
  }
  const spec = repinnedConda(declaration.written, to);
  if (spec === undefined) return undefined;
  return {
    start: declaration.range[0],
    end: declaration.range[1],
    text: `${head.trimEnd()}${/\s$/.test(head) && !spec.startsWith('=') ? ' ' : ''}${spec}`,
  };
}
