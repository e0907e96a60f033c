import { type Any, isFunction, isTreeNode, nameOf } from './known.ts';

/** What an expression's value does with a text: loads a module, makes a `require`, makes a function of it, runs it. */
type Loader = 'require' | 'maker' | 'function' | 'eval';

/** What of a file's expressions loads code. */
interface Loaders {
  /** Undefined: none of these. */
  of(node: Any): Loader | undefined;
  /** Whether a name is one that `require` goes by here. */
  isRequire(name: string): boolean;
  /** The text by which `require`s of this maker resolve what they are asked for; absent: the file itself. */
  baseOf(node: Any): Any | undefined;
}

/** By these names they are known before anything is read. */
const AT_START: readonly (readonly [string, Loader])[] = [
  ['require', 'require'],
  ['createRequire', 'maker'],
  ['eval', 'eval'],
  ['Function', 'function'],
];
const GLOBALS = new Set(['globalThis', 'global', 'window', 'self', 'root']);
/** Expressions within each other that are looked into. */
const DEPTH = 20;

/**
 * Follows the names under which a file keeps what loads code: `const load = createRequire(import.meta.url)`, `const run = eval`,
 * `import { createRequire as make } from 'module'`. `keyOf` is the name of a member, worked out where it is a constant.
 * Long because it is an object: its functions close over the names of one file.
 */
export function loadersIn(root: Any, keyOf: (member: Any) => string | undefined): Loaders {
  const names = new Map<string, Loader>(AT_START);
  const bases = new Map<string, Any>();
  collect(root);
  return { of: (node) => loaderOf(node, 0), isRequire: (name) => names.get(name) === 'require', baseOf };

  function collect(node: Any): void {
    if (node.type === 'VariableDeclarator' && node.init) bind(node.id as Any, node.init as Any);
    else if (node.type === 'AssignmentExpression') bind(node.left as Any, node.right as Any);
    else if (node.type === 'ImportSpecifier') {
      const imported = (node.imported as Any).name ?? (node.imported as Any).value;
      if (imported === 'createRequire') names.set(String((node.local as Any).name), 'maker');
    }
    for (const member of Object.values(node)) {
      if (Array.isArray(member)) {
        for (const child of member) if (isTreeNode(child)) collect(child);
      } else if (isTreeNode(member)) collect(member);
    }
  }

  function bind(to: Any, value: Any): void {
    if (to.type === 'Identifier') {
      const loader = loaderOf(value, 0);
      if (loader === undefined) return;
      names.set(String(to.name), loader);
      const base = baseOf(value);
      if (base !== undefined) bases.set(String(to.name), base);
    } else if (to.type === 'ObjectPattern') {
      for (const property of to.properties as Any[]) {
        const [key, target] = [property.key as Any | undefined, property.value as Any | undefined];
        if (key === undefined || target?.type !== 'Identifier') continue;
        const loader = new Map(AT_START).get(String(key.name ?? key.value));
        // `{ require: load } = module`; others of that name are what somebody else calls so.
        if (loader === 'maker' || (loader === 'require' && value.type === 'Identifier' && value.name === 'module'))
          names.set(String(target.name), loader);
      }
    }
  }

  function loaderOf(node: Any, depth: number): Loader | undefined {
    if (depth > DEPTH) return undefined;
    const inner = (part: unknown): Loader | undefined => (isTreeNode(part) ? loaderOf(part, depth + 1) : undefined);
    switch (node.type) {
      case 'Identifier':
        return names.get(String(node.name));
      case 'ChainExpression':
        return inner(node.expression);
      case 'AssignmentExpression':
        return inner(node.right);
      case 'SequenceExpression':
        return inner((node.expressions as Any[]).at(-1));
      case 'ConditionalExpression':
        return inner(node.consequent) ?? inner(node.alternate);
      case 'LogicalExpression':
        return inner(node.right) ?? inner(node.left);
      case 'MemberExpression':
        return memberOf(node);
      case 'CallExpression': {
        const callee = inner(node.callee);
        // What a text comes to that is run is not known: it may be `require`, and often is.
        if (callee === 'maker' || callee === 'eval') return 'require';
        const called = node.callee as Any;
        return called.type === 'MemberExpression' && nameOf(called) === 'bind' ? inner(called.object) : undefined;
      }
      default:
        return undefined;
    }
  }

  function memberOf(node: Any): Loader | undefined {
    const owner = node.object as Any;
    switch (keyOf(node)) {
      case 'require':
      case '_load':
        return 'require';
      case 'createRequire':
      case 'createRequireFromPath':
        return 'maker';
      case 'eval':
        return GLOBALS.has(String(owner.name)) ? 'eval' : undefined;
      case 'Function':
        return GLOBALS.has(String(owner.name)) ? 'function' : undefined;
      case 'constructor':
        return isOfFunction(owner) ? 'function' : undefined;
      default:
        return undefined;
    }
  }

  /** `(() => {}).constructor`, `x.constructor.constructor`, `Object.getPrototypeOf(async function () {}).constructor`. */
  function isOfFunction(owner: Any): boolean {
    if (isFunction(owner)) return true;
    if (owner.type === 'MemberExpression') return keyOf(owner) === 'constructor';
    const [of] = owner.type === 'CallExpression' ? (owner.arguments as Any[]) : [];
    return of !== undefined && nameOf(owner.callee as Any) === 'getPrototypeOf' && isFunction(of);
  }

  function baseOf(node: Any): Any | undefined {
    if (node.type === 'Identifier') return bases.get(String(node.name));
    if (node.type !== 'CallExpression' || loaderOf(node.callee as Any, 0) !== 'maker') return undefined;
    const [base] = node.arguments as Any[];
    return base === undefined || isOwnAddress(base) ? undefined : base;
  }
}

/** `import.meta.url`, `__filename`. */
function isOwnAddress(node: Any): boolean {
  if (node.type === 'Identifier') return node.name === '__filename' || node.name === '__dirname';
  return node.type === 'MemberExpression' && (node.object as Any).type === 'MetaProperty';
}
