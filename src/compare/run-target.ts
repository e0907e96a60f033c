import { open, readdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { RunTarget } from '../scanners/scanner.ts';
import { parseTarget } from '../sources/reference.ts';

/**
 * What a target is, so that each scanner can be given it in its own spelling: a scheme that we understand is taken off, a path
 * is made whole (programs run in another folder), and what is there decides between archive, layout and folder.
 * Throws as `parseTarget`.
 */
export async function runTarget(text: string): Promise<RunTarget> {
  const { source, target, engine } = parseTarget(text);
  if (source === 'registry') return { kind: 'registry', value: target };
  if (source === 'docker') return { kind: engine ?? 'docker', value: target };
  const path = resolve(target);
  const status = await stat(path).catch(() => undefined);
  if (status === undefined && source === undefined) return { kind: 'name', value: text };
  if (source === 'dir') return { kind: 'dir', value: path };
  if (source === 'sbom') return { kind: 'sbom', value: path };
  if (status?.isDirectory()) {
    const entries: readonly string[] = await readdir(path).catch(() => []);
    return { kind: entries.includes('oci-layout') ? 'oci-dir' : 'dir', value: path };
  }
  return { kind: status !== undefined && (await isOciArchive(path)) ? 'oci-archive' : 'archive', value: path };
}

const BLOCK = 512;
/** Members looked at: a saved image has a few for each layer. */
const MEMBERS = 4_096;

/**
 * True for a tar of an OCI layout. What `docker save` writes has its own manifest, beside a layout or not. Headers are read,
 * bodies are not; a compressed archive is taken for one of `docker save`.
 * https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06
 */
async function isOciArchive(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const header = Buffer.alloc(BLOCK);
    let layout = false;
    for (let at = 0, count = 0; count < MEMBERS; count += 1) {
      const { bytesRead } = await file.read(header, 0, BLOCK, at);
      if (bytesRead < BLOCK || header.toString('latin1', 257, 262) !== 'ustar') break;
      const name = header.toString('utf8', 0, header.indexOf(0) < 0 ? 100 : Math.min(100, header.indexOf(0)));
      if (/^(?:\.\/)?manifest\.json$/.test(name)) return false;
      if (/^(?:\.\/)?oci-layout$/.test(name)) layout = true;
      const size = Number.parseInt(header.toString('latin1', 124, 136), 8);
      if (!Number.isSafeInteger(size) || size < 0) break;
      at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    }
    return layout;
  } finally {
    await file.close();
  }
}
