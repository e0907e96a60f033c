/** Everything a check may look at. */
import type { Dockerfile } from '../formats/text/index.ts';
import type { Engine, EngineContainer, EngineInfo } from './engine/index.ts';
import type { DaemonConfiguration, Host } from './host/index.ts';
import type { BuildContext, ImageFacts } from './image/index.ts';
import type { Reading } from './reading.ts';

/** A Dockerfile to judge. */
export interface DockerfileFacts {
  readonly path: string;
  readonly file: Dockerfile;
  /** The folder it lies in, which is what it is usually built from; absent where that could not be read. */
  readonly context?: BuildContext;
}

/** Which containers and images are looked at, and whom the user trusts. */
export interface Scope {
  /** Name patterns (`*`, `?`); empty: all. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Containers and images that carry this label are left out. */
  readonly label?: string;
  /** Patterns of base images that are trusted; empty: nobody said. */
  readonly trustedBases: readonly string[];
  /** Accounts that may control the daemon. */
  readonly trusted: readonly string[];
}

export interface Facts {
  readonly host: Host;
  readonly engine: Engine;
  readonly daemon: () => Promise<DaemonConfiguration>;
  /** The Engine is reached over the network: this host is not the one it runs on, and its files say nothing about it. */
  readonly remote: boolean;
  readonly scope: Scope;
  readonly environment: NodeJS.ProcessEnv;
  /** The images to judge: of the Engine, or the one that was named. */
  readonly images: () => Promise<Reading<readonly ImageFacts[]>>;
  /** Running containers within the scope. */
  readonly containers: () => Promise<Reading<readonly EngineContainer[]>>;
  readonly dockerfile?: DockerfileFacts;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What the daemon's SecurityOptions say: `name=seccomp,profile=default` becomes seccomp -> {profile: default}. */
export function securityOptions(info: EngineInfo): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const options = new Map<string, Map<string, string>>();
  for (const text of info.SecurityOptions ?? []) {
    const pairs = new Map(
      text.split(',').map((part): [string, string] => {
        const equals = part.indexOf('=');
        return equals === -1 ? ['name', part] : [part.slice(0, equals), part.slice(equals + 1)];
      }),
    );
    options.set(pairs.get('name') ?? text, pairs);
  }
  return options;
}

/** The Engine's word where it answers, else nothing: for checks that can fall back to files. */
export const value = <T>(reading: Reading<T>): T | undefined => (reading.ok ? reading.value : undefined);

/** A container's name without the slash that the API puts before it. */
export const containerName = (container: EngineContainer): string =>
  (container.Name ?? '').replace(/^\//, '') || container.Id.slice(0, 12);
