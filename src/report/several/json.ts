import { VERSION } from '../../version.ts';
import { inJson, jsonReport } from '../scan/index.ts';
import type { SeveralFormat } from './several-format.ts';

/**
 * One document, described by `schemas/scans.schema.json`: of each image its whole report, or the error; the summary comes last, since it
 * is known last. A run that was cut off leaves a document that does not end, so that nobody takes it for whole.
 */
export const severalJson: SeveralFormat = {
  name: 'json',
  changes: true,
  *begin(created) {
    yield `{\n  "schemaVersion": 1,\n  "kind": "scans",\n  "tool": ${inJson({ name: 'plimsoll', version: VERSION })},\n`;
    yield `  "created": ${inJson(created.toISOString())},\n  "images": [`;
  },
  *image(scanned, first, options) {
    yield `${first ? '' : ','}\n{ "target": ${inJson(scanned.target)}, "exit": ${scanned.exit}, `;
    if ('error' in scanned) {
      const { code, message, where, hint } = scanned.error;
      yield `"error": ${inJson({ code, message, where, hint })} }`;
      return;
    }
    yield '"report": ';
    yield* jsonReport.render(scanned.report, options);
    yield '}';
  },
  *end(tallies) {
    yield `\n  ],\n  "summary": ${inJson(tallies.together())}\n}\n`;
  },
};
