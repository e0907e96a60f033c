import { walkTar } from '../../formats/archives/index.ts';
import { type Cursor, drive, type Steps } from '../../formats/cursor.ts';
import { analyzer, type Fact } from '../analyzer.ts';
import { readModel } from './body.ts';

/**
 * Tars with models in them: PyTorch before 0.1.10 wrote its pickles and storages so, NeMo still does.
 * Members are recognised by their content.
 */
export const modelTar = analyzer({
  name: 'model-tar',
  version: 1,
  magic: (head) => head.length === 512 && head.toString('latin1', 257, 262) === 'ustar',
  stream(entry) {
    const reader = drive(tarFacts, entry.size);
    return { push: (chunk, offset) => reader.push(chunk, offset), end: () => reader.end() };
  },
});

function* tarFacts(cursor: Cursor): Steps<readonly Fact[]> {
  const facts: Fact[] = [];
  const problem = yield* walkTar(cursor, function* (where, body) {
    facts.push(...(yield* readModel(body, { where, depth: 1 })).facts);
  });
  if (problem && facts.length > 0) facts.push({ kind: 'unknown', reason: `the tar is damaged: ${problem}` });
  return facts;
}
