import { folderOf } from '../../formats/paths.ts';
import { pathFrom } from '../programs.ts';

/** Any node of the tree, as its members are gone through. https://github.com/estree/estree */
export interface Any {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** A text that is known: whole, or only how it begins. */
interface KnownText {
  readonly text: string;
  readonly isWhole: boolean;
}

/** What Node has by these names, for conditions that ask (`typeof window`). */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['exports', 'object'],
  ['module', 'object'],
  ['process', 'object'],
  ['global', 'object'],
  ['globalThis', 'object'],
  ['require', 'function'],
  ['Buffer', 'function'],
  ['window', 'undefined'],
  ['document', 'undefined'],
  ['define', 'undefined'],
  ['self', 'undefined'],
  ['importScripts', 'undefined'],
  ['Deno', 'undefined'],
  ['Bun', 'undefined'],
]);
/** What is known of a file's expressions. */
interface Known {
  /** A text that an expression is known to be, or to begin with. */
  textOf(node: Any): KnownText | undefined;
  /** Undefined: it cannot be judged. */
  truthOf(test: Any): boolean | undefined;
  /** The call whose result a name has. */
  callOf(name: string): Any | undefined;
  /** What a list that is written out holds. */
  listOf(node: Any): readonly Any[];
}

/**
 * Judges expressions of a file (`file`: its path in the image) as far as they are constant; `environment` is what conditions on `process.env` are judged by.
 * Long because it is an object: its functions close over the constants of one file.
 */
export function knownIn(root: Any, file: string, environment: ReadonlyMap<string, string>): Known {
  const constants = constantsOf(root);
  const folder = folderOf(file);
  return { textOf: (node) => textOf(node), truthOf, callOf: (name) => constants.calls.get(name), listOf };

  function listOf(node: Any): readonly Any[] {
    const list = node.type === 'Identifier' ? constants.values.get(String(node.name)) : node;
    return list?.type === 'ArrayExpression' ? (list.elements as unknown[]).filter(isTreeNode) : [];
  }

  /** A text that an expression is known to be, or to begin with. */
  function textOf(node: Any, depth = 0): KnownText | undefined {
    if (depth > 20) return undefined;
    const whole = (text: string): KnownText => ({ text, isWhole: true });
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'string' ? whole(node.value) : undefined;
      case 'Identifier': {
        if (node.name === '__dirname') return whole(`/${folder}`);
        if (node.name === '__filename') return whole(`/${file}`);
        const value = constants.values.get(String(node.name));
        return value && textOf(value, depth + 1);
      }
      case 'TemplateLiteral': {
        const quasis = node.quasis as { readonly value: { readonly cooked?: string | null } }[];
        const parts = (node.expressions as Any[]).map((expression) => textOf(expression, depth + 1));
        return joined(
          quasis.flatMap(({ value }, at) => [whole(value.cooked ?? ''), ...(at < parts.length ? [parts[at]] : [])]),
        );
      }
      case 'BinaryExpression':
        if (node.operator !== '+') return undefined;
        return joined([textOf(node.left as Any, depth + 1), textOf(node.right as Any, depth + 1)]);
      case 'MemberExpression':
        return nameOf(node) === 'dirname' && (node.object as Any).type === 'MetaProperty'
          ? whole(`/${folder}`)
          : undefined;
      case 'NewExpression':
      case 'CallExpression': {
        const given = (node.arguments as Any[]).map((argument) => textOf(argument, depth + 1));
        const name = nameOf(node.callee as Any);
        if (name === 'URL' || name === 'fileURLToPath' || name === 'pathToFileURL') {
          const [first] = given;
          return first?.isWhole && !/^\w+:/.test(first.text) ? whole(`/${pathFrom(folder, first.text)}`) : undefined;
        }
        if (name !== 'join' && name !== 'resolve') return undefined;
        const known = given.findIndex((part) => part?.isWhole !== true);
        const parts = given.slice(0, known < 0 ? undefined : known).map((part) => part?.text ?? '');
        if (parts.length === 0) return undefined;
        const isRooted = (parts[0] as string).startsWith('/');
        const text = isRooted ? `/${pathFrom('', parts.join('/'))}` : parts.join('/');
        return { text: known < 0 ? text : `${text}/`, isWhole: known < 0 };
      }
      default:
        return undefined;
    }
  }

  /** Undefined: it cannot be judged. */
  function truthOf(test: Any): boolean | undefined {
    if (test.type === 'Literal') return Boolean(test.value);
    if (test.type === 'UnaryExpression' && test.operator === '!') {
      const inner = truthOf(test.argument as Any);
      return inner === undefined ? undefined : !inner;
    }
    if (test.type === 'LogicalExpression') {
      const [left, right] = [truthOf(test.left as Any), truthOf(test.right as Any)];
      if (test.operator === '&&') return left === false || right === false ? false : left && right;
      if (test.operator === '||') return left === true || right === true ? true : left === false ? right : undefined;
      return undefined;
    }
    if (test.type !== 'BinaryExpression' || !/^[!=]==?$/.test(String(test.operator))) return undefined;
    const [left, right] = [comparedOf(test.left as Any), comparedOf(test.right as Any)];
    if (left === undefined || right === undefined) return undefined;
    return (left === right) === String(test.operator).startsWith('=');
  }

  function comparedOf(node: Any): string | undefined {
    if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
    if (node.type === 'UnaryExpression' && node.operator === 'typeof') return TYPES.get(nameOf(node.argument as Any));
    if (node.type !== 'MemberExpression') return undefined;
    const owner = node.object as Any;
    if (nameOf(owner) === 'env' && (owner.object as Any | undefined)?.name === 'process')
      return environment.get(nameOf(node));
    return nameOf(node) === 'platform' && owner.name === 'process' ? 'linux' : undefined;
  }
}

/** Constants of a file that are declared once: by their value, and calls by their result's name. */
function constantsOf(tree: Any): {
  readonly values: ReadonlyMap<string, Any>;
  readonly calls: ReadonlyMap<string, Any>;
} {
  const values = new Map<string, Any>();
  const calls = new Map<string, Any>();
  for (const statement of (tree.body as Any[] | undefined) ?? []) {
    if (statement.type !== 'VariableDeclaration') continue;
    for (const { id, init } of statement.declarations as Any[]) {
      const name = (id as Any).name;
      if (typeof name !== 'string' || !isTreeNode(init)) continue;
      if (init.type === 'CallExpression') calls.set(name, init);
      if (statement.kind === 'const') values.set(name, init);
    }
  }
  return { values, calls };
}

/** Texts put together, up to the first that is not known to its end. */
function joined(parts: readonly (KnownText | undefined)[]): KnownText | undefined {
  let text = '';
  for (const part of parts) {
    if (part === undefined) return text === '' ? undefined : { text, isWhole: false };
    text += part.text;
    if (!part.isWhole) return { text, isWhole: false };
  }
  return { text, isWhole: true };
}

/** Whether a member of a node is one itself. */
export const isTreeNode = (value: unknown): value is Any =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
/** Whether it is a function that stands where it is used. */
export const isFunction = ({ type }: Any): boolean =>
  type === 'FunctionExpression' || type === 'ArrowFunctionExpression';

/** The name of an identifier or of the member that is asked for. */
export function nameOf(node: Any): string {
  if (node.type === 'Identifier') return String(node.name);
  if (node.type !== 'MemberExpression' && node.type !== 'ChainExpression') return '';
  const property = (node.property as Any | undefined) ?? ({} as Any);
  return String(property.name ?? property.value ?? '');
}
