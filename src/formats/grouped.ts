/** A whole number as people read it: `249,731`. Without ICU, which takes 12 ms to begin. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Bytes for people, in decimal units as registries and disks count: `916.9 MB`. */
export function byteSize(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `1 package`, `2,104 packages`, `3 entries`. */
export const counted = (count: number, noun: string, several = `${noun}s`): string =>
  `${grouped(count)} ${count === 1 ? noun : several}`;
