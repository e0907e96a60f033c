import { hider } from '../../analyzers/configuration/index.ts';
import { parseDockerfile } from '../../formats/text/index.ts';

const KEY_LINE = '[a line of a private key]';
const KEY = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----([^-]{1,20000})-----END/g;

/**
 * What masks passwords, tokens and keys in words about a user's own file: its lines stand around a change that is shown, and a builder repeats
 * them, while logs and pull requests are read by others. Line by line, so that there are as many afterwards.
 */
export function maskerOf(text: string, kind?: string): (about: string) => string {
  // A value may be set in a line that is not among those shown.
  const hide = hider({ run: { Env: kind === 'dockerfile' ? variablesOf(text) : [] }, history: [] });
  const keys = new Set([...text.matchAll(KEY)].flatMap(([, body = '']) => body.split('\n').map((line) => line.trim())));
  keys.delete('');
  return (about) =>
    about
      .split('\n')
      .map((line) => (keys.has(line.trim()) ? KEY_LINE : hide(line)))
      .join('\n');
}

/** The same of a difference, whose lines begin with a sign of their own. */
export function maskedDiff(diff: string, mask: (about: string) => string): string {
  return diff
    .split('\n')
    .map((line) => `${line.slice(0, 1)}${mask(line.slice(1))}`)
    .join('\n');
}

const variablesOf = (text: string): string[] =>
  parseDockerfile(text).instructions.flatMap(({ keyword, pairs }) =>
    keyword === 'ENV' || keyword === 'ARG' ? pairs.map(({ name, value }) => `${name}=${value ?? ''}`) : [],
  );
