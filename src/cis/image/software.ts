/** 4.3 and 4.8: programs that a serving image does not need, and programs that give more rights than the caller has. */

import type { ShellCommand } from '../../formats/text/index.ts';
import { type BenchItem, type CheckVerdict, info, need, note, pass, warn } from '../check.ts';
import type { DockerfileFacts } from '../facts.ts';
import type { ImageFacts, ImageFile } from './facts.ts';
import { type BuildStep, runCommands } from './steps.ts';

const words = (text: string) => new Set(text.trim().split(/\s+/));

interface Kind {
  readonly name: string;
  readonly programs: ReadonlySet<string>;
  readonly versions?: RegExp;
  /** Whether their presence alone is a warning. */
  readonly heavy: boolean;
}

const KINDS: readonly Kind[] = [
  {
    name: 'compilers and build tools',
    programs: words(
      'gcc g++ cc c++ cpp clang clang++ tcc make gmake cmake ninja ld ld.bfd ld.gold ld.lld as nvcc ptxas cicc rustc cargo javac gfortran nasm yasm bazel meson',
    ),
    versions: /^(?:gcc|g\+\+|clang|clang\+\+|gfortran)-\d+$/,
    heavy: true,
  },
  {
    name: 'debuggers and tracers',
    programs: words(
      'gdb gdbserver lldb strace ltrace perf valgrind tcpdump bpftrace cuda-gdb compute-sanitizer nsys ncu',
    ),
    heavy: true,
  },
  {
    name: 'remote access and network tools',
    programs: words(
      'sshd dropbear telnetd in.telnetd vncserver x11vnc nmap ncat nc nc.openbsd nc.traditional socat telnet ftp tftp hydra',
    ),
    heavy: true,
  },
  {
    name: 'package managers',
    programs: words(
      'apt apt-get aptitude dpkg apk yum dnf microdnf rpm zypper pacman pip pip3 conda mamba micromamba poetry npm yarn gem cpan',
    ),
    heavy: false,
  },
  { name: 'shells', programs: words('sh bash dash ash zsh ksh csh tcsh fish busybox'), heavy: false },
  { name: 'download tools', programs: words('curl wget aria2c scp rsync git'), heavy: false },
];

const BIN =
  /^(?:usr\/(?:local\/)?)?s?bin\/([^/]+)$|^opt\/(?:conda|venv|[^/]+)\/bin\/([^/]+)$|^usr\/local\/cuda[^/]*\/bin\/([^/]+)$|^root\/\.cargo\/bin\/([^/]+)$/;

/** The program that a path is, where it lies where programs are started from. */
const programOf = (path: string): string | undefined => {
  const match = BIN.exec(path);
  return match?.[1] ?? match?.[2] ?? match?.[3] ?? match?.[4];
};

const runnable = ({ entry, visible }: ImageFile) =>
  visible &&
  (entry.type === 'symlink' || ((entry.type === 'file' || entry.type === 'hardlink') && (entry.mode & 0o111) !== 0));

/** True for images meant to be worked in: a notebook or a development environment needs what a model server does not. */
function isWorkbench({ config: { run } }: ImageFacts): boolean {
  const command = [...(run.Entrypoint ?? []), ...(run.Cmd ?? [])].join(' ');
  return /jupyter|start-notebook|start-singleuser|code-server|rstudio|rserver/i.test(command);
}

/** Warns about what only builders and debuggers need, informs about shells and package managers. */
export async function judgeSoftware(image: ImageFacts): Promise<CheckVerdict> {
  const versions = new Map<Kind, Map<string, string>>();
  for (const file of need(await image.files())) {
    const program = programOf(file.path);
    if (program === undefined || !runnable(file)) continue;
    const kind = KINDS.find((kind) => kind.programs.has(program) || kind.versions?.test(program));
    if (kind === undefined) continue;
    const known = versions.get(kind) ?? new Map<string, string>();
    versions.set(kind, known.set(program, known.get(program) ?? file.path));
  }
  const items = [...versions].map(([kind, programs]): BenchItem => {
    const names = [...programs.keys()].sort();
    const shown = names.slice(0, 12).join(', ');
    const more = names.length > 12 ? ` and ${names.length - 12} more` : '';
    return { subject: image.name, detail: `${kind.name}: ${shown}${more}`, path: `/${programs.get(names[0]!)}` };
  });
  const heavy = [...versions.keys()].filter((kind) => kind.heavy);
  if (heavy.length > 0 && isWorkbench(image))
    return info('a notebook image with build tools: keep it away from serving', items);
  if (heavy.length > 0) return warn(`holds ${heavy.map((kind) => kind.name).join(', ')}`, items);
  if (items.length > 0) return info('holds tools that a program in production rarely needs', items);
  return pass('no compilers, debuggers, shells or package managers');
}

const SETUID = 0o4000;
const SETGID = 0o2000;

const INSTALLERS = /^(?:apt-get|apt|aptitude|apk|dnf|yum|microdnf|tdnf|zypper|conda|mamba|micromamba)$/;
const TOOL_PACKAGES =
  /^(?:build-essential|build-base|alpine-sdk|gcc|g\+\+|gcc-c\+\+|gcc-\d+|g\+\+-\d+|clang(?:-\d+)?|llvm|make|cmake|ninja-build|gfortran|cuda-(?:nvcc|toolkit|compiler).*|rust|rustc|cargo|golang(?:-go)?|gdb|strace|ltrace|valgrind|perf|linux-tools.*|tcpdump|nmap|netcat.*|socat|telnet|openssh-server|vim|nano|emacs.*|.+-dev|.+-devel|compilers|cxx-compiler|gxx_linux-64|gcc_linux-64)(?:=.*)?$/;

/** 4.3 before the build: what the stages that end up in the image install, and a base that is made for building. */
export function judgeInstalls(steps: readonly BuildStep[], { path, file }: DockerfileFacts): CheckVerdict {
  const removed = new Set(steps.flatMap((step) => packageWords(step, /^(?:purge|remove|autoremove|del|erase)$/)));
  const items = steps.flatMap((step): BenchItem[] => {
    const names = packageWords(step, /^(?:install|add|in)$/).filter(
      (word) => TOOL_PACKAGES.test(word) && !removed.has(word),
    );
    return names.length === 0 ? [] : [step.item(`installs ${names.slice(0, 12).join(', ')}`)];
  });
  const stage = file.stages.at(-1);
  if (stage !== undefined && /[-_:]devel?(?:-|$)/.test(stage.image))
    items.push({
      subject: path,
      detail: `FROM: ${stage.image} is made for building`,
      path,
      line: stage.from.range.start.line,
    });
  return items.length > 0
    ? warn('build tools, debuggers or headers end up in the image', items)
    : note('nothing here installs build tools; what the base holds only the built image can tell');
}

/** Packages that a step names after such a verb of a package manager. */
function packageWords(step: BuildStep, verb: RegExp): string[] {
  return runCommands(step).flatMap(({ program, words: all }) => {
    const plain = all.slice(1).filter((word) => !word.startsWith('-'));
    return INSTALLERS.test(program) && verb.test(plain[0] ?? '') ? plain.slice(1) : [];
  });
}

/** 4.8: setuid and setgid programs of the final file system, with the layer that brought them. */
export async function judgeSetuid(image: ImageFacts): Promise<CheckVerdict> {
  const items: BenchItem[] = [];
  for (const { path, entry, layer, visible } of need(await image.files())) {
    if (!visible || entry.type !== 'file' || (entry.mode & (SETUID | SETGID)) === 0) continue;
    const bits = [entry.mode & SETUID ? `setuid ${entry.uid}` : '', entry.mode & SETGID ? `setgid ${entry.gid}` : ''];
    items.push({
      subject: image.name,
      detail: `/${path} is ${bits.filter((bit) => bit !== '').join(', ')} (mode ${entry.mode.toString(8)}, layer ${layer + 1})`,
      path: `/${path}`,
    });
  }
  items.sort((item, other) => (item.path! < other.path! ? -1 : 1));
  return items.length > 0
    ? warn(`programs run with the rights of their owner, not of their caller: ${items.length}`, items)
    : pass('no setuid or setgid programs');
}

const SYMBOLIC_SETID = /^[ugoa]*[+=][rwxXt]*s[rwxXst]*$/;

/** `4755`, `04755`, `=6000`, `u+s`, `ug=rxs,o=`. */
function setsId(mode: string): boolean {
  const numeric = /^[+=]?([0-7]{4,8})$/.exec(mode)?.[1];
  if (numeric !== undefined) return (Number.parseInt(numeric, 8) & (SETUID | SETGID)) !== 0;
  return mode.split(',').some((part) => SYMBOLIC_SETID.test(part));
}

/** The mode that a chmod or an install gives; undefined for other commands. */
function modeGiven({ program, words }: ShellCommand): string | undefined {
  if (program === 'chmod')
    return words.slice(1).find((word) => !/^-(?![rwxXstugo,+=-]+$)/.test(word) && !/^-[cfvR]+$/.test(word));
  if (program !== 'install') return undefined;
  const at = words.findIndex((word) => /^(?:-\w*m|--mode)$/.test(word));
  return at < 0 ? words.flatMap((word) => /^(?:-m|--mode=)(.+)$/.exec(word)?.[1] ?? [])[0] : words[at + 1];
}

/** 4.8 before the build: what sets such bits, and what takes them away again. */
export function judgeSetuidSteps(steps: readonly BuildStep[]): CheckVerdict {
  let items: BenchItem[] = [];
  let removed: BenchItem | undefined;
  for (const step of steps) {
    const given = step.flags.get('chmod');
    if (given !== undefined && setsId(given)) items.push(step.item(`--chmod=${given}`));
    for (const command of runCommands(step)) {
      const mode = modeGiven(command);
      if (mode !== undefined && setsId(mode)) items.push(step.item(command.text.slice(0, 160)));
      if (command.program === 'setcap' && !command.words.includes('-r'))
        items.push(step.item(`${command.text.slice(0, 160)}: capabilities of the file`));
    }
    if (step.keyword === 'RUN' && /-perm\s+[/+-]?[246]000/.test(step.text) && /chmod\s+\S*-s\b/.test(step.text)) {
      removed = step.item('takes setuid and setgid bits away');
      items = [];
    }
  }
  if (items.length > 0)
    return warn(`the build makes programs that run with the rights of their owner: ${items.length}`, items);
  return removed === undefined
    ? note('only the built image can tell')
    : pass('the build takes setuid bits away', [removed]);
}
