import type { WindowView } from '../compression/index.ts';
import { type ForwardCapture, forwardCapture } from '../compression/index.ts';
import { type ElfSegment, fileOffset } from './elf.ts';
import {
  GO_BUILD_INFO,
  GO_MODULES_BEGIN,
  GO_MODULES_END,
  type GoBuildInfo,
  goBuildHeader,
  goBuildInfo,
  withoutMarks,
} from './go-buildinfo.ts';
import type { MarksSeen } from './marks.ts';

const HEADER = Buffer.from(GO_BUILD_INFO, 'latin1');
const BEGIN = Buffer.from(GO_MODULES_BEGIN, 'latin1');
const END = Buffer.from(GO_MODULES_END, 'latin1');
/** Headers looked at in one file: a program that reads Go programs has the mark among its own constants. */
const HEADERS = 16;
/** Texts that could be the Go version remembered until the pointer to it is known. */
const VERSIONS = 4_096;

/** Longest module text of the old form: Kubernetes has some 30 KB. */
const MODULES = 1 << 20;

/** Finds what the Go linker wrote while the views of an ELF file pass by; works on stripped programs too. */
interface GoStream {
  /** `seen`: what somebody else's search of this view found; absent: nobody searched it. */
  visit(view: WindowView, seen?: MarksSeen): void;
  end(): GoBuildInfo | undefined;
  /**
   * Where `end` tells nothing, since somebody took the header out or wrote another mark in its place: the module text by the marks that stand around it,
   * else what the names of source files told (`traced`), and the version of Go that the program holds as a text of its own.
   */
  left(traced: GoBuildInfo | undefined): GoBuildInfo | undefined;
}

/**
 * Go 1.18 and later write strings behind the header. Before, the header holds addresses: the module text is then found
 * by its own marks among the constants, which pass first, and the version text by its address through `segments`. `withoutHeader`: the marks are enough
 * (WebAssembly has no header), and the version is the only text that can be it.
 * Long because it is an object: its methods close over one state.
 */
export function goStream(segments: () => readonly ElfSegment[] | undefined, withoutHeader = false): GoStream {
  let header: ForwardCapture | undefined;
  let headers = 0;
  let information: { version: string; modules: string } | undefined;
  let modules: ForwardCapture | undefined;
  let moduleText: string | undefined;
  /** What stands right before the module text, as Go 1.18 and later write it behind the header: the version, and both with their lengths. */
  let versionBeside: string | undefined;
  let versionHeader: { capture: ForwardCapture; little: boolean; width: number } | undefined;
  let pointers = false;
  let versionBehind: string | undefined;
  /** Texts that data before the header point to, by where the pointer lies. */
  const pointed = new Map<number, string>();
  const versions = new Map<number, string>();

  /** Feeds the header, which says step by step how long it is. */
  const readHeader = (view: WindowView): void => {
    while (header !== undefined) {
      header.feed(view);
      if (!header.done) return;
      const bytes = header.bytes();
      const info = goBuildHeader(bytes);
      if (info?.form === 'incomplete' && !header.broken) {
        header.extend(Math.max(info.size, bytes.length + 1));
        continue;
      }
      header = undefined;
      if (info?.form === 'inline') information = { version: info.version, modules: info.modules };
      else if (info?.form === 'pointers') {
        pointers = true;
        const at = fileOffset(segments() ?? [], info.version);
        versionBehind = at === undefined ? undefined : pointed.get(at);
        if (at !== undefined)
          versionHeader = { capture: forwardCapture(at, info.width * 2), little: info.little, width: info.width };
      }
    }
  };

  return {
    visit(view, seen) {
      if (information !== undefined) return;
      if (seen?.goInformation !== false && header === undefined && headers < HEADERS) {
        const at = headerIn(view);
        if (at !== undefined) {
          headers++;
          header = forwardCapture(view.start + at, 32);
        }
      }
      if (moduleText === undefined && (modules !== undefined || seen?.goModules !== false))
        moduleText = visitModules(view);
      rememberVersions(view, versions);
      // Another linker (cgo) puts the header behind the data that it points to.
      if (moduleText !== undefined && !pointers) rememberPointed(view, segments() ?? [], versions, pointed);
      readHeader(view);
      versionHeader?.capture.feed(view);
    },
    end() {
      if (information !== undefined) return goBuildInfo(information.version, information.modules);
      if (!pointers && withoutHeader && moduleText !== undefined) return goBuildInfo(onlyVersion(versions), moduleText);
      if (!pointers) return undefined;
      return goBuildInfo(versionBehind ?? versionAt(versionHeader, segments() ?? [], versions), moduleText ?? '');
    },
    left(traced) {
      const version = versionBeside ?? onlyVersion(versions);
      if (moduleText !== undefined) return goBuildInfo(version ?? traced?.goVersion, moduleText);
      const goVersion = traced?.goVersion ?? version;
      return goVersion === undefined ? traced : { dependencies: [], settings: new Map(), ...traced, goVersion };
    },
  };

  function visitModules(view: WindowView): string | undefined {
    if (modules === undefined) {
      const at = view.bytes.subarray(0, Math.min(view.bytes.length, view.to + BEGIN.length)).indexOf(BEGIN, view.from);
      if (at < 0) return undefined;
      modules = forwardCapture(view.start + at, MODULES);
      versionBeside = versionBefore(view.bytes.toString('latin1', Math.max(0, at - BESIDE), at));
    }
    modules.feed(view);
    const bytes = modules.bytes();
    const end = bytes.indexOf(END, BEGIN.length);
    return end < 0 ? undefined : withoutMarks(bytes.toString('latin1', 0, end + END.length));
  }
}

/**
 * Anywhere else it is that of a program among the data of another one, if it is followed by what Go 1.18 and later write behind it: its size of
 * pointers, the flag that says so, and the version. Whoever only looks for the mark has other texts behind it.
 */
const isWhole = (bytes: Buffer, at: number): boolean =>
  ((bytes[at + 15] ?? 0) & 2) !== 0 && /^[\x06-\x40](?:go\d|devel )/.test(bytes.toString('latin1', at + 32, at + 40));

function headerIn({ bytes, start, from, to }: WindowView): number | undefined {
  for (let at = bytes.indexOf(HEADER, from); at >= 0 && at < to; at = bytes.indexOf(HEADER, at + 1))
    if ((start + at) % 16 === 0 || isWhole(bytes, at)) return at;
  return undefined;
}

function rememberVersions({ bytes, start, from, to }: WindowView, versions: Map<number, string>): void {
  for (let at = bytes.indexOf('go1.', from); at >= 0 && at < to; at = bytes.indexOf('go1.', at + 4)) {
    if (versions.size >= VERSIONS) return;
    versions.set(start + at, bytes.toString('latin1', at, at + 64));
  }
}

/** Strings of little-endian data with addresses of eight bytes that are texts of versions: what Go before 1.18 was used for, but for few. */
function rememberPointed(
  { bytes, start, from, to }: WindowView,
  segments: readonly ElfSegment[],
  versions: ReadonlyMap<number, string>,
  pointed: Map<number, string>,
): void {
  const first = Math.min(...segments.map(({ address }) => address));
  const last = Math.max(...segments.map(({ address, fileSize }) => address + fileSize));
  for (let at = from + ((8 - ((start + from) % 8)) % 8); at < to && at + 16 <= bytes.length; at += 8) {
    const address = bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
    if (address < first || address >= last) continue;
    const length = bytes.readUInt32LE(at + 8);
    if (length > 64 || bytes.readUInt32LE(at + 12) !== 0) continue;
    const text = versions.get(fileOffset(segments, address) ?? -1);
    if (text !== undefined && pointed.size < VERSIONS) pointed.set(start + at, text.slice(0, length));
  }
}

/** A version behind its length, and up to four bytes of the next text's length. */
const VERSION_BESIDE = /([\x05-\x40])(go1\.\d{1,3}[ -~]{0,58})[\x80-\xff]{0,3}[\0-\x7f]$/;
const BESIDE = 72;

function versionBefore(text: string): string | undefined {
  const [, length, version] = VERSION_BESIDE.exec(text) ?? [];
  const size = length?.charCodeAt(0) ?? 0;
  return version !== undefined && version.length >= size && version.length <= size + 1
    ? version.slice(0, size)
    : undefined;
}

/** The version that Go programs hold as a text of its own, where there is no other. */
function onlyVersion(versions: ReadonlyMap<number, string>): string | undefined {
  const whole = new Set<string>();
  for (const text of versions.values()) {
    const [version] = /^go1\.\d{1,3}(?:\.\d{1,3}|rc\d)(?=\0)/.exec(text) ?? [];
    if (version !== undefined) whole.add(version);
  }
  const [version] = whole;
  return whole.size === 1 ? version : undefined;
}

/** A Go string is an address and a length. */
function versionAt(
  header: { capture: ForwardCapture; little: boolean; width: number } | undefined,
  segments: readonly ElfSegment[],
  versions: ReadonlyMap<number, string>,
): string | undefined {
  if (header === undefined || !header.capture.done) return undefined;
  const bytes = header.capture.bytes();
  if (bytes.length < header.width * 2) return undefined;
  const word = (at: number): number =>
    header.width === 4
      ? header.little
        ? bytes.readUInt32LE(at)
        : bytes.readUInt32BE(at)
      : Number(header.little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  const length = word(header.width);
  const at = fileOffset(segments, word(0));
  return at === undefined || length > 64 ? undefined : versions.get(at)?.slice(0, length);
}
