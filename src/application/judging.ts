import { relative } from 'node:path';
import type { Config } from '../config.ts';
import type { Located } from '../located-yaml.ts';

/**
 * What the configuration says of how findings are judged, for commands that ask no gate: its exceptions, and whose ratings its policy goes by.
 * A scan takes both, and so does whoever speaks of the same findings. Throws `config` for a policy that cannot be read.
 */
export async function judgingOf({ settings, path: file }: Config): Promise<{
  readonly exceptions?: Located;
  readonly severityFrom?: string;
}> {
  const [exceptions, policy] = [settings.get('exceptions'), settings.get('policy')];
  const scheme =
    policy && file !== undefined
      ? (await import('../policy/rules/index.ts')).readPolicy(policy, relative(process.cwd(), file)).scheme
      : undefined;
  return { ...(exceptions ? { exceptions } : {}), ...(scheme ? { severityFrom: scheme.value } : {}) };
}
