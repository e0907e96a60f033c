// Long because it is one state: what each opcode does to it stands together.
import { LIMITS } from '../../limits.ts';
import { type Given, givenOf, namesOfCode } from './pickle-given.ts';
import { type PickleMemo, pickleMemo } from './pickle-memo.ts';
import {
  ANY,
  type CallValue,
  calledGlobal,
  describeValue,
  type GlobalValue,
  globalName,
  type PickleValue,
  renderArguments,
  rootGlobal,
} from './pickle-values.ts';

/**
 * Something that loading the pickle would do. `import`: a name is looked up; `call`: something is called;
 * `change`: an attribute or item of an imported object itself is set.
 */
export interface PickleEvent {
  /** `name`: a text that is the name of code is handed to what is called. */
  readonly kind: 'import' | 'call' | 'change' | 'name';
  /** Offset of the opcode in the body, of the first time where it happens often. */
  readonly offset: number;
  readonly opcode: string;
  /** Module and name; where `unresolved`, those of the first call of the chain, or empty. */
  readonly module: string;
  readonly name: string;
  /** The name is computed while loading, or the callee is not a plain imported name. */
  readonly unresolved: boolean;
  /** As a person would write it, shortened. */
  readonly shown: string;
  /** Of a call: what it is given. */
  readonly given?: Given;
  /** Of a call: a class is asked for an empty object, and its constructor is not run. */
  readonly made?: true;
  /** Of a call that binds names of attributes or methods, for something else to look up: which. */
  readonly bound?: readonly string[];
  /** Of an import: it is handed to something that is called, and may call it. */
  handedTo?: string;
  /** Of an import of `getattr`: what it was called with is told in its place. Other calls of it are events of their own. */
  resolved?: true;
  /** How often. */
  count: number;
}

/** An opcode's argument: a number, or the kept beginning of content and its whole length. */
export interface PickleArgument {
  readonly number: number;
  readonly content: Buffer;
  readonly length: number;
  /** The content as UTF-8, where all of it is at hand. */
  readonly text?: string;
  /** The second line of GLOBAL and INST. */
  readonly second?: Buffer;
}

/** What is known of a name that is called, so that ten thousand calls of it cost what ten do. */
interface Callee {
  /** Module and name. */
  readonly name: string;
  readonly isReconstructor: boolean;
  /** It makes an object of what it is given, and calls nothing of it. */
  readonly makesObjects: boolean;
  /** Events of calls that bind no names, by what they are given and whether they are `made`. */
  readonly events: Map<Given, PickleEvent>;
  readonly madeEvents: Map<Given, PickleEvent>;
}

/** Names that are remembered so: honest pickles have dozens, a hostile one as many as it has opcodes. */
const CALLEES = 2_000;

const RECONSTRUCTOR = /^(?:copyreg|copy_reg)\._reconstructor$/;
/** What takes a class to make an empty object of it. */
const MAKES_OBJECTS =
  /^(?:(?:copyreg|copy_reg)\.__newobj(?:_ex)?__|numpy\.(?:core|_core)\.multiarray\._reconstruct|numpy\.ma\.core\._mareconstruct|torch\._utils\._rebuild_\w+)$/;

const GETATTR = /^(?:builtins|__builtin__)\.getattr$/;
const BINDS_NAMES = /^_?operator\.(?:attrgetter|methodcaller)$/;
const BINDERS: ReadonlySet<string> = new Set(['attrgetter', 'methodcaller']);

/**
 * `getattr(zoneinfo.ZoneInfo, '_unpickle')` is how older protocols write the name `ZoneInfo._unpickle`, which protocol 4 imports as it
 * is: the same thing by either way. Undefined for any other call, and for names that are computed.
 */
function attributeOf(callee: GlobalValue, argument: PickleValue): GlobalValue | undefined {
  // Nearly all calls are of something else: told by the last name before both are put together.
  if (callee.name !== 'getattr' || !GETATTR.test(globalName(callee)) || argument.kind !== 'tuple' || argument.cut)
    return undefined;
  const [object, attribute, ...more] = argument.items;
  if (object?.kind !== 'global' || attribute?.kind !== 'text' || attribute.cut || more.length > 0) return undefined;
  if (!/^\w{1,100}$/.test(attribute.text)) return undefined;
  return { kind: 'global', module: object.module, name: `${object.name}.${attribute.text}` };
}

/** The names that a call binds; undefined where any is computed, and for calls that bind none. */
function boundNames(callee: GlobalValue, argument: PickleValue): readonly string[] | undefined {
  if (!BINDERS.has(callee.name) || !BINDS_NAMES.test(globalName(callee)) || argument.kind !== 'tuple' || argument.cut)
    return undefined;
  const names = callee.name === 'methodcaller' ? argument.items.slice(0, 1) : argument.items;
  const texts = names.flatMap((name) => (name.kind === 'text' && !name.cut ? [name.text] : []));
  return texts.length > 0 && texts.length === names.length ? texts : undefined;
}

/** Why an unpickler stops where a value is missing. */
export const UNDERFLOW = 'an opcode takes more than the stack holds';

/** The parts of the machine that the opcodes share. A class, because a closure for each of thirty operations is slower. */
export class MachineState {
  readonly stack: PickleValue[] = [];
  readonly marks: number[] = [];
  readonly memo: PickleMemo = pickleMemo();
  readonly events = new Map<string, PickleEvent>();
  readonly omissions = new Set<string>();
  protocol = -1;
  offset = 0;
  opcode = '';
  private memoText = 0;
  private readonly callees = new Map<GlobalValue, Callee>();
  readonly lenient: boolean;
  readonly persistent: ((id: PickleValue) => void) | undefined;

  constructor(lenient: boolean, persistent: ((id: PickleValue) => void) | undefined) {
    this.lenient = lenient;
    this.persistent = persistent;
  }

  /** Below this nothing may be popped: the last MARK. */
  private get fence(): number {
    return this.marks.at(-1) ?? 0;
  }

  push(value: PickleValue): undefined {
    this.stack.push(value);
  }

  pop(): PickleValue | undefined {
    if (this.stack.length > this.fence) return this.stack.pop();
    return this.lenient ? ANY : undefined;
  }

  top(): PickleValue | undefined {
    if (this.stack.length > this.fence) return this.stack.at(-1);
    return this.lenient ? ANY : undefined;
  }

  /** Everything above the last MARK. */
  popMark(): PickleValue[] | undefined {
    const mark = this.marks.pop();
    if (mark === undefined) return this.lenient ? [] : undefined;
    return this.stack.splice(mark);
  }

  put(index: number): string | undefined {
    const value = this.top();
    if (value === undefined) return UNDERFLOW;
    if (index < 0) return 'a memo index is negative';
    if (this.memo.get(index) === undefined && this.memo.size >= LIMITS.pickleMemo) {
      this.omissions.add('the memo is over its budget');
      return undefined;
    }
    const kept = this.memo.size < LIMITS.pickleMemoValues || value.kind === 'global' ? value : this.shrink(value);
    this.memo.set(index, kept);
    return undefined;
  }

  /** In a huge memo only what can name an import is kept. */
  private shrink(value: PickleValue): PickleValue {
    if (value.kind !== 'text' || value.text.length > 512) return ANY;
    this.memoText += value.text.length;
    if (this.memoText <= LIMITS.pickleMemoText) return value;
    this.omissions.add('the strings of the memo are over their budget');
    return ANY;
  }

  get(index: number): string | undefined {
    const value = this.memo.get(index);
    if (value !== undefined) return this.push(value);
    if (this.lenient || this.omissions.size > 0) return this.push(ANY);
    return `memo ${index} is read before it is written`;
  }

  /** `shown` is asked once for each event: a pickle of arrays makes the same call ten thousand times. */
  record(
    kind: PickleEvent['kind'],
    target: GlobalValue | undefined,
    shown: () => string,
    unresolved = !target,
    call: Pick<PickleEvent, 'given' | 'made' | 'bound'> = {},
  ): PickleEvent | undefined {
    const key = `${kind}\0${unresolved ? shown() : globalName(target as GlobalValue)}\0${call.made ?? ''}${call.given ?? ''}${call.bound ?? ''}`;
    const seen = this.events.get(key);
    if (seen) {
      seen.count += 1;
      return seen;
    }
    if (this.events.size >= LIMITS.pickleEvents) {
      this.omissions.add('more imports and calls than are listed');
      return undefined;
    }
    const event: PickleEvent = {
      kind,
      offset: this.offset,
      opcode: this.opcode,
      module: target?.module ?? '',
      name: target?.name ?? '',
      unresolved,
      shown: shown(),
      ...call,
      count: 1,
    };
    this.events.set(key, event);
    return event;
  }

  private calleeOf(target: GlobalValue): Callee {
    const known = this.callees.get(target);
    if (known) return known;
    const name = globalName(target);
    const callee: Callee = {
      name,
      isReconstructor: RECONSTRUCTOR.test(name),
      makesObjects: MAKES_OBJECTS.test(name),
      events: new Map(),
      madeEvents: new Map(),
    };
    if (this.callees.size < CALLEES) this.callees.set(target, callee);
    return callee;
  }

  pushGlobal(module: string, name: string): undefined {
    const value: GlobalValue = { kind: 'global', module, name };
    this.record('import', value, () => globalName(value));
    this.push(value);
  }

  pushCall(callee: PickleValue, argument: PickleValue, made = false): undefined {
    const value: CallValue = { kind: 'call', callee, argument };
    const target = calledGlobal(callee);
    const reached = target && attributeOf(target, argument);
    if (target && reached) {
      const seen = this.events.get(`import\0${globalName(target)}\0`);
      if (seen) seen.resolved = true;
      return this.pushGlobal(reached.module, reached.name);
    }
    if (target) {
      const known = this.calleeOf(target);
      const given = givenOf(argument);
      const bound = boundNames(target, argument);
      const events = made ? known.madeEvents : known.events;
      const before = bound ? undefined : events.get(given);
      if (before) before.count += 1;
      else {
        const how = { given, ...(made && { made }), ...(bound && { bound }) } as const;
        const shown = () => `${describeValue(target)}${renderArguments(argument)}`;
        const event = this.record('call', target, shown, false, how);
        if (event && !bound) events.set(given, event);
      }
      if (!this.lenient) this.handOver(known, argument, made);
      if (!this.lenient && !made) this.handNames(known.name, argument);
    } else if (!this.lenient) {
      const call = made ? ({ made } as const) : {};
      this.record('call', rootGlobal(callee), () => describeValue(value), true, call);
    }
    this.push(value);
  }

  /** What a callable does with what it is given is not known: it may well call it. */
  private handOver({ name, isReconstructor, makesObjects }: Callee, argument: PickleValue, made: boolean): void {
    if (argument.kind !== 'tuple') return;
    if (isReconstructor) {
      const [, base, state] = argument.items;
      // `_reconstructor(cls, base, state)` runs the constructor of the base, unless that is `object`.
      if (base?.kind === 'global' && state !== undefined && !/^(?:builtins|__builtin__)$/.test(base.module))
        this.record('call', base, () => `${describeValue(base)}(${describeValue(state)})`, false, {
          given: givenOf({ kind: 'tuple', items: [state], cut: false }),
        });
      return;
    }
    if (made || makesObjects) return;
    const look = (value: PickleValue, depth: number): void => {
      if (value.kind === 'global') {
        const seen = this.events.get(`import\0${globalName(value)}\0`);
        if (seen) seen.handedTo ??= name;
        return;
      }
      if (depth < 4 && 'items' in value) for (const item of value.items) look(item, depth + 1);
    };
    look(argument, 0);
  }

  private handNames(callee: string, argument: PickleValue): void {
    for (const { module, name } of namesOfCode(argument)) {
      const value: GlobalValue = { kind: 'global', module, name };
      this.record('name', value, () => globalName(value));
      const seen = this.events.get(`name\0${globalName(value)}\0`);
      if (seen) seen.handedTo ??= callee;
    }
  }

  /** An item, an element or an attribute is set: of an imported object itself it is an attack on that module. */
  changed(target: PickleValue, how: string): void {
    if (target.kind === 'global') this.record('change', target, () => `${describeValue(target)} ${how}`);
  }
}
