import { packagist } from '../../ecosystems/packagist.ts';
import { readJson } from '../../formats/json-values.ts';
import { isObject, type Json, list, object, text, texts } from '../../formats/text/index.ts';
import { analyzer, unknown } from '../analyzer.ts';
import { withValues } from '../fact-values.ts';

/** `'monolog/monolog' => array(` and, of what is there, `'pretty_version' => '1.25.0',` in the next line; what others provide or replace has none. */
const INSTALLED =
  /^ {4,12}'([a-z0-9][\w.-]{0,100}\/[a-z0-9][\w.-]{0,100})' => array\(\r?\n {4,16}'pretty_version' => 'v?(\d[^'\n]{0,100})',/gim;

/** The same in PHP, which programs ask while they run. https://getcomposer.org/doc/07-runtime.md#installed-versions */
export const phpInstalled = analyzer({
  name: 'php-installed',
  version: 1,
  files: ['**/composer/installed.php'],
  maxBytes: 64 * 1024 * 1024,
  *read(file) {
    for (const [, name, stated] of file.text().matchAll(INSTALLED) as Iterable<string[]>)
      yield { kind: 'told', type: packagist.type, of: name!, madeOf: name!, stated: stated! };
  },
});

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
