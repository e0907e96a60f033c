import type { Pulled } from '../advisories/delivery/index.ts';
import {
  exportDatabase,
  gapsOfDatabase,
  type InstallRequest,
  importDatabase,
  pullDatabase,
  pushDatabase,
  type RegistryRequest,
} from '../application/database.ts';
import { loadConfig } from '../config.ts';
import type { Context } from './command.ts';
import { writeOutput } from './output.ts';
import { type SignerFlags, signerOf } from './signer.ts';

const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;

/** Beside the result: the digest on standard output is for scripts. */
async function tellGaps(context: Context): Promise<void> {
  const gaps = await gapsOfDatabase(context);
  if (gaps !== undefined) context.progress.say(gaps);
}

/** `db export`: the database in one file. */
export async function runExport(file: string, context: Context): Promise<number> {
  await tellGaps(context);
  const { path, bytes, digest, claim } = await exportDatabase(file, context);
  const records = claim.records.toLocaleString('en');
  const text = `${path}: database of ${claim.built}, ${records} records, ${mebibytes(bytes)}\n${digest}\n`;
  await writeOutput([text], undefined, context);
  return 0;
}

/** `db import`: the database of an exported file into service. */
export async function runImport(
  file: string,
  flags: Omit<InstallRequest, 'signer'> & SignerFlags & { digest?: string; signature?: string },
  context: Context,
): Promise<number> {
  await writeOutput(
    [deliveryInWords(await importDatabase(file, await withSigner(flags), context))],
    undefined,
    context,
  );
  return 0;
}

/** `db push`: the database into a registry. */
export async function runPush(reference: string, flags: RegistryRequest, context: Context): Promise<number> {
  await tellGaps(context);
  const pushed = await pushDatabase(reference, flags, context);
  const text = `${pushed.reference}: database of ${pushed.claim.built}, ${mebibytes(pushed.bytes)}\n${pushed.digest}\n`;
  await writeOutput([text], undefined, context);
  return 0;
}

/** `db pull`: the database from a registry, the first of several that has it. */
export async function runPull(
  references: readonly string[],
  flags: RegistryRequest & Omit<InstallRequest, 'signer'> & SignerFlags,
  context: Context,
): Promise<number> {
  const { mirrors } = await loadConfig(context.environment, context.configFile);
  const pulled = await pullDatabase(references.length > 0 ? references : mirrors, await withSigner(flags), context);
  const passed = pulled.failed.map(({ reference, reason }) => `passed over ${reference}: ${reason}\n`);
  await writeOutput([...passed, `${pulled.reference}\n`, deliveryInWords(pulled), proven(pulled)], undefined, context);
  return 0;
}

/** Who says that this is the right database. */
function proven({ proof, digest, signer }: Pulled): string {
  if (proof === 'signature') return `Verified: signed by ${signer}.\n`;
  if (proof === 'digest') return 'Verified: it has the digest that you named.\n';
  return [
    'Not verified: no signer is configured, so whoever can write to that registry decides what your scans find.',
    `Name a public key (--key, or key in plimsoll.yaml), an identity (--certificate-identity), or the digest that db push printed (this one: ${digest}).`,
    '',
  ].join('\n');
}

function deliveryInWords({
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

/** The flags with the signer that they name. Throws as `signerOf`. */
async function withSigner<T extends SignerFlags>({
  key,
  certificateIdentity,
  certificateOidcIssuer,
  trustedRoot,
  ...flags
}: T) {
  const signer = await signerOf({ key, certificateIdentity, certificateOidcIssuer, trustedRoot });
  return { ...flags, ...(signer === undefined ? {} : { signer }) };
}
