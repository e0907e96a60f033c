/**
 * Writes tar archives in memory: the demonstration's layers and every test's. Reading them back is `layers/`'s business.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
 */

/** What all entries may say besides their type. */
export interface TarAttributes {
  /** Permission bits; 0o644 for files, 0o755 for directories, 0o777 for links. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds since the epoch; 0 when absent, so that the same entries give the same bytes. */
  readonly mtime?: number;
}

/** One entry of an archive to write. A bare string or byte array is a regular file. */
export type TarEntry =
  | string
  | Uint8Array
  | ({ readonly content: string | Uint8Array } & TarAttributes)
  | ({ readonly symlink: string } & TarAttributes)
  | ({ readonly hardlink: string } & TarAttributes)
  | ({ readonly directory: true } & TarAttributes)
  | ({ readonly device: 'fifo' | 'character' | 'block' } & TarAttributes)
  /** The OCI marker that hides this path in lower layers. https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
  | { readonly removed: true }
  /** The OCI marker that hides everything lower layers hold in this directory. */
  | { readonly emptied: true };

/** Paths (relative, without a leading slash) to entries, written in this order. */
export type TarEntries = Readonly<Record<string, TarEntry>> | Iterable<readonly [path: string, entry: TarEntry]>;

const BLOCK = 512;
const DEVICES = { fifo: '6', character: '3', block: '4' } as const;

interface Header {
  readonly path: string;
  readonly type: string;
  readonly mode: number;
  readonly body: Buffer;
  readonly link: string;
  readonly attributes: TarAttributes;
}

/**
 * The bytes of an archive: ustar headers, PAX extensions where a path, a link or a size does not fit, two zero blocks
 * at the end. `gnu` writes long names as GNU tar does (`././@LongLink`).
 */
export function tar(entries: TarEntries, options: { readonly longNames?: 'pax' | 'gnu' } = {}): Buffer {
  const chunks: Buffer[] = [];
  const pairs =
    Symbol.iterator in entries ? (entries as Iterable<readonly [string, TarEntry]>) : Object.entries(entries);
  for (const [path, entry] of pairs) chunks.push(...member(header(path, entry), options.longNames ?? 'pax'));
  chunks.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(chunks);
}

function header(path: string, entry: TarEntry): Header {
  const make = (
    type: string,
    mode: number,
    attributes: TarAttributes,
    body: string | Uint8Array = '',
    link = '',
  ): Header => ({
    path,
    type,
    mode: attributes.mode ?? mode,
    body: bytes(body),
    link,
    attributes,
  });
  if (typeof entry === 'string' || entry instanceof Uint8Array) return make('0', 0o644, {}, entry);
  if ('content' in entry) return make('0', 0o644, entry, entry.content);
  if ('symlink' in entry) return make('2', 0o777, entry, '', entry.symlink);
  if ('hardlink' in entry) return make('1', 0o644, entry, '', entry.hardlink);
  if ('directory' in entry) return { ...make('5', 0o755, entry), path: path.endsWith('/') ? path : `${path}/` };
  if ('device' in entry) return make(DEVICES[entry.device], 0o644, entry);
  const parent = path.slice(0, path.lastIndexOf('/') + 1);
  const marker = 'removed' in entry ? `${parent}.wh.${path.slice(parent.length)}` : `${path}/.wh..wh..opq`;
  return { ...make('0', 0o600, {}), path: marker };
}

function bytes(value: string | Uint8Array): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function member(entry: Header, longNames: 'pax' | 'gnu'): Buffer[] {
  const split = splitPath(entry.path);
  const longLink = Buffer.byteLength(entry.link) > 100;
  const extensions =
    split === undefined || longLink
      ? longNames === 'gnu'
        ? gnuExtensions(entry, split === undefined, longLink)
        : paxExtension(entry, split === undefined, longLink)
      : [];
  return [
    ...extensions,
    ustar(entry, split ?? { prefix: '', name: entry.path }),
    entry.body,
    padding(entry.body.length),
  ];
}

/** ustar keeps 100 bytes of name and 155 of leading folders; undefined when the path does not fit. */
function splitPath(path: string): { prefix: string; name: string } | undefined {
  if (Buffer.byteLength(path) <= 100) return { prefix: '', name: path };
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
    if (name !== '' && Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return { prefix, name };
  }
  return undefined;
}

function paxExtension(entry: Header, longPath: boolean, longLink: boolean): Buffer[] {
  const records = [
    ...(longPath ? [paxRecord('path', entry.path)] : []),
    ...(longLink ? [paxRecord('linkpath', entry.link)] : []),
  ];
  return extension('x', 'PaxHeaders/entry', Buffer.from(records.join('')));
}

/** `length key=value\n`, where the length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

/** https://www.gnu.org/software/tar/manual/html_node/Standard.html (types K and L) */
function gnuExtensions(entry: Header, longPath: boolean, longLink: boolean): Buffer[] {
  return [
    ...(longLink ? extension('K', '././@LongLink', Buffer.from(`${entry.link}\0`)) : []),
    ...(longPath ? extension('L', '././@LongLink', Buffer.from(`${entry.path}\0`)) : []),
  ];
}

function extension(type: string, path: string, body: Buffer): Buffer[] {
  const entry: Header = { path, type, mode: 0o644, body, link: '', attributes: {} };
  return [ustar(entry, { prefix: '', name: path }), body, padding(body.length)];
}

function padding(length: number): Buffer {
  return Buffer.alloc((BLOCK - (length % BLOCK)) % BLOCK);
}

function ustar(entry: Header, path: { prefix: string; name: string }): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, width: number) =>
    block.write(value.toString(8).padStart(width - 1, '0'), offset);
  block.write(path.name, 0, 100);
  octal(entry.mode, 100, 8);
  octal(entry.attributes.uid ?? 0, 108, 8);
  octal(entry.attributes.gid ?? 0, 116, 8);
  octal(entry.body.length, 124, 12);
  octal(entry.attributes.mtime ?? 0, 136, 12);
  block.write('        ', 148);
  block.write(entry.type, 156);
  block.write(entry.link, 157, 100);
  block.write('ustar\x0000', 257);
  block.write(path.prefix, 345, 155);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
