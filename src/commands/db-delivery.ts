import { readFileSync } from 'node:fs';
import { loadConfig } from '../config.ts';
import { asPlimsollError, PlimsollError } from '../errors.ts';
import { home } from '../home.ts';
import type { Context } from './command.ts';
import { writeOutput } from './output.ts';

export interface RegistryFlags {
  readonly insecure?: boolean;
  readonly username?: string;
  readonly password?: string;
}

export interface InstallFlags {
  readonly allowOlder?: boolean;
  readonly key?: string;
}

const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;

/** `db export`: the database in one file. */
export async function runExport(file: string, context: Context): Promise<number> {
  const { exportDatabase } = await import('../advisories/delivery/bundle.ts');
  const { path, bytes, digest, claim } = await exportDatabase(home(context.environment), file);
  await writeOutput(
    [
      `${path}: database of ${claim.built}, ${claim.records.toLocaleString('en')} records, ${mebibytes(bytes)}\n${digest}\n`,
    ],
    undefined,
    context,
  );
  return 0;
}

/** `db import`: the database of an exported file into service. */
export async function runImport(
  file: string,
  flags: InstallFlags & { digest?: string; signature?: string },
  context: Context,
): Promise<number> {
  const { importDatabase } = await import('../advisories/delivery/bundle.ts');
  const key = await keyOf(flags.key, context);
  const installed = await importDatabase(file, {
    home: home(context.environment),
    signal: context.signal,
    ...(flags.allowOlder !== undefined && { allowOlder: flags.allowOlder }),
    ...(flags.digest !== undefined && { digest: flags.digest }),
    ...(flags.signature !== undefined && { signature: flags.signature }),
    ...(key !== undefined && { key }),
  });
  await writeOutput([told(installed)], undefined, context);
  return 0;
}

/** `db push`: the database into a registry. */
export async function runPush(reference: string, flags: RegistryFlags, context: Context): Promise<number> {
  const { pushDatabase } = await import('../advisories/delivery/registry.ts');
  return withAccess(flags, context, async (access) => {
    const pushed = await pushDatabase(home(context.environment), reference, access);
    await writeOutput(
      [`${pushed.reference}: database of ${pushed.claim.built}, ${mebibytes(pushed.bytes)}\n${pushed.digest}\n`],
      undefined,
      context,
    );
  });
}

/** `db pull`: the database from a registry, the first of several that has it. */
export async function runPull(
  references: readonly string[],
  flags: RegistryFlags & InstallFlags,
  context: Context,
): Promise<number> {
  const { pullDatabase } = await import('../advisories/delivery/registry.ts');
  const config = await loadConfig(context.environment, context.configFile);
  const mirrors = references.length > 0 ? references : config.mirrors;
  if (mirrors.length === 0)
    throw new PlimsollError('usage', 'nothing says where to pull from', {
      hint: 'name a reference, or list mirrors in the configuration file',
    });
  const key = await keyOf(flags.key, context);
  return withAccess(flags, context, async (access) => {
    const pulled = await pullDatabase(mirrors, access, {
      home: home(context.environment),
      signal: context.signal,
      ...(flags.allowOlder !== undefined && { allowOlder: flags.allowOlder }),
      ...(key !== undefined && { key }),
    });
    const passed = pulled.failed.map(({ reference, reason }) => `passed over ${reference}: ${reason}\n`);
    await writeOutput([...passed, `${pulled.reference}\n`, told(pulled)], undefined, context);
  });
}

function told({
  path,
  claim,
  unchanged,
}: {
  path: string;
  claim: { built: string; records: number };
  unchanged: boolean;
}): string {
  if (unchanged) return `The database in service already holds the same (of ${claim.built}).\n`;
  return `Database of ${claim.built}, ${claim.records.toLocaleString('en')} records, is in service: ${path}\n`;
}

async function keyOf(flag: string | undefined, context: Context): Promise<string | undefined> {
  const path = flag ?? (await loadConfig(context.environment, context.configFile)).flags.get('key');
  if (typeof path !== 'string') return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw asPlimsollError(error, 'config', path);
  }
}

async function withAccess(
  flags: RegistryFlags,
  context: Context,
  work: (access: import('../advisories/delivery/registry.ts').RegistryAccess) => Promise<void>,
): Promise<number> {
  const [{ createHttp }, { createKeychain }] = await Promise.all([
    import('../network/http.ts'),
    import('../sources/registry/keychain.ts'),
  ]);
  const { environment, progress, signal } = context;
  const http = createHttp({ environment, progress, ...(flags.insecure && { insecure: true }) });
  const { username, password } = flags;
  try {
    const keychain = createKeychain({
      environment,
      signal,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
    });
    await work({ http, keychain, environment, signal, ...(flags.insecure && { insecure: true }) });
    return 0;
  } finally {
    await http.close();
  }
}
