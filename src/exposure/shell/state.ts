import type { Function as ShellFunction } from 'unbash';

/** A text that a word comes to; undefined: it cannot be told. */
export type Text = string | undefined;

/** What a shell knows at one point of a script, on one of the ways that lead there. */
export interface State {
  /** Variables that the image's environment or the script sets; undefined: set, and not to be told. */
  readonly variables: Map<string, Text>;
  /** `$1`, `$2`, ...; undefined: not to be told. */
  parameters: readonly Text[] | undefined;
  readonly functions: Map<string, ShellFunction>;
  folder: string;
  /** False: only on one side of a condition that cannot be told. */
  isSure: boolean;
  /** It has left the script. */
  isOver: boolean;
  /** What its commands read was given another source than the script's own. */
  isFed?: boolean;
}

/** The same, to go another way. */
export function copied(state: State): State {
  return { ...state, variables: new Map(state.variables), functions: new Map(state.functions) };
}

/** Ways on which the same is known are one again; sure where one of them is, or where all ways from `before` came together. */
export function merged(states: readonly State[], before: boolean): State[] {
  const byKey = new Map<string, State>();
  for (const state of states) {
    const { variables, parameters, folder, isOver } = state;
    const key = JSON.stringify([
      [...variables].map(([name, text]) => [name, text ?? null]),
      parameters ?? null,
      folder,
      isOver,
    ]);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, state);
    else known.isSure ||= state.isSure;
  }
  const all = [...byKey.values()];
  if (all.length === 1 && before) all[0]!.isSure = true;
  return all;
}
