import type { CallValue, PickleValue } from './pickle-values.ts';

/**
 * The arrays that joblib writes into the middle of a pickle: after the BUILD of a `NumpyArrayWrapper` come the raw
 * bytes of the array, or another pickle when it holds objects.
 * https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle.py (NumpyArrayWrapper.read_array)
 */
export type InlineArray =
  | { readonly kind: 'objects' }
  /** `padded`: one byte with the length of the padding, then the padding, stands before the data. */
  | { readonly kind: 'raw'; readonly bytes: number; readonly padded: boolean };

const isWrapper = (value: PickleValue): value is CallValue =>
  value.kind === 'call' &&
  value.callee.kind === 'global' &&
  value.callee.name === 'NumpyArrayWrapper' &&
  value.callee.module.startsWith('joblib');

/** What follows a value that BUILD has just finished: nothing (undefined), an array, or a reason why that cannot be told. */
export function inlineArray(value: PickleValue): InlineArray | string | undefined {
  if (!isWrapper(value)) return undefined;
  const state = value.state && stateOf(value.state);
  const dtype = state?.get('dtype');
  const shape = state?.get('shape');
  if (!state || !dtype || !shape) return 'an array without shape or type';
  const item = itemSize(dtype);
  if (item === undefined) return 'an array whose type is computed while loading';
  if (item === 'object') return { kind: 'objects' };
  const count = product(shape);
  if (count === undefined) return 'an array whose shape is computed while loading';
  const alignment = state.get('numpy_array_alignment_bytes');
  const padded = alignment !== undefined && !(alignment.kind === 'constant' && alignment.text === 'None');
  return { kind: 'raw', bytes: count * item, padded };
}

function stateOf(value: PickleValue): ReadonlyMap<string, PickleValue> | undefined {
  if (value.kind !== 'dict' || value.cut) return undefined;
  const map = new Map<string, PickleValue>();
  for (let index = 0; index + 1 < value.items.length; index += 2) {
    const key = value.items[index];
    if (key?.kind === 'text') map.set(key.text, value.items[index + 1] as PickleValue);
  }
  return map;
}

function product(shape: PickleValue): number | undefined {
  if (shape.kind !== 'tuple' || shape.cut) return undefined;
  let count = 1;
  for (const item of shape.items) {
    if (item.kind !== 'number' || item.value < 0) return undefined;
    count *= item.value;
  }
  return count;
}

/** Bytes of one element of `numpy.dtype(text, ...)` with the state that BUILD gave it. */
function itemSize(dtype: PickleValue): number | 'object' | undefined {
  if (dtype.kind !== 'call' || dtype.callee.kind !== 'global' || dtype.argument.kind !== 'tuple') return undefined;
  const [spelled] = dtype.argument.items;
  const text = spelled?.kind === 'text' ? spelled.text : spelled?.kind === 'bytes' ? spelled.text : undefined;
  const match = /^[<>|=]?([?a-zA-Z])([0-9]{0,9})$/.exec(text ?? '');
  if (!match) return undefined;
  const letter = match[1] as string;
  if (letter === 'O') return 'object';
  if (letter === 'V' && hasObjects(dtype)) return 'object';
  const stated = stateNumber(dtype, 5);
  if (stated !== undefined && stated >= 0) return stated;
  if (letter === '?') return 1;
  if (!match[2]) return undefined;
  return Number(match[2]) * (letter === 'U' ? 4 : 1);
}

/** The flag NPY_ITEM_HASOBJECT of a structured type's state. */
function hasObjects(dtype: CallValue): boolean {
  const flags = stateNumber(dtype, 7);
  return flags !== undefined && (flags & 1) === 1;
}

function stateNumber(dtype: CallValue, index: number): number | undefined {
  const item = dtype.state?.kind === 'tuple' ? dtype.state.items[index] : undefined;
  return item?.kind === 'number' ? item.value : undefined;
}
