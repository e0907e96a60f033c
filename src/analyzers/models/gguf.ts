import { printable } from '../../errors.ts';
import { type Cursor, drive, type Steps, Truncated } from '../../formats/cursor.ts';
import { beginsWith } from '../../formats/magic.ts';
import { GGUF_MAGIC, type GgufHeader, readGguf } from '../../formats/models/index.ts';
import { analyzer, type Fact } from '../analyzer.ts';
import { templateRisks } from './chat-template.ts';
import { modelComponent } from './component.ts';
import { modelRisk } from './model-risk.ts';

/** GGUF models: what they are, whether the header lies, and the chat templates in their metadata. */
export const gguf = analyzer({
  name: 'gguf',
  version: 7,
  begins: 'G',
  magic: (head) => beginsWith(head, GGUF_MAGIC),
  stream: (entry) => drive((cursor) => ggufFacts(cursor, entry.path), entry.size),
});

/** What a model in GGUF says; `path`: of the file that it is, absent within an archive. */
export function* ggufFacts(cursor: Cursor, path?: string): Steps<readonly Fact[]> {
  try {
    const header = yield* readGguf(cursor);
    return header ? [...describe(header, path)] : [];
  } catch (error) {
    if (!(error instanceof Truncated)) throw error;
    return [lying([error.message])];
  }
}

const PROPERTIES = [
  'general.architecture',
  'general.license',
  'general.quantization_version',
  'general.file_type',
  'general.size_label',
] as const;

function* describe({ metadata, tensors, problems }: GgufHeader, path: string | undefined): Iterable<Fact> {
  if (path !== undefined) yield component(metadata, tensors, path);
  if (problems.length > 0) yield lying(problems);
  for (const [key, value] of metadata) {
    if (key.startsWith('tokenizer.chat_template')) yield* templateRisks(value, key);
  }
}

function component(metadata: GgufHeader['metadata'], tensors: number, path: string): Fact {
  const properties: Record<string, string> = { tensors: String(tensors) };
  for (const key of PROPERTIES) {
    const value = metadata.get(key);
    if (value !== undefined) properties[key.slice('general.'.length)] = printable(value, 100);
  }
  const name = metadata.get('general.name');
  const version = metadata.get('general.version');
  return modelComponent(path, 'gguf', {
    properties,
    ...(name ? { name: printable(name, 200) } : {}),
    ...(version ? { version: printable(version, 60) } : {}),
  });
}

function lying(problems: readonly string[]): Fact {
  return modelRisk(
    'gguf-header-inconsistent',
    'MEDIUM',
    'the header does not describe the file',
    problems.slice(0, 4).join('; '),
  );
}
