import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptText } from '../bounded-file.ts';
import { LIMITS } from '../limits.ts';
import { FETCHED_BY_SCANS } from './stores.ts';

/** What scans asked for: documents and when, and the vulnerabilities for which documents were read in part. */
export interface Asked {
  readonly at: ReadonlyMap<string, string>;
  readonly ids: ReadonlySet<string>;
  /** The mirror that they came from; absent: the publishers' own places. */
  readonly from?: string;
}

/** What scans have fetched by themselves; undefined where they keep no database. */
export function askedByScans(folder: string): Asked | undefined {
  try {
    const document: unknown = JSON.parse(keptText(join(folder, FETCHED_BY_SCANS), LIMITS.fileBytes));
    if (typeof document !== 'object' || document === null) return undefined;
    const entries: readonly (readonly [string, unknown])[] = Object.entries(document);
    const ids = entries.find(([name]) => name === 'ids')?.[1];
    const from = entries.find(([name]) => name === 'from')?.[1];
    return {
      ...(typeof from === 'string' ? { from } : {}),
      at: new Map(
        entries.flatMap(([name, at]) => (typeof at === 'string' && name !== 'from' ? [[name, at] as const] : [])),
      ),
      ids: new Set(Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : []),
    };
  } catch {
    return undefined; // none, or damaged: then the database is taken as made by hand
  }
}

/** Adds to the list what was asked for just now. */
export function writeAsked(
  folder: string,
  before: Asked | undefined,
  only: readonly string[],
  rated: ReadonlySet<string> | undefined,
  from: string | undefined,
): void {
  const now = new Date().toISOString();
  const at = new Map([...(before?.at ?? []), ...only.map((name) => [name, now] as const)]);
  const ids = [...(rated ?? before?.ids ?? [])].sort();
  const document = { ...Object.fromEntries(at), ...(ids.length > 0 ? { ids } : {}), ...(from ? { from } : {}) };
  try {
    writeFileSync(join(folder, FETCHED_BY_SCANS), `${JSON.stringify(document, undefined, 1)}\n`);
  } catch {
    // A home that cannot be written has failed before; without this list the next scan only asks for less.
  }
}
