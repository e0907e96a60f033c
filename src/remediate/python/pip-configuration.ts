/**
 * Which package indexes pip would ask, as the user's and the image's own configuration say. No address is written here:
 * where nobody configured one, the installed pip is asked for its default.
 * https://pip.pypa.io/en/stable/topics/configuration/
 */

import { isAbsolute, join } from 'node:path';
import { boundedText } from '../../bounded-file.ts';
import { isYes, pipSettings, settingName } from '../../formats/text/index.ts';
import { configFolder } from '../../home.ts';
import { LIMITS } from '../../limits.ts';
import { printedText, run } from '../../programs/run.ts';

/** The indexes to ask, most important first. */
export interface PipIndexes {
  readonly addresses: readonly string[];
  /** Who named them: `the PIP_* variables`, `/home/me/.config/pip/pip.conf`, `/etc/pip.conf of the image`, `the installed pip`. */
  readonly by: string;
  /** Those of them that the image or the project named: they are asked without any of the user's credentials, and not within this network. */
  readonly foreign: readonly string[];
  /** `--no-index`. */
  readonly none?: boolean;
}

type Settings = ReadonlyMap<string, string>;

/** What one place says of where to install from. */
interface Named {
  readonly by: string;
  readonly index: readonly string[];
  readonly extra: readonly string[];
  readonly none: boolean;
}

const addressesIn = (value = ''): readonly string[] =>
  value.split(/\s+/).filter((address) => /^https?:\/\//i.test(address) && URL.canParse(address));

const namedIn = (settings: Settings, by: string): Named => ({
  by,
  index: addressesIn(settings.get('index-url')),
  extra: addressesIn(settings.get('extra-index-url')),
  none: isYes(settings.get('no-index') ?? ''),
});

const fromEnvironment = (environment: Readonly<Record<string, string | undefined>>): Settings =>
  new Map(
    Object.entries(environment).flatMap(([name, value]): [string, string][] =>
      name.startsWith('PIP_') && value ? [[settingName(name.slice(4)), value]] : [],
    ),
  );

/** What the image or the project says of where its packages come from. */
interface ContentPip {
  /** Texts of pip.conf files, or of that form, by path; the most important first. */
  readonly files: ReadonlyMap<string, string>;
  readonly environment: Readonly<Record<string, string>>;
  /** Whose files these are, for a reader: `the image`. */
  readonly owner: string;
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

/**
 * The indexes to ask. The main one is the user's, else that of the image or the project, else the installed pip's default; where it is
 * not the user's, further ones of the image or the project are asked beside it, as its own pip would. undefined: there is none.
 */
export async function pipIndexes(
  environment: NodeJS.ProcessEnv,
  content?: ContentPip,
  ask: () => Promise<string | undefined> = () => askPip(environment),
): Promise<PipIndexes | undefined> {
  const own = [namedIn(fromEnvironment(environment), 'the PIP_* variables')];
  for (const path of userFiles(environment)) {
    const text = await boundedText(path, LIMITS.settingsBytes).catch(() => '');
    own.push(namedIn(pipSettings(text), path));
  }
  const theirs =
    content === undefined
      ? []
      : [
          namedIn(fromEnvironment(content.environment), `the PIP_* variables of ${content.owner}`),
          ...[...content.files].map(([path, text]) => namedIn(pipSettings(text), `/${path} of ${content.owner}`)),
        ];
  const decides = own.find(({ index, none }) => none || index.length > 0);
  if (decides?.none) return { addresses: [], by: decides.by, foreign: [], none: true };
  const extra = own.find((named) => named.extra.length > 0);
  if (decides) return joinedIndexes([decides.index, extra?.extra ?? []], [], [decides.by]);
  const their = theirs.find(({ index, none }) => none || index.length > 0);
  if (their?.none) return { addresses: [], by: their.by, foreign: [], none: true };
  const theirExtra = theirs.find((named) => named.extra.length > 0);
  const usual = their === undefined ? await ask() : undefined;
  const main = usual === undefined ? [] : [usual];
  return joinedIndexes(
    [main, extra?.extra ?? []],
    [their?.index ?? [], theirExtra?.extra ?? []],
    [usual === undefined ? '' : 'the installed pip', extra?.by ?? '', their?.by ?? '', theirExtra?.by ?? ''],
  );
}

/** The addresses of the user's and of the image's side, each once: what the user names is trusted whoever else names it. */
function joinedIndexes(
  own: readonly (readonly string[])[],
  theirs: readonly (readonly string[])[],
  by: readonly string[],
): PipIndexes | undefined {
  const trusted = new Set(own.flat());
  const foreign = [...new Set(theirs.flat())].filter((address) => !trusted.has(address));
  const addresses = [...trusted, ...foreign].slice(0, LIMITS.pipIndexes);
  if (addresses.length === 0) return undefined;
  return { addresses, by: [...new Set(by.filter((name) => name !== ''))].join(' and '), foreign };
}

function userFiles(environment: NodeJS.ProcessEnv): string[] {
  const home = isAbsolute(environment.HOME ?? '') ? environment.HOME : undefined;
  const named = environment.PIP_CONFIG_FILE;
  // pip reads no file at all then.
  if (named === '/dev/null') return [];
  return [
    ...(named ? [named] : []),
    ...(environment.VIRTUAL_ENV ? [join(environment.VIRTUAL_ENV, 'pip.conf')] : []),
    ...(home ? [join(configFolder(environment, home), 'pip', 'pip.conf')] : []),
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
