/**
 * The logins of a netrc file, read as Python reads it (and so pip): words may be quoted, macros run to the next empty line, and of
 * two entries for a host the later counts. https://docs.python.org/3/library/netrc.html
 */
interface Login {
  readonly login: string;
  readonly password: string;
}

/** A quoted word, a bare one, or the end of a line: all that a netrc file is made of. */
const WORD = /"((?:[^"\\]|\\[\s\S])*)"?|([^\s"][^\s]*)|(\n)/g;

/**
 * The login of a host. What stands under `default` is for every host that has none of its own, and is given only where the user
 * named the host (`byUser`): an index page may name any.
 */
export function netrcLogin(text: string, host: string, { byUser }: { readonly byUser: boolean }): Login | undefined {
  const logins = loginsIn(text);
  return logins.get(host) ?? (byUser ? logins.get(DEFAULT) : undefined);
}

/** No host is called so. */
const DEFAULT = '';

function loginsIn(text: string): ReadonlyMap<string, Login> {
  const logins = new Map<string, Login>();
  let host: string | undefined;
  let values = new Map<string, string>();
  const keep = (): void => {
    const login = values.get('login') ?? values.get('user');
    if (host !== undefined && login !== undefined) logins.set(host, { login, password: values.get('password') ?? '' });
  };
  const words = wordsOf(text);
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === 'machine' || word === 'default') {
      keep();
      values = new Map();
      host = word === 'default' ? DEFAULT : words[++at];
    } else if (word === 'login' || word === 'user' || word === 'password' || word === 'account')
      values.set(word, words[++at] ?? '');
  }
  keep();
  return logins;
}

/** The words of the file, without its comments and macros. A `#` begins a comment where a word would tell what follows: passwords hold it, too. */
function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  let isValue = false;
  let skipping: 'line' | 'macro' | undefined;
  let isLineEmpty = true;
  for (const [, quoted, bare, end] of text.matchAll(WORD)) {
    if (end !== undefined) {
      if (skipping === 'line' || (skipping === 'macro' && isLineEmpty)) skipping = undefined;
      isLineEmpty = true;
      continue;
    }
    isLineEmpty = false;
    if (skipping !== undefined) continue;
    const word = quoted?.replace(/\\([\s\S])/g, '$1') ?? bare ?? '';
    if (!isValue && (word.startsWith('#') || word === 'macdef')) {
      skipping = word === 'macdef' ? 'macro' : 'line';
      continue;
    }
    words.push(word);
    isValue = !isValue && word !== 'default';
  }
  return words;
}
