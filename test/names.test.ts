import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'rolldown/parseAst';
import { expect, it } from 'vitest';

const source = resolve(dirname(fileURLToPath(import.meta.url)), '..', 'src');

/** Words that say of a thing only that there is one: what has a name is called by it. */
const NAMELESS: ReadonlySet<string> = new Set(['one', 'found', 'each']);

interface Tree {
  readonly type: string;
  readonly [member: string]: unknown;
}
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && 'type' in value;

/** Names that a pattern binds: `{ a: b, ...rest }` binds `b` and `rest`. */
function* bound(pattern: unknown): Iterable<string> {
  if (!isTree(pattern)) return;
  const { type, name, left, argument, parameter, properties, elements } = pattern;
  if (type === 'Identifier') yield String(name);
  else if (type === 'AssignmentPattern') yield* bound(left);
  else if (type === 'RestElement') yield* bound(argument);
  else if (type === 'TSParameterProperty') yield* bound(parameter);
  else if (type === 'ObjectPattern')
    for (const property of properties as Tree[]) yield* bound(property.type === 'Property' ? property.value : property);
  else if (type === 'ArrayPattern') for (const element of elements as unknown[]) yield* bound(element);
}

/** Names of variables, functions and parameters; a member of an object is called as its type or document calls it. */
function* declared(node: unknown): Iterable<string> {
  if (Array.isArray(node)) for (const item of node) yield* declared(item);
  if (!isTree(node)) return;
  if (node.type === 'VariableDeclarator' || node.type === 'FunctionDeclaration') yield* bound(node.id);
  if (Array.isArray(node.params) && node.type !== 'TSTypeParameterInstantiation')
    for (const parameter of node.params) yield* bound(parameter);
  if (node.type === 'CatchClause') yield* bound(node.param);
  for (const member of Object.values(node)) if (typeof member === 'object') yield* declared(member);
}

const nameless = (code: string): string[] => [
  ...new Set([...declared(parseAst(code, { lang: 'ts' }, 'a.ts'))].filter((name) => NAMELESS.has(name))),
];

it('calls nothing in the code one, found or each', () => {
  const files = readdirSync(source, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name) && !entry.parentPath.includes('fixtures'))
    .map((entry) => join(entry.parentPath, entry.name));
  const offending = files.flatMap((file) => {
    const code = readFileSync(file, 'utf8');
    if (!/\b(?:one|found|each)\b/.test(code)) return [];
    return nameless(code).map((name) => `${file.slice(source.length + 1)}: ${name}`);
  });
  expect(offending).toEqual([]);
});

it('would notice such a name wherever one is given', () => {
  for (const bad of [
    'const one = 1;',
    'for (const found of list) use(found);',
    'list.map((each) => each.id);',
    'const f = async ({ found }: A): Promise<void> => {};',
    'function each(): void {}',
    'function f(a: string, { b: [one = 2] }: B): void {}',
    'class A { m(...found: string[]): void {} }',
    'try { f(); } catch (one) { g(one); }',
  ])
    expect(nameless(bad), bad).toHaveLength(1);
  expect(nameless('const { found: records, one: { id } } = told; use({ found: records, one: 1 }, told.each);')).toEqual(
    [],
  );
});
