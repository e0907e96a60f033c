/**
 * Which package indexes pip would ask, as the user's and the image's own configuration say. No address is written here:
 * where nobody configured one, the installed pip is asked for its default.
 * https://pip.pypa.io/en/stable/topics/configuration/
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isYes, pipSettings, settingName } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { printedText, run } from '../../programs/run.ts';

/** The indexes of one side, most important first. */
export interface PipIndexes {
  readonly addresses: readonly string[];
  /** Who named them: `PIP_INDEX_URL`, `/home/me/.config/pip/pip.conf`, `etc/pip.conf of the image`, `pip itself`. */
  readonly by: string;
  /** The image named them: they are asked without any of the user's credentials, and not within this network. */
  readonly foreign: boolean;
  /** `--no-index`. */
  readonly none?: boolean;
}

type Settings = ReadonlyMap<string, string>;

function indexesOf(settings: Settings, by: string, foreign: boolean): PipIndexes | undefined {
  const none = isYes(settings.get('no-index') ?? '');
  const addresses = [settings.get('index-url') ?? '', settings.get('extra-index-url') ?? '']
    .flatMap((value) => value.split(/\s+/))
    .filter((address) => /^https?:\/\//i.test(address));
  if (none) return { addresses: [], by, foreign, none };
  return addresses.length === 0 ? undefined : { addresses: [...new Set(addresses)], by, foreign };
}

const fromEnvironment = (environment: Readonly<Record<string, string | undefined>>): Settings =>
  new Map(
    Object.entries(environment).flatMap(([name, value]): [string, string][] =>
      name.startsWith('PIP_') && value ? [[settingName(name.slice(4)), value]] : [],
    ),
  );

/** What of the image's file system says where its pip installs from. */
interface ImagePip {
  /** Texts of pip.conf files of the image, by path. */
  readonly files: ReadonlyMap<string, string>;
  readonly environment: Readonly<Record<string, string>>;
}

/** Files of an image that pip would read. */
export const IMAGE_PIP_FILES = [
  'etc/pip.conf',
  'etc/xdg/pip/pip.conf',
  'root/.config/pip/pip.conf',
  'root/.pip/pip.conf',
  'usr/local/pip.conf',
  'opt/venv/pip.conf',
  'opt/conda/pip.conf',
];

/** The indexes to ask: the user's own configuration, else the image's, else the installed pip's default; undefined: none. */
export async function pipIndexes(
  environment: NodeJS.ProcessEnv,
  image: ImagePip,
  ask: () => Promise<string | undefined> = () => askPip(environment),
): Promise<PipIndexes | undefined> {
  const own = fromEnvironment(environment);
  const named = indexesOf(own, 'the PIP_* variables', false);
  if (named && (own.has('index-url') || named.none)) return named;
  for (const path of userFiles(environment)) {
    const text = await readFile(path, 'utf8').catch(() => '');
    const indexes = indexesOf(new Map([...pipSettings(text.slice(0, LIMITS.settingsBytes)), ...own]), path, false);
    if (indexes) return indexes;
  }
  if (named) return named;
  const set = indexesOf(fromEnvironment(image.environment), "the image's PIP_* variables", true);
  if (set) return set;
  for (const [path, text] of image.files) {
    const indexes = indexesOf(pipSettings(text), `/${path} of the image`, true);
    if (indexes) return indexes;
  }
  const asked = await ask();
  return asked === undefined ? undefined : { addresses: [asked], by: 'the installed pip', foreign: false };
}

function userFiles(environment: NodeJS.ProcessEnv): string[] {
  const home = environment.HOME;
  const named = environment.PIP_CONFIG_FILE;
  return [
    ...(named && named !== '/dev/null' ? [named] : []),
    ...(environment.VIRTUAL_ENV ? [join(environment.VIRTUAL_ENV, 'pip.conf')] : []),
    ...(home ? [join(environment.XDG_CONFIG_HOME ?? join(home, '.config'), 'pip', 'pip.conf')] : []),
    ...(home ? [join(home, '.pip', 'pip.conf')] : []),
    '/etc/xdg/pip/pip.conf',
    '/etc/pip.conf',
  ];
}

/** pip tells its default index in the help of `--index-url`. `-I`: Python looks for modules in its own folders only. */
async function askPip(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const [program, ...before] of [['pip'], ['python3', '-I', '-m', 'pip']] as const) {
    const result = await run(program, [...before, 'install', '--help'], { environment, variables: [] });
    if (result.outcome !== 'ended' || result.status !== 0) continue;
    const [, address] =
      /--index-url\s+<url>[\s\S]{0,400}?\(default\s+(https?:\/\/[^\s)]+)\)/.exec(printedText(result)) ?? [];
    if (address !== undefined) return address;
  }
  return undefined;
}

/** Login of a host in a netrc file. https://everything.curl.dev/usingcurl/netrc.html */
export function netrcLogin(text: string, host: string): { login: string; password: string } | undefined {
  const words = text.replace(/^[ \t]*#.*$/gm, '').split(/\s+/);
  let machine: string | undefined;
  const logins = new Map<string, string>();
  let unnamed: Map<string, string> | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === 'machine' || word === 'default') {
      if (machine === host && logins.has('login')) break;
      logins.clear();
      machine = word === 'default' ? '' : words[++at];
    } else if (word === 'login' || word === 'password' || word === 'account') logins.set(word, words[++at] ?? '');
    if (machine === '') unnamed = new Map(logins);
  }
  const own = machine === host ? logins : unnamed;
  const login = own?.get('login');
  return login === undefined ? undefined : { login, password: own?.get('password') ?? '' };
}
