import { firstZipMember, zipBody, zipMembers } from '../../formats/archives/index.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { mailHeaders } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type PackageFact, unknown } from '../analyzer.ts';

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
 * Zip archives with Python distributions under any other name: Python imports from what its search path names, whatever it is called. Where nothing
 * names them (`inventory/imported-archives.ts`) they are what lies about. https://docs.python.org/3/library/zipimport.html
 */
export const pythonZip = analyzer({
  name: 'python-zip',
  version: 1,
  begins: 'P',
  magic: (head, { path }) => PYTHON_MEMBER.test(firstZipMember(head)) && !OTHER_NAMES.test(path),
  maxBytes: 64 * 1024 * 1024,
  *read(file) {
    for (const member of zipMembers(file.bytes)) {
      if (!METADATA.test(member.name)) continue;
      const fact = distributionIn(file.bytes, member);
      if (fact !== undefined) yield { ...fact, role: 'cache' };
    }
  },
});

function distributionIn(bytes: Buffer, member: Parameters<typeof zipBody>[1]): PackageFact | undefined {
  const headers = mailHeaders(zipBody(bytes, member).toString('utf8'));
  const [name, version] = [headers.get('Name'), headers.get('Version')];
  return name && version ? { type: 'pypi', name, version, properties: { inside: member.name } } : undefined;
}
