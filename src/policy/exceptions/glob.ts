/** Whether a text matches a pattern of `*` (within a name), `**` (across folders) and `?`. Linear in both, whatever they hold. */
export function glob(pattern: string, text: string): boolean {
  // The classic two pointers with one place to go back to, for each kind of star.
  const tokens = pattern.match(/\*\*\/?|\*|\?|[^*?]/gsu) ?? [];
  let states = new Set([0]);
  const closed = (from: Set<number>): Set<number> => {
    for (const at of from) if (tokens[at]?.startsWith('*')) from.add(at + 1);
    return from;
  };
  states = closed(states);
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
    states = closed(next);
    if (states.size === 0) return false;
  }
  return states.has(tokens.length);
}
