/**
 * Whether bytes begin so, or hold this at `from`. Asked of every file of an image by each format: byte by byte, for nearly all differ in
 * the first, and a view to compare by is dearer than that.
 */
export function beginsWith(bytes: Uint8Array, magic: Uint8Array, from = 0): boolean {
  if (bytes.length < from + magic.length) return false;
  for (let at = 0; at < magic.length; at += 1) if (bytes[from + at] !== magic[at]) return false;
  return true;
}
