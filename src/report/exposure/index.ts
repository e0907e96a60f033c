import { PlimsollError } from '../../errors.ts';
import { VERSION } from '../../version.ts';
import { inJsonWords } from '../json-words.ts';
import type { RenderOptions } from '../report-format.ts';
import { jsonPieces } from '../scan/index.ts';
import type { ExposureReport } from './noun.ts';
import { exposureTable } from './table.ts';

/** Renders what a container can load as `table` or `json`. Throws `usage` for another name. */
export function renderExposure(
  format: string,
  report: ExposureReport,
  options: RenderOptions & { readonly now?: Date },
): Iterable<string> {
  if (format === 'table') return exposureTable(report, options);
  if (format === 'json') return jsonPieces(document(report, options.now ?? new Date()));
  throw new PlimsollError('usage', `exposure cannot be written as "${format}"`, { hint: 'choose table or json' });
}

/** As `schemas/exposure.schema.json` describes it. */
function* document(
  { subject, start, packages, reached, owners }: ExposureReport,
  now: Date,
): Generator<readonly [string, unknown]> {
  yield ['schemaVersion', 1];
  yield ['tool', { name: 'plimsoll', version: VERSION }];
  yield ['created', now.toISOString()];
  yield ['subject', subject];
  yield ['start', start];
  yield [
    'packages',
    packages.map(({ type, name, version, purl, namespace, role, exposure }) =>
      inJsonWords({ type, name, version, purl, ...(namespace && { namespace }), ...(role && { role }), ...exposure }),
    ),
  ];
  yield [
    'files',
    [...reached.values()].map(({ path, reach, how, from, seen }) => ({
      path,
      class: reach,
      how,
      ...(from === undefined ? {} : { from: from.path }),
      ...(seen === undefined ? {} : { seen: seen.how }),
      packages: (owners.get(path) ?? []).map((at) => packages[at]?.purl),
    })),
  ];
}
