import { cran } from '../../ecosystems/cran.ts';
import { compressionOf, decompressedStart } from '../../formats/compression/index.ts';
import { readWhole } from '../../formats/cursor.ts';
import { readJson } from '../../formats/json-values.ts';
import { firstNamedStrings } from '../../formats/models/index.ts';
import { deb822, type Json, object, text } from '../../formats/text/index.ts';
import { analyzer } from '../analyzer.ts';
import { properties, withValues } from '../fact-values.ts';

const FIELDS = new Set([
  'package',
  'version',
  'license',
  'built',
  'priority',
  'repository',
  'maintainer',
  'remotesha',
  'remotetype',
]);

/**
 * Installed R packages, and R itself by its package `base`, whose version is R's. Only an installed DESCRIPTION says
 * `Built`. https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file
 */
export const rPackages = analyzer({
  name: 'r-packages',
  version: 1,
  files: ['**/DESCRIPTION'],
  maxBytes: 1024 * 1024,
  *read(file) {
    const [fields] = deb822(file.text(), FIELDS);
    const name = fields?.get('package');
    const version = fields?.get('version');
    if (!fields || !name || !version || !fields.has('built')) return;
    const base = fields.get('priority') === 'base';
    const license = fields.get('license');
    yield withValues({
      type: 'cran',
      name,
      version,
      licenses: license ? [license] : undefined,
      maintainer: fields.get('maintainer'),
      properties: properties({
        repository: fields.get('repository'),
        priority: fields.get('priority'),
        commit: fields.get('remotesha'),
        remote: fields.get('remotetype'),
      }),
    });
    if (base && name === 'base')
      yield { type: 'generic', name: 'r', version, certainty: 'exact', properties: { cpe: 'r_project:r' } };
  },
});

/** Bytes of a description in R's own form, unpacked (the longest of a hundred: 40 KB). */
const DESCRIPTION_BYTES = 1024 * 1024;

/**
 * R's own copy of the description, written when the package is installed, by which R loads it and tells its version: whoever edits the text leaves it.
 * https://cran.r-project.org/doc/manuals/r-release/R-ints.html#Package-structure
 */
export const rDescriptions = analyzer({
  name: 'r-descriptions',
  version: 1,
  files: ['**/Meta/package.rds'],
  maxBytes: 1024 * 1024,
  *read({ bytes }) {
    const how = compressionOf(bytes);
    const plain = how === undefined ? bytes : decompressedStart(bytes, how, DESCRIPTION_BYTES);
    const fields = readWhole(plain, firstNamedStrings);
    const [name, version] = [fields?.get('Package'), fields?.get('Version')];
    if (name && version) yield { kind: 'told', type: cran.type, of: name, madeOf: name, stated: version };
  },
});

/** What renv wants in a project's library; what is in it, its own files say. https://rstudio.github.io/renv/articles/lockfile.html */
export const renvLock = analyzer({
  name: 'renv-lock',
  version: 1,
  files: ['**/renv.lock'],
  *read(file) {
    const lock = object(readJson(file.text()) as Json);
    for (const entry of Object.values(object(lock.Packages))) {
      const [name, version] = [text(object(entry).Package), text(object(entry).Version)];
      if (name !== undefined && version !== undefined) yield { type: 'cran', name, version, role: 'declared' };
    }
  },
});
