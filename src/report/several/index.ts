import { PlimsollError } from '../../errors.ts';
import { severalJson } from './json.ts';
import type { SeveralFormat } from './several-format.ts';
import { severalTable } from './table.ts';

export type { SeveralFormat } from './several-format.ts';
export { type Scanned, Tallies } from './tally.ts';

/** Formats that take several images into one document; every other one has a file for each. */
const formats: readonly SeveralFormat[] = [severalTable, severalJson];

/** The format that `-f` names, as one document of several images. Throws `usage` where it holds one image only. */
export function severalFormatNamed(name: string): SeveralFormat {
  const known = formats.find((format) => format.name === name);
  if (known !== undefined) return known;
  throw new PlimsollError('usage', `-f ${name} holds one image, and several are to be scanned`, {
    hint: `name a folder, and each gets a file in it: -f ${name}=reports/`,
  });
}
