import { readJson } from '../../formats/json-values.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { isObject, type Json, object, text } from '../../formats/text/index.ts';
import { withoutUsers } from '../../formats/uri.ts';
import { analyzer } from '../analyzer.ts';
import { properties, withValues } from '../fact-values.ts';

/**
 * Installs that did not come from an index: `direct_url.json` beside a distribution's METADATA says from which
 * repository, archive or folder. https://packaging.python.org/en/latest/specifications/direct-url/
 */
export const pythonDirectUrl = analyzer({
  name: 'python-direct-url',
  version: 1,
  files: ['**/*.dist-info/direct_url.json'],
  maxBytes: 1024 * 1024,
  *read(file) {
    const match = /([^/-]+)-([^/-]+)\.dist-info\/direct_url\.json$/.exec(file.path);
    const parsed = readJson(file.text()) as Json;
    if (match === null || !isObject(parsed)) return;
    const vcs = object(parsed.vcs_info);
    const archive = object(parsed.archive_info);
    const folder = object(parsed.dir_info);
    yield withValues({
      type: 'pypi',
      name: match[1]!,
      version: match[2]!,
      properties: properties({
        url: shown(text(parsed.url)),
        vcs: text(vcs.vcs),
        commit: text(vcs.commit_id),
        revision: text(vcs.requested_revision),
        hash: text(archive.hash),
        editable: folder.editable === true ? 'true' : undefined,
      }),
    });
  },
});

/** Addresses of private repositories carry tokens; the report is no place for them. */
const shown = (url: string | undefined): string | undefined =>
  url === undefined ? undefined : withoutUsers(url, '***@');

/**
 * Editable installs: a path file or an import hook in site-packages that points to a source folder.
 * https://setuptools.pypa.io/en/latest/userguide/development_mode.html
 */
export const pythonEditable = analyzer({
  name: 'python-editable',
  version: 1,
  files: ['**/__editable__.*.pth', '**/__editable___*_finder.py'],
  maxBytes: 4 * 1024 * 1024,
  *read(file) {
    const name = fileNameOf(file.path);
    const finder = /^__editable___(.+?)_(\d\w*)_finder\.py$/.exec(name);
    const pth = /^__editable__\.(.+)-([^-]+)\.pth$/.exec(name);
    // The hook's own name writes every separator as `_`; its path file beside it is the one to believe.
    const match = pth ?? finder;
    if (match === null) return;
    const version = pth === null ? match[2]!.replaceAll('_', '.') : match[2]!;
    const target = pth === null ? mappedFolder(file.text()) : file.text().split('\n', 1)[0]!.trim();
    yield withValues({
      type: 'pypi',
      name: match[1]!,
      version,
      properties: properties({ editable: 'true', folder: target?.startsWith('/') ? target : undefined }),
    });
  },
});

/** The first folder of the hook's table, which stands near its beginning. */
function mappedFolder(hook: string): string | undefined {
  const at = hook.indexOf('MAPPING');
  return at < 0 ? undefined : /^MAPPING[^=]*= *\{[^}]*?: *'([^']+)'/.exec(hook.slice(at, at + 4_096))?.[1];
}
