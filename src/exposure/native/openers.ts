import { before } from '../../formats/ends.ts';
import type { ElfNeeds } from '../../formats/executables/index.ts';
import { fileNameOf, folderOf } from '../../formats/paths.ts';
import type { Edge, World } from '../model.ts';

/** What is asked about libraries that a library opens by names it makes up. */
interface Opening {
  readonly world: World;
  readonly find: (name: string) => readonly string[];
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
function* nameServices(path: string, { world, find }: Opening): Generator<Edge> {
  const text = world.code('etc/nsswitch.conf', 'text') ?? 'passwd: files\nhosts: dns files\n';
  const services = new Set<string>(['files', 'dns']);
  for (const line of text.split('\n')) {
    const listed = /^[ \t]{0,80}\w{1,40}:(.*)$/.exec(before(line, '#'))?.[1] ?? '';
    for (const word of listed.split(/\s+/)) if (/^\w+$/.test(word)) services.add(word);
  }
  for (const service of services)
    for (const to of find(`libnss_${service}.so.2`)) yield { to, reach: 'importable', how: `name service ${service}` };
  // Character sets beyond the built-in ones: all modules of the C library lie in one folder beside it.
  const folder = `${folderOf(path)}/gconv`;
  for (const name of world.tree.list(folder))
    if (name.endsWith('.so')) yield { to: `${folder}/${name}`, reach: 'importable', how: 'converts a character set' };
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
function* cryptography(path: string, { world }: Opening): Generator<Edge> {
  for (const place of ['engines-1.1', 'engines-3', 'ossl-modules']) {
    const folder = `${folderOf(path)}/${place}`;
    for (const name of world.tree.list(folder))
      if (name.endsWith('.so'))
        yield { to: `${folder}/${name}`, reach: 'importable', how: 'an engine or provider of OpenSSL' };
  }
}

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
