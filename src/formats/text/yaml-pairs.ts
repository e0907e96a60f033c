import { createRequire } from 'node:module';
import type { Node, ParsedNode } from 'yaml';
import { LIMITS } from '../../limits.ts';
import { untameYaml } from '../../tame-yaml.ts';

const require = createRequire(import.meta.url);

/** A key of a YAML text, and a value of it that is no mapping; a list has one for each of its items. */
export interface YamlPair {
  /** The keys above it, from the root. */
  readonly above: readonly string[];
  readonly key: string;
  /** As it is read: without quotes, escapes, tags and aliases. Empty: it has none. */
  readonly value: string;
}

/** All pairs of a text, and why there may be more of them. */
interface YamlPairs {
  readonly pairs: readonly YamlPair[];
  readonly unread?: string;
}

/**
 * Reads YAML (or JSON) as loaders do that take what an alias stands for and merge with `<<`, whatever its tags: of a key that is there
 * twice both values are given, since loaders differ in which they take. Never throws. https://yaml.org/spec/1.2.2/
 */
export function yamlPairs(text: string): YamlPairs {
  if (text.length > LIMITS.settingsBytes) return { pairs: [], unread: 'more than any settings need' };
  // Loaded when the first such file is met: most images have none.
  const yaml = require('yaml') as typeof import('yaml');
  const untame = untameYaml(text, yaml);
  if (untame !== undefined) return { pairs: [], unread: untame };
  const { parseAllDocuments, isAlias, isMap, isSeq, isScalar } = yaml;
  const pairs: YamlPair[] = [];
  let unread: string | undefined;
  let left: number = LIMITS.settingsNodes;
  const textOf = (node: unknown): string => (isScalar(node) && node.value !== null ? String(node.value) : '');

  const documents = readable(() => parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false, strict: false }));
  if (typeof documents === 'string') return { pairs, unread: documents };
  for (const document of Array.isArray(documents) ? documents : []) {
    unread ??= document.errors[0]?.message.split('\n')[0];
    const meant = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
    const walk = (written: unknown, above: readonly string[], key: string): void => {
      left -= 1;
      if (left < 0 || above.length > LIMITS.documentDepth) {
        unread = 'more than any settings need';
        return;
      }
      const node = meant(written);
      if (isSeq<Node>(node)) for (const item of node.items) walk(item, above, key);
      else if (isMap<ParsedNode, ParsedNode>(node)) {
        const inside = key === '' || key === '<<' ? above : [...above, key];
        for (const pair of node.items) walk(pair.value, inside, textOf(meant(pair.key)));
      } else pairs.push({ above, key, value: textOf(node) });
    };
    // A list in a list in a list: no deeper than the parser itself can go.
    const failed = readable(() => walk(document.contents, [], ''));
    unread ??= typeof failed === 'string' ? failed : undefined;
  }
  return { pairs, ...(unread === undefined ? {} : { unread }) };
}

/** The library's parser calls itself for each level: nesting without end is a RangeError, and no defect. */
function readable<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    return `no settings: ${(error as Error).message.split('\n')[0]}`;
  }
}
