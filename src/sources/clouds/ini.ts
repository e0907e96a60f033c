import { readFile, stat } from 'node:fs/promises';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';

/** Sections of a file by name, each with its settings. */
export type Sections = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * The sections of a file of AWS's or Google's command line: `[name]`, `key = value`, comments on lines of their own (AWS also behind a
 * blank). Indented lines belong to a nested setting, of which none is needed here.
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
function parseIni(text: string): Sections {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\[([^\]]{1,256})\]/.exec(line)?.[1]?.trim();
    if (section !== undefined) {
      current = sections.get(section) ?? new Map<string, string>();
      sections.set(section, current);
      continue;
    }
    const equals = line.indexOf('=');
    if (current === undefined || equals <= 0 || /^[\s#;]/.test(line)) continue;
    const value = line.slice(equals + 1).split(/\s[#;]/, 1)[0] ?? '';
    current.set(line.slice(0, equals).trim().toLowerCase(), value.trim());
  }
  return sections;
}

/** The sections of a file; none where there is no such file. Throws `config` for one that cannot be read. */
export async function readIni(path: string): Promise<Sections> {
  const bytes = await readCloudFile(path);
  return bytes === undefined ? new Map() : parseIni(bytes.toString('utf8'));
}

/** A small file of a cloud's command line; undefined where there is none. Throws `config` for one that cannot be read or is no such file. */
export async function readCloudFile(path: string): Promise<Buffer | undefined> {
  try {
    const status = await stat(path);
    if (!status.isFile() || status.size > LIMITS.cloudFileBytes)
      throw new PlimsollError('config', 'this is no file of settings or credentials', { where: path });
    return await readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (cause instanceof PlimsollError && cause.code === 'config') throw cause;
    throw new PlimsollError('config', 'the credentials cannot be read', { where: path, cause });
  }
}
