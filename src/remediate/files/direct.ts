import { pypi } from '../../ecosystems/pypi.ts';
import { printable } from '../../errors.ts';
import { parseRequirement } from '../../formats/text/index.ts';
import { withoutUsers } from '../../formats/uri.ts';

/** A requirement that names where it comes from instead of a version: pip refuses any other constraint of it. */
export interface DirectRequirement {
  /** Normalised. */
  readonly name: string;
  /** A URL, a URL of a version control system, or a path, as written. */
  readonly from: string;
  readonly line: number;
}

/** What tells a place from a name: a scheme, or a path that pip takes for one. https://pip.pypa.io/en/stable/cli/pip_install/ */
const SCHEME = /^[a-z][a-z0-9+.-]{0,40}:/i;
const ARCHIVES = ['.whl', '.zip', '.tar.gz', '.tgz', '.tar.bz2'];

function isPlace(word: string): boolean {
  if (SCHEME.test(word)) return true;
  return !word.startsWith('-') && (word.includes('/') || ARCHIVES.some((ending) => word.endsWith(ending)));
}

const EDITABLE = /^(?:-e|--editable)(?:[\s=]+|(?=[./a-z]))/;

/** What a line of a requirements file takes from a place, if the place says what that is: `x @ URL`, `#egg=`, a wheel's name, a folder's. */
export function directRequirement(written: string): Omit<DirectRequirement, 'line'> | undefined {
  const line = written.trim();
  const target = line.replace(EDITABLE, '');
  const parsed = parseRequirement(target);
  if (parsed?.url !== undefined) return { name: pypi.normalize(parsed.name), from: parsed.url };
  const from = target.split(/\s/, 1)[0] as string;
  if (!isPlace(from)) return undefined;
  const name = nameIn(from);
  return name === undefined ? undefined : { name: pypi.normalize(name), from };
}

function nameIn(from: string): string | undefined {
  const egg = /[#&]egg=([A-Za-z0-9._-]+)/.exec(from)?.[1];
  if (egg !== undefined) return egg;
  const path = (from.split(/[#?[]/, 1)[0] as string).replace(/\/$/, '');
  const last = path.slice(path.lastIndexOf('/') + 1);
  if (last.endsWith('.whl')) return last.split('-', 1)[0];
  if (ARCHIVES.some((ending) => last.endsWith(ending))) {
    const dash = last.lastIndexOf('-');
    return dash > 0 && /^[A-Za-z]/.test(last) ? last.slice(0, dash) : undefined;
  }
  const folder = (last.split('@', 1)[0] as string).replace(/\.git$/, '');
  return /^[A-Za-z][\w-]*$/.test(folder) ? folder : undefined;
}

/** What a person has to do so that the place gives a version: `takes Jinja2 from https://...: put the URL of 3.1.6 there`. */
export function directInWords({ from }: Pick<DirectRequirement, 'from'>, name: string, to: string): string {
  const what = /^(?:git|hg|svn|bzr)\+/.test(from)
    ? `put the tag or commit of ${to} there`
    : /^https?:/i.test(from)
      ? `put the URL of ${to} there`
      : `bring what lies there to ${to}`;
  // A token may stand before the host.
  const shown = printable(withoutUsers(from));
  return `takes ${name} from ${shown}, which no pin beside it changes: ${what}`;
}
