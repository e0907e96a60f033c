// Long because it is one walk over the tree of a file: its cases share what was found.
import type { Program } from 'acorn';
import { type Any, isFunction, isTreeNode, knownIn, nameOf } from './known.ts';
import { loadersIn } from './loaders.ts';
import { isStarter, promised, startsOtherwise } from './starters.ts';

/** What a file of JavaScript asks for. */
export interface Request {
  /**
   * `require` and `import` go by the two ways of resolving; `file` is a path that is opened or started as a module of its own; `folder` the constant beginning
   * of a name; `addons` the native modules of the file's own package; `program` a program that is called: its words as JSON (null: more, worked out), or a text for
   * a shell; `null` where all of it is worked out.
   */
  readonly kind: 'require' | 'import' | 'file' | 'folder' | 'addons' | 'program';
  readonly text: string;
  /** In a function, or under a condition that cannot be judged. */
  readonly deferred: boolean;
  /** The path it is asked for from, where that is another than the file's own. */
  readonly from?: string;
}

/** What a file asks for. */
export interface Requested {
  readonly requests: readonly Request[];
  /** It loads by names that it works out, or gives away what loads. */
  readonly isOpen: boolean;
  /** It runs text that it puts together. */
  readonly isGenerated: boolean;
  /** Texts that it runs as they stand. */
  readonly texts: readonly string[];
}

const STARTS_PROGRAM = new Set([
  'spawn',
  'spawnSync',
  'exec',
  'execSync',
  'execFile',
  'execFileSync',
  'execa',
  'execaSync',
]);
/** Stands for the Node that runs, in what it starts. */
export const OWN_NODE = 'process.execPath';
/** Items of a list that a loop goes through. */
const LOOPED = 50;
/** Words of one command that are kept. */
const STARTED_WORDS = 24;
/** Packages that are called with a folder and load the native module that fits. */
const ADDON_LOADERS = new Set([
  'bindings',
  'node-gyp-build',
  'node-gyp-build-optional-packages',
  'pkg-prebuilds',
  '@mapbox/node-pre-gyp',
]);
/** Functions of `vm` and of modules that run the text they are given. https://nodejs.org/api/vm.html */
const RUNS_TEXT = new Set([
  'runInThisContext',
  'runInNewContext',
  'runInContext',
  'compileFunction',
  'SourceTextModule',
  '_compile',
]);
/** Whoever sets one of these changes how names lead to files. */
const HOOKS = new Set(['_load', '_resolveFilename', '_extensions', '_findPath', '_nodeModulePaths', '_pathCache']);
/** Objects whose members, asked for by names that are worked out, load code. */
const OWNERS = new Set(['globalThis', 'global', 'module', 'process']);

/**
 * What a tree asks for. `file` is its path in the image; `environment` what conditions on `process.env` are judged by.
 * Long because it is one walk: its cases share what was found.
 */
export function requestsOf(tree: Program, file: string, environment: ReadonlyMap<string, string>): Requested {
  const root = tree as unknown as Any;
  const requests = new Map<string, Request>();
  const texts = new Set<string>();
  const { textOf, truthOf, callOf, listOf } = knownIn(root, file, environment);
  const keyOf = (member: Any): string | undefined =>
    member.computed === true ? wholeOf(member.property as Any) : nameOf(member);
  const loaders = loadersIn(root, keyOf);
  /** Expressions of what loads that are called at once or given a name. */
  const followed = new Set<Any>();
  /** What loops go through that are written out, by the loop's variable. */
  const loops = new Map<string, readonly Any[]>();
  /** Calls that start programs and are told of; parts of the tree that never run. */
  const told = new Set<Any>();
  const never = new Set<Any>();
  let hasStarter = false;
  let isOpen = false;
  let isGenerated = false;
  /** `require` is handed to a function; whether one of the file's own takes it by that name, and works names out there. */
  const handed = { over: false, taken: false, open: false };
  /** Functions around that have a `require` of their own. */
  let shadows = 0;
  let functions = 0;

  walk(root, false);
  if (handed.over && (handed.open || !handed.taken)) isOpen = true;
  const otherwise = hasStarter ? startsOtherwise(root, told, never) : 'nowhere';
  if (otherwise !== 'nowhere') take('program', 'null', otherwise === 'deferred');
  return { requests: [...requests.values()], isOpen, isGenerated, texts: [...texts] };

  function wholeOf(node: Any): string | undefined {
    const known = textOf(node);
    return known?.isWhole ? known.text : undefined;
  }
  function take(kind: Request['kind'], text: string, deferred: boolean, from?: string): void {
    const key = `${kind} ${text} ${from ?? ''}`;
    if (requests.get(key)?.deferred !== false)
      requests.set(key, { kind, text, deferred, ...(from !== undefined && { from }) });
  }
  function opened(): void {
    if (shadows > 0) handed.open = true;
    else isOpen = true;
  }
  function ask(kind: 'require' | 'import' | 'file', named: Any | undefined, deferred: boolean, from?: string): void {
    const looped = named?.type === 'Identifier' ? (loops.get(String(named.name)) ?? []) : [];
    if (looped.length > 0) {
      for (const item of looped.slice(0, LOOPED)) ask(kind, item, true, from);
      return;
    }
    const known = named && textOf(named);
    if (known?.isWhole) take(kind, known.text, deferred, from);
    else if (known !== undefined && BEGINS_WITH_FOLDER.test(known.text)) take('folder', known.text, true, from);
    else if (kind === 'import') isOpen = true;
    else opened();
  }

  function walk(node: Any, deferred: boolean): void {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        hasStarter ||= isStarter(node.source);
        ask('import', node.source as Any, deferred);
        return;
      case 'ExportNamedDeclaration':
        hasStarter ||= isStarter(node.source);
        if (node.source) ask('import', node.source as Any, deferred);
        else if (node.declaration) walk(node.declaration as Any, deferred);
        return;
      case 'ImportExpression':
        hasStarter ||= isStarter(node.source);
        ask('import', node.source as Any, deferred);
        break;
      case 'CallExpression':
      case 'NewExpression':
        called(node, deferred);
        return;
      case 'ForOfStatement':
        walk(node.left as Any, deferred);
        walk(node.right as Any, deferred);
        inLoop(node, deferred);
        return;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        inFunction(node, true);
        return;
      case 'IfStatement':
      case 'ConditionalExpression': {
        const truth = truthOf(node.test as Any);
        walk(node.test as Any, deferred);
        if (truth === false) never.add(node.consequent as Any);
        else walk(node.consequent as Any, deferred || truth === undefined);
        if (truth === true && node.alternate) never.add(node.alternate as Any);
        else if (node.alternate) walk(node.alternate as Any, deferred || truth === undefined);
        return;
      }
      case 'LogicalExpression': {
        const left = truthOf(node.left as Any);
        walk(node.left as Any, deferred);
        const isNever = node.operator === '&&' ? left === false : node.operator === '||' && left === true;
        const always = node.operator === '&&' ? left === true : node.operator === '||' && left === false;
        if (isNever) never.add(node.right as Any);
        else walk(node.right as Any, deferred || !always);
        return;
      }
      case 'SwitchCase':
        childrenOf(node, true);
        return;
      case 'CatchClause':
        walk(node.body as Any, true);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        if (node.superClass) walk(node.superClass as Any, deferred);
        walk(node.body as Any, deferred);
        return;
      case 'VariableDeclarator':
        if (node.init) {
          named(node.id as Any, node.init as Any);
          walk(node.init as Any, deferred);
        }
        pattern(node.id as Any, deferred);
        return;
      case 'AssignmentExpression':
        assigned(node, deferred);
        return;
      case 'UnaryExpression':
        if (node.operator !== 'typeof' || (node.argument as Any).type !== 'Identifier') break;
        return;
      case 'BinaryExpression':
        for (const side of [node.left as Any, node.right as Any]) if (side.type !== 'Identifier') walk(side, deferred);
        return;
      case 'MemberExpression':
        member(node, deferred);
        return;
      case 'Property':
      case 'PropertyDefinition':
      case 'MethodDefinition':
        if (node.computed === true) walk(node.key as Any, deferred);
        if (node.value) walk(node.value as Any, deferred);
        return;
      case 'Identifier':
        value(node);
        return;
      case 'LabeledStatement':
        walk(node.body as Any, deferred);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
        return;
    }
    childrenOf(node, deferred);
  }

  /** `for (const path of paths)`, where it is written out what the paths are. */
  function inLoop({ left, right, body }: Any, deferred: boolean): void {
    const [declared] = ((left as Any).declarations ?? []) as Any[];
    const name = declared === undefined ? '' : nameOf(declared.id as Any);
    const list = name === '' ? [] : listOf(right as Any);
    const before = loops.get(name);
    loops.set(name, list);
    walk(body as Any, deferred);
    if (before === undefined) loops.delete(name);
    else loops.set(name, before);
  }

  function childrenOf(node: Any, deferred: boolean): void {
    for (const member of Object.values(node)) {
      if (Array.isArray(member)) {
        for (const child of member) if (isTreeNode(child)) walk(child, deferred);
      } else if (isTreeNode(member)) walk(member, deferred);
    }
  }

  /** What loads, where it is neither called nor named: somebody else has it then. */
  function value(node: Any): void {
    const name = String(node.name);
    if (followed.has(node)) return;
    if (loaders.of(node) === 'require') opened();
    else if (name === 'eval') isGenerated = true;
    // The function that Node wraps a module in is given `require` as its second argument.
    else if (name === 'arguments' && functions === 0) isOpen = true;
  }

  function inFunction(node: Any, deferred: boolean): void {
    const isArrow = node.type === 'ArrowFunctionExpression';
    const params = node.params as Any[];
    const isTaken = params.some((param) => bound(param).includes('require'));
    const isOwn = isTaken || declares(node.body as Any, 'require');
    if (isTaken) handed.taken = true;
    if (!isArrow) functions += 1;
    if (isOwn) shadows += 1;
    for (const param of params) pattern(param, deferred);
    walk(node.body as Any, deferred);
    if (isOwn) shadows -= 1;
    if (!isArrow) functions -= 1;
  }

  /** Names that are bound are no values; what stands for them where they are not given is. */
  function pattern(node: Any, deferred: boolean): void {
    switch (node.type) {
      case 'AssignmentPattern':
        pattern(node.left as Any, deferred);
        walk(node.right as Any, deferred);
        return;
      case 'ObjectPattern':
        for (const property of node.properties as Any[]) {
          if (property.computed === true) walk(property.key as Any, deferred);
          pattern((property.value ?? property.argument) as Any, deferred);
        }
        return;
      case 'ArrayPattern':
        for (const element of node.elements as (Any | null)[]) if (element) pattern(element, deferred);
        return;
      case 'RestElement':
        pattern(node.argument as Any, deferred);
        return;
      case 'MemberExpression':
        walk(node, deferred);
    }
  }

  /** What loads and is given a name is followed by that name (`loadersIn`); anything else gives it away. */
  function named(to: Any, value: Any): void {
    if (to.type !== 'Identifier' || loaders.of(value) === undefined) return;
    followed.add(value);
    const parts = value.type === 'SequenceExpression' ? (value.expressions as Any[]).slice(-1) : [];
    for (const part of [value.consequent, value.alternate, value.left, value.right, value.expression, ...parts])
      if (isTreeNode(part) && value.type !== 'CallExpression') named(to, part);
  }

  function assigned({ left, right }: Any, deferred: boolean): void {
    const to = left as Any;
    const owner = to.type === 'MemberExpression' ? (to.object as Any) : undefined;
    const ofExtensions = owner?.type === 'MemberExpression' && /^_?extensions$/.test(keyOf(owner) ?? '');
    const isHook =
      owner !== undefined &&
      (HOOKS.has(keyOf(to) ?? '') ||
        (keyOf(to) === 'require' && keyOf(owner) === 'prototype') ||
        (ofExtensions && loaders.of((owner as Any).object as Any) === 'require'));
    if (isHook) isOpen = true;
    named(to, right as Any);
    walk(right as Any, deferred);
    pattern(to, deferred);
  }

  function member(node: Any, deferred: boolean): void {
    const owner = node.object as Any;
    const isName = owner.type === 'Identifier';
    if (owner.name === 'arguments') value(owner);
    if (isName && !(node.computed === true && keyOf(node) === undefined)) {
      // A member of it gives nothing away, but `module.require` as a value does.
      if (owner.name === 'module' && loaders.of(node) === 'require' && !followed.has(node)) opened();
      return;
    }
    if (!isName) walk(owner, deferred);
    if (node.computed === true) walk(node.property as Any, deferred);
  }

  /** Long because it is one list of what calls can mean: the first that fits is taken. */
  function called(node: Any, deferred: boolean): void {
    const callee = node.callee as Any;
    // TypeScript writes `(0, child_process_1.exec)("x")`.
    const meant = callee.type === 'SequenceExpression' ? ((callee.expressions as Any[]).at(-1) as Any) : callee;
    intoCallee(callee, loaders.of(callee), deferred);
    const given = node.arguments as Any[];
    const [first] = given;
    const name = callee.type === 'MemberExpression' ? (keyOf(callee) ?? '') : nameOf(callee);
    // `const run = promisify(exec)`: what is called is `exec`.
    const starter = promised(meant, callOf) ?? (meant === callee ? name : nameOf(meant));
    hasStarter ||= isStarter(first) || /^setup(?:Primary|Master)$/.test(name);
    const loader = loaders.of(callee);
    const owner = callee.type === 'MemberExpression' ? (callee.object as Any) : undefined;
    const ofOwner = owner && loaders.of(owner);
    if (loader === 'require') {
      if (first !== undefined) required(callee, first, deferred);
    } else if (loader === 'eval' || loader === 'function') {
      const text = first && wholeOf(first);
      if (loader === 'eval' && text?.trim() === 'require') {
        if (!followed.has(node)) opened();
      } else runs(given, loader === 'function');
    } else if (loader === 'maker') {
      // Where its result is neither called at once nor given a name, somebody else has it.
      if (!followed.has(node)) opened();
    } else if (ofOwner !== undefined && /^(?:call|apply)$/.test(name)) throughCall(owner as Any, name, given, deferred);
    else if (name === 'resolve' && ofOwner === 'require') {
      followed.add(owner as Any);
      const known = first && textOf(first);
      if (known?.isWhole) take('require', known.text, true, baseFrom(owner as Any));
    } else if (
      RUNS_TEXT.has(name) ||
      (name === 'Script' && node.type === 'NewExpression' && (owner === undefined || /vm/i.test(String(owner.name))))
    )
      runs(given.slice(0, 1), false);
    else if (name === 'dlopen' && owner?.name === 'process') {
      if (given[1] !== undefined) ask('file', given[1], true);
    } else if (name === 'registerHooks' || (name === 'register' && /^[mM]odule$/.test(String(owner?.name))))
      isOpen = true;
    else if (owner !== undefined && OWNERS.has(String(owner.name)) && keyOf(callee) === undefined) isOpen = true;
    else if ((name === 'fork' || name === 'Worker') && first !== undefined) {
      startsModule(node, name, deferred);
      told.add(node);
    } else if (STARTS_PROGRAM.has(starter) && first !== undefined) {
      if (startsProgram(starter, given, deferred)) told.add(node);
    } else if (callee.type === 'CallExpression' || callee.type === 'Identifier') loadsAddon(callee, given, deferred);
    for (const argument of given) {
      if (argument.type === 'Identifier' && loaders.of(argument) === 'require') handed.over ||= shadows === 0;
      else walk(argument, deferred);
    }
  }

  /** A function that is called where it stands is run; so is one that a module is wrapped in. */
  function intoCallee(callee: Any, loader: ReturnType<typeof loaders.of>, deferred: boolean): void {
    if (isFunction(callee)) inFunction(callee, deferred);
    else if (callee.type === 'MemberExpression' && isFunction(callee.object as Any))
      inFunction(callee.object as Any, deferred);
    else if (callee.type === 'MemberExpression') member(callee, deferred);
    else if (loader === undefined || callee.type !== 'Identifier') {
      // Of what is called at once nobody else has anything.
      followed.add(callee);
      for (const part of [callee.consequent, callee.alternate, callee.left, callee.right])
        if (isTreeNode(part) && loaders.of(part) !== undefined) followed.add(part);
      if (callee.type === 'SequenceExpression') followed.add((callee.expressions as Any[]).at(-1) as Any);
      walk(callee, deferred);
    }
  }

  function required(callee: Any, first: Any, deferred: boolean): void {
    const base = loaders.baseOf(callee);
    const from = base === undefined ? undefined : wholeOf(base);
    if (base !== undefined && from === undefined) opened();
    else ask('require', first, deferred, from);
  }

  function baseFrom(node: Any): string | undefined {
    const base = loaders.baseOf(node);
    return base && wholeOf(base);
  }

  /** `require.call(null, 'x')`, `Function.apply(null, parts)`. */
  function throughCall(owner: Any, name: string, given: readonly Any[], deferred: boolean): void {
    const second = given[1];
    const list =
      name === 'call' ? given.slice(1) : second?.type === 'ArrayExpression' ? (second.elements as Any[]) : [];
    const loader = loaders.of(owner);
    if (loader === 'require') {
      if (list[0]) required(owner, list[0], deferred);
      else opened();
    } else if (loader === 'maker') opened();
    else if (list.length > 0 && list.every(isTreeNode)) runs(list, loader === 'function');
    else isGenerated = true;
  }

  /** A text that is run: as it stands where it is known. */
  function runs(given: readonly Any[], isFunctionText: boolean): void {
    const known = given.map(wholeOf);
    if (known.some((text) => text === undefined)) isGenerated = true;
    else if (!isFunctionText) texts.add(known[0] ?? '');
    else texts.add(`(function(${known.slice(0, -1).join()}){${known.at(-1) ?? ''}\n})`);
  }

  /** `spawn('git', ['log'])`, `exec('git log | wc')`: whether it is told of. Others have functions of these names: what they are given is no program. */
  function startsProgram(name: string, [first, second]: readonly Any[], deferred: boolean): boolean {
    const text = wholeOf(first as Any);
    const isShell = /^exec(?:Sync)?$/.test(name) || /\s/.test(text ?? '');
    if (text !== undefined && text.trim() !== '')
      take('program', JSON.stringify(isShell ? text : wordsOf(text, second)), deferred);
    else if (text === undefined && hasChildren()) {
      // `process.execPath` is the interpreter itself.
      const isOwn = (first as Any).type === 'MemberExpression' && keyOf(first as Any) === 'execPath';
      take('program', isOwn ? JSON.stringify(wordsOf(OWN_NODE, second)) : 'null', deferred);
    } else return false;
    return true;
  }

  /** A program and what it is given in a list, as far as that is constant. */
  function wordsOf(program: string, list: Any | undefined): (string | null)[] {
    if (list?.type !== 'ArrayExpression')
      return list === undefined || list.type === 'ObjectExpression' || isFunction(list) ? [program] : [program, null];
    const words: (string | null)[] = [program];
    for (const part of (list.elements as (Any | null)[]).slice(0, STARTED_WORDS)) {
      const word = part === null || part.type === 'SpreadElement' ? undefined : wholeOf(part);
      if (word === undefined) return [...words, null];
      words.push(word);
    }
    return words;
  }

  /** The file has asked for what starts programs. */
  function hasChildren(): boolean {
    return [...requests.keys()].some((key) => /^\w+ (?:(?:node:)?child_process|execa) /.test(key));
  }

  /** `fork(path)`, `new Worker(path)`; `new Worker(text, { eval: true })` runs the text. */
  function startsModule(node: Any, name: string, deferred: boolean): void {
    const [first, options] = node.arguments as [Any, Any | undefined];
    const isText =
      options?.type === 'ObjectExpression' &&
      (options.properties as Any[]).some(({ key }) => isTreeNode(key) && nameOf(key) === 'eval');
    if (isText && name === 'Worker') {
      runs([first], false);
      return;
    }
    const known = textOf(first);
    // Others have functions of that name that are given functions.
    const isMeant = name === 'Worker' ? node.type === 'NewExpression' : !isFunction(first) && hasChildren();
    if (known?.isWhole) take('file', known.text, true);
    else if (isMeant) ask('file', first, deferred);
  }

  /** `require('bindings')('sharp')`, `load(__dirname)` of a `load` that is such a package. */
  function loadsAddon(callee: Any, given: readonly Any[], deferred: boolean): void {
    const from = callee.type === 'CallExpression' ? callee : callOf(nameOf(callee));
    if (from === undefined || !loaders.isRequire(nameOf(from.callee as Any))) return;
    const loader = textOf((from.arguments as Any[])[0] as Any)?.text;
    if (loader === undefined || !ADDON_LOADERS.has(loader)) return;
    const known = given[0] && textOf(given[0]);
    take('addons', known?.isWhole ? known.text : '', deferred);
  }
}

const BEGINS_WITH_FOLDER = /^(?:\.{0,2}\/.*\/|(?:@[^/]+\/)?[^./][^/]*\/|\.{1,2}\/)/s;

/** Names that a pattern binds, as far as they are at hand. */
function bound(node: Any): string[] {
  if (node.type === 'Identifier') return [String(node.name)];
  return node.type === 'AssignmentPattern' ? bound(node.left as Any) : [];
}

/** Whether a function's body has a function or variable of that name of its own. */
function declares(body: Any, name: string): boolean {
  return (Array.isArray(body.body) ? (body.body as Any[]) : []).some(
    (statement) => statement.type === 'FunctionDeclaration' && (statement.id as Any | null)?.name === name,
  );
}
