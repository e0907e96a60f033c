import { firstZipMember } from '../../formats/archives/index.ts';
import { type Compression, compressionOf, decompressedStart } from '../../formats/compression/index.ts';
import { isElf } from '../../formats/executables/index.ts';
import { encodedStarts } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import type { Entry } from '../../model.ts';
import { analyzer, type ClosedFact } from '../analyzer.ts';
import { isEven, isMaskedProgram, rawInflated } from './disguised-bytes.ts';

/** What a file is that nobody here opens, by its first bytes, its name and its size. */
type Kind = Pick<ClosedFact, 'as' | 'what'>;

const inside = (what: string): Kind => ({ as: 'inside', what });
const archive = (what: string): Kind => ({ as: 'archive', what });
const ZIP = archive('a zip archive');

/** Code has this somewhere in it, whatever it begins with: all that the expression below can match holds it. */
const PYARMOR = Buffer.from('__pyarmor__', 'latin1');
/** How far on the next may end, by the byte where one might: of 512 bytes some sixty are looked at, in less time than it takes to call a search. */
const PYARMOR_STEPS = new Uint8Array(256).fill(PYARMOR.length);
for (let at = 0; at < PYARMOR.length - 1; at += 1) PYARMOR_STEPS[PYARMOR[at] as number] = PYARMOR.length - 1 - at;

/** https://doi.org/10.1002/spe.4380100608 (Horspool 1980) */
function namesPyarmor(head: Buffer): boolean {
  const last = PYARMOR.length - 1;
  for (let end = last; end < head.length; end += PYARMOR_STEPS[head[end] as number] as number) {
    let at = last;
    while (at >= 0 && head[end - last + at] === PYARMOR[at]) at -= 1;
    if (at < 0) return true;
  }
  return false;
}

const ANYWHERE = '';
/** What no statement, comment or text of Python begins with. https://docs.python.org/3/reference/lexical_analysis.html */
const NEVER_PYTHON = new Uint8Array(256);
for (let byte = 0; byte < 32; byte += 1) NEVER_PYTHON[byte] = '\t\n\f\r'.includes(String.fromCharCode(byte)) ? 0 : 1;
for (const byte of Buffer.from('!$%&),/:;<=>?]^`|}\x7f', 'latin1')) NEVER_PYTHON[byte] = 1;

/** Each is recognised by its first bytes (as Latin-1); the first two alone say of nearly every file that it is none of these. */
const BY_HEAD: readonly (readonly [begins: string, mark: RegExp, kind: Kind])[] = [
  ['hs', /^hsqs/, inside('a squashfs file system')],
  ['sq', /^sqsh/, inside('a squashfs file system')],
  ['QF', /^QFI\xfb/, inside('a disk image of QEMU')],
  ['KD', /^KDMV/, inside('a disk image of VMware')],
  ['vh', /^vhdxfile/, inside('a disk image of Hyper-V')],
  [
    '<<',
    /^<<< (?:Oracle VM VirtualBox|Sun xVM VirtualBox|innotek VirtualBox) Disk Image/,
    inside('a disk image of VirtualBox'),
  ],
  ['XF', /^XFSB/, inside('a disk image with a file system of Linux (XFS)')],
  ['LU', /^LUKS\xba\xbe/, inside('an encrypted disk image')],
  ['Sa', /^Salted__/, inside('a file that OpenSSL encrypted')],
  ['ag', /^age-encryption\.org\//, inside('a file that age encrypted')],
  ['--', /^-----BEGIN PGP MESSAGE-----/, inside('a file that PGP encrypted')],
  // Bit 0 of the flags. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3.7, 4.4.4)
  ['PK', /^PK\x03\x04[\s\S]{2}[\x01\x03\x05\x07\x09\x0b\x0d\x0f]/, inside('an encrypted zip archive')],
  // https://pyarmor.readthedocs.io/en/stable/topic/obfuscated-script.html, and what version 7 wrote
  [
    ANYWHERE,
    /(?:^|\n)from pyarmor_runtime_\w{1,20} import __pyarmor__\b|\b__pyarmor__\(__name__, __file__/,
    inside('Python code that Pyarmor encrypted'),
  ],
  ['07', /^07070[12][0-9A-Fa-f]{8}/, archive('a cpio archive')],
  ['Ra', /^Rar!\x1a\x07/, archive('a RAR archive')],
  ['7z', /^7z\xbc\xaf\x27\x1c/, archive('a 7z archive')],
  ['PK', /^PK\x03\x04/, ZIP],
  // https://manpages.debian.org/bookworm/dpkg-dev/deb.5.en.html
  ['!<', /^!<arch>\ndebian-binary[ /]/, archive('a Debian package')],
  // https://rpm-software-management.github.io/rpm/manual/format_v4.html
  ['\xed\xab', /^\xed\xab\xee\xdb/, archive('an rpm package')],
];

/** By the first two bytes, the second one times 256, whether something begins with them. */
const BEGINS = new Uint8Array(65_536);
for (const [begins] of BY_HEAD) if (begins !== ANYWHERE) BEGINS[begins.charCodeAt(0) | (begins.charCodeAt(1) << 8)] = 1;
const mayBeKnown = (head: Buffer): boolean =>
  BEGINS[(head[0] as number) | ((head[1] ?? 0) << 8)] === 1 ||
  // A byte of zero stands in no source, and here in all that Python compiled.
  (NEVER_PYTHON[head[0] as number] === 0 && head[7] !== 0 && namesPyarmor(head));

/** Read by the analyzers of what they are, or data whatever is in them. */
const READ_ELSEWHERE =
  /(?:^|\/)(?:(?:base_)?library\.zip|manifest\.wall)$|\.(?:whl|egg|pex|pyzw?|jar|war|ear|par|sar|nar|kar|jpi|hpi|lpkg|aar|nupkg|conda|np[yz]|pth?|ckpt|keras|pkl|joblib|bin|nemo|mar|pmml|safetensors|[dox][odpt][cdfgstx]x?|epub|xpi|vsix|js[mz]?|parquet|orb)$/i;
/** What V8 compiled: a number of four bytes, the upper two the same in all versions. https://github.com/v8/v8/blob/main/src/snapshot/code-serializer.h (kMagicNumber) */
const isV8Code = (head: Buffer, path: string): boolean => head[2] === 0xde && head[3] === 0xc0 && path.endsWith('.jsc');
/** What the kernel unpacks and runs first: cpio archives, one behind the other, compressed or not. https://docs.kernel.org/driver-api/early-userspace/buffer-format.html */
const BOOT = /^boot\//;
const INITIAL_ROOT = /\/(?:initrd|initramfs)[^/]*$/;
const isInitialRoot = (head: Buffer, path: string, size: number): boolean =>
  size >= LIMITS.closedBytes &&
  (/^07070[127]/.test(head.toString('latin1', 0, 6)) || (INITIAL_ROOT.test(path) && compressionOf(head) !== undefined));
/** Downloads of package managers, what the kernel starts from, and data of tests. */
const ELSEWHERE =
  /^boot\/|\/lib\/security\/public_suffix_list\.dat$|(?:^|\/)(?:cache|\.cache|pkgs|tests?|testing|fixtures|test[-_]?data|downloads?|node_modules|(?:site|dist)-packages)\//i;
const OF_TESTS = /(?:^|\/)(?:cache|\.cache|_cacache|tests?|testing|fixtures|test[-_]?data)\//i;
/** https://openjdk.org/jeps/261: a header of four bytes before a zip archive, for `jlink`, which puts what is in it into a runtime. */
const JAVA_MODULE = /^JM[\x01-\x09]\0PK\x03\x04/;
/** The modules of a JDK itself. */
const OF_JDK = /(?:^|\/)jmods\/(?:java|jdk)\.[\w.]+\.jmod$/;
/** A member with the version, flags and method that writers put there. */
const BEHIND_OTHERS = /PK\x03\x04[\0-\x3f]\0[\s\S]{2}[\0\x08\x09\x0c\x0e\x5d\x5f]\0/;
const SCRIPT = /^#!/;
const TAR_NAME = /\.(?:tar\.[a-z0-9]{1,4}|t[gbx]z2?|tzst)$/i;

/** Models bear these names, and so may anything that Python imports from: an archive is known by its first member. */
const MODEL_NAMES = /\.(?:np[yz]|pth?|ckpt|keras|pkl|joblib|bin|nemo|mar|safetensors)$/i;
const OF_CODE = /\.(?:pyc?|so|[cm]?js|class|rb|jar|whl)$|\.dist-info\/|(?:^|\/)package\.json$/;

const PYTHON_MEMBER = /\.pyc?$|\.dist-info\/|^EGG-INFO\//;

/** What may be, but for a look behind a compression: of what an OS package owns nobody has to look. */
const mayBe = (head: Buffer, entry: Entry): boolean => kindOf(head, entry, unasked) !== undefined;
const PERHAPS = inside('');
const unasked = (): Kind => PERHAPS;

function kindOf(head: Buffer, { path, size }: Entry, uncompressed = compressedKind): Kind | undefined {
  // Of a small file only these first bytes are asked, and of nearly all the first two say no.
  const isKnown = mayBeKnown(head);
  if (!isKnown && size < LIMITS.closedBytes && !isV8Code(head, path) && !isPacked(head, path)) return undefined;
  if (isElf(head)) return undefined;
  if (isPacked(head, path) && !OF_TESTS.test(path)) {
    const kind = uncompressed(head, 'gzip', path);
    if (kind === PERHAPS || kind === NPM_PACKAGE) return kind;
  }
  if (BOOT.test(path) && isInitialRoot(head, path, size)) return archive('an initial RAM disk');
  if (ELSEWHERE.test(path)) return undefined;
  if (READ_ELSEWHERE.test(path)) {
    const isCode = MODEL_NAMES.test(path) && OF_CODE.test(firstZipMember(head));
    if (isCode) return inside('a zip archive of code under the name of a model');
    return size >= LIMITS.closedBytes && isMaskedProgram(head) ? MASKED : undefined;
  }
  const text = head.toString('latin1');
  const known = isKnown ? BY_HEAD.find(([begins, mark]) => text.startsWith(begins) && mark.test(text))?.[2] : undefined;
  if (known !== undefined) {
    // A whole library of Python is often smaller than other archives that matter.
    // Of Python's code its own reader tells.
    const isRead = known === ZIP && PYTHON_MEMBER.test(firstZipMember(head));
    return !isRead && (known.as === 'inside' || size >= LIMITS.closedBytes) ? known : undefined;
  }
  if (JAVA_MODULE.test(text) && !OF_JDK.test(path)) return archive('a Java module as jlink takes it');
  if (isV8Code(head, path)) return inside('JavaScript as V8 compiled it');
  if (size < LIMITS.closedBytes) return undefined;
  if (isTar(text)) return archive('a tar archive');
  const how = compressionOf(head);
  // Whoever reads it looks for its end. A script that carries one is told as a script.
  if (how === undefined && BEHIND_OTHERS.test(text) && !SCRIPT.test(text))
    return archive('a zip archive behind other bytes');
  // Their decoders give nothing before a whole block has come: 128 KiB, up to 900 kB.
  if ((how === 'zstd' || how === 'bzip2') && !TAR_NAME.test(path)) return archive(`a file that ${how} compressed`);
  return (
    (how && uncompressed(head, how, path)) ??
    (how === undefined ? deflatedKind(head) : undefined) ??
    encodedKind(text) ??
    maskedKind(head, how !== undefined || KNOWN_EVEN.test(path))
  );
}

const MASKED = inside('a program under a mask of a few bytes');
/** Compressed, and without a mark of its own: Brotli. */
const KNOWN_EVEN = /\.br$/i;

/** What no reader knows, and what was made so that none should. */
function maskedKind(head: Buffer, isCompressed: boolean): Kind | undefined {
  if (isMaskedProgram(head)) return MASKED;
  return !isCompressed && head.length >= LIMITS.magicBytes && isEven(head)
    ? archive('a file of bytes as even as encrypted ones')
    : undefined;
}

/** As npm packs, and installs from: every member is below this folder. https://docs.npmjs.com/cli/commands/npm-pack */
const NPM_PACKAGE = archive('an npm package as npm packs it');
const isPacked = (head: Buffer, path: string): boolean => head[0] === 0x1f && head[1] === 0x8b && TAR_NAME.test(path);

/** What a compressed file becomes. */
function compressedKind(head: Buffer, how: Compression, path: string): Kind | undefined {
  const start = decompressedStart(head, how, 512);
  if (start.toString('latin1', 0, 8) === 'package/' && isTar(start.toString('latin1'))) return NPM_PACKAGE;
  if (TAR_NAME.test(path) || isTar(start.toString('latin1'))) return archive('a compressed tar archive');
  if (start.subarray(0, 4).equals(ELF)) return inside('a compressed program');
  const text = start.toString('latin1', 0, 8);
  if (/^07070[127]/.test(text)) return archive('a compressed cpio archive');
  if (text.startsWith('PK\x03\x04')) return archive('a compressed zip archive');
  const again = compressionOf(start);
  // Two letters of anything may begin as zlib's.
  return again !== undefined && again !== 'zlib' ? archive('a file that was compressed twice') : undefined;
}

/** What a stream of deflate is that nobody put a header before. https://www.rfc-editor.org/rfc/rfc1951 */
function deflatedKind(head: Buffer): Kind | undefined {
  const start = rawInflated(head);
  if (start === undefined) return undefined;
  if (start.subarray(0, 4).equals(ELF)) return inside('a compressed program');
  return isTar(start.toString('latin1')) || start.toString('latin1', 0, 4) === 'PK\x03\x04'
    ? archive('a compressed archive without a header')
    : archive('a compressed file without a header');
}

/** A program or an archive that somebody wrote as text, for a script to turn back. */
function encodedKind(text: string): Kind | undefined {
  // https://pubs.opengroup.org/onlinepubs/9799919799/utilities/uuencode.html
  if (/^begin(?:-base64)? [0-7]{3,4} \S/.test(text)) return archive('a file as uuencode wrote it');
  const starts = encodedStarts(text);
  if (starts.some((bytes) => bytes.subarray(0, 4).equals(ELF))) return inside('a program that was written as text');
  const isArchive = (bytes: Buffer): boolean =>
    // Two letters of any text may begin as zlib's: of those what its writers write.
    compressionOf(bytes) === 'zlib'
      ? /^x[\x01\x5e\x9c\xda]/.test(bytes.toString('latin1', 0, 2))
      : compressionOf(bytes) !== undefined || /^(?:PK\x03\x04|7z\xbc\xaf)/.test(bytes.toString('latin1', 0, 4));
  return starts.some(isArchive) ? archive('an archive that was written as text') : undefined;
}

const ELF = Buffer.from('\x7fELF', 'latin1');

/** Whether this is told of already, by its first bytes. */
export const isClosed = (head: Buffer, entry: Entry): boolean => kindOf(head, entry) !== undefined;

/** Whether the analyzers of what such a file is read it, or it is data whatever is in it. */
export const isReadElsewhere = (path: string): boolean => READ_ELSEWHERE.test(path);

/** Whether such files are of everyday use where this one lies. */
export const isElsewhere = (path: string): boolean => ELSEWHERE.test(path);

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html (ustar Interchange Format) */
const isTar = (text: string): boolean => text.startsWith('ustar', 257);

/** Archives, file systems and encrypted files that nobody owns: what is in them may be unpacked, mounted or decrypted when the image starts. */
export const closedFiles = analyzer({
  name: 'closed-files',
  version: 9,
  unownedOnly: true,
  magic: mayBe,
  stream(entry) {
    let kind: Kind | undefined;
    return {
      push(chunk, offset) {
        if (offset === 0) kind = kindOf(chunk.subarray(0, LIMITS.magicBytes), entry);
        return Number.POSITIVE_INFINITY;
      },
      *end() {
        if (kind !== undefined) yield { kind: 'closed', ...kind };
      },
    };
  },
});
