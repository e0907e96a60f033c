import { type Command, Option } from 'commander';
import type { ImageAccess } from '../application/open-target.ts';
import { PlimsollError } from '../errors.ts';

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

/** Adds these options to a command. */
export function withImageOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--platform <os/arch>', 'which image of a multi-platform one, such as linux/arm64').env(
        'PLIMSOLL_PLATFORM',
      ),
    )
    .addOption(new Option('--no-cache', 'read every layer anew and remember nothing').env('PLIMSOLL_NO_CACHE'))
    .addOption(
      new Option('--insecure', 'speak plain HTTP to the registry, or accept any certificate').env('PLIMSOLL_INSECURE'),
    )
    .addOption(new Option('--username <name>', 'for the registry (default: docker login)').env('PLIMSOLL_USERNAME'))
    .addOption(new Option('--password <secret>', 'for the registry; better --password-stdin').env('PLIMSOLL_PASSWORD'))
    .addOption(new Option('--password-stdin', 'read the password from standard input').conflicts('password'))
    .addOption(new Option('--registry-token <token>', 'bearer token for the registry').env('PLIMSOLL_REGISTRY_TOKEN'));
}

/** What commands take that hold attached SBOMs against the files. */
export interface AttestationOptions {
  readonly attestations?: boolean;
}

/** Adds these options to a command. */
export function withAttestationOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--attestations', 'look for attached SBOMs in referrers and cosign tags too, and compare them').env(
        'PLIMSOLL_ATTESTATIONS',
      ),
    )
    .addOption(new Option('--no-attestations', 'do not fetch the SBOMs that the image index names'));
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
