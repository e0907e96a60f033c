import { pypi } from '../../ecosystems/pypi.ts';
import { shortLines } from '../../formats/text/index.ts';
import { analyzer } from '../analyzer.ts';

/**
 * What pip, setuptools, wheel, Poetry and Pipenv carry along, from the list they keep of it: no metadata of its own lies beside most of
 * these copies, yet they are imported and run. https://github.com/pypa/pip/blob/main/src/pip/_vendor/README.rst,
 * https://github.com/pypa/pipenv/tree/main/pipenv/vendor
 */
export const pythonVendor = analyzer({
  name: 'python-vendor',
  version: 3,
  files: [
    '**/_vendor/requirements.txt',
    ...['_vendor', '_vendored', 'vendored', 'vendor'].flatMap((folder) =>
      ['vendor', 'vendored'].map((name) => `**/${folder}/${name}.txt`),
    ),
    '**/patched/patched.txt',
  ],
  maxBytes: 1024 * 1024,
  *read(file) {
    const carrier = /(?<![^/])([^/]+)\/(?:_?vendor|_?vendored|patched)\/[^/]+$/.exec(file.path)?.[1];
    for (const line of shortLines(file.text())) {
      const match = /^\s*([A-Za-z0-9][\w.-]*)\s*==\s*([^\s;#]+)/.exec(line);
      if (match === null || isPartOnly(match[1]!, carrier)) continue;
      yield {
        type: 'pypi',
        name: match[1]!,
        version: match[2]!,
        role: 'vendored',
        // Distributions take the copies out and leave the list.
        needs: copiesOf(match[1]!),
        ...(carrier === undefined ? {} : { properties: { bundledIn: carrier } }),
      };
    }
  },
});

/** Distributions that are imported under another name, as far as anybody carries them. */
const IMPORTED_AS: ReadonlyMap<string, string> = new Map([
  ['pyyaml', 'yaml'],
  ['attrs', 'attr'],
  ['python-dateutil', 'dateutil'],
  ['beautifulsoup4', 'bs4'],
  ['setuptools', 'pkg_resources'],
  ['msgpack-python', 'msgpack'],
  ['lark-parser', 'lark'],
  ['python-dotenv', 'dotenv'],
  ['enum34', 'enum'],
  ['pip-tools', 'piptools'],
  ['backports-ssl-match-hostname', 'backports/ssl_match_hostname'],
]);

/** Where the code of such a copy lies, relative to the folder of the list: a package, a module, or one of a namespace (`jaraco.text`). */
function copiesOf(name: string): string[] {
  const plain = pypi.normalize(name);
  const known = IMPORTED_AS.get(plain);
  const names = [name, name.toLowerCase(), plain.replace(/-/g, '_'), name.replace(/\.py$/i, '')];
  const imported =
    known === undefined
      ? [...names, ...names.map((module) => module.replaceAll('.', '/')), plain.replace('-', '/').replaceAll('-', '_')]
      : [known];
  return [...new Set(imported)].flatMap((path) => [
    `${path}/__init__.py`,
    `${path}/__init__.pyc`,
    `${path}.py`,
    `${path}.pyc`,
  ]);
}

/** pip carries pkg_resources only, under the name and version of the setuptools it was taken from; the flaws of that lie elsewhere. */
const isPartOnly = (name: string, carrier: string | undefined): boolean => name === 'setuptools' && carrier === 'pip';
