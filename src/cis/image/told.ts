/** Which commands of a build say themselves what they do, and which only their files, elsewhere, would tell. */

import { fileNameOf } from '../../formats/paths.ts';
import { type ShellCommand, shellCommands } from '../../formats/text/index.ts';
import type { Look } from './requirements.ts';
import { type BuildStep, runCommands } from './steps.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Words of the shell, tools for files and accounts, compilers: they bring nothing from elsewhere. */
const TOLD = words(`
  : [ [[ test true false set unset export declare local readonly shift cd pushd popd echo printf read exit return trap umask ulimit wait eval
  for while until if elif else fi do done case esac in function select break continue } ) type hash alias shopt command which whereis getopts let
  cat tac head tail cut sort uniq wc tr sed awk gawk mawk grep egrep fgrep tee tee xargs find ls dir stat file du df readlink realpath dirname basename
  cp mv rm rmdir mkdir ln chmod chown chgrp touch install mktemp truncate dd sync shred split csplit cmp diff patch comm join paste rev nl fold fmt expand
  tar gzip gunzip zcat bzip2 bunzip2 xz unxz zstd unzstd unzip zip cpio 7z ar rsync
  useradd adduser usermod userdel deluser groupadd addgroup groupmod gpasswd passwd chpasswd id whoami groups getent su runuser gosu visudo chsh newgrp
  date sleep uname hostname arch nproc free env printenv locale locale-gen localedef update-locale dpkg-reconfigure debconf-set-selections update-alternatives
  ldconfig ld ldd nm objdump objcopy strip readelf patchelf pkg-config ranlib
  make gmake gcc g++ cc c++ clang clang++ cmake ninja meson autoconf automake autoreconf libtoolize configure bootstrap nvcc gfortran nasm yasm rustc javac
  git gpg gpgv gpg2 gpgconf sha1sum sha224sum sha256sum sha384sum sha512sum shasum md5sum b2sum openssl cosign minisign base64 xxd od hexdump
  curl wget aria2c fetch kill pkill killall pgrep ps env-update systemctl service dpkg-divert dpkg-architecture dpkg-query update-ca-certificates apt-mark apt-cache apt-config
  strings jq yq envsubst seq expr bc time timeout nice yes tput clear stty tee ssh-keyscan ssh-keygen ssh mount umount setcap getcap setfacl crontab
  source . activate deactivate conda mamba micromamba fc-cache mandb ln fix-permissions history rehash stdbuf nohup mkfifo chattr
`);

/** Modules of Python's own that fetch nothing. */
const OWN_MODULES =
  /^(?:venv|compileall|ensurepip|site|sysconfig|zipfile|json\.tool|virtualenv|ipykernel|pip|nltk\.downloader|spacy|unittest|pytest|py_compile|platform|base64)$/;

/** A program's script whose text is there, and what of a step is told nowhere. */
interface Told {
  readonly commands: readonly ShellCommand[];
  /** Texts of Python scripts that the step starts. */
  readonly scripts: readonly string[];
  /** What only files that are not here would tell: `what build.sh does`. */
  readonly unseen: readonly string[];
}

const FETCHERS = /^(?:curl|wget|aria2c|fetch)$/;
const SHELL = /^(?:ba|da|a|z|k)?sh$/;

/** The commands of a step, those of the shell scripts that it starts and that are there, and what is told nowhere. */
export function toldBy(step: BuildStep, look: Look, known: (command: ShellCommand) => boolean): Told {
  const commands: ShellCommand[] = [];
  const scripts: string[] = [];
  const unseen: string[] = [];
  const all = runCommands(step);
  const fetched = new Set(
    all.filter(({ program }) => FETCHERS.test(program)).flatMap((call) => call.words.map(fileNameOf)),
  );
  for (const command of all) {
    commands.push(command);
    const script = scriptOf(command);
    if (script === undefined) {
      const silent = silentProgram(command);
      if (silent !== undefined && !known(command)) unseen.push(`what ${silent} does`);
      continue;
    }
    // What the step itself has just downloaded is judged as a download.
    if (fetched.has(fileNameOf(script.path))) continue;
    const text = known(command) ? undefined : look(script.path);
    if (text === undefined) {
      if (!known(command)) unseen.push(`what ${script.path} does`);
    } else if (script.shell) commands.push(...shellCommands(text));
    else scripts.push(text);
  }
  return { commands, scripts, unseen: [...new Set(unseen)] };
}

/** The script that a command starts: `bash x.sh`, `./x.sh`, `python x.py`. */
function scriptOf({
  program,
  words: all,
}: ShellCommand): { readonly path: string; readonly shell: boolean } | undefined {
  const rest = all.slice(1);
  if (SHELL.test(program)) {
    if (rest.some((word) => /^-\w*c$/.test(word) || word.startsWith('<'))) return undefined;
    const path = rest.find((word) => !/^[-+]/.test(word));
    return path === undefined ? undefined : { path, shell: true };
  }
  if (/^(?:python[\d.]*|pypy3?)$/.test(program)) {
    const first = rest.find((word) => !/^-[A-Zbdisuvxq]+$/.test(word));
    return first === undefined || first.startsWith('-') || first.startsWith('<')
      ? undefined
      : { path: first, shell: false };
  }
  const whole = all[0] ?? '';
  if (/\.py$/.test(whole)) return { path: whole, shell: false };
  return /\.(?:sh|bash)$/.test(whole) || (/^\.{0,2}\//.test(whole) && !BIN.test(whole) && !TOLD.has(program))
    ? { path: whole, shell: true }
    : undefined;
}

const BIN = /(?:^|\/)s?bin\//;

/** A program that nothing here knows; undefined where the command tells all. */
function silentProgram({ program, words: all }: ShellCommand): string | undefined {
  if (program === '' || program.startsWith('<<') || TOLD.has(program) || SHELL.test(program)) return undefined;
  if (/^(?:python[\d.]*|pypy3?|perl|node|ruby|R|Rscript|julia)$/.test(program)) {
    const at = all.indexOf('-m');
    return at > 0 && !OWN_MODULES.test(all[at + 1] ?? '') ? `${program} -m ${all[at + 1] ?? ''}` : undefined;
  }
  // `a)` of case, `x() {` of a function.
  if (/\)$|\(\)$|^\w+\(\)/.test(program)) return undefined;
  return program.slice(0, 80);
}
