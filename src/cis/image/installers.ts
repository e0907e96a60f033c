/** Package managers of a build, for 4.11: what each command installs, and what it leaves open. */
import { before } from '../../formats/ends.ts';
import { pipWords, type ShellCommand } from '../../formats/text/index.ts';
import {
  condaOpenness,
  constraintNames,
  isOpenRepository,
  type Look,
  type Openness,
  openRequirements,
} from './requirements.ts';

/** What a command says of the packages that it installs. */
interface Installs extends Openness {
  /** `pip`, `npm`: how it is called in a report. */
  readonly name: string;
}

const NOTHING: Openness = { open: [], unseen: [] };

/** Options of pip install that take a value. */
const PIP_VALUES =
  /^(?:-r|--requirement|-c|--constraint|-i|--index-url|--extra-index-url|-f|--find-links|-t|--target|--platform|--python-version|--prefix|--root|--cache-dir|--src|--no-binary|--only-binary|--trusted-host|--timeout|--proxy|--progress-bar|--upgrade-strategy|--implementation|--abi|--python|-p|--index|--default-index|--torch-backend|--index-strategy)$/;

/** The words after `install`, `wheel` or `download` of `pip`, `python -m pip` and `uv pip`; undefined for other commands. */
export function pipInstallWords(command: ShellCommand): readonly string[] | undefined {
  const words = pipWords(command) ?? [];
  const at = words.findIndex((word) => /^(?:install|wheel|download)$/.test(word));
  return at === -1 ? undefined : words.slice(at + 1);
}

/** `pip install`: each word a requirement, a file of them, an address or a folder. */
function pip(command: ShellCommand, look: Look): Openness | undefined {
  const words = pipInstallWords(command);
  if (words === undefined) return undefined;
  const open: string[] = [];
  const unseen: string[] = [];
  const constraints: string[] = [];
  // With it pip itself refuses whatever has no hash; without dependencies only what is named is fetched.
  const hashed = words.includes('--require-hashes');
  const closed = words.includes('--no-deps') || words.includes('--no-index');
  const file = (path: string): void => {
    if (hashed) return;
    const openness = openRequirements(path, look);
    open.push(...openness.open.map((requirement) => `${requirement} (${path})`));
    unseen.push(...openness.unseen.map((file) => `the content of ${file}`));
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const requirement = /^(?:-r|--requirement)(?:=?(.+))?$/.exec(word);
    const constraint = /^(?:-c|--constraint)(?:=?(.+))?$/.exec(word);
    const editable = /^(?:-e|--editable)(?:=(.+))?$/.exec(word);
    if (requirement !== null) file(requirement[1] ?? words[++at] ?? '');
    else if (constraint !== null) constraints.push(constraint[1] ?? words[++at] ?? '');
    else if (PIP_VALUES.test(word)) at++;
    else if (editable !== null || !word.startsWith('-')) {
      const what = editable === null ? word : (editable[1] ?? words[++at] ?? '');
      const said = ofPip(what, closed);
      if (said === 'open') open.push(what);
      else if (said !== undefined) unseen.push(said);
    }
  }
  return constrained({ open, unseen }, constraints, look);
}

/** What one word of pip leaves open; a reason where that cannot be told, undefined where nothing is. */
function ofPip(word: string, closed: boolean): 'open' | string | undefined {
  if (/^[<>|&;)\d]/.test(word) && !/^[A-Za-z]/.test(word)) return undefined;
  if (isOpenRepository(word)) return 'open';
  if (/(?:^|@\s*)(?:git|hg|svn|bzr)\+/.test(word)) return undefined;
  if (/^(?:https?|ftp):/i.test(word) || /\s@\s/.test(word))
    return /\b(?:sha256|sha512)=/.test(word.slice(before(word, '#').length)) ? undefined : 'open';
  if (/^(?:\.|\/|file:|~)|\.(?:whl|zip|gz)$/.test(word)) return closed ? undefined : `what ${word} depends on`;
  if (/^\$/.test(word)) return `the value of ${word}`;
  const pinned = /={2,3}\s*[^*\s]/.test(word.split(';')[0]!) && !/={2,3}[^,;=]*\*/.test(word);
  return pinned || !/^[A-Za-z0-9]/.test(word) ? undefined : 'open';
}

/** Names that a constraints file fixes are fixed. */
function constrained(own: Openness, paths: readonly string[], look: Look): Openness {
  if (paths.length === 0 || own.open.length === 0) return own;
  const texts = paths.map((path) => ({ path, names: constraintNames(path, look) }));
  const unread = texts.filter((text) => text.names === undefined).map((text) => `the content of ${text.path}`);
  if (unread.length > 0) return { open: [], unseen: [...own.unseen, ...unread] };
  const names = new Set(texts.flatMap((text) => [...(text.names ?? [])]));
  const left = own.open.filter(
    (requirement) => !names.has(/^[A-Za-z0-9._-]+/.exec(requirement)?.[0].toLowerCase() ?? ''),
  );
  return { open: left, unseen: own.unseen };
}

/** A manager whose packages are named on the command line: `add x@1`, `install x==1`. */
interface Named {
  readonly name: string;
  readonly programs: RegExp;
  /** What stands before the packages, from the second word on. */
  readonly verbs: RegExp;
  /** Options that take a value. */
  readonly values?: RegExp;
  /** True for a package in a fixed version. */
  readonly fixed: RegExp;
  /** An option of the command that fixes all of them. */
  readonly fixing?: RegExp;
  /** Without a package: what it installs then. */
  readonly bare?: 'open' | 'locked' | string;
}

const NAMED: readonly Named[] = [
  {
    name: 'uv',
    programs: /^uv$/,
    verbs: /^(?:add|tool install|tool run)$/,
    values: /^(?:--index|--extra|--group|-r|--python|-p|--with)$/,
    fixed: /==\d/,
  },
  { name: 'uvx', programs: /^uvx$/, verbs: /^$/, fixed: /[@=]\d/ },
  {
    name: 'pipx',
    programs: /^pipx$/,
    verbs: /^(?:install|run|inject)$/,
    values: /^(?:--python|--index-url|-i|--pip-args|--suffix)$/,
    fixed: /==\d/,
  },
  {
    name: 'poetry',
    programs: /^poetry$/,
    verbs: /^add$/,
    values: /^(?:--group|-G|--extras|-E|--source)$/,
    fixed: /(?:==|@)\d/,
  },
  { name: 'pdm', programs: /^pdm$/, verbs: /^add$/, values: /^(?:-G|--group)$/, fixed: /==\d/ },
  {
    name: 'pipenv',
    programs: /^pipenv$/,
    verbs: /^install$/,
    fixed: /==\d/,
    fixing: /^--deploy$/,
    bare: 'what Pipfile.lock names, if it is there',
  },
  {
    name: 'npm',
    programs: /^(?:npm|pnpm)$/,
    verbs: /^(?:install|i|add|update|up)$/,
    values: /^(?:--registry|--prefix|--cache|-C|--dir)$/,
    fixed: /.@\d/,
    fixing: /^--frozen-lockfile$/,
    bare: 'open',
  },
  {
    name: 'yarn',
    programs: /^yarn$/,
    verbs: /^(?:add|global add|install|)$/,
    fixed: /.@\d/,
    fixing: /^--(?:frozen-lockfile|immutable)$/,
    bare: 'open',
  },
  { name: 'npx', programs: /^npx$/, verbs: /^$/, fixed: /.@\d/ },
  {
    name: 'cargo',
    programs: /^cargo$/,
    verbs: /^install$/,
    values: /^(?:--root|--features|--index|--registry|--git|--target)$/,
    fixed: /@\d/,
    fixing: /^(?:--version|--vers|--rev|--tag)/,
  },
  {
    name: 'go',
    programs: /^go$/,
    verbs: /^(?:install|get)$/,
    values: /^(?:-ldflags|-tags|-o)$/,
    fixed: /@v?\d|@[0-9a-f]{12,40}$|^\.|^std$/,
  },
  {
    name: 'gem',
    programs: /^gem$/,
    verbs: /^(?:install|i)$/,
    values: /^(?:-i|--install-dir|--source)$/,
    fixed: /:\d/,
    fixing: /^(?:-v|--version)/,
  },
  {
    name: 'jupyter',
    programs: /^jupyter(?:-labextension)?$/,
    verbs: /^(?:labextension install|nbextension install)$/,
    fixed: /.@\d/,
  },
  { name: 'rustup', programs: /^rustup$/, verbs: /^(?:toolchain install|install|default)$/, fixed: /^\d+\.\d+\.\d+/ },
  { name: 'nvm', programs: /^nvm$/, verbs: /^install$/, fixed: /^v?\d+\.\d+\.\d+/ },
];

function named({ program, words }: ShellCommand): Installs | undefined {
  for (const tool of NAMED) {
    if (!tool.programs.test(program)) continue;
    const plain: string[] = [];
    for (let at = 1; at < words.length; at++) {
      if (tool.values?.test(words[at]!)) at++;
      else if (!/^-|^\d?[<>]/.test(words[at]!)) plain.push(words[at]!);
    }
    const verb = [`${plain[0] ?? ''} ${plain[1] ?? ''}`, plain[0] ?? '', ''].find((start) => tool.verbs.test(start));
    if (verb === undefined) continue;
    const packages = plain.slice(verb === '' ? 0 : verb.split(' ').length);
    if (words.some((word) => tool.fixing?.test(word))) return { name: tool.name, ...NOTHING };
    if (packages.length === 0) {
      if (tool.bare === undefined) return { name: tool.name, ...NOTHING };
      return tool.bare === 'open'
        ? { name: tool.name, open: ['whatever package.json allows'], unseen: [] }
        : { name: tool.name, open: [], unseen: [tool.bare] };
    }
    return {
      name: tool.name,
      open: packages.filter((what) => !tool.fixed.test(what) && !/^[./~]/.test(what)),
      unseen: [],
    };
  }
  return undefined;
}

/** Commands that install what a file of the project decides; `undefined` where that file carries hashes and must be there. */
/** Other commands of package managers, and clients of model hubs: they install no package. */
const NO_PACKAGES =
  /^(?:(?:npm|pnpm|yarn) (?:cache|config|set|prune|version|--version|-v)\b|pip[\d.]* (?:cache|config|list|freeze|check|show|uninstall|debug|--version|-V)\b|python[\d.]* -m pip (?:cache|config|list|freeze|check|show|uninstall|--version)\b|uv (?:venv|cache|python|pip (?:list|freeze|check|uninstall)|--version)\b|poetry (?:config|export|check|env|--version)\b|cargo (?:clean|--version)\b|go (?:clean|version|env|vet|mod tidy|mod verify)\b|(?:hf|huggingface-cli|aws|gsutil|gcloud|azcopy|ollama|kaggle|wandb|mlflow|gdown|rclone|s5cmd|ngc|modelscope) |(?:python[\d.]* -m )?(?:spacy|nltk\.downloader)\b|git-lfs\b)/;

const BY_LOCK: readonly { readonly name: string; readonly command: RegExp; readonly unseen?: string }[] = [
  { name: 'npm', command: /^(?:npm ci|npm clean-install)\b/ },
  { name: 'uv', command: /^uv sync\b(?=.*--(?:frozen|locked)\b)/ },
  { name: 'uv', command: /^uv sync\b/, unseen: 'what uv.lock names, if it is there' },
  { name: 'uv', command: /^uv run\b/, unseen: 'what the project of uv run depends on' },
  { name: 'poetry', command: /^poetry (?:install|sync)\b/, unseen: 'what poetry.lock names, if it is there' },
  { name: 'pdm', command: /^pdm (?:sync|install)\b/, unseen: 'what pdm.lock names, if it is there' },
  { name: 'pipenv', command: /^pipenv sync\b/ },
  { name: 'bundle', command: /^bundle install\b/, unseen: 'what Gemfile.lock names, if it is there' },
  { name: 'cargo', command: /^cargo (?:build|fetch)\b(?=.*--(?:locked|frozen)\b)/ },
  { name: 'cargo', command: /^cargo (?:build|fetch)\b/, unseen: 'what Cargo.lock names, if it is there' },
  { name: 'go', command: /^go (?:build|mod download|test|run)\b/ },
  { name: 'pixi', command: /^pixi install\b(?=.*--(?:frozen|locked)\b)/ },
  { name: 'pixi', command: /^pixi install\b/, unseen: 'what pixi.lock names, if it is there' },
  { name: 'setup.py', command: /^python[\d.]* \S*setup\.py\b/, unseen: 'what setup.py depends on' },
];

function byLock({ program, words }: ShellCommand): Installs | undefined {
  const text = [program, ...words.slice(1)].join(' ');
  const kind = BY_LOCK.find((kind) => kind.command.test(text));
  if (kind === undefined) return undefined;
  return { name: kind.name, open: [], unseen: kind.unseen === undefined ? [] : [kind.unseen] };
}

const LANGUAGE_CALL =
  /\b(?:install\.packages|remotes::install_github|devtools::install_github|BiocManager::install|Pkg\.add)\s*\(([^)]{0,200})\)/;

/** `R -e "install.packages('x')"`, `julia -e 'Pkg.add("x")'`: neither knows versions unless a snapshot is the repository. */
function byLanguage({ program, text }: ShellCommand): Installs | undefined {
  if (!/^(?:R|Rscript|julia)$/.test(program)) return undefined;
  const call = LANGUAGE_CALL.exec(text)?.[0];
  return call === undefined ? undefined : { name: program, open: [call], unseen: [] };
}

/** Managers of a distribution: what they install is verified by its signature, whichever version it is. */
const SIGNED = /^(?:apt|apt-get|aptitude|apk|dnf|yum|microdnf|tdnf|zypper|pacman|dpkg|rpm|apt-key|add-apt-repository)$/;

/** What a command installs; undefined where it is no package manager that is known. */
export function installsOf(command: ShellCommand, look: Look): Installs | undefined {
  const pipped = pip(command, look);
  if (pipped !== undefined) return { name: 'pip', ...pipped };
  const conda = condaOpenness(command, look);
  if (conda !== undefined)
    return { name: 'conda', open: conda.open, unseen: conda.unseen.map((path) => `the content of ${path}`) };
  const plain = `${[command.program, ...command.words.slice(1)].join(' ')} `;
  if (SIGNED.test(command.program) || NO_PACKAGES.test(plain)) return { name: command.program, ...NOTHING };
  return byLock(command) ?? named(command) ?? byLanguage(command);
}
