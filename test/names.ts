import { parseAst } from 'rolldown/parseAst';

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

/** Hands on names of variables, functions and parameters; a member of an object is called as its type or document calls it. */
function declared(node: unknown, hear: (name: string) => void): void {
  if (Array.isArray(node)) {
    for (const item of node) declared(item, hear);
    return;
  }
  if (!isTree(node)) return;
  const names = (pattern: unknown): void => {
    for (const name of bound(pattern)) hear(name);
  };
  if (node.type === 'VariableDeclarator' || node.type === 'FunctionDeclaration') names(node.id);
  if (Array.isArray(node.params) && node.type !== 'TSTypeParameterInstantiation')
    for (const parameter of node.params) names(parameter);
  if (node.type === 'CatchClause') names(node.param);
  for (const key in node) if (typeof node[key] === 'object') declared(node[key], hear);
}

/** Which of those words a text of TypeScript declares as a name. */
export function namelessIn(code: string): string[] {
  const nameless = new Set<string>();
  declared(parseAst(code, { lang: 'ts' }, 'a.ts'), (name) => {
    if (NAMELESS.has(name)) nameless.add(name);
  });
  return [...nameless];
}
