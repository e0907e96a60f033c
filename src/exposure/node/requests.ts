import type { Program } from 'acorn';
import { type Any, isFunction, isTreeNode, knownIn, nameOf } from './known.ts';

/** What a file of JavaScript asks for. */
export interface Request {
  /**
   * `require` and `import` go by the two ways of resolving; `file` is a path that is opened or started as a module of its own; `folder` the constant beginning
   * of a name; `addons` the native modules of the file's own package; `program` a program that is called.
   */
  readonly kind: 'require' | 'import' | 'file' | 'folder' | 'addons' | 'program';
  readonly text: string;
  /** In a function, or under a condition that cannot be judged. */
  readonly deferred: boolean;
}

/** What a file asks for, and whether by a name that it works out. */
export interface Requested {
  readonly requests: readonly Request[];
  readonly isOpen: boolean;
}

const STARTS_PROGRAM = new Set(['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync']);
/** Packages that are called with a folder and load the native module that fits. */
const ADDON_LOADERS = new Set([
  'bindings',
  'node-gyp-build',
  'node-gyp-build-optional-packages',
  'pkg-prebuilds',
  '@mapbox/node-pre-gyp',
]);

/**
 * What a tree asks for. `file` is its path in the image; `environment` what conditions on `process.env` are judged by.
 * Long because it is one walk: its cases share what was found.
 */
export function requestsOf(tree: Program, file: string, environment: ReadonlyMap<string, string>): Requested {
  const root = tree as unknown as Any;
  const requests = new Map<string, Request>();
  const { textOf, truthOf, callOf } = knownIn(root, file, environment);
  const requires = new Set(['require']);
  let isOpen = false;

  const take = (kind: Request['kind'], text: string, deferred: boolean): void => {
    const key = `${kind} ${text}`;
    if (requests.get(key)?.deferred !== false) requests.set(key, { kind, text, deferred });
  };
  const ask = (kind: 'require' | 'import' | 'file', named: Any | undefined, deferred: boolean): void => {
    const known = named && textOf(named);
    if (known?.isWhole) take(kind, known.text, deferred);
    else if (known !== undefined && /^\.{0,2}\/.*\//s.test(known.text)) take('folder', known.text, true);
    else if (known !== undefined && /^(?:@[^/]+\/)?[^./][^/]*\//.test(known.text)) take('folder', known.text, true);
    else if (known !== undefined && /^\.{1,2}\//.test(known.text)) take('folder', known.text, true);
    else isOpen = true;
  };
  walk(root, false);
  return { requests: [...requests.values()], isOpen };

  function walk(node: Any, deferred: boolean): void {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportNamedDeclaration':
        if (node.source) ask('import', node.source as Any, deferred);
        break;
      case 'ImportExpression':
        ask('import', node.source as Any, deferred);
        break;
      case 'CallExpression':
      case 'NewExpression':
        called(node, deferred);
        return;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        childrenOf(node, true);
        return;
      case 'IfStatement':
      case 'ConditionalExpression': {
        const truth = truthOf(node.test as Any);
        walk(node.test as Any, deferred);
        if (truth !== false) walk(node.consequent as Any, deferred || truth === undefined);
        if (truth !== true && node.alternate) walk(node.alternate as Any, deferred || truth === undefined);
        return;
      }
      case 'LogicalExpression': {
        const left = truthOf(node.left as Any);
        walk(node.left as Any, deferred);
        const never = node.operator === '&&' ? left === false : node.operator === '||' && left === true;
        const always = node.operator === '&&' ? left === true : node.operator === '||' && left === false;
        if (!never) walk(node.right as Any, deferred || !always);
        return;
      }
      case 'SwitchCase':
      case 'CatchClause':
        childrenOf(node, true);
        return;
      case 'VariableDeclarator':
        named(node);
        break;
    }
    childrenOf(node, deferred);
  }

  function childrenOf(node: Any, deferred: boolean): void {
    for (const member of Object.values(node)) {
      if (Array.isArray(member)) {
        for (const child of member) if (isTreeNode(child)) walk(child, deferred);
      } else if (isTreeNode(member)) walk(member, deferred);
    }
  }

  /** `const load = createRequire(import.meta.url)`. */
  function named({ id, init }: Any): void {
    const call = init as Any | null;
    if (call?.type !== 'CallExpression' || nameOf(call.callee as Any) !== 'createRequire') return;
    const name = (id as Any).name;
    if (typeof name === 'string') requires.add(name);
  }

  function called(node: Any, deferred: boolean): void {
    const callee = node.callee as Any;
    const given = node.arguments as Any[];
    const [first] = given;
    const name = nameOf(callee);
    const isRequire =
      (callee.type === 'Identifier' && requires.has(name)) ||
      (callee.type === 'MemberExpression' && name === 'require' && (callee.object as Any).name === 'module');
    if (isRequire && first !== undefined) ask('require', first, deferred);
    else if (
      name === 'resolve' &&
      callee.type === 'MemberExpression' &&
      requires.has(String((callee.object as Any).name))
    ) {
      const known = first && textOf(first);
      if (known?.isWhole) take('require', known.text, true);
    } else if ((name === 'fork' || name === 'Worker') && first !== undefined) {
      const known = textOf(first);
      if (known?.isWhole) take('file', known.text, true);
    } else if (STARTS_PROGRAM.has(name) && first !== undefined) {
      const known = textOf(first);
      if (known !== undefined && known.text !== '') take('program', known.text, true);
    } else if (callee.type === 'CallExpression' || callee.type === 'Identifier') loadsAddon(callee, given, deferred);
    // A function that is called where it stands is run; so is one that a module is wrapped in.
    if (callee.type === 'FunctionExpression' || callee.type === 'ArrowFunctionExpression') childrenOf(callee, deferred);
    else if (callee.type === 'MemberExpression' && isFunction(callee.object as Any))
      childrenOf(callee.object as Any, deferred);
    else walk(callee, deferred);
    for (const argument of given) walk(argument, deferred);
  }

  /** `require('bindings')('sharp')`, `load(__dirname)` of a `load` that is such a package. */
  function loadsAddon(callee: Any, given: readonly Any[], deferred: boolean): void {
    const from = callee.type === 'CallExpression' ? callee : callOf(nameOf(callee));
    if (from === undefined || !requires.has(nameOf(from.callee as Any))) return;
    const loader = textOf((from.arguments as Any[])[0] as Any)?.text;
    if (loader === undefined || !ADDON_LOADERS.has(loader)) return;
    const known = given[0] && textOf(given[0]);
    take('addons', known?.isWhole ? known.text : '', deferred);
  }
}
