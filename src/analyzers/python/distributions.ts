import { pypi } from '../../ecosystems/pypi.ts';
import { type MailHeaders, mailHeaders } from '../../formats/text/index.ts';
import { analyzer, unknown } from '../analyzer.ts';
import { disputedBy, type VersionDispute } from '../disputed.ts';

/**
 * Installed Python distributions: wheels leave `NAME.dist-info/METADATA`, setuptools `NAME.egg-info/PKG-INFO` or, from
 * distutils and Debian, a single `NAME.egg-info` file; programs frozen with PyInstaller `NAME.egg-info/METADATA` too.
 * https://packaging.python.org/en/latest/specifications/recording-installed-packages/
 */
export const pythonDist = analyzer({
  name: 'python-dist',
  version: 6,
  files: [
    '**/*.dist-info/METADATA',
    '**/*.egg-info/PKG-INFO',
    '**/*.egg-info/METADATA',
    '**/*.egg-info',
    '**/EGG-INFO/PKG-INFO',
  ],
  *read(file) {
    const headers = mailHeaders(file.text());
    const name = headers.get('Name');
    const version = headers.get('Version');
    if (!name || !version) return yield unknown('no Name or Version');
    // The interpreter's note on itself: its program says the same, and PyPI's "Python" is something else.
    if (/^python$/i.test(name) && /(?:^|\/)Python-[\d.]+\.egg-info$/.test(file.path)) return;
    const licenses = licencesOf(headers);
    const requires = headers.all('Requires-Dist');
    const python = headers.get('Requires-Python');
    const maintainer = maintainerOf(headers);
    yield {
      type: 'pypi',
      name,
      version,
      ...(maintainer === undefined ? {} : { maintainer }),
      ...(requires.length > 0 ? { requires } : {}),
      ...(python ? { properties: { 'requires-python': python } } : {}),
      ...(licenses.length > 0 ? { licenses } : {}),
      ...disputedBy(version, [calledVersion(file.path, name)]),
    };
  },
});

/** `requests-2.25.0.dist-info/METADATA`, `six-1.16.0-py3.9.egg-info`, `six-1.16.0-py3.9.egg/EGG-INFO/PKG-INFO`: name and version as installers wrote them. */
const CALLED =
  /(?:^|\/)(([A-Za-z0-9][\w.]{0,200})-(\d[\w.!+]{0,100})(?:-py\d\.\d{1,2}(?:-[\w.-]{1,60})?)?\.(?:dist-info|egg-info|egg))(?:\/(?:EGG-INFO\/)?[A-Z-]{1,16})?$/;

/** What the folder (or lone file) of the metadata says of the version, where it is called after the distribution. */
function calledVersion(path: string, name: string): VersionDispute | undefined {
  const [, called, folderName = '', version] = CALLED.exec(path) ?? [];
  if (version === undefined || pypi.normalize(folderName) !== pypi.normalize(name)) return undefined;
  return { version, because: `its ${path.endsWith('info') ? 'file' : 'folder'} is called ${called}` };
}

/** A longer text is a list of people, of whom it does not say which is meant. */
const PERSON_CHARACTERS = 200;

/**
 * Whom the metadata names as maintainer, else as author: a name with its address, or, where the address has the name in it
 * (`Jane Doe <jane@example.org>, ...`), the first of those. https://packaging.python.org/en/latest/specifications/core-metadata/#author-email
 */
function maintainerOf(headers: MailHeaders): string | undefined {
  for (const role of ['Maintainer', 'Author']) {
    const [name, address] = [headers.get(role)?.trim(), headers.get(`${role}-email`)?.trim()].map((text) =>
      text === 'UNKNOWN' ? undefined : text,
    );
    const named = firstNamed(address?.slice(0, 2 * PERSON_CHARACTERS) ?? '');
    if (name && name.length <= PERSON_CHARACTERS)
      return address !== undefined && /^[^\s<>,]{1,100}@[^\s<>,]{1,100}$/.test(address) ? `${name} <${address}>` : name;
    if (named !== undefined) return named;
  }
  return undefined;
}

/** The first of `"Doe, Jane" <jane@example.org>, Joe <joe@example.org>` that has a name; undefined where the first has none. */
function firstNamed(addresses: string): string | undefined {
  const [start, end] = [addresses.indexOf('<'), addresses.indexOf('>')];
  const written = addresses.slice(0, Math.max(start, 0)).trim();
  const isQuoted = written.startsWith('"') && written.endsWith('"');
  const name = isQuoted ? written.slice(1, -1) : written;
  if (name === '' || end < start || (!isQuoted && /[,@]/.test(name))) return undefined;
  return `${name} <${addresses.slice(start + 1, end)}>`;
}

/** A name of a licence: in older metadata the field holds its whole text as often. */
const LICENCE_CHARACTERS = 100;

/**
 * What the metadata says of the licence: the expression, else the name, else the classifiers (`License :: OSI Approved :: MIT License`), of which the
 * last part is the name. https://packaging.python.org/en/latest/specifications/core-metadata/#license-expression
 */
function licencesOf(headers: MailHeaders): string[] {
  const said = headers.get('License-Expression') ?? headers.get('License');
  if (said && said.length <= LICENCE_CHARACTERS && said !== 'UNKNOWN') return [said];
  const named = headers
    .all('Classifier')
    .filter((classifier) => classifier.startsWith('License ::') && classifier.length <= 2 * LICENCE_CHARACTERS)
    .map((classifier) => classifier.split('::').at(-1)!.trim())
    .filter((licence) => licence !== '' && licence !== 'OSI Approved');
  return [...new Set(named)];
}

/**
 * That an operating system's package manager claims to have installed a distribution (`rpm`, `debian`), or conda: some scanners then leave it to the
 * package that owns it, and anybody can write the file. https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-installer-file
 */
export const pythonInstaller = analyzer({
  name: 'python-installer',
  version: 2,
  files: ['**/*.dist-info/INSTALLER'],
  maxBytes: 4 * 1024,
  *read(file) {
    const name = file.text().trim().toLowerCase();
    if (/^(?:rpm|dnf|yum|zypper|dpkg|deb|debian|apt|apk|conda)$/.test(name)) yield { kind: 'installer', name };
  },
});
