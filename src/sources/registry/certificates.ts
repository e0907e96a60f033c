import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { boundedText } from '../../bounded-file.ts';
import { configFolder, userHome } from '../../home.ts';
import { LIMITS } from '../../limits.ts';
import { withRootAuthorities } from '../../network/authorities.ts';
import type { TlsMaterial } from '../../network/dispatchers.ts';

/** Files of a folder that are read at most; a registry needs one authority and one key. */
const FILES = 32;

/**
 * The authorities and the client certificate that this machine's administrator laid down for a registry, where Docker
 * and Podman look for them: `certs.d/HOST:PORT/*.crt`, `*.cert` and `*.key`. Undefined when there are none.
 * https://docs.docker.com/engine/security/certificates/
 */
export async function registryCertificates(
  host: string,
  environment: NodeJS.ProcessEnv,
): Promise<TlsMaterial | undefined> {
  const configuration = configFolder(environment, userHome(environment));
  const folders = [join(configuration, 'docker'), join(configuration, 'containers'), '/etc/docker', '/etc/containers'];
  for (const folder of folders) {
    const tlsMaterial = await readFolder(join(folder, 'certs.d', host));
    if (tlsMaterial) return tlsMaterial;
  }
  return undefined;
}

async function readFolder(folder: string): Promise<TlsMaterial | undefined> {
  const names = (await readdir(folder).catch(() => [])).sort().slice(0, FILES);
  const read = async (ending: string): Promise<string[]> =>
    Promise.all(
      names
        .filter((name) => name.endsWith(ending))
        .map((name) => boundedText(join(folder, name), LIMITS.settingsBytes).catch(() => '')),
    );
  const [authorities, certificates, keys] = await Promise.all([read('.crt'), read('.cert'), read('.key')]);
  if (authorities.length + certificates.length + keys.length === 0) return undefined;
  return {
    ...(authorities.length > 0 ? { ca: await withRootAuthorities(authorities) } : {}),
    ...(certificates[0] && keys[0] ? { cert: certificates[0], key: keys[0] } : {}),
  };
}
