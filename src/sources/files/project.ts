import { existsSync } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { decodedText } from '../../bounded-file.ts';
import { PlimsollError } from '../../errors.ts';
import { environmentItems, includedFile, requirementLines } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { missingFile } from '../../missing-file.ts';
import type { Image, Notice } from '../../model.ts';
import { openDirectory } from './directory.ts';
import { memoryImage } from './memory.ts';
import { projectSupplier } from './project-supplier.ts';

/** Files by whose name a project says what it needs. */
const DECLARATIONS =
  /^(?:[\w.-]*requirements[\w.-]*\.txt|constraints[\w.-]*\.txt|pyproject\.toml|Pipfile\.lock|poetry\.lock|uv\.lock|pdm\.lock|pylock(?:\.[\w-]+)?\.toml|pixi\.lock|[\w.-]*conda-lock\.ya?ml|(?:conda-)?environment\.ya?ml|conda-linux-[\w-]+\.lock(?:\.yml)?|Cargo\.lock|go\.mod|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|Gemfile\.lock|gems\.locked|composer\.(?:lock|json)|gradle\.lockfile|pubspec\.lock|bun\.lock|packages\.lock\.json|mix\.lock|package\.json|Cargo\.toml|Pipfile|pixi\.toml|Package\.resolved|renv\.lock|Manifest\.toml|setup\.(?:py|cfg))$/;

/** Whether a file's name says that it declares packages. */
export const isDeclaration = (path: string): boolean =>
  DECLARATIONS.test(basename(path)) || /(?:^|[\\/])requirements[\\/][^\\/]+\.txt$/.test(path);

/** What only a root file system has. */
const ROOT_MARKS = [
  'etc/os-release',
  'usr/lib',
  'usr/local',
  'usr/bin',
  'var/lib/dpkg',
  'lib/apk/db',
  'var/lib/rpm',
  'opt/conda',
];

/** What a folder is judged as, and what is said of that: a project where it has nothing of a system, unless all that it has is environments. */
export async function kindOfFolder(
  folder: string,
): Promise<{ readonly kind: 'project' | 'environments' | 'root'; readonly said: string }> {
  if (ROOT_MARKS.some((mark) => existsSync(join(folder, mark))))
    return { kind: 'root', said: `${folder} is a folder: scanned as a root file system` };
  if (await isInstalledOnly(folder))
    return { kind: 'environments', said: `${folder} declares nothing: judged by what is installed in it` };
  const other = `dir:${folder} is only what is in it`;
  return { kind: 'project', said: `${folder} is a project: what it declares is judged; ${other}` };
}

/** What the root of an environment has: below it lies what others wrote. */
const ENVIRONMENT_ROOT = /^(?:pyvenv\.cfg|conda-meta)$/;
/** Folders that installers fill. */
const FILLED = /^(?:site-packages|dist-packages|node_modules)$/;

/**
 * Whether a folder that is no root file system holds environments alone (`python -m venv`, `conda create -p`), and nothing that says
 * what is to be in them: what is installed is all that can be judged and changed there. Looks until it meets a declaration, through
 * `LIMITS.projectFolders` folders at most; what it has not seen may declare something.
 */
async function isInstalledOnly(folder: string): Promise<boolean> {
  const folders = [folder];
  let isInstalled = false;
  for (const [count, under] of folders.entries()) {
    if (count >= LIMITS.projectFolders) return false;
    const entries = await readdir(under, { withFileTypes: true }).catch(() => []);
    const isEnvironment = entries.some(({ name }) => ENVIRONMENT_ROOT.test(name));
    isInstalled ||= isEnvironment || entries.some(({ name }) => FILLED.test(name));
    for (const entry of entries) {
      const path = join(under, entry.name);
      if (!entry.isDirectory()) {
        if (isDeclaration(path) || isUncompiled(path) || BUILD.test(entry.name)) return false;
      } else if (!isEnvironment && (!FOREIGN.test(entry.name) || entry.name === '.venv')) folders.push(path);
    }
  }
  return isInstalled;
}

/** Whoever builds an image here installs by this file. */
const BUILD = /^(?:(?:[\w.-]+\.)?(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?|(?:docker-)?compose(?:\.[\w-]+)?\.ya?ml)$/i;

/** A folder with a project, or one of its declarations with what that includes. Throws `not-found`, `limit`, `unsupported`. */
export async function openProject(reference: string, path: string): Promise<Image> {
  const status = await stat(path).catch(() => undefined);
  if (!status) throw missingFile(path, 'file or folder');
  if (status.isDirectory()) {
    const image = await openDirectory(reference, path);
    const supplier = await projectSupplier(path);
    const { files, notices, places } = await includedUnderOtherNames(resolve(path));
    // A layer of their own, above the folder's: there no analyzer would know them by their names.
    const above = memoryImage({ layers: [{ files: {} }, { files }] });
    const isAny = Object.keys(files).length > 0;
    return {
      ...image,
      subject: {
        ...image.subject,
        source: 'project',
        ...(supplier === undefined ? {} : { supplier }),
        ...(isAny ? { layers: [...image.subject.layers, ...above.subject.layers.slice(1)] } : {}),
      },
      ...(isAny ? { layers: [...image.layers, ...above.layers.slice(1)] } : {}),
      ...(notices.length > 0 ? { notices } : {}),
      places,
    };
  }
  if (!status.isFile()) throw new PlimsollError('unsupported', 'neither a file nor a folder', { where: path });
  const first = resolve(path);
  const { files, notices, places } = await withIncludes([first], dirname(first), first);
  const name = await realpath(path);
  const image = memoryImage({ layers: [{ files }], reference });
  const { layers } = image.subject;
  const supplier = await projectSupplier(dirname(name));
  return {
    ...image,
    subject: { reference, source: 'project', name, layers, ...(supplier === undefined ? {} : { supplier }) },
    ...(notices.length > 0 ? { notices } : {}),
    places,
  };
}

interface Included {
  readonly files: Record<string, Buffer>;
  readonly notices: readonly Notice[];
  /** Where a file of another name really is. */
  readonly places: ReadonlyMap<string, string>;
}

/** What requirements files anywhere in a folder include under names that declare nothing by themselves. */
async function includedUnderOtherNames(folder: string): Promise<Included> {
  const { firsts, isCut } = await requirementsIn(folder);
  const { files, notices, places } = await withIncludes(firsts, folder);
  const others = Object.entries(files).filter(([place]) => !existsSync(join(folder, place)));
  const message = `includes were followed in ${LIMITS.projectIncludes} requirements files of ${LIMITS.projectFolders} folders at most: what others include is not assessed`;
  return {
    files: Object.fromEntries(others),
    places,
    notices: isCut ? [...notices, { level: 'warning', code: 'include-unread', message }] : notices,
  };
}

/** Folders with what others wrote, and with copies of it. */
const FOREIGN = /^(?:node_modules|site-packages|dist-packages|_vendor|pkgs|__pycache__|\..*)$/;

/** The requirements files of a folder and those below, links left alone; the nearest first. */
async function requirementsIn(
  folder: string,
): Promise<{ readonly firsts: readonly string[]; readonly isCut: boolean }> {
  const firsts: string[] = [];
  const folders = [folder];
  for (const [count, under] of folders.entries()) {
    if (count >= LIMITS.projectFolders || firsts.length > LIMITS.projectIncludes) break;
    const entries = await readdir(under, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(under, entry.name);
      if (entry.isDirectory() && !FOREIGN.test(entry.name) && folders.length <= LIMITS.projectFolders)
        folders.push(path);
      else if (!entry.isDirectory() && (/\.(?:txt|ya?ml)$/.test(entry.name) ? mayInclude(path) : isUncompiled(path)))
        firsts.push(path);
    }
  }
  const isCut = folders.length > LIMITS.projectFolders || firsts.length > LIMITS.projectIncludes;
  return { firsts: firsts.slice(0, LIMITS.projectIncludes), isCut };
}

/** Whether pip follows what a file includes: requirements, and the pip list of a conda environment. */
const mayInclude = (path: string): boolean =>
  isDeclaration(path) && (path.endsWith('.txt') || ENVIRONMENT.test(basename(path)));
const ENVIRONMENT = /^(?:conda-)?environment\.ya?ml$/;

function linesOfPip(path: string, bytes: Buffer): Iterable<string> {
  if (/\.(?:txt|in)$/.test(path)) return requirementLines(decodedText(bytes));
  if (!ENVIRONMENT.test(basename(path))) return [];
  return [...environmentItems(decodedText(bytes))].flatMap(({ by, text }) => (by === 'pip' ? [text] : []));
}

/** What a file of requirements is compiled from, where that file is not there: it is all that the project says. https://pip-tools.readthedocs.io */
function isUncompiled(path: string): boolean {
  const compiled = path.replace(/\.in$/, '.txt');
  return /requirements[^/\\]*(?:[/\\][^/\\]+)?\.in$/.test(path) && isDeclaration(compiled) && !existsSync(compiled);
}

/**
 * A file with those that it includes (`-r`, `-c`), by their place from its folder. What lies outside of that folder is not
 * followed: a requirements file of others must not choose what is read here.
 */
async function withIncludes(firsts: readonly string[], folder: string, named?: string): Promise<Included> {
  const files: Record<string, Buffer> = Object.create(null);
  const places = new Map<string, string>();
  const notices: Notice[] = [];
  const open = [...firsts];
  let left = firsts.length + LIMITS.projectIncludes;
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const place = placeOf(relative(folder, path));
    if (Object.hasOwn(files, place)) continue;
    left -= 1;
    const bytes = left < 0 ? undefined : await read(path, path === named, folder);
    if (bytes === undefined) {
      const message = `${relative(folder, path)} is included and could not be read: what it declares is not assessed`;
      notices.push({ level: 'warning', code: 'include-unread', message });
      if (left < 0) break;
      continue;
    }
    files[place] = bytes;
    const real = relative(folder, path).split(sep).join('/');
    if (real !== place) places.set(place, real);
    for (const line of linesOfPip(path, bytes)) {
      const included = includedFile(line);
      if (included === undefined) continue;
      const isAddress = /^[a-z][a-z0-9+.-]+:/i.test(included);
      const target = resolve(dirname(path), included);
      if (!isAddress && target.startsWith(folder + sep)) open.push(target);
      else {
        const whereabouts = isAddress ? 'is fetched by the installer' : `lies outside of ${folder}`;
        const message = `${included} is included and ${whereabouts}: what it declares is not assessed`;
        notices.push({ level: 'warning', code: 'include-unread', message });
      }
    }
  }
  return { files, notices, places };
}

/** A requirements file may have any name: in a folder `requirements` every one is read as such. */
function placeOf(path: string): string {
  const place = path.split(sep).join('/');
  const isOdd = !isDeclaration(place) && /\.(?:txt|in)$/.test(place);
  return isOdd ? place.replace(/(?<![^/])([^/]+)\.(?:txt|in)$/, 'requirements/$1.txt') : place;
}

async function read(path: string, isNamed: boolean, folder: string): Promise<Buffer | undefined> {
  const status = await stat(path).catch(() => undefined);
  // A link in a clone must not lead out of it either.
  const isWithin = isNamed || (await realpath(path).catch(() => '')).startsWith((await realpath(folder)) + sep);
  if (!isWithin) return undefined;
  if (status?.isFile() && status.size <= LIMITS.fileBytes) return readFile(path);
  if (!isNamed) return undefined;
  throw new PlimsollError('limit', `larger than ${LIMITS.fileBytes} bytes: no declaration of packages`, {
    where: path,
  });
}
