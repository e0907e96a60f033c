import type { Text } from './state.ts';

/**
 * What `trap` is to run when a signal comes or the script ends, as it is written where it holds what cannot be told: that is expanded
 * earlier than the rest, and names the same program. Undefined: it runs nothing.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#trap
 */
export function trapped(given: readonly { readonly text: Text; readonly raw: string }[]): string | undefined {
  const words = given[0]?.text === '--' ? given.slice(1) : given;
  const [action, ...conditions] = words;
  // Without a condition, by a number, a dash or an option it lists, resets or ignores.
  if (action === undefined || conditions.length === 0 || /^(?:-.*|\d+|)$/.test(action.text ?? 'told')) return undefined;
  return action.text ?? action.raw.replace(/^"([\s\S]*)"$/, '$1').replaceAll('\\"', '"');
}
