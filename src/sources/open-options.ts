import type { Platform } from '../model.ts';
import type { Http } from '../network/http.ts';
import type { NamedBy } from '../network/reach.ts';
import type { Progress } from '../progress.ts';
import type { GivenCredentials } from './registry/index.ts';

/** What every source may need to open an image. */
export interface OpenOptions {
  /** Asked for by the user; absent: this machine's, or the only one there is. */
  readonly platform?: Platform;
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  /** Made when first asked for: local sources need none. */
  readonly http: () => Promise<Http>;
  /** Speak plain HTTP or skip certificate checks with this registry. */
  readonly insecure?: boolean;
  /** Credentials given on the command line, and the registry they are for. */
  readonly credentials?: GivenCredentials | undefined;
  /** Who named the image: how far inside its registry may be. Default `user`. */
  readonly namedBy?: NamedBy | undefined;
}
