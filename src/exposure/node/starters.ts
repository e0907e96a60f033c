import { type Any, isFunction, isTreeNode, nameOf } from './known.ts';

/** Node's own module that starts programs, and packages that start what they are given. https://nodejs.org/api/child_process.html */
const STARTER =
  /^(?:(?:node:)?child_process|spawn_sync|execa|cross-spawn|shelljs(?:\/.+)?|zx(?:\/.+)?|tinyexec|nano-spawn|foreground-child|@npmcli\/promise-spawn|child-process-promise)$/;
/** Members of them that start nothing: classes, and the commands that shelljs has itself. */
const HARMLESS =
  /^(?:ChildProcess|on|once|cat|cd|chmod|cp|dirs|echo|env|error|find|grep|head|ln|ls|mkdir|mv|popd|pushd|pwd|rm|sed|set|sort|tail|tempdir|test|touch|uniq|which|config)$/;
/** What compilers put around a module that is asked for: `__importStar(require("child_process"))`. */
const WRAPPER = /^_*(?:import(?:Star|Default)|toESM|interopRequire(?:Wildcard|Default))\d*$|^_interop/;

/** The function of `child_process` that a call's callee is made of: `promisify(exec)`, or a name that is given to that. https://nodejs.org/api/util.html#utilpromisifyoriginal */
export function promised(callee: Any, callOf: (name: string) => Any | undefined): string | undefined {
  const call = callee.type === 'Identifier' ? callOf(String(callee.name)) : callee;
  const starter = call && promisedBy(call);
  return starter === undefined ? undefined : nameOf(starter);
}

/** What a call of `promisify` is given, where it starts programs. */
function promisedBy(call: Any): Any | undefined {
  if (call.type !== 'CallExpression') return undefined;
  const callee = call.callee as Any;
  const meant = callee.type === 'SequenceExpression' ? ((callee.expressions as Any[]).at(-1) as Any) : callee;
  const [starter] = call.arguments as Any[];
  const isOne = nameOf(meant) === 'promisify' && starter !== undefined && /^exec(?:File)?$/.test(nameOf(starter));
  return isOne ? starter : undefined;
}

/** Whether a text names a module that starts programs. */
export const isStarter = (node: unknown): boolean =>
  isTreeNode(node) && node.type === 'Literal' && typeof node.value === 'string' && STARTER.test(node.value);

/**
 * Whether a tree uses a module that starts programs in a way that was not followed: every mention of the module, and of what was taken from it by
 * name, has to be a call of `followed`; given another name, handed to a function, or asked for a member that is worked out, it may start anything.
 * Where that is done in functions only, it need not be: `deferred`. `skipped` are the parts of the tree that never run. Long because it is one search: its cases share the names.
 */
export function startsOtherwise(
  root: Any,
  followed: ReadonlySet<Any>,
  skipped: ReadonlySet<Any>,
): 'nowhere' | 'deferred' | 'at once' {
  const parents = new Map<Any, Any>();
  const nodes: Any[] = [];
  for (const stack = [root]; stack.length > 0; ) {
    const node = stack.pop() as Any;
    nodes.push(node);
    for (const member of Object.values(node))
      for (const child of Array.isArray(member) ? member : [member])
        if (isTreeNode(child) && !skipped.has(child)) {
          parents.set(child, node);
          stack.push(child);
        }
  }
  const names = new Set<string>();
  /** Where names are given: no uses of them. */
  const given = new Set<Any>();
  // Both in turn: what is taken gives names to what is used.
  const open = [...nodes.filter((node) => isTakenOpenly(node)), ...nodes.filter((node) => isUsedOpenly(node))];
  return open.length === 0 ? 'nowhere' : open.every((node) => isDeferred(node)) ? 'deferred' : 'at once';

  /** In a function that is not called where it stands. */
  function isDeferred(node: Any): boolean {
    for (let at: Any | undefined = node; at !== undefined; at = parents.get(at)) {
      if (!isFunction(at) && at.type !== 'FunctionDeclaration') continue;
      let caller = parents.get(at);
      if (caller?.type === 'MemberExpression' || caller?.type === 'ParenthesizedExpression')
        caller = parents.get(caller);
      const isCalled = caller?.type === 'CallExpression' && !(caller.arguments as Any[]).includes(at);
      if (!isCalled) return true;
    }
    return false;
  }

  function isTakenOpenly(node: Any): boolean {
    switch (node.type) {
      case 'ImportDeclaration': {
        if (!isStarter(node.source)) return false;
        const specifiers = node.specifiers as Any[];
        for (const { local, imported } of specifiers)
          if (!isTreeNode(imported) || !HARMLESS.test(nameOf(imported))) name(local as Any);
        return specifiers.length === 0;
      }
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        return isStarter(node.source);
      case 'ImportExpression':
        return isStarter(node.source) && !isTaken(node);
      case 'CallExpression': {
        const [first] = node.arguments as Any[];
        const called = nameOf(node.callee as Any);
        const bound = promisedBy(node) && parents.get(node);
        if (bound?.type === 'VariableDeclarator' && (bound.id as Any).type === 'Identifier') name(bound.id as Any);
        // The program that a cluster's workers are. https://nodejs.org/api/cluster.html#clustersetupprimarysettings
        if (/^setup(?:Primary|Master)$/.test(called)) return first !== undefined && !isWithout(first, 'exec');
        return isStarter(first) && !followed.has(node) && !isTaken(node);
      }
      default:
        return false;
    }
  }

  /** Whether a module that is asked for is all followed where it stands: by a name, or by a member that is called. */
  function isTaken(node: Any): boolean {
    const parent = parents.get(node);
    switch (parent?.type) {
      case 'AwaitExpression':
      case 'ChainExpression':
      case 'ParenthesizedExpression':
        return isTaken(parent);
      case 'CallExpression':
        return WRAPPER.test(nameOf(parent.callee as Any)) && isTaken(parent);
      case 'VariableDeclarator':
        return isNamed(parent.id as Any);
      case 'ExpressionStatement':
        // It is there for what it does to all: `require("zx/globals")`.
        return false;
      case 'AssignmentExpression':
        return isNamed(parent.left as Any) && parents.get(parent)?.type === 'ExpressionStatement';
      default:
        return parent !== undefined && isFollowed(parent, node);
    }
  }

  function name(local: Any): void {
    names.add(nameOf(local));
    given.add(local);
  }

  /** What a module is bound to; anything but names is not followed. */
  function isNamed(to: Any): boolean {
    if (to.type === 'Identifier') name(to);
    else if (to.type !== 'ObjectPattern') return false;
    else
      for (const { type, computed, key, value } of to.properties as Any[]) {
        if (type !== 'Property' || computed === true || (value as Any).type !== 'Identifier') return false;
        if (HARMLESS.test(nameOf(key as Any))) continue;
        name(value as Any);
        given.add(key as Any);
      }
    return true;
  }

  function isUsedOpenly(node: Any): boolean {
    if (node.type !== 'Identifier' || !names.has(String(node.name)) || given.has(node)) return false;
    const parent = parents.get(node) as Any;
    const isKey =
      parent.computed !== true && (parent.property === node || (parent.key === node && parent.value !== node));
    const isBound =
      (isFunction(parent) || parent.type === 'FunctionDeclaration') && (parent.params as Any[]).includes(node);
    // `let exec;` and a function of the same name bind it; `import { exec }` names it twice.
    const isDeclared = parent.id === node || /^(?:Import\w*Specifier|LabeledStatement)$/.test(parent.type);
    // `exec = require("child_process").exec` is judged where the module is asked for.
    const isSet = parent.type === 'AssignmentExpression' && parent.left === node;
    return !(isKey || isBound || isDeclared || isSet || isFollowed(parent, node));
  }

  /** `const run = promisify(exec)`, whose uses are judged by that name, and `promisify(exec)("x")`. */
  function isPromised(call: Any, node: Any): boolean {
    if (promisedBy(call) !== node) return false;
    const parent = parents.get(call);
    return (
      (parent?.type === 'VariableDeclarator' && (parent.id as Any).type === 'Identifier') ||
      (parent?.type === 'CallExpression' && parent.callee === call && followed.has(parent))
    );
  }

  /** Whether an expression that has a module or a function of it is used in a way that starts nothing, or that was followed. */
  function isFollowed(parent: Any, node: Any): boolean {
    if (parent.test === node) return true;
    switch (parent.type) {
      case 'ExpressionStatement':
        return true;
      case 'UnaryExpression':
      case 'BinaryExpression':
        return true;
      case 'CallExpression':
      case 'NewExpression':
        return (parent.callee === node && followed.has(parent)) || isPromised(parent, node);
      case 'ChainExpression':
      case 'ParenthesizedExpression':
        return isFollowed(parents.get(parent) as Any, parent);
      case 'SequenceExpression':
        // `(0, child_process_1.exec)("x")`
        return (parent.expressions as Any[]).at(-1) === node && isFollowed(parents.get(parent) as Any, parent);
      case 'MemberExpression': {
        if (parent.object !== node) return false;
        const property = parent.property as Any;
        const member = parent.computed === true ? property.value : property.name;
        if (typeof member !== 'string') return false;
        return HARMLESS.test(member) || isFollowed(parents.get(parent) as Any, parent);
      }
      default:
        return false;
    }
  }
}

/** `{ args: [] }` has no member `exec`, as far as it can be read. */
const isWithout = (node: Any, member: string): boolean =>
  node.type === 'ObjectExpression' &&
  (node.properties as Any[]).every(
    ({ type, computed, key }) => type === 'Property' && computed !== true && nameOf(key as Any) !== member,
  );
