/**
 * Layers made to break a scanner. A line is a name, the stored bytes, and what must come of it:
 * a RegExp is the error (refused, exit code 3), a list is the packages that are still found (read all the same).
 * What is refused follows Go's archive/tar, the reader of every container engine: an image it cannot read never runs.
 */
import { gzipSync } from 'node:zlib';
import { archive, base256, end, gnuLong, header, member, pax, zstdRaw, zstdRle } from './hostile-tar.ts';

export interface HostileLayer {
  readonly name: string;
  /** The stored blob. */
  readonly blob: () => Buffer;
  readonly outcome: RegExp | readonly string[];
}

const DPKG = 'var/lib/dpkg/status';
const paragraph = (name: string): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n\n`;
/** A package database with one package: what must be found where the rest of the layer is only odd. */
const status = (name = 'proof'): Buffer => member({ name: DPKG }, paragraph(name));
const KiB = 1024;
const MiB = 1024 * KiB;
const TB = 1024 ** 4;
const zeros = (count: number): Buffer => Buffer.alloc(count);
const repeat = (piece: Buffer, times: number): Buffer => Buffer.concat(Array.from({ length: times }, () => piece));

/** Many gigabytes of zeros behind a first member, from one small gzip member repeated. */
function gzipBomb(before: Buffer, gigabytes: number): Buffer {
  zeroMember ??= gzipSync(zeros(64 * MiB));
  return Buffer.concat([gzipSync(before), repeat(zeroMember, gigabytes * 16)]);
}
let zeroMember: Buffer | undefined;

const octal12 = (value: number): Buffer => Buffer.from(value.toString(8).padStart(12, '0'));

export const HOSTILE_LAYERS: readonly HostileLayer[] = [
  // --- not a tar at all, or half of one ---
  { name: 'an error page in place of a layer', blob: () => Buffer.from(`<html>${'<p>502 Bad Gateway</p>'.repeat(60)}</html>`), outcome: /not a sound tar/ },
  { name: 'noise', blob: () => Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919 + 13) % 251)), outcome: /not a sound tar/ },
  { name: 'a header cut short', blob: () => Buffer.concat([status(), header({ name: 'x' }).subarray(0, 300)]), outcome: /ends too early/ },
  { name: 'a body cut short', blob: () => Buffer.concat([header({ name: DPKG, size: 5000 }), zeros(700)]), outcome: /ends too early/ },
  { name: 'a wrong checksum', blob: () => archive(status(), header({ name: 'x', checksum: '000001\0 ' })), outcome: /checksum/ },
  { name: 'one bit turned in a header', blob: () => flip(archive(status(), member({ name: 'etc/x' }, 'x')), 1024 + 3), outcome: /checksum/ },
  { name: 'data behind a lone zero block', blob: () => Buffer.concat([status(), zeros(512), status('other'), end]), outcome: /zero block/ },
  { name: 'no bytes', blob: () => Buffer.alloc(0), outcome: [] },
  { name: 'only the end', blob: () => end, outcome: [] },
  { name: 'no end', blob: () => status(), outcome: ['proof'] },
  { name: 'the last padding left out', blob: () => Buffer.concat([header({ name: DPKG, size: paragraph('proof').length }), Buffer.from(paragraph('proof'))]), outcome: ['proof'] },

  // --- sizes that lie ---
  { name: 'a negative size', blob: () => archive(status(), header({ name: 'x', size: base256(-512n) })), outcome: /size/ },
  { name: 'the most negative size', blob: () => archive(header({ name: 'x', size: base256(-(2n ** 87n)) })), outcome: /size/ },
  { name: 'a size beyond all numbers', blob: () => archive(header({ name: 'x', size: base256(2n ** 80n) })), outcome: /size/ },
  { name: 'a size of letters', blob: () => archive(header({ name: 'x', size: Buffer.from('0000000zzzz\0') })), outcome: /size/ },
  { name: 'a terabyte claimed and not there', blob: () => archive(header({ name: DPKG, size: base256(BigInt(TB)) })), outcome: /ends too early/ },
  { name: 'a terabyte claimed by PAX and not there', blob: () => archive(pax({ size: String(TB) }), header({ name: DPKG })), outcome: /ends too early/ },
  { name: 'a PAX size that is negative', blob: () => archive(pax({ size: '-1' }), member({ name: 'x' }, 'x')), outcome: /PAX size/ },
  { name: 'a PAX size of letters', blob: () => archive(pax({ size: '1e3' }), member({ name: 'x' }, 'x')), outcome: /PAX size/ },
  { name: 'a PAX size that corrects the header', blob: () => archive(pax({ size: String(paragraph('proof').length) }), header({ name: DPKG, size: 0 }), Buffer.from(paragraph('proof').padEnd(512, '\0'))), outcome: ['proof'] },
  { name: 'a directory that claims a body', blob: () => archive(header({ name: 'etc/', type: '5', size: 1536 }), status()), outcome: ['proof'] },
  { name: 'a symbolic link that claims a body', blob: () => archive(header({ name: 'l', type: '2', link: 'etc', size: 1536 }), status()), outcome: ['proof'] },
  // Go takes the trailing slash for a directory only where the type is NUL (v7): of '0' it reads the body.
  { name: 'a regular file named like a directory, a header in its body', blob: () => archive(member({ name: 'x/', type: '0' }, member({ name: DPKG }, paragraph('hidden'))), status()), outcome: ['proof'] },

  // --- sparse files ---
  { name: 'a terabyte of holes, old GNU', blob: () => archive(status(), gnuSparse('big', TB)), outcome: ['proof'] },
  { name: 'a package database that is a terabyte of holes, old GNU', blob: () => archive(gnuSparse(DPKG, TB)), outcome: [] },
  { name: 'a terabyte of holes, PAX 1.0', blob: () => archive(status(), paxSparse('big', TB)), outcome: ['proof'] },
  { name: 'a package database that is a terabyte of holes, PAX 1.0', blob: () => archive(paxSparse(DPKG, TB)), outcome: [] },
  { name: 'a sparse map without an end', blob: () => archive(gnuSparseEndless('big', 5000)), outcome: /sparse|ends too early/ },

  // --- extension headers ---
  { name: 'a PAX header that claims 100 MB', blob: () => archive(header({ name: 'p', type: 'x', size: 100 * MiB })), outcome: /extension header/ },
  { name: 'a GNU long name that claims 100 MB', blob: () => archive(header({ name: 'p', type: 'L', size: 100 * MiB })), outcome: /extension header/ },
  { name: 'extension headers without an end', blob: () => archive(repeat(pax({ comment: 'x' }), 5000), status()), outcome: /extension headers in a row/ },
  { name: 'global headers without an end', blob: () => archive(repeat(pax({ comment: 'x' }, 'g'), 5000), status()), outcome: /extension headers in a row/ },
  { name: 'an extension header and nothing behind it', blob: () => pax({ path: 'x' }), outcome: [] },
  { name: 'a PAX record longer than its header', blob: () => archive(pax(Buffer.from('99 path=x\n')), status()), outcome: /PAX/ },
  { name: 'a PAX record of length 0', blob: () => archive(pax(Buffer.from('0 path=x\n')), status()), outcome: /PAX/ },
  { name: 'a PAX record without a number', blob: () => archive(pax(Buffer.from('path=x\n')), status()), outcome: /PAX/ },
  { name: 'a PAX record without =', blob: () => archive(pax(Buffer.from('7 path\n')), status()), outcome: /PAX/ },
  { name: 'a PAX record with a huge number', blob: () => archive(pax(Buffer.from(`${'9'.repeat(400)} path=x\n`)), status()), outcome: /PAX/ },
  { name: 'a PAX path with a NUL', blob: () => archive(pax({ path: 'etc/x\0y' }), member({ name: 'x' }, 'x')), outcome: /NUL|PAX/ },
  { name: 'a path of 60,000 bytes', blob: () => archive(status(), pax({ path: 'd/'.repeat(30_000) }), member({ name: 'x' }, 'x')), outcome: /path is longer/ },
  { name: 'a link of 60,000 bytes', blob: () => archive(status(), gnuLong('K', 'd/'.repeat(30_000)), header({ name: 'x', type: '2' })), outcome: /path is longer/ },
  { name: 'PAX keys named like object internals', blob: () => archive(pax({ __proto__x: '1', constructor: 'x', ['__proto__']: 'polluted' } as Record<string, string>), status()), outcome: ['proof'] },
  { name: 'PAX and GNU names that disagree', blob: () => archive(gnuLong('L', DPKG), pax({ path: 'elsewhere' }), member({ name: 'x' }, paragraph('proof'))), outcome: ['proof'] },
  { name: 'a global header between an extension and its file', blob: () => archive(pax({ path: 'elsewhere' }), pax({ comment: 'x' }, 'g'), status()), outcome: ['proof'] },

  // --- names and links ---
  { name: 'names outside the root', blob: () => archive(member({ name: '../../../../etc/passwd' }, 'x'), member({ name: '/etc/shadow' }, 'x'), member({ name: 'a/../../b' }, 'x'), status()), outcome: ['proof'] },
  { name: 'the root itself, as a file', blob: () => archive(member({ name: '.' }, 'x'), member({ name: '/' }, ''), member({ name: './' }, ''), status()), outcome: ['proof'] },
  { name: 'an empty name', blob: () => archive(member({ name: '' }, 'x'), status()), outcome: ['proof'] },
  { name: 'an absolute name', blob: () => archive(member({ name: `/${DPKG}` }, paragraph('proof'))), outcome: ['proof'] },
  { name: 'a name full of dots and slashes', blob: () => archive(member({ name: `.//./var/./lib//x/../dpkg/status` }, paragraph('proof'))), outcome: ['proof'] },
  { name: 'names that are not UTF-8', blob: () => archive(member({ name: Buffer.from([0x65, 0x74, 0x63, 0x2f, 0xff, 0xfe, 0x80]) }, 'x'), status()), outcome: ['proof'] },
  { name: 'names that write to the terminal', blob: () => archive(member({ name: 'etc/\x1b[2J\x1b]0;owned\x07' }, 'x'), status()), outcome: ['proof'] },
  { name: 'two links in a circle', blob: () => archive(header({ name: 'var/lib/dpkg', type: '2', link: 'other' }), header({ name: 'var/lib/other', type: '2', link: 'dpkg' })), outcome: [] },
  { name: 'a link to itself', blob: () => archive(header({ name: DPKG, type: '2', link: 'status' })), outcome: [] },
  // Not over the links, of which there are too many: a package database that stands elsewhere is known by its first lines.
  { name: 'a chain of 200 links', blob: () => archive(...Array.from({ length: 200 }, (_, at) => header({ name: at === 0 ? DPKG : `l${at}`, type: '2', link: `/l${at + 1}` })), member({ name: 'l200' }, paragraph('far'))), outcome: ['far'] },
  { name: 'a link out of the root', blob: () => archive(header({ name: DPKG, type: '2', link: '../../../../../../../../etc/real' }), member({ name: 'etc/real' }, paragraph('proof'))), outcome: ['proof'] },
  { name: 'a link to an absolute path', blob: () => archive(header({ name: 'var/lib/dpkg', type: '2', link: '/opt/dpkg' }), member({ name: 'opt/dpkg/status' }, paragraph('proof'))), outcome: ['proof'] },
  { name: 'links that multiply', blob: () => archive(...Array.from({ length: 64 }, (_, at) => header({ name: `l${at}`, type: '2', link: `l${at + 1}/../l${at + 1}/../l${at + 1}` })), header({ name: DPKG, type: '2', link: '/l0' })), outcome: [] },
  { name: 'a thousand links that each want one large file read', blob: () => archive(member({ name: 'opt/large' }, `${paragraph('x').trim()}\nDescription: ${'x'.repeat(400_000)}\n`), ...Array.from({ length: 1_000 }, (_, at) => header({ name: `${DPKG}.d/l${at}`, type: '2', link: '/opt/large' }))), outcome: /behind links|links ask/ },
  { name: 'a hard link to nowhere', blob: () => archive(header({ name: DPKG, type: '1', link: 'not/there' })), outcome: [] },
  { name: 'a hard link to itself', blob: () => archive(header({ name: DPKG, type: '1', link: DPKG })), outcome: [] },
  { name: 'hard links in a circle', blob: () => archive(header({ name: DPKG, type: '1', link: 'b' }), header({ name: 'b', type: '1', link: DPKG })), outcome: [] },
  { name: 'a hard link out of the root', blob: () => archive(header({ name: DPKG, type: '1', link: '../../../../etc/passwd' })), outcome: [] },
  { name: 'a hard link to a good file', blob: () => archive(member({ name: 'opt/s' }, paragraph('proof')), header({ name: DPKG, type: '1', link: 'opt/s' })), outcome: ['proof'] },
  { name: 'a hard link to a file that comes later', blob: () => archive(header({ name: DPKG, type: '1', link: 'opt/s' }), member({ name: 'opt/s' }, paragraph('late'))), outcome: ['late'] },
  { name: 'a device in the place of the package database', blob: () => archive(header({ name: DPKG, type: '3' })), outcome: [] },
  { name: 'a fifo in the place of the package database', blob: () => archive(header({ name: DPKG, type: '6' })), outcome: [] },
  { name: 'types nobody knows', blob: () => archive(...'ABDMNVXz9'.split('').map((type) => member({ name: `t-${type}`, type }, 'x')), status()), outcome: ['proof'] },
  { name: 'the same path twice: the last one counts', blob: () => archive(status('first'), status('proof')), outcome: ['proof'] },
  { name: 'a file, then a directory in its place', blob: () => archive(status('gone'), header({ name: `${DPKG}/`, type: '5' })), outcome: [] },
  { name: 'a file that has children', blob: () => archive(member({ name: 'var/lib' }, 'x'), status()), outcome: ['proof'] },

  // --- whiteouts ---
  { name: 'a whiteout of everything, in the only layer', blob: () => archive(status(), member({ name: 'var/.wh..wh..opq' }), member({ name: 'var/.wh.lib' }), member({ name: '.wh.var' })), outcome: ['proof'] },
  { name: 'whiteouts without a name', blob: () => archive(member({ name: '.wh.' }), member({ name: 'var/.wh.' }), member({ name: 'var/.wh..' }), member({ name: 'var/.wh...' }), status()), outcome: ['proof'] },
  { name: 'names that only look like whiteouts', blob: () => archive(member({ name: 'usr/lib/x.wh.y' }, 'x'), member({ name: 'whois.wh.' }, 'x'), status()), outcome: ['proof'] },
  { name: "a build tool's own whiteout folders", blob: () => archive(header({ name: '.wh..wh.aufs', type: '0' }), header({ name: '.wh..wh.plnk/', type: '5' }), member({ name: '.wh..wh.plnk/1.2' }, 'x'), status()), outcome: ['proof'] },

  // --- compression ---
  { name: 'gzip cut short', blob: () => gzipSync(archive(status(), member({ name: 'x' }, noise(50_000)))).subarray(0, 20_000), outcome: /gzip stream is damaged/ },
  { name: 'gzip with a wrong CRC', blob: () => flip(gzipSync(archive(status())), -8), outcome: /gzip stream is damaged/ },
  { name: 'gzip with a turned bit', blob: () => flip(gzipSync(archive(status(), member({ name: 'x' }, noise(50_000)))), 30_000), outcome: /gzip stream is damaged|not a sound tar/ },
  { name: 'gzip with nothing in it', blob: () => gzipSync(Buffer.alloc(0)), outcome: [] },
  { name: 'a gzip header alone', blob: () => Buffer.from([0x1f, 0x8b]), outcome: /gzip stream is damaged|not a sound tar|ends too early/ },
  { name: 'gzip in several members', blob: () => ((bytes) => Buffer.concat([gzipSync(bytes.subarray(0, 700)), gzipSync(bytes.subarray(700))]))(archive(status())), outcome: ['proof'] },
  { name: 'a gzip bomb in a file', blob: () => gzipBomb(Buffer.concat([status(), header({ name: 'big', size: base256(BigInt(8 * 1024 * MiB)) })]), 8), outcome: /bomb/ },
  { name: 'a gzip bomb in the package database', blob: () => gzipBomb(header({ name: DPKG, size: base256(BigInt(8 * 1024 * MiB)) }), 8), outcome: /bomb/ },
  { name: 'a gzip bomb behind the end of the archive', blob: () => gzipBomb(archive(status()), 8), outcome: /bomb/ },
  { name: 'a zstd bomb in a file', blob: () => Buffer.concat([zstdRaw(Buffer.concat([status(), header({ name: 'big', size: base256(BigInt(8 * 1024 * MiB)) })])), zstdRle(64 * KiB, 0)]), outcome: /bomb/ },
  { name: 'a zstd bomb behind the end of the archive', blob: () => Buffer.concat([zstdRaw(archive(status())), zstdRle(64 * KiB, 0)]), outcome: /bomb/ },
  { name: 'zstd that asks for a window of 2 GB', blob: () => zstdRaw(archive(status()), 31), outcome: /zstd/ },
  { name: 'zstd cut short', blob: () => zstdRaw(archive(status())).subarray(0, 900), outcome: /zstd stream is damaged/ },
  { name: 'zstd with a reserved block type', blob: () => flip(zstdRaw(archive(status())), 6, 0x06), outcome: /zstd stream is damaged/ },
  { name: 'zstd in a hundred thousand empty frames', blob: () => Buffer.concat([zstdRaw(archive(status())), repeat(zstdRaw(Buffer.alloc(0)), 100_000)]), outcome: ['proof'] },
  { name: 'a zstd frame that is to be skipped and is not there', blob: () => Buffer.concat([zstdRaw(archive(status())), Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0xff, 0xff, 0xff, 0xff])]), outcome: /zstd stream is damaged/ },
  { name: 'gzip within gzip', blob: () => gzipSync(gzipSync(archive(status()))), outcome: /not a sound tar|ends too early/ },
  { name: 'bzip2', blob: () => Buffer.concat([Buffer.from('BZh91AY&SY'), zeros(600)]), outcome: /bzip2/ },
  { name: 'xz', blob: () => Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), zeros(600)]), outcome: /xz/ },
];

function noise(count: number): Buffer {
  const bytes = Buffer.alloc(count);
  let state = 0x2545f491;
  for (let at = 0; at < count; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** A copy with one byte changed; counted from the end where `at` is negative. */
function flip(bytes: Buffer, at: number, mask = 0x10): Buffer {
  const copy = Buffer.from(bytes);
  copy[at < 0 ? copy.length + at : at]! ^= mask;
  return copy;
}

/** Old GNU sparse: a map of one 512-byte piece, the real size claimed at 483. */
function gnuSparse(name: string, realSize: number): Buffer {
  const patch = [[386, octal12(0)], [398, octal12(512)], [483, base256(BigInt(realSize))]] as const;
  return Buffer.concat([header({ name, type: 'S', magic: 'ustar  \0', size: 512, patch }), Buffer.alloc(512, 'x')]);
}

/** Old GNU sparse whose map goes on for `blocks` more blocks. */
function gnuSparseEndless(name: string, blocks: number): Buffer {
  const more = Buffer.alloc(512);
  for (let at = 0; at < 21; at += 1) octal12(at * 512).copy(more, at * 24), octal12(0).copy(more, at * 24 + 12);
  more[504] = 1;
  const patch = [[482, Buffer.from([1])], [483, base256(BigInt(TB))]] as const;
  return Buffer.concat([header({ name, type: 'S', magic: 'ustar  \0', size: 0, patch }), repeat(more, blocks)]);
}

/** PAX sparse 1.0: the map stands in text before the data. https://www.gnu.org/software/tar/manual/html_node/PAX-1.html */
function paxSparse(name: string, realSize: number): Buffer {
  const map = Buffer.from(`1\n0\n512\n`.padEnd(512, '\0'));
  const records = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': name, 'GNU.sparse.realsize': String(realSize) };
  return Buffer.concat([pax(records), member({ name: 'GNUSparseFile.1/big' }, Buffer.concat([map, Buffer.alloc(512, 'x')]))]);
}
