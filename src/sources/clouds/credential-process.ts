import { isAbsolute } from 'node:path';
import { PlimsollError, printable } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { printedText, run } from '../../programs/run.ts';
import { isObject, jsonObject } from '../json.ts';
import { type AwsKeys, keysOf } from './aws-keys.ts';
import { isOwnFile } from './own-file.ts';
import type { CloudWorld } from './world.ts';

/**
 * Keys from the program that the user's own file names (`credential_process`); it is started without a shell, and what it prints is kept
 * to itself. Throws `config` where the file can be written by others, and where the program does not answer with keys.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
export async function processKeys(
  line: string,
  named: { readonly profile: string; readonly file: string },
  world: CloudWorld,
): Promise<AwsKeys> {
  const where = named.file;
  if (!(await isOwnFile(where)))
    throw new PlimsollError('config', 'the file names a program that makes credentials, and others may write to it', {
      where,
      hint: `chmod go-w ${where}`,
    });
  const [program = '', ...args] = commandWords(line);
  const { environment, signal } = world;
  const result = await run(program, args, {
    ...{ timeout: LIMITS.helperMs, maxOutput: LIMITS.helperBytes, environment, signal },
    ...(isAbsolute(program) ? { path: true } : {}),
  });
  const from = `the profile "${named.profile}" (credential_process)`;
  const keys = result.status === 0 ? keysIn(Buffer.from(printedText(result)), from) : undefined;
  if (keys !== undefined) return keys;
  const how = result.outcome === 'ended' ? 'did not answer with keys' : result.outcome;
  throw new PlimsollError('config', `credential_process of the AWS profile "${named.profile}": ${how}`, {
    where: printable(program, 200),
    hint: 'run it by hand to see what it says',
  });
}

function keysIn(bytes: Buffer, from: string): AwsKeys | undefined {
  try {
    const answer = jsonObject(bytes, from, 'answer');
    return isObject(answer) && answer.Version === 1 ? keysOf(answer, from) : undefined;
  } catch {
    return undefined;
  }
}

/** The words of a command line; quotes keep blanks, a backslash keeps what follows it. No variable and no substitution is known. */
export function commandWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at]!;
    if (quote !== '' && character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (character === '\\' && quote !== "'" && process.platform !== 'win32' && at + 1 < line.length) {
      at += 1;
      word = (word ?? '') + line[at]!;
    } else if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  return word === undefined ? words : [...words, word];
}
