import type { ImageAccess } from '../application/open-target.ts';
import { PlimsollError } from '../errors.ts';
import type { AttestationSignerFlags } from './signer.ts';

/** What every command that opens an image takes. */
export interface ImageOptions extends ImageAccess {
  readonly passwordStdin?: boolean;
}

/** The flags as work takes them, with the password read where it was promised. Throws `usage` for one that is too long. */
export async function accessOf<T extends ImageOptions>({
  passwordStdin,
  ...flags
}: T): Promise<Omit<T, 'passwordStdin'>> {
  return passwordStdin ? { ...flags, password: await passwordFromStdin() } : flags;
}

/** What commands take that hold attached SBOMs against the files. */
export interface AttestationOptions extends AttestationSignerFlags {
  readonly attestations?: boolean;
}

/** The flags as the scan takes them. */
export const attestationReach = ({ attestations }: AttestationOptions): 'none' | 'known' | 'search' =>
  attestations === undefined ? 'known' : attestations ? 'search' : 'none';

async function passwordFromStdin(): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    bytes += chunk.length;
    if (bytes > 64 * 1024) throw new PlimsollError('usage', 'the password on standard input is longer than 64 KiB');
    parts.push(chunk);
  }
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
