import { LIMITS } from '../../limits.ts';

/** What a resource file of Erlang's says of an application. */
interface OtpApplication {
  readonly name: string;
  /** Absent: none is stated, or it is no text (`{vsn, git}` in sources). */
  readonly version?: string;
}

/** Comments, texts, quoted atoms, and whatever else stands between brackets and commas. https://www.erlang.org/doc/system/data_types.html */
const TOKEN =
  /%[^\n]*|"((?:[^"\\]|\\[\s\S]?)*)(?:"|$)|'((?:[^'\\\n]|\\[\s\S]?)*)(?:'|$|(?=\n))|([[\]{},|])|[^\s%"'[\]{},|]+/g;

/**
 * `{application, plug, [{description, "..."}, {vsn, "1.10.0"}, ...]}.`: one term of Erlang. Undefined where the file holds another.
 * https://www.erlang.org/doc/apps/kernel/app.html
 */
export function otpApplication(text: string): OtpApplication | undefined {
  /** The words since the last bracket that opened, by which a tuple is known. */
  const words: string[] = [];
  let [depth, tokens] = [0, 0];
  let name: string | undefined;
  for (const [token, quoted, atom, bracket] of text.matchAll(TOKEN)) {
    tokens += 1;
    if (tokens > LIMITS.otpTokens) return undefined;
    if (token.startsWith('%')) continue;
    if (bracket === undefined) {
      if (depth !== 1 && depth !== 3) continue;
      words.push(quoted ?? atom ?? token);
      // A tuple in the list in the tuple of the application.
      if (depth === 3 && name !== undefined && words.length === 2 && words[0] === 'vsn')
        return quoted === undefined ? { name } : { name, version: quoted };
    } else if (bracket !== ',') {
      if (depth === 1 && bracket === '[' && words[0] === 'application') name ??= words[1];
      if (depth === 0 && bracket !== '{') return undefined;
      depth += bracket === '{' || bracket === '[' ? 1 : bracket === '|' ? 0 : -1;
      words.length = 0;
      if (depth === 0) break;
    }
  }
  return name === undefined ? undefined : { name };
}
