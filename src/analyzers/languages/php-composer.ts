import { readJson } from '../../formats/json-values.ts';
import { isObject, type Json, list, object, text, texts } from '../../formats/text/index.ts';
import { analyzer, unknown } from '../analyzer.ts';
import { withValues } from '../fact-values.ts';

/** Installed Composer packages. https://getcomposer.org/doc/07-runtime.md#installed-versions */
export const phpComposer = analyzer({
  name: 'php-composer',
  version: 1,
  files: ['**/composer/installed.json'],
  maxBytes: 64 * 1024 * 1024,
  *read(file) {
    const parsed = readJson(file.text()) as Json;
    if (!isObject(parsed) && !Array.isArray(parsed)) return yield unknown('no list of packages');
    // Composer 1 wrote a bare array.
    for (const entry of isObject(parsed) ? list(parsed.packages) : list(parsed)) {
      const json = object(entry);
      const name = text(json.name);
      const version = text(json.version);
      if (name === undefined || version === undefined) continue;
      const licenses = texts(json.license);
      yield withValues({
        type: 'composer',
        name,
        version: version.replace(/^v(?=\d)/, ''),
        licenses: licenses.length > 0 ? licenses : undefined,
      });
    }
  },
});
