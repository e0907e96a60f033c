import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PRESETS } from '../../src/policy/rules/presets.ts';
import { CAUSES } from '../../src/scanners/causes.ts';

/**
 * A schema that knows fewer words than the program writes calls the program's own document foreign: each list of words in
 * `schemas/` is a list that the code declares too, as a union of literals or an array of constants.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const words = (members: readonly unknown[]): string => members.map(String).sort().join(' ');

/** Every list of words that the code declares. */
function declared(): ReadonlySet<string> {
  const lists = new Set([words([...Object.keys(CAUSES), 'unexplained']), words(PRESETS.map(({ name }) => name))]);
  for (const name of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
    const text = readFileSync(join(root, 'src', name), 'utf8')
      .replace(/\/\*\*[\s\S]*?\*\//g, '')
      .replace(/^ *\/\/.*$/gm, '');
    const unions = text.matchAll(/'[^'\n]*'(?:\s*\|\s*'[^'\n]*')+/g);
    const arrays = text.matchAll(/\[\s*'[^'\n]*'(?:,\s*'[^'\n]*')+,?\s*\]/g);
    for (const [list] of [...unions, ...arrays])
      lists.add(words([...list.matchAll(/'([^']*)'/g)].map(([, word]) => word)));
  }
  return lists;
}

/** Each list of words in a schema, by where it is. */
function* listsOf(node: unknown, path: string): Generator<readonly [string, string]> {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, member] of Object.entries(node)) {
    if (key !== 'enum') yield* listsOf(member, `${path}/${key}`);
    else if ((member as readonly unknown[]).some((word) => typeof word === 'string'))
      yield [path, words((member as readonly unknown[]).filter((word) => word !== null))];
  }
}

it('the words that a schema allows are those that the code can write', () => {
  const known = declared();
  const offending = readdirSync(join(root, 'schemas')).flatMap((file) =>
    [...listsOf(JSON.parse(readFileSync(join(root, 'schemas', file), 'utf8')), file)].flatMap(([path, list]) =>
      known.has(list) ? [] : [`${path}: ${list}`],
    ),
  );
  expect(offending).toEqual([]);
  expect(known.size).toBeGreaterThan(100);
});

it('what two schemas say of one noun is the same', () => {
  const read = (name: string) => JSON.parse(readFileSync(join(root, 'schemas', `${name}.schema.json`), 'utf8'));
  const [report, { $defs: explained }] = [read('report'), read('explanation')];
  expect(explained.NamedModule).toEqual(report.$defs.finding.properties.named.items);
  expect(explained.Suppression).toEqual(report.properties.suppressed.items.properties.by);
});
