/** A date of HTTP (`Last-Modified`) as ISO 8601; undefined for what is none. https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
export function isoDate(value: unknown): string | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : `${new Date(time).toISOString().slice(0, 19)}Z`;
}
