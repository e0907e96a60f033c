/**
 * Whether a text matches a pattern of `*` (within a name), `**` (across folders) and `?`. A `**` before a slash stands for whole folders:
 * it ends where a name begins, and between `app` and `x` it says nothing of `app/index`. Linear in both, whatever they hold.
 */
export function glob(pattern: string, text: string): boolean {
  // The classic two pointers with one place to go back to, for each kind of star.
  const tokens = pattern.match(/\*\*\/?|\*|\?|[^*?]/gsu) ?? [];
  let states = new Set([0]);
  const closed = (from: Set<number>, before: string): Set<number> => {
    for (const at of from) {
      const token = tokens[at];
      if (token === '*' || token === '**' || (token === '**/' && before === '/')) from.add(at + 1);
    }
    return from;
  };
  // The beginning of a text is that of a name as well.
  states = closed(states, '/');
  for (const character of text) {
    const next = new Set<number>();
    for (const at of states) {
      const token = tokens[at];
      if (token === undefined) continue;
      if (token.startsWith('**')) next.add(at);
      else if (token === '*') {
        if (character !== '/') next.add(at);
      } else if (token === character || (token === '?' && character !== '/')) next.add(at + 1);
    }
    states = closed(next, character);
    if (states.size === 0) return false;
  }
  return states.has(tokens.length);
}
