import { type Cursor, fill, type Steps } from '../../formats/cursor.ts';
import { LIMITS } from '../../limits.ts';
import type { Fact } from '../analyzer.ts';
import { templateRisks } from './chat-template.ts';
import { modelTexts } from './huggingface.ts';
import { mlflowFacts } from './mlflow.ts';
import { importedNames, instantiated, namedCode } from './named-code.ts';

/** Settings of models within archives: NeMo's, what is zipped together with weights, skops's table of objects. */
export const MEMBER_TEXTS =
  /\.(?:ya?ml|jinja)$|^(?:MLmodel|schema\.json|modules\.json|config\.json|model_index\.json|adapter_config\.json|tokenizer_config\.json|processor_config\.json|chat_template\.json)$/i;

/** What such a text says; `where`: the member, with its folders. */
export function* memberTextFacts(cursor: Cursor, name: string, where: string): Steps<readonly Fact[]> {
  const parts: Buffer[] = [];
  let size = 0;
  while (size <= LIMITS.protoText && (yield* fill(cursor, 1))) {
    parts.push(Buffer.from(cursor.bytes.subarray(cursor.at, cursor.end)));
    size += cursor.end - cursor.at;
    cursor.at = cursor.end;
  }
  const facts: Fact[] = [...textFacts(Buffer.concat(parts).toString('utf8'), name, where)];
  if (size > LIMITS.protoText)
    facts.push({ kind: 'unknown', reason: `${where}: larger than ${LIMITS.protoText} bytes` });
  return facts;
}

/** The same of a text that was read already. */
export function textFacts(text: string, name: string, where: string): readonly Fact[] {
  const facts: Fact[] = [...namedCode(text, where)];
  for (const risk of instantiated(text, where))
    if (!facts.some((fact) => fact.kind === 'risk' && fact.detail === risk.detail)) facts.push(risk);
  if (name === 'MLmodel') facts.push(...mlflowFacts(text, where));
  if (/^(?:schema|modules)\.json$/i.test(name)) facts.push(...importedNames(text, where));
  else if (name.endsWith('.jinja')) facts.push(...templateRisks(text, where));
  else if (name.endsWith('.json')) facts.push(...modelTexts(name, text));
  return facts;
}
