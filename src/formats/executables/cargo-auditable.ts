import { constants, inflateSync } from 'node:zlib';
import { LIMITS } from '../../limits.ts';
import { readJson } from '../json-values.ts';

/** A crate that was compiled into a program. https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md */
export interface AuditableCrate {
  readonly name: string;
  readonly version: string;
  /** `crates.io`, `git`, `local`, `registry`... */
  readonly source: string;
  /** Used at build time only. */
  readonly build: boolean;
  /** The program's own crate. */
  readonly root: boolean;
}

/** Every object begins thus, which tells it from the other zlib streams of a program. */
const OPENING = '{"packages":[';

/**
 * True when a zlib stream begins at `at` whose text opens as the dependency list does. The section's own name stands at
 * the end of the file, out of reach of a reader that goes front to back, so the content itself has to tell.
 */
export function opensAuditable(bytes: Buffer, at: number): boolean {
  try {
    const some = inflateSync(bytes.subarray(at, at + 768), {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: 1 << 20,
    });
    return some.toString('latin1', 0, OPENING.length) === OPENING;
  } catch {
    return false;
  }
}

/** Deflate, no dictionary, the check bits right, and a first block that is compressed at all. */
export function looksLikeZlib(bytes: Buffer, at: number): boolean {
  const second = bytes[at + 1];
  const block = bytes[at + 2];
  if (bytes[at] !== 0x78 || second === undefined || block === undefined) return false;
  const kind = (block >> 1) & 3;
  return (0x7800 + second) % 31 === 0 && (second & 0x20) === 0 && (kind === 1 || kind === 2);
}

/** Inflates and parses the list. Throws an `Error` when it is truncated, too large or not such a list. */
export function auditableCrates(bytes: Buffer): AuditableCrate[] {
  const text = inflateSync(bytes, { maxOutputLength: LIMITS.buildInfoBytes }).toString('utf8');
  const parsed: unknown = readJson(text);
  const packages = isRecord(parsed) && Array.isArray(parsed.packages) ? (parsed.packages as unknown[]) : [];
  const crates: AuditableCrate[] = [];
  for (const item of packages.slice(0, LIMITS.factsPerFile)) {
    if (!isRecord(item) || typeof item.name !== 'string' || typeof item.version !== 'string') continue;
    crates.push({
      name: item.name,
      version: item.version,
      source: typeof item.source === 'string' ? item.source : 'unknown',
      build: item.kind === 'build',
      root: item.root === true,
    });
  }
  return crates;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
