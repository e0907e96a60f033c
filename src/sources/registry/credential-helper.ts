import { spawn } from 'node:child_process';
import { printable } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { jsonObject, textOf } from '../json.ts';

/** What a helper answers. */
export interface HelperAnswer {
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
  const { output, problem } = await run(program, server, options);
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
function run(
  program: string,
  input: string,
  options: { environment: NodeJS.ProcessEnv; signal?: AbortSignal | undefined },
): Promise<{ output: string; problem?: string }> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, ['get'], {
      env: options.environment,
      stdio: ['pipe', 'pipe', 'ignore'],
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const stop = (): void => {
      child.kill();
      // What the helper started itself may live on; without a reader it has nobody to talk to.
      child.stdout.destroy();
      resolve({ output: '', problem: 'did not finish' });
    };
    const timer = setTimeout(stop, LIMITS.helperMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      const missing = 'code' in error && error.code === 'ENOENT';
      resolve({ output: '', problem: missing ? 'is not installed' : 'could not be run' });
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < LIMITS.helperBytes) output += text;
      else stop();
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? { output } : { output, problem: `failed with status ${code}` });
    });
  });
}
