import { readFileSync } from 'node:fs';

/** A real file cut down to the parts that matter: what lies between them is zero. */
export interface Excerpt {
  /** Package and version it was taken from. */
  readonly from: string;
  readonly path: string;
  readonly size: number;
  /** Offset and bytes (base64). */
  readonly parts: readonly (readonly [number, string])[];
}

/** Reads a file of excerpts. */
export const excerpts = (url: URL): readonly Excerpt[] => JSON.parse(readFileSync(url, 'utf8')) as Excerpt[];

/** The file at its real size, with its real bytes where they matter. */
export function fileOf({ size, parts }: Excerpt): Buffer {
  const bytes = Buffer.alloc(size);
  for (const [offset, content] of parts) Buffer.from(content, 'base64').copy(bytes, offset);
  return bytes;
}
