/** V8 copies what is shorter. https://github.com/v8/v8/blob/main/src/objects/string.h (SlicedString::kMinLength) */
const SLICED = 13;

/** A text of its own, for what is kept: what was cut out of a text, by a slice or a pattern, keeps all of it alive. */
export const ownText = (value: string): string => (value.length < SLICED ? value : Buffer.from(value).toString());
