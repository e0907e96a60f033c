import { firstZipMember, zipBody, zipMembers } from '../../formats/archives/index.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { mailHeaders } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type PackageFact, unknown } from '../analyzer.ts';
import { isOfPython } from './standard-library.ts';

/**
 * Eggs that are zip archives, imported as they are; the unpacked kind is `python-dist`'s.
 * https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html
 */
export const pythonEgg = analyzer({
  name: 'python-egg',
  version: 2,
  files: ['**/*.egg'],
  maxBytes: 64 * 1024 * 1024,
  *read(file) {
    if (file.bytes.length < 4 || file.bytes.readUInt32LE(0) !== 0x04034b50) return;
    for (const member of zipMembers(file.bytes)) {
      if (member.name !== 'EGG-INFO/PKG-INFO') continue;
      const headers = mailHeaders(zipBody(file.bytes, member).toString('utf8'));
      const name = headers.get('Name');
      const version = headers.get('Version');
      if (!name || !version) return yield unknown('no Name or Version in EGG-INFO/PKG-INFO');
      return yield { type: 'pypi', name, version };
    }
  },
});

/**
 * Wheels that lie about: what ensurepip and virtualenv carry, and wheelhouses left behind by a build. Nothing imports
 * them, but for those that a search path names (`inventory/imported-archives.ts`); the name tells distribution and version, as the specification wants.
 * https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention
 */
export const pythonWheelFile = analyzer({
  name: 'python-wheel-file',
  version: 1,
  files: ['**/*.whl'],
  stream(entry) {
    return {
      push: () => Number.POSITIVE_INFINITY,
      *end() {
        const named = wheelNamed(fileNameOf(entry.path));
        if (named !== undefined) yield { type: 'pypi', ...named, certainty: 'name', role: 'cache' };
      },
    };
  },
});

/** What a wheel's file name says that it is. */
function wheelNamed(fileName: string): { name: string; version: string } | undefined {
  const match = /^([^-]+)-([^-]+)(?:-\d[^-]*)?-[^-]+-[^-]+-[^-]+\.whl$/.exec(fileName.slice(-LIMITS.nameBytes));
  return match === null ? undefined : { name: match[1]!, version: match[2]!.replaceAll('_', '+') };
}

/** A wheel that a PEX unpacks when it starts (`--no-pre-install-wheels`). */
const IN_PEX = /^\.deps\/[^/]+\.whl$/;

const METADATA = /\.dist-info\/METADATA$|\.egg-info\/PKG-INFO$|^EGG-INFO\/PKG-INFO$/;

/**
 * Python programs in one file, with their dependencies inside: PEX, shiv and zipapp write zip archives behind a line for the shell, cx_Freeze and
 * its kin a `library.zip`. https://docs.python.org/3/library/zipapp.html, https://docs.pex-tool.org/, https://cx-freeze.readthedocs.io/
 */
export const pythonZipApp = analyzer({
  name: 'python-zipapp',
  version: 5,
  files: ['**/*.pex', '**/*.pyz', '**/*.pyzw', '**/library.zip'],
  // With `--sh-boot` a PEX begins with a script that looks for a Python.
  begins: '#',
  magic: (head) =>
    /^#![^\n]{1,400}python[^\n]{0,100}\nPK\x03\x04|^#!\/bin\/sh\n[\s\S]{0,500}\bPEX_ROOT=/.test(
      head.toString('latin1'),
    ),
  maxBytes: 256 * 1024 * 1024,
  *read(file) {
    for (const member of zipMembers(file.bytes)) {
      if (IN_PEX.test(member.name)) {
        const named = wheelNamed(fileNameOf(member.name));
        if (named !== undefined)
          yield { type: 'pypi', ...named, certainty: 'name', properties: { inside: member.name } };
      }
      if (!METADATA.test(member.name)) continue;
      const fact = distributionIn(file.bytes, member);
      yield fact ?? unknown(`no Name or Version in ${member.name}`);
    }
  },
});

/** What is read elsewhere, by its name. */
const OTHER_NAMES = /\.(?:whl|egg|pex|pyzw?)$|(?:^|\/)library\.zip$/i;
const PYTHON_MEMBER = /\.pyc?$|\.dist-info\/|^EGG-INFO\//;

/**
 * Zip archives of Python code under any other name, with the distributions in them: Python imports from what its search path names, whatever it is called. Where nothing
 * names them (`inventory/imported-archives.ts`) they are what lies about. Code that no metadata in there speaks of is told, but for Python's own.
 * https://docs.python.org/3/library/zipimport.html
 */
export const pythonZip = analyzer({
  name: 'python-zip',
  version: 2,
  begins: 'P',
  magic: (head, { path }) => PYTHON_MEMBER.test(firstZipMember(head)) && !OTHER_NAMES.test(path),
  maxBytes: 64 * 1024 * 1024,
  *read(file) {
    const modules = new Set<string>();
    const listed = new Set<string>();
    for (const member of zipMembers(file.bytes)) {
      const module = MODULE.exec(member.name)?.[1];
      if (module !== undefined) modules.add(module);
      else if (LISTS.test(member.name) && member.size <= LIMITS.fileBytes)
        for (const line of zipBody(file.bytes, member).toString('utf8').split('\n')) listed.add(firstNameOf(line));
      if (!METADATA.test(member.name)) continue;
      const fact = distributionIn(file.bytes, member);
      if (fact === undefined) continue;
      listed.add(fact.name.replace(/[-.]/g, '_').toLowerCase());
      yield { ...fact, role: 'cache' };
    }
    const unknown = [...modules].filter(
      (name) => !isOfPython(name) && !listed.has(name) && !listed.has(name.toLowerCase()),
    );
    if (unknown.length > 0 && !OF_TESTS.test(file.path) && !OF_MODELS.test(file.path)) {
      const words = unknown.slice(0, NAMED).join(', ');
      const what = `a zip archive of Python code without metadata (${words}${unknown.length > NAMED ? ', ...' : ''})`;
      yield { kind: 'closed', as: 'archive', what };
    }
  },
});

const NAMED = 3;
/** An import package with code, or a module, at the top of the archive. */
const MODULE = /^([A-Za-z]\w{0,200})(?:\/(?:[^\0]{1,1000}\/)?[^/]{1,255})?\.pyc?$/;
/** What a distribution says that it brought. */
const LISTS = /^[^/]+\.(?:dist|egg)-info\/(?:RECORD|top_level\.txt|installed-files\.txt)$/;
/** `requests/api.py,sha256=...` and `requests` -> `requests`. */
const firstNameOf = (line: string): string => /^"?(?:\.\.\/)?(\w{1,200})/.exec(line)?.[1] ?? '';
/** Told as what they are not (`native/closed-files.ts`). */
const OF_MODELS = /\.(?:np[yz]|pth?|ckpt|keras|pkl|joblib|bin|nemo|mar|safetensors)$/i;
const OF_TESTS = /(?:^|\/)(?:cache|\.cache|tests?|testing|fixtures|test[-_]?data|downloads?)\//i;

function distributionIn(bytes: Buffer, member: Parameters<typeof zipBody>[1]): PackageFact | undefined {
  const headers = mailHeaders(zipBody(bytes, member).toString('utf8'));
  const [name, version] = [headers.get('Name'), headers.get('Version')];
  return name && version ? { type: 'pypi', name, version, properties: { inside: member.name } } : undefined;
}
