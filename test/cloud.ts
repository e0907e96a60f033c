import { createHttp } from '../src/network/http.ts';
import { silent } from '../src/progress.ts';
import type { CloudWorld } from '../src/sources/clouds/index.ts';

/** A world in which nothing of this machine's is known: its environment, a home folder, and what was said in it. */
export function cloudWorld(
  environment: Readonly<Record<string, string>>,
  home = '/nonexistent',
): CloudWorld & { readonly said: string[] } {
  const said: string[] = [];
  const around = { AWS_EC2_METADATA_DISABLED: 'true', HOME: home, PATH: process.env.PATH, ...environment };
  const progress = { ...silent, say: (line: string) => void said.push(line) };
  const http = createHttp({ environment: around, progress, namedBy: 'user', limits: { attempts: 2, retryBaseMs: 1 } });
  return { http, environment: around, home, progress, signal: undefined, said };
}
