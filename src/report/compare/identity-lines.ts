import type { Comparison } from '../../compare/comparison.ts';
import { type Page, paragraph } from '../page.ts';

/** What casts doubt on every number comes before the first one: whether it is one image, what is known of it, of which day the data are. */
export function* identityLines({ identity, basis, reports }: Comparison, page: Page): Generator<string> {
  for (const problem of identity.problems)
    yield* paragraph(`NOT THE SAME IMAGE (subject.identity): ${problem}`, page, 0, (line) => page.paint(line, 'alarm'));
  if (identity.proven && reports.filter((report) => report.format !== 'lens').length > 1)
    yield* paragraph('The reports are about the same image: their digests agree', page, 0, (line) =>
      page.paint(line, 'dim'),
    );
  for (const remark of identity.remarks) yield* paragraph(remark, page, 0, (line) => page.paint(line, 'yellow'));
  const dated = reports.filter(({ format, database }) => format !== 'lens' && database?.date !== undefined);
  if (dated.length > 0)
    yield* paragraph(
      `Data: ${dated.map(({ title: name, database }) => `${name} of ${database?.date?.slice(0, 10)}`).join(', ')}`,
      page,
      0,
      (line) => page.paint(line, 'dim'),
    );
  if (!basis.image)
    yield* paragraph(
      `Without the image, explanations rest on what the reports hold${basis.database === undefined ? '' : ' and on the advisory database'}; --image adds the proof from its files`,
      page,
      0,
      (line) => page.paint(line, 'dim'),
    );
}
