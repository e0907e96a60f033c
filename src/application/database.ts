import type { UpdateOptions, UpdateSummary } from '../advisories/build/index.ts';
import type { Exported, Installed, Pulled, Pushed, RegistryAccess } from '../advisories/delivery/index.ts';
import { PlimsollError } from '../errors.ts';
import { home } from '../home.ts';
import { createHttp } from '../network/http.ts';
import { parseReference } from '../sources/reference.ts';
import type { TrustedSigner } from '../sources/signatures/index.ts';
import { askedByScans } from './asked-by-scans.ts';
import type { ImageAccess } from './open-target.ts';
import type { Surroundings } from './surroundings.ts';

/** What is asked of an update. */
export interface UpdateRequest
  extends Pick<UpdateOptions, 'from' | 'only' | 'rating' | 'follow' | 'fresh' | 'allowOlder'> {
  /** Other addresses for single feeds, and feeds that are not wanted. */
  readonly feeds?: UpdateOptions['settings'];
  /** Any certificate is believed. */
  readonly insecure?: boolean;
}

/** What became of an update, and how large the database is now. */
export interface Updated extends UpdateSummary {
  readonly bytes: number;
}

/** Brings the database of this machine up to date. The old one stays in service until the new one is whole. Throws `feed`, `io`, `config`. */
export async function updateDatabase(request: UpdateRequest, around: Surroundings): Promise<Updated> {
  const [{ renewDatabase }, { databaseBytes }] = await Promise.all([
    import('../advisories/build/update.ts'),
    import('../advisories/store/header.ts'),
  ]);
  const { insecure, feeds, ...same } = request;
  const { environment, progress, signal } = around;
  // Feeds are named by this program and by the configuration, not by what is in an image.
  const http = createHttp({ environment, progress, namedBy: 'user', ...(insecure && { insecure }) });
  try {
    const summary = await renewDatabase({
      ...same,
      home: home(environment),
      http,
      progress,
      signal,
      pythonIndex: async () => (await import('./package-index.ts')).indexAsker(around),
      ...(feeds && { settings: feeds }),
    });
    return { ...summary, bytes: databaseBytes(summary.path) };
  } finally {
    await http.close();
  }
}

/** Writes the database into one file, for closed networks. Throws as `openStore`, and `io`. */
export async function exportDatabase(file: string, { environment }: Surroundings): Promise<Exported> {
  return (await import('../advisories/delivery/bundle.ts')).writeBundle(home(environment), file);
}

/**
 * What a database lacks that is handed on, in a sentence; undefined where it is whole. Who takes one that scans made for their own images
 * fetches nothing to it: other images are not assessed, and gates on them shut. Throws as `openStore`.
 */
export async function gapsOfDatabase({ environment }: Surroundings): Promise<string | undefined> {
  const { databasePath, openStore } = await import('../advisories/store/sqlite-store.ts');
  const folder = home(environment);
  const store = openStore(databasePath(folder));
  try {
    const { feeds } = store.info;
    const asked = askedByScans(folder);
    const named = (some: typeof feeds): string => some.map(({ name }) => name).join(', ');
    const [partly, failed] = [feeds.filter((feed) => feed.partly), feeds.filter(({ error }) => error !== undefined)];
    const gaps = [
      // What no scan asked for came with an update, which takes everything.
      ...(asked !== undefined && feeds.every(({ name }) => asked.at.has(name))
        ? ['scans fetched it for their images']
        : []),
      ...(partly.length > 0 ? [`of ${named(partly)} only a part was read`] : []),
      ...(failed.length > 0 ? [`${named(failed)} could not be had`] : []),
    ];
    return gaps.length === 0
      ? undefined
      : `this database is not whole: ${gaps.join('; ')}; plimsoll db update makes it so for whoever takes it`;
  } finally {
    store.close();
  }
}

/** What a database from elsewhere has to prove. */
export interface InstallRequest {
  /** Who must have signed it, as cosign does. */
  readonly signer?: TrustedSigner;
  /** Goes back to an older database. */
  readonly allowOlder?: boolean;
}

/** Puts the database of an exported file into service. Throws `corrupt`, `digest-mismatch`, `database-stale`, `io`. */
export async function importDatabase(
  file: string,
  request: InstallRequest & { readonly digest?: string; readonly signature?: string },
  { environment, signal }: Surroundings,
): Promise<Installed> {
  const { readBundle: take } = await import('../advisories/delivery/bundle.ts');
  return take(file, { ...request, home: home(environment), signal });
}

/** How a registry is reached. */
export type RegistryRequest = Pick<ImageAccess, 'insecure' | 'username' | 'password'>;

/** Puts the database into a registry as an OCI artifact. Throws as the registry source does. */
export async function pushDatabase(reference: string, request: RegistryRequest, around: Surroundings): Promise<Pushed> {
  const { uploadDatabase: push } = await import('../advisories/delivery/registry.ts');
  return withRegistry([reference], request, around, (access) => push(home(around.environment), reference, access));
}

/** Takes the ready-made database from the first of several references that has it. Throws as the registry source does, `usage` for none. */
export async function pullDatabase(
  references: readonly string[],
  request: RegistryRequest & InstallRequest,
  around: Surroundings,
): Promise<Pulled> {
  if (references.length === 0)
    throw new PlimsollError('usage', 'nothing says where to pull from', {
      hint: 'name a reference, or list mirrors in the configuration file',
    });
  const { downloadDatabase: pull } = await import('../advisories/delivery/registry.ts');
  const { signer, allowOlder } = request;
  const { environment, signal } = around;
  return withRegistry(references, request, around, (access) =>
    pull(references, access, {
      home: home(environment),
      signal,
      ...(allowOlder !== undefined && { allowOlder }),
      ...(signer !== undefined && { signer }),
    }),
  );
}

async function withRegistry<T>(
  references: readonly string[],
  { insecure, username, password }: RegistryRequest,
  { environment, progress, signal }: Surroundings,
  work: (access: RegistryAccess) => Promise<T>,
): Promise<T> {
  const { createKeychain } = await import('../sources/registry/keychain.ts');
  const http = createHttp({ environment, progress, namedBy: 'user' });
  // Of several mirrors the first one's registry is meant; others have what docker login left.
  const [registry] = references.slice(0, 1).map((reference) => parseReference(reference).registry);
  try {
    const keychain = createKeychain({
      environment,
      signal,
      ...(registry !== undefined && { given: { registry, username, password } }),
    });
    return await work({
      ...{ http, keychain, environment, signal },
      ...(insecure && registry !== undefined ? { insecureRegistry: registry } : {}),
    });
  } finally {
    await http.close();
  }
}
