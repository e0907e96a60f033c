/** Names of classes (`com/shop/Cart`) in a text of whatever kind, each once: of several parts, the last with a capital. */
export const classesNamed = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/\b[a-z][\w$]{0,60}(?:\.[A-Za-z_$][\w$]{0,100}){1,15}/g)]
      .map(([name]) => name.replaceAll('.', '/'))
      .filter((name) => /\/[A-Z][^/]*$/.test(name)),
  ),
];
