/** What a build downloads, for 4.11 and 4.12: programs, archives and models, and how the same step verifies them. */
import type { ShellCommand } from '../../formats/text/index.ts';
import { isFixedAddress, isRemote, sourcesOf } from './addresses.ts';
import type { BuildStep } from './steps.ts';

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ash', 'ksh', 'python', 'python3', 'perl', 'node', 'ruby']);
const FETCHERS = new Set(['curl', 'wget', 'aria2c', 'fetch']);

/** A download that is run unseen: `curl ... | sh`, `sh -c "$(curl ...)"`, `bash <(curl ...)`. */
export function runsDownload(command: ShellCommand): boolean {
  if (FETCHERS.has(command.program))
    for (let next = command.into, hops = 0; next !== undefined && hops < 16; next = next.into, hops++)
      if (SHELLS.has(next.program)) return true;
  return (
    (SHELLS.has(command.program) || command.program === 'eval' || command.program === 'source') &&
    /(?:\$\(|`|<\()\s*(?:curl|wget)\b/.test(command.text)
  );
}

/** A command as a report shows it, with what its output goes into. */
export const piped = (command: ShellCommand): string =>
  `${command.text.slice(0, 160)}${command.into === undefined ? '' : ` | ${command.into.text.slice(0, 60)}`}`;

/** One download. */
interface Download {
  readonly url: string;
  readonly verified?: 'signature' | 'checksum';
}

const SIGNATURE =
  /\b(?:gpgv?2?\b[^;&|]*--verify|gpgv\b|cosign\s+verify|minisign\s+-V|signify\s+-V|openssl\s+dgst[^;&|]*-verify|rpm\s+(?:-K|--checksig)|notation\s+verify)/;
const CHECKSUM = /\b(?:sha(?:1|224|256|384|512)sum|shasum|b2sum|b3sum|openssl\s+dgst)\b/;
/** What is executed or unpacked later, by its name. */
const PROGRAM =
  /\.(?:sh|py|run|bin|deb|rpm|apk|whl|jar|zip|tar|tgz|gz|bz2|xz|zst|exe|AppImage|so|pt|pth|pkl|ckpt|safetensors|onnx|gguf|h5|npz|joblib)(?:[?#].*)?$/i;
/** Texts: a licence, a key, a list of repositories needs no checksum of its own. */
const TEXT =
  /\.(?:asc|sig|gpg|key|pem|crt|list|sources|repo|txt|md|json|ya?ml|toml|cfg|conf|ini|html?|sum|sha\d+(?:sum)?)$|(?:^|\/)(?:LICEN[CS]E|README|NOTICE)[^/]*$|^-$|^\/dev\/null$/i;
const UNPACKERS = /^(?:tar|bsdtar|unzip|cpio|gunzip|zcat|bunzip2|xz|unxz|zstd|dpkg|dpkg-deb|rpm|rpm2cpio|busybox)$/;

/** Downloads of these commands and of ADD. What is run as it comes is another matter: `runsDownload`. */
export function downloadsOf(step: BuildStep, commands: readonly ShellCommand[]): Download[] {
  const whole = [step.text, ...step.documents].join('\n');
  const statements = whole.split(/&&|\|\||;|\n/).filter((text) => SIGNATURE.test(text) || CHECKSUM.test(text));
  const fetched = commands
    .filter((command) => FETCHERS.has(command.program) && !runsDownload(command))
    .flatMap((command) =>
      programsOf(command).map((url): Download => {
        const by = statements.filter((text) => isAbout(text, outputOf(command.words) ?? url));
        const verified = by.some((text) => SIGNATURE.test(text)) ? 'signature' : by.length > 0 ? 'checksum' : undefined;
        return { url: url.slice(0, 200), ...(verified === undefined ? {} : { verified }) };
      }),
    );
  return [...fetched, ...added(step)];
}

/**
 * Whether a statement that verifies something may verify this file: it names it, or leaves open what it verifies (a variable, a pattern, a list
 * in a file, standard input from elsewhere). One that names other files only does not.
 */
function isAbout(text: string, file: string): boolean {
  const name = /(?<![^/?#])([^/?#]+)(?:[?#].*)?$/.exec(file)?.[1] ?? file;
  if (text.includes(name) || /[$*?`]/.test(text)) return true;
  const named =
    text.match(
      /(?<![\w.+-])[\w.+-]+\.(?:tar|tgz|gz|bz2|xz|zst|zip|sh|py|run|bin|deb|rpm|apk|whl|jar|pt|pth|safetensors|onnx|gguf)\b/gi,
    ) ?? [];
  return named.length === 0;
}

/** Addresses that a fetching command brings as more than text. */
function programsOf({ words, into }: ShellCommand): string[] {
  const urls = words.filter((word) => /^(?:https?|ftp):\/\//i.test(word));
  const target = outputOf(words);
  const unpacked = into !== undefined && UNPACKERS.test(into.program);
  if (target !== undefined) return TEXT.test(target) ? [] : urls;
  return unpacked ? urls : urls.filter((url) => PROGRAM.test(url));
}

/** The file that `-o`, `-O FILE` of wget or `>` names. */
function outputOf(words: readonly string[]): string | undefined {
  const wget = words[0]?.endsWith('wget') ?? false;
  for (const [at, word] of words.entries()) {
    const joined = /^(?:--output(?:-document)?=|-O(?=[^-\s])|\d?>{1,2}(?=[^&>]))(.+)$/.exec(word)?.[1];
    if (joined !== undefined && (wget || !word.startsWith('-O'))) return joined;
    const named = wget ? /^(?:-\w*O|--output-document)$/ : /^(?:-\w*o|--output)$/;
    if (named.test(word) || /^\d?>{1,2}$/.test(word)) return words[at + 1];
  }
  return undefined;
}

/** What ADD fetches without `--checksum`, a repository at a commit apart. */
function added(step: BuildStep): Download[] {
  if (step.keyword !== 'ADD' || step.flags.has('checksum')) return [];
  return sourcesOf(step)
    .filter((source) => isRemote(source) && !isFixedAddress(source))
    .map((url) => ({ url: url.slice(0, 200) }));
}
