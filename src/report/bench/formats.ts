/** Every output format of the benchmark: adding one is adding a line. */
import { PlimsollError } from '../../errors.ts';
import { benchDockerBench } from './docker-bench.ts';
import type { BenchFormat } from './format.ts';
import { benchHtml } from './html.ts';
import { benchJson } from './json.ts';
import { benchJunit } from './junit.ts';
import { benchSarif } from './sarif.ts';
import { benchTable } from './table.ts';

export const benchFormats: readonly BenchFormat[] = [
  benchTable,
  benchJson,
  benchHtml,
  benchDockerBench,
  benchJunit,
  benchSarif,
];

/** The format that `-f` names. Throws `usage`. */
export function benchFormatNamed(name: string): BenchFormat {
  const known = benchFormats.find((format) => format.name === name);
  if (known !== undefined) return known;
  throw new PlimsollError('usage', `the benchmark has no output format called "${name}"`, {
    hint: `choose one of ${benchFormats.map((format) => format.name).join(', ')}`,
  });
}
