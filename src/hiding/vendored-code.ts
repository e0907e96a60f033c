import type { PackageFact } from '../analyzers/analyzer.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { folderOf } from '../formats/paths.ts';
import type { VisibleFact } from '../layers/read-image.ts';
import { publicVersion } from '../versions/pep440.ts';
import { importedFrom } from './python-names.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/**
 * Holds the lists of what pip and setuptools carry along (`_vendor/vendor.txt`) to the copies beside them: a copy that states another version than
 * its list is what it states, since that is what is imported, and bears the list's word (`contradictedBy`); so is a well-known library that the list
 * leaves out. Copies without a list, there and in any other import package (`wandb/vendor/pygments`), are packages that something carries along where
 * they are the library itself (`isLibrary`): a folder that is but called so (`opentelemetry/instrumentation/flask`) has a version of its own.
 */
export function heldToCopies(
  items: readonly PackageItem[],
  { exists }: { readonly exists: (path: string) => boolean },
): {
  readonly items: readonly PackageItem[];
  readonly recovered: readonly PackageItem[];
} {
  const copies = items.filter(isCopy);
  if (copies.length === 0) return { items, recovered: [] };
  const lists = new Map<string, Map<string, PackageItem>>();
  for (const item of items.filter(isListed)) {
    const folder = folderOf(item.path);
    const list = lists.get(folder) ?? new Map<string, PackageItem>();
    lists.set(folder, list.set(pypi.normalize(item.fact.name), item));
  }
  const recovered = new Map<string, PackageItem>();
  const wrong = new Set<PackageItem>();
  const carried = new Map<string, PackageItem>();
  const listed = installedIn(items);
  for (const item of copies) {
    const name = importedFrom(item.fact.name);
    const list = lists.get(folderOf(folderOf(item.path)));
    if (name === '') continue;
    if (list === undefined) {
      if (isLibrary(item.path, exists) && !listed.has(`${folderOf(folderOf(item.path))}\0${name}`))
        carried.set(`${folderOf(item.path)}\0${name}`, carriedAlong(item, name));
      continue;
    }
    const known = list.get(name);
    if (known === undefined ? isNamed(name, list) : isThatVersion(item.fact.version, known.fact.version)) continue;
    if (known !== undefined) wrong.add(known);
    recovered.set(`${folderOf(item.path)}\0${name}`, {
      ...item,
      fact: {
        ...item.fact,
        name,
        certainty: known === undefined ? 'content' : 'name',
        properties: {
          ...(known ?? [...list.values()][0])?.fact.properties,
          ...(known === undefined ? {} : { contradictedBy: known.fact.version }),
        },
      },
    });
  }
  const others = items.filter((item) => !isCopy(item) && !wrong.has(item));
  return { items: [...others, ...carried.values()], recovered: [...recovered.values()] };
}

/** The folder that another distribution's import package begins in, and that import package. */
const CARRIER = /(?:^|\/)(?:site|dist)-packages\/([A-Za-z_]\w*)\//;

/** Found by what it holds, as a library that was linked into a program is. */
function carriedAlong({ fact: { recovered: _, ...fact }, ...item }: PackageItem, name: string): PackageItem {
  const bundledIn = CARRIER.exec(item.path)?.[1];
  return { ...item, fact: { ...fact, name, ...(bundledIn === undefined ? {} : { properties: { bundledIn } }) } };
}

/** The distributions that have metadata, by the folder that they are in, and those of a namespace by that below it (`google/protobuf`). */
function installedIn(items: readonly PackageItem[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { path, fact } of items) {
    if (fact.type !== pypi.type || fact.recovered !== undefined) continue;
    const site = folderOf(folderOf(path));
    const name = pypi.normalize(fact.name);
    for (const folder of [site, ...NAMESPACES.map((namespace) => `${site}/${namespace}`)])
      keys.add(`${folder}\0${name}`);
  }
  return keys;
}

/** Import packages that many distributions put theirs into. */
const NAMESPACES = ['google'];

/** Whether a module lies beside a copy's own that the library of this name has and nobody else gives a folder that is called so. */
function isLibrary(path: string, exists: (path: string) => boolean): boolean {
  const folder = folderOf(path);
  const member = MEMBERS.get(folder.slice(folder.lastIndexOf('/') + 1));
  return member !== undefined && ['.py', '.pyc'].some((extension) => exists(`${folder}/${member}${extension}`));
}

/** A module of each, which releases of many years have. */
const MEMBERS: ReadonlyMap<string, string> = new Map(
  `
aiohttp/client bs4/element certifi/core chardet/universaldetector charset_normalizer/cd cloudpickle/cloudpickle cryptography/fernet
dateutil/relativedelta django/apps/registry docutils/nodes dotenv/parser fastapi/applications flask/blueprints gunicorn/arbiter h11/_connection
h2/connection html5lib/html5parser httplib2/socks httpx/_client idna/idnadata jinja2/environment joblib/parallel jsonschema/validators
jwt/api_jwt markdown_it/parser_core marshmallow/schema mistune/markdown paramiko/transport PIL/Image protobuf/descriptor psutil/_common pygments/lexer pymysql/cursors
pypdf/_reader PyPDF2/_reader requests/sessions rsa/pkcs1 sqlalchemy/engine/default sqlparse/lexer starlette/routing tornado/ioloop urllib3/connectionpool
websocket/_core websockets/protocol werkzeug/wsgi yaml/constructor
`
    .trim()
    .split(/\s+/)
    .map((text) => [text.slice(0, text.indexOf('/')), text.slice(text.indexOf('/') + 1)]),
);

const isCopy = ({ fact }: PackageItem): boolean =>
  fact.type === pypi.type && fact.role === 'vendored' && fact.recovered === 'code';

const isListed = ({ path, fact }: PackageItem): boolean =>
  fact.type === pypi.type &&
  fact.recovered === undefined &&
  /\/(?:vendor|vendored|requirements|patched)\.txt$/.test(path);

/** Under the name that a fork or another build of it has: `msgpack-python` is imported as `msgpack`. */
const isNamed = (name: string, list: ReadonlyMap<string, PackageItem>): boolean =>
  [...list.keys()].some((other) => other.startsWith(`${name}-`) || other.endsWith(`-${name}`));

/** `2023.05.07` is `2023.5.7`; a copy that somebody patched has a label of its own (`1.26.8+debian`). */
const isThatVersion = (stated: string, listed: string): boolean =>
  pypi.isVersion?.(stated) !== true ||
  pypi.isVersion?.(listed) !== true ||
  pypi.compare(publicVersion(stated), publicVersion(listed)) === 0;
