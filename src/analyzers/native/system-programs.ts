import { distributionOf } from '../../ecosystems/index.ts';
import type { WindowView } from '../../formats/compression/index.ts';
import { isElf } from '../../formats/executables/index.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { analyzer, type Fact } from '../analyzer.ts';
import { properties, withValues } from '../fact-values.ts';
import { byBeginning } from './by-beginning.ts';
import { alone } from './libraries.ts';
import { textMatches } from './text-matches.ts';

/** A program or library of an operating system, and the text by which it tells its version. */
interface SystemProgram {
  readonly project: string;
  /** The file's own name. */
  readonly files: RegExp;
  /** Group 1 is the version, group `whole` that of the distribution's package, revision included. */
  readonly text: RegExp;
  /** Of several versions in one file the greatest is its own: the others say since when something exists. */
  readonly greatest?: true;
  /** A build from a patched source or a snapshot calls itself the release that comes next: Debian's libgcrypt 1.8.7 says 1.8.8. */
  readonly ahead?: true;
}

/**
 * Where each was seen: Debian 11's and 12's packages (musl's and busybox's too). glibc's format is its own `version.c`; apk's its
 * usage text. What `signatures.ts` and `libraries.ts` know is not repeated here.
 */
const PROGRAMS: readonly SystemProgram[] = [
  {
    project: 'glibc',
    files: /^libc(?:\.so\.6|-2\.\d{2}\.so)$/,
    text: /GNU C Library \((?:(?:Debian|Ubuntu) E?GLIBC (?<whole>[\w.+~-]{1,60})|[^()\n]{1,60})\) (?:stable|development) release version (\d\.\d{1,3})/g,
  },
  {
    project: 'musl',
    files: /^(?:ld-musl-[\w]+\.so\.1|libc\.musl-[\w]+\.so\.1|libc\.so)$/,
    text: alone('1\\.[12]\\.\\d{1,2}'),
  },
  { project: 'apk-tools', files: /^(?:apk|libapk\.so[\d.]*)$/, text: /apk-tools (\d\.\d{1,3}\.\d{1,3}(?:_rc\d)?)/g },
  { project: 'dpkg', files: /^dpkg$/, text: alone('1\\.\\d{2}\\.\\d{1,2}'), greatest: true },
  { project: 'rpm', files: /^librpm\.so\.[\d.]+$/, text: alone('[45]\\.\\d{1,2}\\.\\d{1,2}(?:\\.\\d)?') },
  {
    project: 'systemd',
    files: /^(?:systemctl|systemd|libsystemd-shared-[\w.+~-]{1,40}\.so)$/,
    text: /(?<![ -~])(2\d{2}(?:\.\d{1,3})?-[\w.+~-]{1,40})(?=\0)/g,
  },
  { project: 'coreutils', files: /^(?:ls|cat|cp|coreutils)$/, text: alone('[89]\\.\\d{1,2}') },
  { project: 'tar', files: /^tar$/, text: alone('1\\.\\d{2}') },
  { project: 'util-linux', files: /^(?:mount|su|more|lsblk)$/, text: /util-linux (2\.\d{1,2}(?:\.\d{1,2})?)(?=\0)/g },
  { project: 'gnutls', files: /^libgnutls\.so\.[\d.]+$/, text: alone('3\\.\\d{1,2}\\.\\d{1,2}') },
  {
    project: 'libgcrypt',
    files: /^libgcrypt\.so\.[\d.]+$/,
    text: /This is Libgcrypt (1\.\d{1,2}\.\d{1,2})/g,
    ahead: true,
  },
  {
    project: 'libgpg-error',
    files: /^libgpg-error\.so\.[\d.]+$/,
    text: /This is Libgpg-error (1\.\d{1,2})/g,
    ahead: true,
  },
  { project: 'gnupg', files: /^(?:gpg|gpgv|gpgsm|gpg-agent)$/, text: alone('2\\.\\d\\.\\d{1,2}'), ahead: true },
  { project: 'ncurses', files: /^lib(?:n?curses|tinfo)w?\.so\.[\d.]+$/, text: /ncurses (6\.\d)\.\d{8}/g },
  { project: 'gmp', files: /^libgmp\.so\.[\d.]+$/, text: alone('6\\.\\d\\.\\d') },
  { project: 'libtasn1', files: /^libtasn1\.so\.[\d.]+$/, text: alone('4\\.\\d{1,2}(?:\\.\\d{1,2})?') },
  { project: 'libidn2', files: /^libidn2\.so\.[\d.]+$/, text: alone('2\\.\\d{1,2}\\.\\d{1,2}') },
  { project: 'e2fsprogs', files: /^(?:mke2fs|e2fsck|tune2fs)$/, text: alone('1\\.\\d{2}(?:\\.\\d{1,2})?') },
  { project: 'db5.3', files: /^libdb-5\.3\.so$/, text: /Berkeley DB (5\.3\.\d{1,2}): \(/g },
  { project: 'wget', files: /^wget$/, text: alone('1\\.\\d{2}(?:\\.\\d{1,2})?') },
];

/** Where distributions put programs and libraries of their own. https://refspecs.linuxfoundation.org/FHS_3.0/fhs/index.html */
export const SYSTEM_FOLDER =
  /^(?:usr\/)?(?:s?bin|lib(?:64|exec)?(?:\/[\w-]{1,40}-linux-[\w]{1,20})?(?:\/systemd)?)\/([^/]+)$/;

/** The programs of the table that a file can be by its place and name. */
export const programsAt = (path: string): readonly SystemProgram[] => {
  const name = fileNameOf(path);
  const named = programsNamed(name).flatMap(([files, program]) => (files.test(name) ? program : []));
  return named.length > 0 && SYSTEM_FOLDER.test(path) ? named : [];
};
const programsNamed = byBeginning(PROGRAMS.map((program) => [program.files, program] as const));

/**
 * What the programs of an operating system say of themselves, where no package owns them: heard only where no package database accounts
 * for the system (`hiding/unlisted/`), since elsewhere the database says it better.
 */
export const systemPrograms = analyzer({
  name: 'system-programs',
  version: 3,
  begins: '\x7f',
  magic: (head, { path }) => isElf(head) && programsAt(path).length > 0,
  maxBytes: 32 * 1024 * 1024,
  unownedOnly: true,
  *read({ path, bytes }): Generator<Fact> {
    const text = bytes.toString('latin1');
    for (const program of programsAt(path)) {
      const sought = versionsSought(program);
      sought.visit({ bytes, start: 0, from: 0, to: bytes.length });
      const version = sought.end();
      const built = /GNU C Library \((Debian|Ubuntu) /
        .exec(program.project === 'glibc' ? text : '')?.[1]
        ?.toLowerCase();
      const builder = built ?? (version?.includes('-') ? 'debian' : undefined);
      if (version !== undefined)
        yield withValues({
          type: 'generic',
          name: program.project,
          version,
          certainty: 'content',
          recovered: 'code',
          properties: properties({ builder, numbering: program.ahead && 'ahead' }),
        });
      if (built !== undefined)
        yield { kind: 'system-trace', id: built, ...releaseOf(built, version), of: 'how its C library was built' };
    }
  },
});

/** The release that a C library was built for, where its version says so: each release has a glibc of its own. */
function releaseOf(system: string, version: string | undefined): { readonly versionId?: string } {
  const { versionId } =
    distributionOf({ id: system })?.system?.traceOf?.({ name: 'libc6', version: version ?? '' }) ?? {};
  return versionId === undefined ? {} : { versionId };
}

/** Looks for the version that a program tells while it passes by; two that do not agree tell nothing. */
export function versionsSought(program: SystemProgram): {
  visit(view: WindowView): void;
  end(): string | undefined;
} {
  const versions = new Set<string>();
  return {
    visit(view) {
      for (const { match } of textMatches(view, program.text)) {
        const version = match.groups?.whole ?? match.slice(1).findLast((group) => group !== undefined);
        if (version !== undefined && versions.size < 100) versions.add(version);
      }
    },
    end() {
      // The short form of what another says in full.
      const whole = [...versions].filter((version) => version.includes('-'));
      const told = whole.length > 0 ? whole : [...versions];
      return program.greatest ? told.sort(byNumbers).at(-1) : told.length === 1 ? told[0] : undefined;
    },
  };
}

function byNumbers(version: string, other: string): number {
  const [left, right] = [version, other].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const at = left.findIndex((number, index) => number !== (right[index] ?? 0));
  return at < 0 ? 0 : left[at]! - (right[at] ?? 0);
}
