import { PlimsollError } from '../../errors.ts';
import { userHome } from '../../home.ts';
import { createHttp } from '../../network/http.ts';
import type { Progress } from '../../progress.ts';
import type { CloudWorld } from '../clouds/index.ts';
import { azure } from './azure.ts';
import { clair } from './clair.ts';
import { ecr } from './ecr.ts';
import { gar, gcr } from './gar.ts';
import { githubFindings } from './github.ts';
import { gitlabFindings } from './gitlab.ts';
import { harborFindings } from './harbor.ts';
import { inspector } from './inspector.ts';
import type { LiveDocument, LiveSource } from './live-source.ts';
import { quay } from './quay.ts';
import { securityHub } from './security-hub.ts';
import { trivyServer } from './trivy-server.ts';

export type { LiveDocument } from './live-source.ts';

/** Every service that has findings on images: adding one is adding a line. */
export const liveSources: readonly LiveSource[] = [
  ecr,
  inspector,
  securityHub,
  gar,
  gcr,
  clair,
  quay,
  harborFindings,
  gitlabFindings,
  githubFindings,
  azure,
  trivyServer,
];

/** The service that a target names by its prefix, and what follows; undefined for targets of other kinds. */
export function liveTarget(text: string): { readonly source: LiveSource; readonly target: string } | undefined {
  const colon = text.indexOf(':');
  const source = colon < 0 ? undefined : liveSources.find(({ name }) => name === text.slice(0, colon));
  if (source === undefined) return undefined;
  const target = text.slice(colon + 1).replace(/^\/\//, '');
  // `ecr:1` is an image called ecr: a target has a repository and a tag, a digest or a path.
  return /[/:@]/.test(target) ? { source, target } : undefined;
}

/** How a target is written that begins like one of a service and is none (`ecr:model`); undefined for all others. */
export function liveSpelling(text: string): string | undefined {
  const source = liveSources.find(({ name }) => text.startsWith(`${name}:`));
  return source === undefined || liveTarget(text) !== undefined ? undefined : source.spelling;
}

/** The image that a target of a service names, as a registry has it; undefined for targets of other kinds. Throws `unsupported` for a service without images, and as the source. */
export async function liveImage(text: string, world: () => Promise<CloudWorld>): Promise<string | undefined> {
  const named = liveTarget(text);
  if (named === undefined) return undefined;
  if (named.source.image !== undefined) return named.source.image(named.target, await world());
  throw new PlimsollError('unsupported', `${named.source.title} has findings, and no images`, {
    where: text,
    hint: 'name the image by its registry; compare takes the findings',
  });
}

/** What fetching needs of the world. */
interface LiveRequest {
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly startScan?: boolean | undefined;
}

/** The findings that a service has on an image, as a report in its own format. Throws `usage` for what is no such target, and as the source. */
export async function fetchFindings(text: string, request: LiveRequest): Promise<LiveDocument> {
  const named = liveTarget(text);
  if (named === undefined)
    throw new PlimsollError('usage', 'no service has findings under this name', {
      where: text,
      hint: `write one of ${liveSources.map(({ spelling }) => spelling).join(', ')}`,
    });
  const { environment, progress, signal, startScan = false } = request;
  const http = createHttp({ environment, progress, namedBy: 'user' });
  const task = progress.task(`findings of ${named.source.title}`);
  try {
    const home = userHome(environment);
    return await named.source.fetch(named.target, { http, environment, home, progress, signal, startScan });
  } finally {
    task.done();
    await http.close();
  }
}
