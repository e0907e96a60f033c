import { LIMITS } from '../../limits.ts';
import type { State, Text } from './state.ts';

/** The members of an array, or of a variable that is none, as bash takes it; undefined: they cannot be told. */
export function membersOf(name: string, { arrays, variables }: State): readonly Text[] | undefined {
  if (arrays.has(name)) return arrays.get(name);
  return variables.has(name) ? [variables.get(name)] : [];
}

/**
 * Gives a name an array. Larger ones than is followed cannot be told.
 * https://www.gnu.org/software/bash/manual/html_node/Arrays.html
 */
export function setArray(name: string, members: readonly Text[] | undefined, { arrays, variables }: State): void {
  variables.delete(name);
  arrays.set(name, members === undefined || members.length > LIMITS.startedWords ? undefined : members);
}

/** Sets one member. What leaves a gap, or stands at a place that cannot be told, is an array that cannot. */
export function setMember(name: string, at: Text, text: Text, state: State): void {
  const members = membersOf(name, state);
  const place = at !== undefined && /^\s*\d{1,9}\s*$/.test(at) ? Number(at) : undefined;
  const isNear = members !== undefined && place !== undefined && place <= members.length;
  setArray(name, isNear ? [...members.slice(0, place), text, ...members.slice(place + 1)] : undefined, state);
}

/** Gives a name a text: the first member of what is an array. */
export function setText(name: string, text: Text, state: State): void {
  const members = state.arrays.get(name);
  if (state.arrays.has(name) && members?.length !== 0) setMember(name, '0', text, state);
  else {
    state.arrays.delete(name);
    state.variables.set(name, text);
  }
}

/** Takes a name away: what whoever runs the container has set is gone as well. */
export const unset = (name: string, state: State): void => setArray(name, [], state);

/** Members from a place on, and so many of them; places below nothing are counted from the end. */
export function membersFrom(members: readonly Text[], from: number, count: number | undefined): readonly Text[] {
  const start = from < 0 ? members.length + from : from;
  if (start < 0) return [];
  if (count === undefined) return members.slice(start);
  return members.slice(start, count < 0 ? members.length + count : start + count);
}
