import { type Command, Option } from 'commander';
import { PlimsollError } from '../errors.ts';
import { home } from '../home.ts';
import type { LayerCache } from '../layers/cache.ts';
import type { Image } from '../model.ts';
import type { Context } from './command.ts';

/** What every command that opens an image takes. */
export interface ImageOptions {
  readonly platform?: string;
  readonly cache: boolean;
  readonly insecure?: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly passwordStdin?: boolean;
  readonly registryToken?: string;
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

/** Opens what the user named, and the layer cache; both are the caller's to close. Throws as `openImage`. */
export async function openTarget(
  target: string,
  options: ImageOptions,
  context: Context,
): Promise<{ image: Image; cache: LayerCache; close(): Promise<void> }> {
  const [{ openImage }, { noCache, openLayerCache }, { parsePlatform }] = await Promise.all([
    import('../sources/open.ts'),
    import('../layers/cache.ts'),
    import('../sources/platform.ts'),
  ]);
  const password = options.passwordStdin ? await passwordFromStdin() : options.password;
  const image = await openImage(target, {
    environment: context.environment,
    progress: context.progress,
    signal: context.signal,
    ...(options.platform === undefined ? {} : { platform: parsePlatform(options.platform) }),
    ...(options.insecure ? { insecure: true } : {}),
    credentials: {
      ...(options.username === undefined ? {} : { username: options.username }),
      ...(password === undefined ? {} : { password }),
      ...(options.registryToken === undefined ? {} : { token: options.registryToken }),
    },
  });
  const cache = options.cache
    ? await openLayerCache(home(context.environment), (message) => context.progress.say(message))
    : noCache;
  return {
    image,
    cache,
    async close() {
      cache.close();
      await image.close();
    },
  };
}

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
