import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LIMITS } from '../../limits.ts';
import { compareText } from '../../versions/order.ts';

/** Which packages and functions of source code a program holds. */
export interface LinkedCode {
  /** Packed text, for `linkedFunctions`: of a large program some hundred kilobytes. */
  readonly packed: string;
  readonly packages: number;
  readonly functions: number;
}

/** Packs the functions of a program's packages. */
export function linkedCode(packages: ReadonlyMap<string, ReadonlySet<string>>): LinkedCode {
  const lines = [...packages]
    .sort(([a], [b]) => compareText(a, b))
    .map(([path, functions]) => [path, ...[...functions].sort(compareText)].join(' '));
  let functions = 0;
  for (const names of packages.values()) functions += names.size;
  return { packed: deflateRawSync(lines.join('\n')).toString('base64'), packages: packages.size, functions };
}

/** The functions of each package that a program holds, of those packages that are asked for. Throws an `Error` where it is damaged. */
export function linkedFunctions(packed: string, asked: ReadonlySet<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const text = inflateRawSync(Buffer.from(packed, 'base64'), { maxOutputLength: LIMITS.linkedNamesBytes }).toString();
  const held = new Map<string, ReadonlySet<string>>();
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const until = end < 0 ? text.length : end;
    const space = text.indexOf(' ', at);
    const path = text.slice(at, space < 0 || space > until ? until : space);
    if (asked.has(path)) held.set(path, new Set(text.slice(at + path.length + 1, until).split(' ')));
    at = until + 1;
  }
  return held;
}
