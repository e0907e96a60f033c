import { printable } from '../../errors.ts';
import { type Cursor, drive, type Steps, Truncated } from '../../formats/cursor.ts';
import { beginsLikeSafetensors, readSafetensors } from '../../formats/models/index.ts';
import { analyzer, type Fact } from '../analyzer.ts';
import { modelComponent } from './component.ts';
import { modelRisk } from './model-risk.ts';
import { metadataRisks } from './safetensors-metadata.ts';

/** Safetensors files: data only, by design; what is checked is that the header does not lie. */
export const safetensors = analyzer({
  name: 'safetensors',
  version: 3,
  magic: (head, entry) =>
    beginsLikeSafetensors(head, entry.size) && (/\.safetensors$/i.test(entry.path) || describesTensors(head)),
  stream: (entry) => drive((cursor) => facts(cursor, entry.path, entry.size), entry.size),
});

/** Under another name the header itself has to speak of tensors. */
const describesTensors = (head: Buffer): boolean =>
  /"(?:__metadata__|dtype|data_offsets)"/.test(head.toString('latin1', 8));

function* facts(cursor: Cursor, path: string, size: number): Steps<readonly Fact[]> {
  try {
    const { tensors, metadata, problems } = yield* readSafetensors(cursor, size);
    const properties: Record<string, string> = { tensors: String(tensors) };
    const format = metadata.get('format');
    if (format !== undefined) properties.framework = printable(format, 60);
    const facts: Fact[] = [modelComponent(path, 'safetensors', { properties })];
    if (problems.length > 0) facts.push(lying(problems));
    facts.push(...metadataRisks(metadata));
    return facts;
  } catch (error) {
    if (!(error instanceof Truncated)) throw error;
    return [lying([error.message])];
  }
}

function lying(problems: readonly string[]): Fact {
  const more = problems.length > 4 ? ` and ${problems.length - 4} more` : '';
  return modelRisk(
    'safetensors-header-inconsistent',
    'MEDIUM',
    'the header does not describe the file',
    problems.slice(0, 4).join('; ') + more,
  );
}
