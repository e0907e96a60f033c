/**
 * Asks the package indexes that an image's own sources name which versions can be installed now: Debian and Ubuntu `Packages`,
 * Alpine `APKINDEX`. Nothing is verified by signature: what is read here only informs a plan, apt and apk verify what they install.
 */

import { gunzipSync } from 'node:zlib';
import type { PackageType } from '../../ecosystems/ecosystem.ts';
import { apk, deb, rpm } from '../../ecosystems/system-types.ts';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { before, withoutEnd } from '../../formats/ends.ts';
import { deb822 } from '../../formats/text/index.ts';
import { decompressed } from '../../layers/decompress.ts';
import { LIMITS } from '../../limits.ts';
import type { Platform } from '../../model.ts';
import type { Http } from '../../network/http.ts';
import { machineOf } from '../installed/index.ts';
import { debianIndexes, isAptSource } from './debian-sources.ts';
import { isRpmSource, mirrorAddresses, primaryPackages, primaryPath, rpmRepositories } from './rpm-sources.ts';

/** What can be installed of a binary package. */
interface Available {
  readonly version: string;
  readonly sourceVersion: string;
  /** `bullseye-security main`. */
  readonly from: string;
}

/** The answer of all indexes together. */
export interface OsIndex {
  /** By binary package: the highest version. */
  readonly available: ReadonlyMap<string, Available>;
  readonly problems: readonly string[];
  /** How many indexes were read, and of how many. */
  readonly read: number;
  readonly named: number;
}

/** Files that say where an image's OS packages come from. */
export const isOsSource = (path: string): boolean =>
  isAptSource(path) || isRpmSource(path) || path === 'etc/apk/repositories';

interface Source {
  readonly address: string;
  readonly label: string;
  /** What is in it, which says how it is laid out: apt's, apk's or rpm's way. */
  readonly type: PackageType;
  /** Of rpm repositories: where its mirrors are listed, and other addresses of it. */
  readonly mirrors?: string;
}

/** Reads the indexes that the image's sources name, keeping only `wanted` packages. Failures are data. */
export async function osIndex(
  files: ReadonlyMap<string, string>,
  platform: Platform | undefined,
  wanted: ReadonlySet<string>,
  http: Http,
  signal?: AbortSignal,
  release = '',
): Promise<OsIndex> {
  const sources = sourcesOf(files, platform, release).slice(0, LIMITS.distributionIndexes);
  const available = new Map<string, Available>();
  const problems = new Set<string>();
  let read = 0;
  await eachOf(sources, LIMITS.indexesAtOnce, async (source) => {
    try {
      for (const [name, offer] of await packagesOf(source, wanted, platform, http, signal)) {
        const known = available.get(name);
        if (!known || source.type.compare(offer.version, known.version) > 0)
          available.set(name, { ...offer, from: source.label });
      }
      read += 1;
    } catch (error) {
      const problem = asPlimsollError(error, 'network', source.address);
      if (problem.code === 'interrupted') throw problem;
      problems.add(`${source.label} (${new URL(source.address).host}): ${problem.message}`);
    }
  });
  return { available, problems: [...problems], read, named: sources.length };
}

/** Works on all items, some at a time: indexes are held in memory while they are read. */
async function eachOf<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}

async function packagesOf(
  source: Source,
  wanted: ReadonlySet<string>,
  platform: Platform | undefined,
  http: Http,
  signal: AbortSignal | undefined,
): Promise<Iterable<[string, Omit<Available, 'from'>]>> {
  if (source.type === rpm) return rpmPackages(source, wanted, machineOf(platform), http, signal);
  const text = await fetchIndex(source, http, signal);
  return source.type === deb ? debPackages(text, wanted) : apkPackages(text, wanted);
}

/** https://github.com/rpm-software-management/createrepo_c */
async function rpmPackages(
  { address, mirrors }: Source,
  wanted: ReadonlySet<string>,
  architecture: string,
  http: Http,
  signal: AbortSignal | undefined,
): Promise<Iterable<[string, Omit<Available, 'from'>]>> {
  const text = async (url: string): Promise<string> => {
    const response = await http.request(url, { namedBy: 'content', ...(signal ? { signal } : {}) });
    if (response.status !== 200) {
      await response.discard();
      throw new PlimsollError('network', `it answers ${response.status}`, { where: url });
    }
    const bytes = await http.bytes(response, LIMITS.distributionIndexBytes);
    const parts: Uint8Array[] = [];
    let total = 0;
    for await (const part of decompressed(once(bytes), url)) {
      total += part.length;
      if (total > unpackedAtMost(bytes))
        throw new PlimsollError('limit', 'the index is larger than any should be', { where: url });
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  };
  const [base] = mirrors === undefined ? [address] : mirrorAddresses(await text(mirrors));
  if (base === undefined) throw new PlimsollError('network', 'its list of mirrors is empty', { where: address });
  const path = primaryPath(await text(`${base}/repodata/repomd.xml`));
  return primaryPackages(await text(new URL(path, `${base}/`).href), wanted, architecture);
}

/** Real indexes become four to eight times as large. */
const unpackedAtMost = (packed: Uint8Array): number =>
  Math.min(LIMITS.distributionIndexBytes, Math.max(LIMITS.feedRatioFloor, packed.length * LIMITS.feedRatio));

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function sourcesOf(files: ReadonlyMap<string, string>, platform: Platform | undefined, release: string): Source[] {
  const ofDeb = debianIndexes(new Map([...files].filter(([path]) => isAptSource(path))), debianArchitecture(platform));
  const ofApk = (files.get('etc/apk/repositories') ?? '').split(/\r?\n/).flatMap((line): Source[] => {
    const address = withoutEnd(/^\s*(?:@\S+\s+)?(https?:\/\/\S+)\s*$/.exec(line)?.[1] ?? '', '/') || undefined;
    if (address === undefined) return [];
    const label = address.split('/').slice(-2).join(' ');
    return [{ address: `${address}/${apkArchitecture(platform)}/APKINDEX.tar.gz`, label, type: apk }];
  });
  const ofRpm = rpmRepositories(files, release, machineOf(platform)).map(
    ({ id, baseurls: [first], mirrors }): Source => {
      const list = first === undefined ? mirrors : undefined;
      return {
        address: first ?? mirrors ?? '',
        label: id,
        type: rpm,
        ...(list === undefined ? {} : { mirrors: list }),
      };
    },
  );
  return [...ofDeb.map((index): Source => ({ ...index, type: deb })), ...ofApk, ...ofRpm];
}

/** https://wiki.debian.org/SupportedArchitectures, where they are not called as Go calls them. */
const DEBIAN_ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['386', 'i386'],
  ['arm', 'armhf'],
  ['ppc64le', 'ppc64el'],
  ['mips64le', 'mips64el'],
]);
const debianArchitecture = ({ architecture = 'amd64' }: Partial<Platform> = {}): string =>
  DEBIAN_ARCHITECTURES.get(architecture) ?? architecture;
const apkArchitecture = (platform: Platform | undefined): string =>
  platform?.architecture === '386' ? 'x86' : platform?.architecture === 'arm' ? 'armv7' : machineOf(platform);

async function fetchIndex({ address, type }: Source, http: Http, signal: AbortSignal | undefined): Promise<string> {
  let status = 0;
  for (const suffix of type === deb ? ['.gz', ''] : ['']) {
    const response = await http.request(`${address}${suffix}`, { namedBy: 'content', ...(signal ? { signal } : {}) });
    status = response.status;
    if (status !== 200) {
      await response.discard();
      continue;
    }
    const bytes = await http.bytes(response, LIMITS.distributionIndexBytes);
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const plain = packed ? gunzipSync(bytes, { maxOutputLength: unpackedAtMost(bytes) }) : bytes;
    return (type === apk ? tarMember(plain, 'APKINDEX') : plain).toString('utf8');
  }
  throw new PlimsollError('network', `it answers ${status}`, { where: address });
}

/** The body of one member of a small tar: APKINDEX comes behind its signature and a description. */
function tarMember(tar: Buffer, name: string): Buffer {
  for (let at = 0; at + 512 <= tar.length; ) {
    const own = before(tar.toString('latin1', at, at + 100), '\0');
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136).replace(/[^0-7]/g, '') || '0', 8);
    if (own === name) return tar.subarray(at + 512, at + 512 + size);
    // The signature's archive ends without the two empty blocks, so one of them is no end.
    at += 512 + (own === '' ? 0 : Math.ceil(size / 512) * 512);
  }
  throw new PlimsollError('corrupt', `the index archive holds no ${name}`);
}

const DEB_FIELDS = new Set(['package', 'version', 'source']);

function* debPackages(text: string, wanted: ReadonlySet<string>): Generator<[string, Omit<Available, 'from'>]> {
  for (const paragraph of deb822(text, DEB_FIELDS)) {
    const [name, version] = [paragraph.get('package'), paragraph.get('version')];
    if (name === undefined || version === undefined || !wanted.has(name)) continue;
    const source = /\(([^()]+)\)/.exec(paragraph.get('source') ?? '')?.[1]?.trim();
    yield [name, { version, sourceVersion: source ?? version.replace(/\+b[0-9]+$/, '') }];
  }
}

/** https://wiki.alpinelinux.org/wiki/Apk_spec#APKINDEX_Format */
function* apkPackages(text: string, wanted: ReadonlySet<string>): Generator<[string, Omit<Available, 'from'>]> {
  for (const record of text.split('\n\n')) {
    const name = /^P:(.*)$/m.exec(record)?.[1];
    const version = /^V:(.*)$/m.exec(record)?.[1];
    if (name !== undefined && version !== undefined && wanted.has(name))
      yield [name, { version, sourceVersion: version }];
  }
}
