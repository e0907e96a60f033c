import { withoutUsers } from '../formats/uri.ts';

/** Names of variables whose value proves who somebody is: `GITHUB_TOKEN`, `AWS_SECRET_ACCESS_KEY`, `TRIVY_PASSWORD`. */
const SECRET_NAME =
  /(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|(?:ACCESS|API|PRIVATE|ACCOUNT)_?KEY)(?:$|_)/i;
/** What only names such a thing: the id of a key, where a file lies. */
const NAMES_ONE = /(?:_ID|_FILE|_PATH|_DIR|_URL|_HELPER)$/i;
/** Shorter values are words that stand in any text. */
const SHORTEST = 6;

/**
 * What a program said, without the secrets of the environment that it was given and without logins in addresses: it may repeat either where it
 * complains, and what it says ends up in logs.
 */
export function maskedComplaint(said: string, environment: NodeJS.ProcessEnv): string {
  const secrets = Object.entries(environment).flatMap(([name, value = '']) =>
    SECRET_NAME.test(name) && !NAMES_ONE.test(name) && value.length >= SHORTEST && !value.startsWith('/')
      ? [value]
      : [],
  );
  // The longest first: one may be the beginning of another.
  const masked = secrets
    .sort((a, b) => b.length - a.length)
    .reduce((text, secret) => text.replaceAll(secret, '***'), said);
  return withoutUsers(masked, '***@');
}

/** Colours of a terminal and what else begins a sequence of it (ECMA-48, CSI): a program that is made to write them in a pipe says no more by them. */
export const withoutColours = (said: string): string => said.replace(/\u001b\[[\d;?]{0,30}[A-Za-z]/g, '');
