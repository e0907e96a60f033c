/** How an image gets its packages: 4.7, 4.9, 4.11 and 4.12, for history and Dockerfile alike. */
import { LIMITS } from '../../limits.ts';
import { type BenchItem, type CheckVerdict, info, note, pass, warn } from '../check.ts';
import { condaOpenness, isOpenRepository, type Look, type Openness, openRequirements } from './requirements.ts';
import { type BuildStep, runCommands, type ShellCommand } from './steps.ts';

const INDEX_UPDATE: Readonly<Record<string, readonly string[]>> = {
  'apt-get': ['update'],
  apt: ['update'],
  aptitude: ['update'],
  apk: ['update'],
  zypper: ['refresh', 'ref'],
  pacman: ['-Sy'],
};
const USES_INDEX =
  /^(?:install|upgrade|dist-upgrade|full-upgrade|build-dep|add|in|up|update|dup|patch|satisfy|download|source|-S.*u.*|-S)$/;

/** The words of a command without options. */
const plain = (command: ShellCommand) => command.words.slice(1).filter((word) => !word.startsWith('-'));

/** 4.7: a step that only refreshes the index leaves an old index to every later step that comes from the cache. */
export function judgeUpdates(steps: readonly BuildStep[]): CheckVerdict {
  const items: BenchItem[] = [];
  for (const step of steps) {
    const commands = runCommands(step);
    const update = commands.find((command) => isUpdate(command));
    if (update === undefined) continue;
    const used = commands.some(
      (command) =>
        INDEX_UPDATE[command.program] && !isUpdate(command) && command.words.some((word) => USES_INDEX.test(word)),
    );
    if (!used) items.push(step.item(`${update.text} stands alone`));
  }
  return items.length > 0
    ? warn('the package index is refreshed in a step of its own', items)
    : pass('no step refreshes the package index alone');
}

function isUpdate(command: ShellCommand): boolean {
  const updates = INDEX_UPDATE[command.program];
  const verb = command.program === 'pacman' ? command.words[1] : plain(command)[0];
  return updates !== undefined && verb !== undefined && updates.includes(verb);
}

const ARCHIVE = /\.(?:tar|tgz|tbz2|txz|tar\.(?:gz|bz2|xz|zst))$/i;

/** 4.9: ADD fetches and unpacks; where that is not wanted, COPY says what it does. */
export function judgeAdd(steps: readonly BuildStep[]): CheckVerdict {
  const unverified: BenchItem[] = [];
  const copies: BenchItem[] = [];
  for (const step of steps) {
    if (step.keyword !== 'ADD') continue;
    const sources = step.text
      .replace(/ in \S+\s*$/, ' .')
      .replace(/[[\]",]/g, ' ')
      .trim()
      .split(/\s+/)
      .slice(0, -1);
    const remote = sources.filter((one) => /^(?:https?|ftp):/.test(one) || /^(?:git@|git:)/.test(one));
    // A base image begins with its root file system unpacked by ADD: there is no other way.
    if (step.first && remote.length === 0 && /\s\/\s*$/.test(step.text)) continue;
    if (remote.length > 0) {
      if (!step.flags.has('checksum')) unverified.push(step.item(`fetches ${remote[0]} without --checksum`));
    } else if (!sources.every((one) => ARCHIVE.test(one)))
      copies.push(step.item(`${step.text.slice(0, 120)}: COPY would do`));
  }
  if (unverified.length > 0) return warn('ADD fetches what nobody verifies', [...unverified, ...copies]);
  return copies.length > 0
    ? info('ADD is used where COPY would do', copies)
    : pass('ADD is used for nothing that COPY does');
}

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ash', 'ksh', 'python', 'python3', 'perl', 'node', 'ruby']);
const FETCHERS = new Set(['curl', 'wget', 'aria2c', 'fetch']);

/** A download that is run unseen: `curl ... | sh`, `sh -c "$(curl ...)"`, `bash <(curl ...)`. */
function runsDownload(command: ShellCommand): boolean {
  if (FETCHERS.has(command.program))
    for (let next = command.into, hops = 0; next !== undefined && hops < 16; next = next.into, hops++)
      if (SHELLS.has(next.program)) return true;
  return SHELLS.has(command.program) && /(?:\$\(|`|<\()\s*(?:curl|wget)\b/.test(command.text);
}

const piped = (command: ShellCommand) =>
  `${command.text.slice(0, 160)}${command.into === undefined ? '' : ` | ${command.into.text.slice(0, 60)}`}`;

interface Looseness {
  readonly programs: RegExp;
  readonly word: RegExp;
  readonly detail: string;
}

/** Options that switch a verification off. */
const LOOSE: readonly Looseness[] = [
  {
    programs: /^pip\d?(?:\.\d+)?$|^uv$|^python[\d.]*$/,
    word: /^--trusted-host/,
    detail: 'pip does not verify that host',
  },
  {
    programs: /^pip\d?(?:\.\d+)?$|^uv$/,
    word: /^(?:--index-url|--extra-index-url|-i|--find-links|-f)?=?http:\/\//,
    detail: 'packages come unencrypted',
  },
  {
    programs: /^apt(?:-get|itude)?$/,
    word: /^(?:--allow-unauthenticated|--force-yes|--allow-insecure-repositories)$/,
    detail: 'apt accepts packages without signature',
  },
  {
    programs: /^apt(?:-get)?$/,
    word: /Allow(?:Unauthenticated|InsecureRepositories|DowngradeToInsecureRepositories)=(?:true|1|yes)/i,
    detail: 'apt accepts packages without signature',
  },
  { programs: /^apk$/, word: /^--allow-untrusted$/, detail: 'apk accepts packages without signature' },
  {
    programs: /^(?:yum|dnf|microdnf|tdnf)$/,
    word: /^--nogpgcheck$|^--setopt=.*gpgcheck=(?:0|false)/,
    detail: 'packages are not verified',
  },
  { programs: /^rpm$/, word: /^--(?:nosignature|nodigest|noverify)$/, detail: 'packages are not verified' },
  { programs: /^zypper$/, word: /^--(?:no-gpg-checks|allow-unsigned-rpm)$/, detail: 'packages are not verified' },
  { programs: /^dpkg$/, word: /^--force-bad-verify$/, detail: 'packages are not verified' },
  { programs: /^curl$/, word: /^(?:-[a-zA-Z]*k[a-zA-Z]*|--insecure)$/, detail: 'the server is not verified' },
  { programs: /^wget$/, word: /^--no-check-certificate$/, detail: 'the server is not verified' },
  { programs: /^git$/, word: /^http\.sslVerify=(?:false|0)$/i, detail: 'the server is not verified' },
  {
    programs: /^(?:conda|mamba|micromamba)$/,
    word: /^(?:--insecure|-k|--no-channel-priority-and-ssl)$/,
    detail: 'the server is not verified',
  },
  { programs: /^npm$/, word: /^--(?:no-)?strict-ssl(?:=false)?$/, detail: 'the server is not verified' },
];

function looseness(command: ShellCommand): string | undefined {
  for (const { programs, word, detail } of LOOSE) {
    if (!programs.test(command.program)) continue;
    const found = command.words.find((one) => word.test(one));
    if (found !== undefined && !(command.program === 'npm' && found === '--strict-ssl')) return `${found}: ${detail}`;
  }
  if (/\[(?:[^\]]*\s)?trusted=yes/.test(command.text)) return 'trusted=yes: apt accepts packages without signature';
  if (/\b(?:conda|mamba)\s+config\b.*\bssl_verify\s+(?:false|no)/i.test(command.text))
    return 'ssl_verify false: the server is not verified';
  return /\bpip[\d.]*\s+config\s+set\s+global\.trusted-host/.test(command.text)
    ? 'pip does not verify that host'
    : undefined;
}

/** Options of pip install that take a value. */
const PIP_VALUES =
  /^(?:-r|--requirement|-c|--constraint|-i|--index-url|--extra-index-url|-f|--find-links|-t|--target|--platform|--python-version|--prefix|--root|--cache-dir|--src|--no-binary|--only-binary|--trusted-host|--timeout|--proxy|--progress-bar|--upgrade-strategy|--implementation|--abi)$/;

/** Requirements of `pip install` (or `uv pip install`) without `==`, `===` or a hash; files, links and own code apart. */
function unpinned(command: ShellCommand): string[] {
  const words = pipInstall(command);
  if (words === undefined) return [];
  const names: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '-e' || word === '--editable' || PIP_VALUES.test(word)) at++;
    else if (/^[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\]]*\])?(?:[<>!~].*)?$/.test(word) && !/\.(?:whl|zip|gz)$/.test(word))
      names.push(word);
  }
  return names;
}

function pipInstall({ program, words }: ShellCommand): readonly string[] | undefined {
  const own = /^pip\d?(?:\.\d+)?$/.test(program);
  const module = /^python[\d.]*$/.test(program) && words[1] === '-m' && words[2] === 'pip';
  const uv = program === 'uv' && words[1] === 'pip';
  if (!own && !module && !uv) return undefined;
  const at = words.indexOf('install');
  return at === -1 ? undefined : words.slice(at + 1);
}

const NOWHERE: Look = () => undefined;

/** Requirement files and repositories of a pip command. */
function pipOpenness(command: ShellCommand, look: Look): Openness {
  const words = pipInstall(command) ?? [];
  const open = words.filter(isOpenRepository);
  const unseen: string[] = [];
  for (const [at, word] of words.entries()) {
    const path =
      /^(?:-r|--requirement)=(.+)$/.exec(word)?.[1] ??
      (/^(?:-r|--requirement)$/.test(word) ? words[at + 1] : undefined);
    if (path === undefined) continue;
    // pip itself refuses whatever has no hash then.
    if (words.includes('--require-hashes')) continue;
    const file = openRequirements(path, look);
    open.push(...file.open.map((one) => `${one} (${path})`));
    unseen.push(...file.unseen);
  }
  return { open, unseen };
}

/** 4.11: packages whose origin nobody verifies. `look` reads the files that a Dockerfile names. */
export function judgePackages(steps: readonly BuildStep[], look: Look = NOWHERE): CheckVerdict {
  const bad: BenchItem[] = [];
  const loose: BenchItem[] = [];
  const unseen: BenchItem[] = [];
  for (const step of steps)
    for (const command of runCommands(step)) {
      if (runsDownload(command)) bad.push(step.item(`runs what it downloads: ${piped(command)}`));
      const off = looseness(command);
      if (off !== undefined) bad.push(step.item(off));
      const names = unpinned(command);
      if (names.length > 0) loose.push(step.item(`pip without versions: ${names.slice(0, 12).join(' ')}`));
      for (const [what, found] of [
        ['pip', pipOpenness(command, look)],
        ['conda', condaOpenness(command, look)],
      ] as const) {
        if (found === undefined) continue;
        if (found.open.length > 0)
          loose.push(step.item(`${what} without versions or commits: ${found.open.slice(0, 12).join(', ')}`));
        for (const path of found.unseen) unseen.push(step.item(`the content of ${path} could not be looked at`));
      }
    }
  for (const download of downloads(steps))
    if (download.verified === undefined)
      bad.push(download.step.item(`downloads ${download.url} and compares no checksum`));
  if (bad.length > 0) return warn('packages are installed that nobody verifies', [...bad, ...loose]);
  if (loose.length > 0) return info('versions are left open: each build can install others', [...loose, ...unseen]);
  return unseen.length > 0
    ? note('what these files name could not be looked at', unseen)
    : pass('every package comes from a verified place in a fixed version');
}

interface Download {
  readonly step: BuildStep;
  readonly url: string;
  readonly verified?: 'signature' | 'checksum';
}

const SIGNATURE =
  /\b(?:gpgv?2?\b[^;&|]*--verify|gpgv\b|cosign\s+verify|minisign\s+-V|signify\s+-V|openssl\s+dgst[^;&|]*-verify|rpm\s+(?:-K|--checksig)|notation\s+verify)/;
const CHECKSUM = /\b(?:sha(?:1|224|256|384|512)sum|shasum|b2sum|b3sum|openssl\s+dgst)\b/;
/** What is executed or unpacked later, by its name; text such as a licence or a key needs no checksum. */
const PROGRAM =
  /\.(?:sh|py|run|bin|deb|rpm|apk|whl|jar|zip|tar|tgz|gz|bz2|xz|zst|exe|AppImage|so|pt|pth|pkl|bin|safetensors|onnx|h5)(?:[?#].*)?$/i;

/** Downloads of programs, archives and models in the steps, and how the same step verifies them. */
function downloads(steps: readonly BuildStep[]): Download[] {
  return steps.flatMap((step) => {
    const whole = [step.text, ...step.documents].join('\n');
    const verified = SIGNATURE.test(whole) ? 'signature' : CHECKSUM.test(whole) ? 'checksum' : undefined;
    return runCommands(step)
      .filter((command) => FETCHERS.has(command.program) && !runsDownload(command))
      .flatMap((command) => command.words.filter((word) => /^(?:https?|ftp):\/\//.test(word) && PROGRAM.test(word)))
      .map((url) => ({ step, url: url.slice(0, 200), ...(verified === undefined ? {} : { verified }) }) as Download);
  });
}

/** Models and code fetched by name only: whatever stands there at build time. */
function unfixed(command: ShellCommand): string | undefined {
  const { program, words, text } = command;
  if (
    (program === 'huggingface-cli' || program === 'hf') &&
    words[1] === 'download' &&
    !words.some((word) => word.startsWith('--revision'))
  )
    return `${text.slice(0, 160)}: no --revision`;
  if (program === 'git' && words.includes('clone') && !/(?:--branch|-b)[= ]v?\d/.test(text))
    return `${text.slice(0, 160)}: no tag or commit`;
  return undefined;
}

/** Calls that fetch a model or a data set by its name, each with its arguments as far as they are simple. */
const FETCHING_CALL =
  /\b(from_pretrained|snapshot_download|hf_hub_download|load_dataset|hub\.load)\s*\(([^()]{0,400}(?:\([^()]{0,200}\)[^()]{0,400}){0,4})\)/g;

/** Models fetched by code without a revision: in the step itself, or in a script that it starts and that is there. */
function unfixedCalls(step: BuildStep, look: Look): string[] {
  const scripts = runCommands(step).flatMap(({ program, words }) => {
    const path = /^python[\d.]*$/.test(program) ? words.slice(1).find((word) => word.endsWith('.py')) : undefined;
    const text = path === undefined ? undefined : look(path);
    return text === undefined ? [] : [text];
  });
  const texts = [step.text, ...step.documents, ...scripts].map((text) => text.slice(0, LIMITS.dockerfileWordBytes));
  return texts.flatMap((text) =>
    [...text.matchAll(FETCHING_CALL)].flatMap(([call, name, words = '']) => {
      const fixed = name === 'hub.load' ? /^\s*["'][^"']+:[^"']+["']/.test(words) : /\brevision\s*=/.test(words);
      // A folder of this image is not fetched.
      return fixed || /^\s*["'](?:\.{0,2}\/)/.test(words) ? [] : [`${call.slice(0, 120)}: no revision`];
    }),
  );
}

/** 4.12: whether what the build fetches is signed, and the signature looked at. */
export function judgeArtifacts(steps: readonly BuildStep[], look: Look = NOWHERE): CheckVerdict {
  const bad: BenchItem[] = [];
  const weak: BenchItem[] = [];
  for (const one of downloads(steps)) {
    if (one.verified === undefined) bad.push(one.step.item(`${one.url}: neither signature nor checksum`));
    else if (one.verified === 'checksum') weak.push(one.step.item(`${one.url}: checksum, no signature`));
  }
  for (const step of steps) {
    const commands = runCommands(step);
    const checkedOut = commands.some(
      (command) => command.program === 'git' && /\b(?:checkout|reset|switch)\b/.test(command.text),
    );
    if (step.keyword === 'ADD' && !step.flags.has('checksum')) {
      const url = step.text.split(/[\s"',[\]]+/).find((word) => /^(?:https?|ftp):/.test(word));
      if (url !== undefined) bad.push(step.item(`${url.slice(0, 200)}: no --checksum`));
    }
    if (step.keyword === 'RUN') weak.push(...unfixedCalls(step, look).map((one) => step.item(one)));
    for (const command of commands) {
      const repositories = (pipInstall(command) ?? []).filter(isOpenRepository);
      weak.push(...repositories.map((one) => step.item(`${one.slice(0, 160)}: no commit`)));
      if (runsDownload(command)) bad.push(step.item(`runs what it downloads: ${piped(command)}`));
      const found = unfixed(command);
      if (found !== undefined && !(command.program === 'git' && checkedOut)) weak.push(step.item(found));
    }
  }
  if (bad.length > 0) return warn('what the build fetches is not verified', [...bad, ...weak]);
  return weak.length > 0
    ? info('what the build fetches is fixed at best, not signed', weak)
    : pass('the build fetches nothing unverified');
}
