import { printable } from '../../errors.ts';

/**
 * What is known of a value on an unpickler's stack without evaluating anything. Containers keep their first items only:
 * enough to name what is imported, to show the arguments of a call, and to measure joblib's inline arrays.
 */
export type PickleValue =
  | TextValue
  | { readonly kind: 'bytes'; readonly length: number; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'constant'; readonly text: 'None' | 'True' | 'False' }
  | ContainerValue
  | GlobalValue
  | CallValue
  | PersistentValue
  /** Something, and it does not matter or is not known what. */
  | { readonly kind: 'any' };

/** A string; `cut`: longer than what was kept of it. */
interface TextValue {
  readonly kind: 'text';
  readonly text: string;
  readonly cut: boolean;
}

interface ContainerValue {
  readonly kind: 'tuple' | 'list' | 'set' | 'dict';
  /** The first items; keys and values in turn for a `dict`. */
  items: PickleValue[];
  /** True when there were more. */
  cut: boolean;
}

/** A name that the unpickler imports. */
export interface GlobalValue {
  readonly kind: 'global';
  readonly module: string;
  readonly name: string;
}

/** What `persistent_load` makes of an id; PyTorch's ids are tuples that describe storages and classes. */
interface PersistentValue {
  readonly kind: 'persistent';
  readonly id: PickleValue;
}

/** The result of a call, which nobody made. */
export interface CallValue {
  readonly kind: 'call';
  readonly callee: PickleValue;
  readonly argument: PickleValue;
  /** What BUILD gave it. */
  state?: PickleValue;
}

export const ANY: PickleValue = { kind: 'any' };
export const NONE: PickleValue = { kind: 'constant', text: 'None' };
export const TRUE: PickleValue = { kind: 'constant', text: 'True' };
export const FALSE: PickleValue = { kind: 'constant', text: 'False' };

/** A float, a buffer, an array: of no further interest, but no text. */
export const DATA: PickleValue = { kind: 'number', value: Number.NaN };

const SMALL: readonly PickleValue[] = Array.from({ length: 256 }, (_, value) => ({ kind: 'number', value }) as const);

/** A whole number; small ones, of which a pickle may hold a million, are made once. */
export const integerValue = (value: number): PickleValue => SMALL[value] ?? { kind: 'number', value };

/** Items that a container keeps. */
const KEPT_ITEMS = 32;

/** A new container with these items; the array is the container's from then on, for a large pickle has a hundred thousand. */
export function container(kind: ContainerValue['kind'], items: PickleValue[] = []): ContainerValue {
  return items.length > KEPT_ITEMS
    ? { kind, items: items.slice(0, KEPT_ITEMS), cut: true }
    : { kind, items, cut: false };
}

/** Nothing changes a tuple, so one empty one is enough. */
export const EMPTY_TUPLE: PickleValue = container('tuple');

/** Adds items to a container, as far as it keeps them; the array is the container's from then on. */
export function addItems(target: ContainerValue, items: PickleValue[]): void {
  // Most containers are filled once. To push onto an empty array would make room for seventeen.
  if (target.items.length === 0 && items.length <= KEPT_ITEMS) {
    target.items = items;
    return;
  }
  const room = KEPT_ITEMS - target.items.length;
  if (items.length > room) target.cut = true;
  for (let index = 0; index < items.length && index < room; index += 1) target.items.push(items[index] as PickleValue);
}

/** Characters of one rendered value. */
const SHOWN = 240;

/** A value as a person would write it in Python, shortened; safe for one line of a terminal. */
export function describeValue(value: PickleValue, depth = 0): string {
  const text = render(value, depth);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}

function render(value: PickleValue, depth: number): string {
  switch (value.kind) {
    case 'text':
      return `'${printable(value.text, 160)}'`;
    case 'bytes':
      return value.length <= value.text.length ? `b'${printable(value.text, 160)}'` : `<${value.length} bytes>`;
    case 'number':
      return Number.isNaN(value.value) ? '...' : String(value.value);
    case 'constant':
      return value.text;
    case 'global':
      return printable(globalName(value), 200);
    case 'persistent':
      return '<persistent id>';
    case 'any':
      return '...';
    case 'call':
      return depth > 4
        ? '...'
        : `${describeValue(value.callee, depth + 1)}${renderArguments(value.argument, depth + 1)}`;
    default:
      return depth > 4 ? '...' : renderContainer(value, depth + 1);
  }
}

function renderContainer(value: ContainerValue, depth: number): string {
  const items = value.items.slice(0, 8).map((item) => describeValue(item, depth));
  if (value.cut || value.items.length > 8) items.push('...');
  const list = items.join(', ');
  if (value.kind === 'tuple') return items.length === 1 ? `(${list},)` : `(${list})`;
  return value.kind === 'list' ? `[${list}]` : `{${list}}`;
}

/** The argument list of a call, with its parentheses. */
export function renderArguments(argument: PickleValue, depth = 0): string {
  if (argument.kind !== 'tuple') return argument.kind === 'any' ? '(...)' : `(*${describeValue(argument, depth)})`;
  const items = argument.items.slice(0, 8).map((item) => describeValue(item, depth));
  if (argument.cut || argument.items.length > 8) items.push('...');
  return `(${items.join(', ')})`;
}

/**
 * The name behind a callee: its own, or that of the class in PyTorch's old persistent ids, `('module', class, file, source)`.
 * https://github.com/pytorch/pytorch/blob/main/torch/serialization.py (persistent_load)
 */
export function calledGlobal(callee: PickleValue): GlobalValue | undefined {
  if (callee.kind === 'global') return callee;
  if (callee.kind !== 'persistent' || callee.id.kind !== 'tuple') return undefined;
  const [tag, target] = callee.id.items;
  return tag?.kind === 'text' && tag.text === 'module' && target?.kind === 'global' ? target : undefined;
}

/** The first name in a chain of calls: `getattr` in `getattr(os, 'system')('id')`. */
export function rootGlobal(value: PickleValue): GlobalValue | undefined {
  let current = value;
  while (current.kind === 'call') current = current.callee;
  return calledGlobal(current);
}

/** `module.name` */
export const globalName = (value: { readonly module: string; readonly name: string }): string =>
  `${value.module}.${value.name}`;
