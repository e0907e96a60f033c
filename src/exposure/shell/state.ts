import type { Function as ShellFunction } from 'unbash';

/** A text that a word comes to; undefined: it cannot be told. */
export type Text = string | undefined;

/** What a shell knows at one point of a script, on one of the ways that lead there. */
export interface State {
  /** Variables that the image's environment or the script sets; undefined: set, and not to be told. */
  readonly variables: Map<string, Text>;
  /** Arrays that the script sets; undefined: set, and not to be told. */
  readonly arrays: Map<string, readonly Text[] | undefined>;
  /** `$1`, `$2`, ...; undefined: not to be told. */
  parameters: readonly Text[] | undefined;
  readonly functions: Map<string, ShellFunction>;
  folder: string;
  /** False: only on one side of a condition that cannot be told. */
  isSure: boolean;
  /** What has been started on this way, by keys. What every way has started is sure, wherever the ways part and meet. */
  ran: Set<string>;
  /** It has left the script. */
  isOver: boolean;
  /** It left it saying that something went wrong: no container runs on that way. */
  isFailed?: boolean;
  /** It is in a function, or in a script that is read into another: `return` leaves that. */
  canReturn?: boolean | undefined;
  /** It is in a loop of this function: `break` leaves that. */
  inLoop?: boolean | undefined;
  /** It stops here and goes on behind what it leaves: a function, or so many loops. */
  leaves?: { readonly by: 'return' | 'break' | 'continue'; readonly levels: number } | undefined;
  /** The script that it is in, where that is read into another. */
  source?: string | undefined;
  /** A pattern that nothing matches is no word (`shopt -s nullglob`). */
  isNullGlob?: boolean | undefined;
  /** What its commands read was given another source than the script's own. */
  isFed?: boolean;
}

/** The same, to go another way. */
export function copied(state: State): State {
  return {
    ...state,
    variables: new Map(state.variables),
    arrays: new Map(state.arrays),
    functions: new Map(state.functions),
    ran: new Set(state.ran),
  };
}

/** Characters of all that a way knows: what it costs to compare it, or to hand it to a program. */
export function weight({ variables, arrays, parameters, folder, ran }: State): number {
  let sum = folder.length + 16 * (variables.size + (parameters?.length ?? 0) + ran.size);
  for (const [name, text = ''] of variables) sum += name.length + text.length;
  for (const texts of [parameters, ...arrays.values()]) for (const text of texts ?? []) sum += 16 + (text?.length ?? 0);
  return sum;
}

/** What a copy of a way costs. */
export const copying = ({ variables, arrays, functions, ran }: State): number =>
  8 * (variables.size + arrays.size + functions.size + ran.size);

/** Ways on which the same is known are one again; sure where one of them is, or where all ways from `before` came together. */
export function merged(states: readonly State[], before: boolean): State[] {
  if (states.length === 1) {
    states[0]!.isSure ||= before;
    return [...states];
  }
  const byKey = new Map<string, State>();
  for (const state of states) {
    const {
      variables,
      arrays,
      parameters,
      folder,
      isOver,
      isFailed = false,
      isNullGlob = false,
      leaves = null,
    } = state;
    const key = JSON.stringify([
      [...variables].map(([name, text]) => [name, text ?? null]),
      [...arrays].map(([name, texts]) => [name, texts?.map((text) => text ?? null) ?? null]),
      parameters ?? null,
      folder,
      isOver,
      isFailed,
      isNullGlob,
      leaves,
    ]);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, state);
    else {
      known.isSure ||= state.isSure;
      known.ran = ranOnAll([known, state]);
    }
  }
  const all = [...byKey.values()];
  if (all.length === 1 && before) all[0]!.isSure = true;
  return all;
}

/** Sets a way that left a loop going behind it; whether it goes on with the loop's next turn. */
export function takesNextTurn(state: State): boolean {
  const { isOver, leaves } = state;
  if (isOver || leaves?.by === 'return') return false;
  state.leaves = leaves !== undefined && leaves.levels > 1 ? { ...leaves, levels: leaves.levels - 1 } : undefined;
  return leaves === undefined || (leaves.by === 'continue' && state.leaves === undefined);
}

/** Ways behind the function, or the script, that `return` leaves: they are where they were `before`. */
export function behindReturn(
  states: readonly State[],
  { canReturn, inLoop }: Pick<State, 'canReturn' | 'inLoop'>,
): State[] {
  for (const state of states) Object.assign(state, { canReturn, inLoop, leaves: undefined });
  return [...states];
}

/** What all these ways have started; those that failed count only where all did. */
export function ranOnAll(states: readonly State[]): Set<string> {
  const going = states.filter(({ isFailed }) => !isFailed);
  const [first, ...rest] = going.length > 0 ? going : states;
  return new Set([...(first?.ran ?? [])].filter((key) => rest.every(({ ran }) => ran.has(key))));
}

/** What ran beside a way, or in it, without changing what it knows: in a pipe, in the background, in a substitution. */
export function ranBeside(state: State, beside: readonly State[]): void {
  for (const key of ranOnAll(beside)) state.ran.add(key);
}
