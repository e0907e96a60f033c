import { printable } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { printedText as printedBy, run } from '../../programs/run.ts';
import { jsonObject, textOf } from '../json.ts';

/** What a helper answers. */
interface HelperAnswer {
  readonly username: string;
  readonly secret: string;
}

/** What every helper prints when it simply has nothing; the wording is part of the protocol. */
const NOT_FOUND = /credentials not found|no credentials|not found in (the )?(native )?keychain/i;

/**
 * Asks `docker-credential-NAME get` for a server. Undefined: it has nothing; a text: what went wrong.
 * https://github.com/docker/docker-credential-helpers#development
 */
export async function askHelper(
  name: string,
  server: string,
  options: { environment: NodeJS.ProcessEnv; signal?: AbortSignal | undefined },
): Promise<HelperAnswer | string | undefined> {
  const program = `docker-credential-${name}`;
  // The name comes from a file of the user and becomes a program's name: nothing but a plain name is one.
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return `${printable(program)} is not the name of a program`;
  const { output, problem } = await helperOutput(program, server, options);
  if (NOT_FOUND.test(output)) return undefined;
  if (problem !== undefined) return `${program} ${problem}`;
  try {
    const answer = jsonObject(Buffer.from(output), program, 'answer');
    const username = textOf(answer.Username);
    const secret = textOf(answer.Secret);
    return username !== undefined && secret !== undefined ? { username, secret } : undefined;
  } catch {
    return `${program} answered what is not JSON`;
  }
}

/** Runs the helper with the server on its input; what it prints is kept to itself, since it may hold the secret. */
async function helperOutput(
  program: string,
  server: string,
  options: { environment: NodeJS.ProcessEnv; signal?: AbortSignal | undefined },
): Promise<{ output: string; problem?: string }> {
  const result = await run(program, ['get'], {
    input: server,
    timeout: LIMITS.helperMs,
    maxOutput: LIMITS.helperBytes,
    ...options,
  });
  switch (result.outcome) {
    case 'ended':
      return {
        output: printedBy(result),
        ...(result.status === 0 ? {} : { problem: `failed with status ${result.status ?? 'unknown'}` }),
      };
    case 'missing':
      return { output: '', problem: 'is not installed' };
    case 'failed':
      return { output: '', problem: 'could not be run' };
    default:
      return { output: '', problem: 'did not finish' };
  }
}
