import type { Http } from '../../network/http.ts';
import type { Progress } from '../../progress.ts';

/** What finding credentials and asking a cloud needs of the world around it. */
export interface CloudWorld {
  readonly http: Http;
  readonly environment: NodeJS.ProcessEnv;
  /** The user's home folder. */
  readonly home: string;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

/** The user's word to stop as a member of a request. */
export const stoppable = ({ signal }: Pick<CloudWorld, 'signal'>): { signal?: AbortSignal } =>
  signal === undefined ? {} : { signal };
