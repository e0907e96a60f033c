/** A whole number as people read it: `249,731`. Without ICU, which takes 12 ms to begin. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
