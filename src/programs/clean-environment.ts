import { delimiter } from 'node:path';
import { programFolders } from './find-program.ts';

/**
 * Variables by which a program can be made to run code that is not its own, or another program in its stead: loaders,
 * interpreters, shells, git, pagers and editors. A folder that was entered may have set them (direnv, `.env`).
 */
const RUNS_CODE =
  /^(?:LD_|DYLD_|GCONV_PATH$|MALLOC_|GLIBC_TUNABLES$|NODE_|PYTHON|PERL|RUBY|JAVA_TOOL_OPTIONS$|_JAVA_OPTIONS$|JDK_JAVA_OPTIONS$|BASH|ENV$|SHELLOPTS$|PROMPT_COMMAND$|PS4$|ZDOTDIR$|IFS$|CDPATH$|GLOBIGNORE$|GIT_|\w*PAGER$|LESSOPEN$|LESSCLOSE$|\w*EDITOR$|VISUAL$|BROWSER$|\w*ASKPASS$|OPENSSL_(?:CONF|ENGINES|MODULES)$|GODEBUG$|npm_)/i;

/** What is Plimsoll's own: its settings may hold passwords, which are for the registry they were given for. */
const OURS = /^PLIMSOLL_/i;

/**
 * The environment that a started program gets: the given one without what makes programs run other code, without Plimsoll's
 * own settings, and with a `PATH` of fixed folders. `only` names what is left of it, for programs that need none of the user's
 * secrets (cloud keys, tokens).
 */
export function cleanEnvironment(
  environment: NodeJS.ProcessEnv,
  only?: readonly string[],
  current?: string,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || RUNS_CODE.test(name) || OURS.test(name) || /^PATH$/i.test(name)) continue;
    if (only === undefined || only.includes(name) || BARE.test(name)) kept[name] = value;
  }
  return { ...kept, PATH: programFolders(environment, current).join(delimiter) };
}

/** What every program may need to find its folders, its language, the network and its certificates. */
const BARE =
  /^(?:HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TERM|NO_COLOR|TMPDIR|TEMP|TMP|XDG_\w+|SSL_CERT_(?:FILE|DIR)|(?:HTTPS?|NO|ALL)_PROXY|SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMDATA)$/i;
