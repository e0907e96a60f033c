import { createHash } from 'node:crypto';
import { withoutUndefined } from '../../collections.ts';
import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';

/** What Plimsoll reads from the header of an installed rpm. */
export interface RpmHeader {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  /** Absent is not the same as 0 for display, but compares the same. */
  readonly epoch?: number;
  readonly arch?: string;
  readonly vendor?: string;
  readonly license?: string;
  /** `bash-5.1.8-6.el9.src.rpm` */
  readonly sourceRpm?: string;
  /** `nodejs:18:9020020230718:rhel9`: the module stream an AppStream package belongs to. */
  readonly modularityLabel?: string;
  /** What it needs, with versions where it says so; rpm's own features and files left out. */
  readonly requires: readonly RpmDependency[];
  /**
   * How it stands to the digests that rpm filed with it: `intact`, `altered` where one is of another header, `unsealed` where there is none
   * (rpm before 4, or somebody took it out).
   */
  readonly seal: RpmSeal;
  /** The files it owns, as folder (absolute, with a slash at its end) and name; empty folders in headers before rpm 4. */
  readonly files: readonly (readonly [folder: string, name: string])[];
}

type RpmSeal = 'intact' | 'altered' | 'unsealed';

/** A capability such as `libc.so.6(GLIBC_2.34)(64bit)` or a package's name. https://rpm-software-management.github.io/rpm/manual/dependencies.html */
interface RpmDependency {
  readonly name: string;
  readonly operator?: '<' | '<=' | '=' | '>=' | '>';
  /** `[epoch:]version[-release]` */
  readonly version?: string;
}

/** https://github.com/rpm-software-management/rpm/blob/master/include/rpm/rpmtag.h */
const TAG = {
  immutable: 63,
  sha1: 269,
  sha256: 273,
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  license: 1014,
  arch: 1022,
  oldFileNames: 1027,
  sourceRpm: 1044,
  requireFlags: 1048,
  requireName: 1049,
  requireVersion: 1050,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  modularityLabel: 5096,
} as const;

/** Types of https://rpm-software-management.github.io/rpm/manual/format_header.html */
const INT32 = 4;
const STRING = 6;
const BINARY = 7;
const STRING_ARRAY = 8;
const I18N = 9;

interface Item {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/**
 * Parses a header blob as the databases store it: two big-endian counts, the index, the data; no lead, no magic.
 * Throws an `Error` when the index lies outside the blob or there is no name. Single damaged tags read as absent.
 */
export function rpmHeader(blob: Buffer): RpmHeader {
  if (blob.length < 8) throw new Error('rpm header is truncated');
  const entries = blob.readUInt32BE(0);
  const size = blob.readUInt32BE(4);
  if (entries > LIMITS.rpmHeaderEntries || size > LIMITS.rpmHeaderBytes) throw new Error('rpm header is too large');
  const start = 8 + entries * 16;
  if (start > blob.length) throw new Error('rpm header is truncated');
  const data = blob.subarray(start, Math.min(blob.length, start + size));
  const items = new Map<number, Item>();
  for (let index = 0; index < entries; index++) {
    const at = 8 + index * 16;
    const item = {
      type: blob.readUInt32BE(at + 4),
      offset: blob.readUInt32BE(at + 8),
      count: blob.readUInt32BE(at + 12),
    };
    items.set(blob.readUInt32BE(at), item);
  }
  const text = (tag: number): string | undefined => strings(data, items.get(tag), 1)[0];
  const name = text(TAG.name);
  if (!name) throw new Error('rpm header has no name');
  const [epoch] = integers(data, items.get(TAG.epoch), 1);
  return withoutUndefined({
    name,
    version: text(TAG.version) ?? '',
    release: text(TAG.release) ?? '',
    epoch,
    arch: text(TAG.arch),
    vendor: text(TAG.vendor),
    license: text(TAG.license),
    sourceRpm: text(TAG.sourceRpm),
    modularityLabel: text(TAG.modularityLabel),
    requires: requirements(data, items),
    seal: sealOf(blob, data, items),
    files: fileNames(data, items),
  });
}

/** What a header begins with in a package's file, where its digests were made. https://rpm-software-management.github.io/rpm/manual/format_header.html */
const MAGIC = Buffer.from('8eade80100000000', 'hex');
const ENTRY = 16;

/**
 * Holds a header to the digests that were made when it was built and are filed beside it: they are of its immutable region, which stands first
 * in the index and whose trailer says how much belongs to it. As rpm does whenever it reads one (`headerCheck` of
 * https://github.com/rpm-software-management/rpm/blob/master/lib/header.cc, "Header SHA256 digest: BAD").
 */
function sealOf(blob: Buffer, data: Buffer, items: Map<number, Item>): RpmSeal {
  const stated = (['sha256', 'sha1'] as const).flatMap((algorithm) => {
    const [digest] = strings(data, items.get(TAG[algorithm]), 1);
    return digest === undefined ? [] : [{ algorithm, digest }];
  });
  const region = items.get(TAG.immutable);
  const isFirst = blob.length >= 8 + ENTRY && blob.readUInt32BE(8) === TAG.immutable;
  if (stated.length === 0 || region?.type !== BINARY || !isFirst) return 'unsealed';
  const end = region.offset + ENTRY;
  if (region.offset > 0x7fffffff || end > data.length) return 'altered';
  const entries = -data.readInt32BE(region.offset + 8) / ENTRY;
  if (!Number.isInteger(entries) || entries < 1 || 8 + entries * ENTRY > blob.length) return 'altered';
  const counts = Buffer.alloc(8);
  counts.writeUInt32BE(entries, 0);
  counts.writeUInt32BE(end, 4);
  const parts = [MAGIC, counts, blob.subarray(8, 8 + entries * ENTRY), data.subarray(0, end)];
  const isOf = ({ algorithm, digest }: (typeof stated)[number]): boolean => {
    const hash = createHash(algorithm);
    for (const part of parts) hash.update(part);
    return hash.digest('hex') === digest;
  };
  return stated.every(isOf) ? 'intact' : 'altered';
}

/** Bits of https://github.com/rpm-software-management/rpm/blob/master/include/rpm/rpmds.h */
const OPERATORS = ['', '<', '>', '', '=', '<=', '>=', ''] as const;
/** What rpm itself has to understand. */
const RPMLIB = 1 << 24;

function requirements(data: Buffer, items: Map<number, Item>): RpmDependency[] {
  const names = strings(data, items.get(TAG.requireName), LIMITS.rpmRequirements);
  const flags = integers(data, items.get(TAG.requireFlags), names.length);
  const versions = strings(data, items.get(TAG.requireVersion), names.length);
  return names.flatMap((name, index): RpmDependency[] => {
    const bits = flags[index] ?? 0;
    if (name === '' || name.startsWith('/') || name.startsWith('rpmlib(') || (bits & RPMLIB) !== 0) return [];
    // Comparison is bits 1 to 3: less, greater, equal.
    const operator = OPERATORS[(bits >> 1) & 7] || undefined;
    const version = versions[index];
    return operator === undefined || !version ? [{ name }] : [{ name, operator, version }];
  });
}

/** Since rpm 4 a path is a folder by index and a base name; older ones hold whole paths. */
function fileNames(data: Buffer, items: Map<number, Item>): [string, string][] {
  const bases = strings(data, items.get(TAG.baseNames), LIMITS.factsPerFile);
  if (bases.length === 0)
    return strings(data, items.get(TAG.oldFileNames), LIMITS.factsPerFile).map((path) => ['', path]);
  const folders = strings(data, items.get(TAG.dirNames), LIMITS.factsPerFile);
  const indexes = integers(data, items.get(TAG.dirIndexes), bases.length);
  return bases.map((base, index) => [folders[indexes[index] ?? 0] ?? '', base]);
}

function strings(data: Buffer, item: Item | undefined, atMost: number): string[] {
  const texts: string[] = [];
  if (item === undefined || (item.type !== STRING && item.type !== STRING_ARRAY && item.type !== I18N)) return texts;
  const count = item.type === STRING ? 1 : Math.min(item.count, atMost);
  let at = item.offset;
  while (texts.length < count && at < data.length) {
    tick();
    const end = data.indexOf(0, at);
    if (end < 0) break;
    texts.push(data.toString('utf8', at, end));
    at = end + 1;
  }
  return texts;
}

function integers(data: Buffer, item: Item | undefined, atMost: number): number[] {
  const numbers: number[] = [];
  if (item === undefined || item.type !== INT32) return numbers;
  for (let at = item.offset; numbers.length < Math.min(item.count, atMost) && at + 4 <= data.length; at += 4)
    numbers.push(data.readUInt32BE(at));
  return numbers;
}
