import { userHome } from '../home.ts';
import type { OpenOptions } from './open-options.ts';
import type { Target } from './reference.ts';

/** Images of services that have findings (`ecr:NAME:TAG`) are in a registry: in which, the service knows. Throws as the service. */
export async function asRegistryImage(text: string, target: Target, options: OpenOptions): Promise<Target> {
  if (target.source !== undefined || !/^[a-z-]+:/.test(text)) return target;
  const { liveImage } = await import('./live/index.ts');
  const { environment, progress, signal } = options;
  const name = await liveImage(text, async () => {
    const http = await options.http();
    return { http, environment, home: userHome(environment), progress, signal };
  });
  return name === undefined ? target : { source: 'registry', target: name };
}
