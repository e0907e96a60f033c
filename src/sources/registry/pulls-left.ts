/** Below this part of the allowance it is told without being asked for. */
const TOLD_BELOW = 0.5;

/**
 * What a registry that counts pulls says is left of them, in words: `12 of 100 pulls left for 6 hours`. Undefined where it does not count, and
 * while half of them is left. https://docs.docker.com/docker-hub/usage/pulls/#view-pull-rate-and-limit
 */
export function pullsLeft(headers: Readonly<Record<string, string>>): string | undefined {
  const [limit, window] = counted(headers['ratelimit-limit']);
  const [left] = counted(headers['ratelimit-remaining']);
  if (limit === undefined || left === undefined || left >= limit * TOLD_BELOW) return undefined;
  const hours = window === undefined ? '' : ` for ${Math.round(window / 360) / 10} hours`;
  return `${left} of ${limit} pulls left${hours}; registries allow more to users they know`;
}

/** `100;w=21600` */
function counted(header: string | undefined): readonly [number | undefined, number | undefined] {
  const [, count, window] = /^(\d{1,9})(?:\s{0,9};\s{0,9}w=(\d{1,9}))?/.exec(header ?? '') ?? [];
  return [count === undefined ? undefined : Number(count), window === undefined ? undefined : Number(window)];
}
