import { before } from '../../formats/ends.ts';
import type { ElfNeeds } from '../../formats/executables/index.ts';
import { fileNameOf, folderOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import type { Edge, Note, Process, World } from '../model.ts';
import { pathFrom } from '../programs.ts';

/** What is asked about libraries that a library opens by names it makes up. */
interface Opening {
  readonly world: World;
  readonly process: Pick<Process, 'environment' | 'folder'>;
  readonly find: (name: string) => readonly string[];
  readonly note: (note: Note) => void;
}

/** Libraries known by their sonames to open others by a configuration file or out of a folder, lazily. */
const OPENERS: readonly (readonly [RegExp, (path: string, opening: Opening) => Iterable<Edge>])[] = [
  [/^libc\.so\.6$/, nameServices],
  [/^(?:libc\.so\.6|libpthread\.so\.0)$/, lateOfCLibrary],
  [/^libpam\.so\.0$/, pluggableAuthentication],
  [/^libcrypto\.so\.(?:1\.1|3)$/, cryptography],
  [/^libtritonserver\.so$/, tritonBackends],
  [/^libMagickCore-[\w.-]+\.so\.\d+$/, within(/^ImageMagick-/, 'reads or writes a kind of picture', 3)],
  [/^libgdk_pixbuf-2\.0\.so\.0$/, within(/^gdk-pixbuf-2\.0$/, 'reads a kind of picture', 2)],
  [/^libgio-2\.0\.so\.0$/, within(/^gio$/, 'a module of GIO', 1)],
  [/^libgstreamer-1\.0\.so\.0$/, within(/^gstreamer-1\.0$/, 'a plug-in of GStreamer', 0)],
  [/^libsasl2\.so\.2$/, within(/^sasl2$/, 'a way to log in', 0)],
];

/** Servers, by the names of their programs, and where the modules lie that their configuration may name; from the root. */
const SERVERS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^nginx(?:-debug)?$/, ['usr/lib/nginx/modules', 'usr/lib64/nginx/modules', 'etc/nginx/modules']],
  [/^(?:apache2|httpd)$/, ['usr/lib/apache2/modules', 'usr/lib64/httpd/modules', 'usr/local/apache2/modules']],
];

/**
 * What a library or a server opens by names that are not in it as they stand.
 * https://nginx.org/en/docs/ngx_core_module.html#load_module https://httpd.apache.org/docs/2.4/mod/mod_so.html
 */
export function* openedBy(path: string, { soname }: ElfNeeds, opening: Opening): Generator<Edge> {
  if (soname === undefined) {
    for (const [pattern, folders] of SERVERS)
      if (pattern.test(fileNameOf(path)))
        for (const folder of folders)
          yield* modules(opening.world, folder, 'a module that its configuration may name', 0);
    return;
  }
  for (const [pattern, opens] of OPENERS) if (pattern.test(soname)) yield* opens(path, opening);
}

/** https://man7.org/linux/man-pages/man5/nsswitch.conf.5.html : service S is in libnss_S.so.2 */
function* nameServices(path: string, { world, find, process }: Opening): Generator<Edge> {
  const text = world.code('etc/nsswitch.conf', 'text') ?? 'passwd: files\nhosts: dns files\n';
  const services = new Set<string>(['files', 'dns']);
  for (const line of text.split('\n')) {
    const listed = /^[ \t]{0,80}\w{1,40}:(.*)$/.exec(before(line, '#'))?.[1] ?? '';
    for (const word of listed.split(/\s+/)) if (/^\w+$/.test(word)) services.add(word);
  }
  for (const service of services)
    for (const to of find(`libnss_${service}.so.2`)) yield { to, reach: 'importable', how: `name service ${service}` };
  // Character sets beyond the built-in ones: all modules of the C library lie in one folder beside it.
  for (const folder of [`${folderOf(path)}/gconv`, ...foldersOf('GCONV_PATH', process)])
    yield* modules(world, folder, 'converts a character set', 0);
}

/**
 * What glibc opens itself, by a way of its own, when a thread is cancelled or ended or a stack is told, and when names of hosts have other
 * letters. https://man7.org/linux/man-pages/man3/pthread_cancel.3.html https://man7.org/linux/man-pages/man3/getaddrinfo.3.html (AI_IDN)
 */
function* lateOfCLibrary(_: string, { find }: Opening): Generator<Edge> {
  for (const to of find('libgcc_s.so.1')) yield { to, reach: 'importable', how: 'unwinds a stack' };
  for (const to of find('libidn2.so.0')) yield { to, reach: 'importable', how: 'names of hosts in other letters' };
}

/** https://man7.org/linux/man-pages/man5/pam.d.5.html */
function* pluggableAuthentication(path: string, { world }: Opening): Generator<Edge> {
  const folder = `${folderOf(path)}/security`;
  for (const name of world.tree.list('etc/pam.d'))
    for (const [, module = ''] of (world.code(`etc/pam.d/${name}`, 'text') ?? '').matchAll(/\b(pam_\w+\.so)\b/g))
      yield { to: `${folder}/${module}`, reach: 'importable', how: `PAM, for ${name}` };
}

/** https://docs.openssl.org/3.0/man7/provider/ : engines and providers are opened by name, out of folders beside the library. */
function* cryptography(path: string, { world, process, note }: Opening): Generator<Edge> {
  const beside = ['engines-1.1', 'engines-3', 'ossl-modules'].map((place) => `${folderOf(path)}/${place}`);
  for (const folder of [...beside, ...foldersOf('OPENSSL_ENGINES', process), ...foldersOf('OPENSSL_MODULES', process)])
    yield* modules(world, folder, 'an engine or provider of OpenSSL', 0);
  const named = process.environment.get('OPENSSL_CONF') ?? '';
  const settings = world.tree.real(named === '' ? 'etc/ssl/openssl.cnf' : pathFrom(process.folder, named));
  const text = settings === undefined ? undefined : world.code(settings, 'text');
  // https://docs.openssl.org/3.0/man5/config/ : of engines `dynamic_path`, of providers `module`.
  for (const [, to = ''] of text?.matchAll(
    /^[ \t]{0,80}(?:dynamic_path|module)[ \t]{0,80}=[ \t]{0,80}(\/[^\s#]{1,4000})/gm,
  ) ?? [])
    yield { to: to.slice(1), reach: 'importable', how: `named in /${settings}` };
  if (settings !== undefined && text === undefined && named !== '')
    note({
      message: `OPENSSL_CONF names /${settings}, which is not read: libraries that it names are not known`,
      widens: 'all',
    });
}

/** The folders that a variable names. https://man7.org/linux/man-pages/man3/iconv.3.html https://docs.openssl.org/3.0/man7/openssl-env/ */
const foldersOf = (variable: string, { environment, folder }: Opening['process']): string[] =>
  (environment.get(variable) ?? '')
    .split(':', LIMITS.searchFolders)
    .flatMap((path) => (path === '' ? [] : [pathFrom(folder, path)]));

/**
 * Modules in a folder beside the library that is called so, as deep as they lie in it: which of them is opened is told by what the program reads.
 * https://imagemagick.org/script/resources.php https://docs.gtk.org/gio/overview.html https://gstreamer.freedesktop.org/documentation/gstreamer/gstregistry.html
 */
function within(name: RegExp, how: string, depth: number): (path: string, opening: Opening) => Iterable<Edge> {
  return function* (path, { world }) {
    const beside = folderOf(path);
    for (const entry of world.tree.list(beside))
      if (name.test(entry)) yield* modules(world, `${beside}/${entry}`, how, depth);
  };
}

function* modules(world: World, folder: string, how: string, depth: number): Generator<Edge> {
  for (const entry of world.tree.list(folder)) {
    const to = `${folder}/${entry}`;
    if (/\.so(?:\.\d+)?$/.test(entry)) yield { to, reach: 'importable', how };
    else if (depth > 0 && world.tree.isFolder(to)) yield* modules(world, to, how, depth - 1);
  }
}

/** https://github.com/triton-inference-server/backend : backends are opened as models ask for them. */
function* tritonBackends(path: string, { world }: Opening): Generator<Edge> {
  const folder = `${folderOf(folderOf(path))}/backends`;
  for (const backend of world.tree.list(folder))
    for (const name of world.tree.list(`${folder}/${backend}`))
      if (/^libtriton_.*\.so$/.test(name))
        yield { to: `${folder}/${backend}/${name}`, reach: 'importable', how: 'a backend of Triton' };
}
