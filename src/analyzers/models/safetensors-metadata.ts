import { drive } from '../../formats/cursor.ts';
import { looksLikePickle, walkPickles } from '../../formats/models/index.ts';
import type { RiskFact } from '../analyzer.ts';
import { modelRisk } from './model-risk.ts';
import { namedCode } from './named-code.ts';
import { pickleRisks } from './pickle-risks.ts';

/**
 * What the free texts of a safetensors header carry. No loader of the format runs any of it, and programs that keep their settings
 * there do: a pickle, as it is or in base64, or settings that name what to call.
 */
export function* metadataRisks(metadata: ReadonlyMap<string, string>): Iterable<RiskFact> {
  for (const [key, text] of metadata) {
    const at = `__metadata__, ${key}`;
    yield* namedCode(text, at);
    for (const bytes of carried(text)) {
      const pickles = drive((cursor) => walkPickles(cursor), bytes.length);
      pickles.push(bytes, 0);
      const risks = [...pickleRisks(pickles.end(), at)].filter((fact): fact is RiskFact => fact.kind === 'risk');
      if (risks.length === 0)
        yield modelRisk('safetensors-carries-pickle', 'LOW', 'the header carries a pickle', 'it imports nothing', at);
      yield* risks;
    }
  }
}

const BASE64 = /^[A-Za-z0-9+/_-]{12,}={0,2}$/;

/** The bytes that a text may stand for, where they are a pickle. */
function* carried(text: string): Iterable<Buffer> {
  const raw = Buffer.from(text, 'latin1');
  if (looksLikePickle(raw.subarray(0, 4_096), raw.length <= 4_096)) return yield raw;
  const dense = text.replace(/\s+/g, '');
  if (!BASE64.test(dense)) return;
  const bytes = Buffer.from(dense, 'base64');
  if (looksLikePickle(bytes.subarray(0, 4_096), bytes.length <= 4_096)) yield bytes;
}
