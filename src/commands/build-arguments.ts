/** `NAME=value`, or the name of a variable of the environment, as builders take them (`docker build --build-arg`). */
export function buildArguments(
  pairs: readonly string[] = [],
  environment: NodeJS.ProcessEnv,
): ReadonlyMap<string, string> {
  return new Map(
    pairs.map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, environment[pair] ?? ''] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
