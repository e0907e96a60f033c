import type { API, Type } from 'typescript/unstable/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishedSchema, type Schema } from './strict-schema.ts';

const ROOT = new URL('..', import.meta.url).pathname;
let compiler: API;
let INTERFACE: number;
const before = process.listeners('exit');
beforeAll(async () => {
  const { API, SymbolFlags } = await import('typescript/unstable/sync');
  compiler = new API({ cwd: ROOT });
  INTERFACE = SymbolFlags.Interface;
});
// The compiler's process ends with `close`; a listener that would end it with this one stays behind.
afterAll(() => {
  compiler.close();
  for (const listener of process.listeners('exit')) if (!before.includes(listener)) process.off('exit', listener);
});

const isObject = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

/** The schemas that a value may be of: references followed, alternatives side by side. */
function alternatives(schema: unknown, whole: Schema): Schema[] {
  if (!isObject(schema)) return [];
  if (typeof schema.$ref === 'string') {
    const target = schema.$ref
      .replace('#/', '')
      .split('/')
      .reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), whole);
    return alternatives(target, whole);
  }
  const inner = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return [schema, ...inner.flatMap((member) => alternatives(member, whole))];
}

/** What our documents call it, where they call it something else. */
const IN_DOCUMENTS: Readonly<Record<string, string>> = { namespace: 'ecosystem', statements: 'advisories' };

/** Members of a type that no alternative of a schema describes, by their places. */
function undescribed(typeName: string, file: string, whole: Schema): string[] {
  const project = compiler.updateSnapshot({ openProject: `${ROOT}tsconfig.json` }).getProjects()[0];
  if (project === undefined) throw new Error('the compiler has no project');
  const { checker, program } = project;
  const missing = new Set<string>();
  const numbers = new Map<Schema, number>();
  const numbered = (schema: Schema): number => numbers.get(schema) ?? numbers.set(schema, numbers.size).size - 1;
  const seen = new Set<string>();
  const visit = (type: Type, schemas: readonly Schema[], place: string): void => {
    const pair = `${type.id}:${schemas.map(numbered).join()}`;
    if (seen.has(pair)) return;
    seen.add(pair);
    if (type.isUnionType()) {
      for (const part of type.getTypes()) visit(part, schemas, place);
      return;
    }
    if (checker.isArrayLikeType(type)) {
      const [element] = checker.getTypeArguments(type as never);
      const items = schemas.flatMap((schema) => alternatives(schema.items, whole));
      if (element) visit(element, items, `${place}[]`);
      return;
    }
    if (!type.isObjectType() && !type.isIntersectionType()) return;
    const described = schemas.flatMap(({ properties }) => (isObject(properties) ? [properties] : []));
    if (described.length === 0) return;
    for (const { name, member } of checker
      .getPropertiesOfType(type)
      .map((symbol) => ({ name: symbol.name, member: symbol }))) {
      const inner = described.flatMap((properties) =>
        alternatives(properties[IN_DOCUMENTS[name] ?? name] ?? properties[name], whole),
      );
      if (inner.length === 0) missing.add(`${place}.${name}`);
      else visit(checker.getTypeOfSymbol(member) as Type, inner, `${place}.${name}`);
    }
  };
  const symbol = checker.resolveName(typeName, INTERFACE, program.getSourceFile(`${ROOT}${file}`));
  if (symbol === undefined) throw new Error(`${file} declares no ${typeName}`);
  visit(checker.getDeclaredTypeOfSymbol(symbol), alternatives(whole, whole), '');
  return [...missing].sort();
}

test('every member of a plan that is written is described: of a file its difference', () => {
  const files = ['.edits[].after', '.edits[].before', '.edits[].shown'];
  expect(undescribed('Plan', 'src/remediate/plan.ts', publishedSchema('fix'))).toEqual(files);
});

/** What a finding leaves out of its package: it stands in `packages`. */
const ELSEWHERE = [
  'answering',
  'certainty',
  'evidence',
  'exposure.chain',
  'licenses',
  'maintainer',
  'properties',
  'requires',
  'supplier',
].map((member) => `.findings[].package.${member}`);

test('every member of a report is described by the schema that stored reports are held to', () => {
  const missing = undescribed('Report', 'src/model/report.ts', publishedSchema('report'));
  expect(missing).toEqual(ELSEWHERE);
});

test('every member of an inventory that is written is described', () => {
  // The first are for those who judge and are not written; `live` comes of processes, at which an inventory does not look.
  const unwritten = [
    '.code',
    '.linked',
    '.modules',
    '.ownedFiles',
    '.packageSources',
    '.platform',
    '.start.live',
    '.unlisted',
    '.unpinned',
  ];
  expect(undescribed('Inventory', 'src/model/inventory.ts', publishedSchema('inventory'))).toEqual(unwritten);
});

test.each([
  ['Verification', 'src/remediate/plan.ts', 'verification'],
  ['Explanation', 'src/compare/explain.ts', 'explanation'],
  ['Comparison', 'src/compare/comparison.ts', 'compare'],
  ['Diff', 'src/compare/diff/noun.ts', 'diff'],
  ['BomDiff', 'src/compare/diff/noun.ts', 'bom-diff'],
  ['BenchReport', 'src/cis/bench.ts', 'bench'],
  ['Dossier', 'src/advisories/store/inspect.ts', 'db-show'],
  ['DatabaseInfo', 'src/model/database.ts', 'db-status'],
])('every member of a %s (%s) is described by the schema %s', (typeName, file, schema) => {
  expect(undescribed(typeName, file, publishedSchema(schema))).toEqual([]);
});

test('every member of a statement that `db search` writes is described: its document is the list of them', () => {
  const { items, $defs } = publishedSchema('db-search') as { items: Schema; $defs: Schema };
  expect(undescribed('Statement', 'src/model/statement.ts', { ...items, $defs })).toEqual([]);
});

test('a member that a schema leaves out is named with its place', () => {
  const schema = structuredClone(publishedSchema('report')) as {
    $defs: { package: { properties: { answering: { properties: object } } } };
  };
  Object.assign(schema.$defs.package.properties.answering, {
    properties: { names: {}, isWhole: {}, isPart: {}, isBuilt: {} },
  });
  expect(undescribed('Report', 'src/model/report.ts', schema)).toContain('.packages[].answering.epoch');
});

test('a document of ours may have members that a later version added: no schema of one is closed', () => {
  const closed = (value: unknown): boolean =>
    isObject(value) && (value.additionalProperties === false || Object.values(value).some(closed));
  const names = [
    'report',
    'inventory',
    'compare',
    'fix',
    'bench',
    'diff',
    'bom-diff',
    'exposure',
    'scans',
    'verification',
    'explanation',
    'db-show',
    'db-search',
    'db-status',
  ];
  expect(names.filter((name) => closed(publishedSchema(name)))).toEqual([]);
});
