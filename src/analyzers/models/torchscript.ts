import { printable } from '../../errors.ts';
import { type Cursor, fill, type Steps } from '../../formats/cursor.ts';
import { LIMITS } from '../../limits.ts';
import type { Fact } from '../analyzer.ts';
import { judgeGlobal } from './global-verdict.ts';
import { modelRisk } from './model-risk.ts';

/** Source of a TorchScript module. https://github.com/pytorch/pytorch/blob/main/torch/csrc/jit/docs/serialization.md */
export const TORCHSCRIPT_CODE = /^(?:[^/]+\/)?code\/.+\.py$/;

/** A call of an operator, as the serializer prints it: `torch.save(x, "f")`, `ops.aten.from_file("f", ...)`. */
const OPERATOR = /\b(?:torch|ops\.(aten|prim|[A-Za-z_]\w{0,60}))\.([A-Za-z_]\w{0,80})\(/g;

/**
 * The operators that a TorchScript module's code runs when it is called, judged as the same names are in a pickle. It is a language without
 * imports, but some of its operators write and read files. Operators of libraries of their own need those libraries, and are not judged.
 */
export function* readTorchScript(cursor: Cursor, where: string): Steps<readonly Fact[]> {
  const names = new Map<string, number>();
  let text = '';
  let read = 0;
  while (read < LIMITS.torchScriptBytes && (yield* fill(cursor, 1))) {
    text += cursor.bytes.toString('latin1', cursor.at, cursor.end);
    read += cursor.end - cursor.at;
    cursor.at = cursor.end;
    for (const [, namespace, name = ''] of text.matchAll(OPERATOR))
      if (namespace === undefined || namespace === 'aten') names.set(name, (names.get(name) ?? 0) + 1);
    // What is cut off at a chunk's end is looked at with the next.
    text = text.slice(-LONGEST_CALL);
  }
  const facts: Fact[] = [];
  for (const name of names.keys()) {
    const verdict = judgeGlobal('torch', name);
    if (verdict.verdict !== 'dangerous') continue;
    facts.push(
      modelRisk(
        `torchscript-calls-${name.toLowerCase().replaceAll('_', '-')}`,
        verdict.severity,
        `running it calls torch.${printable(name, 80)}`,
        `its code does so when the module is run: ${verdict.why}`,
        where,
      ),
    );
  }
  if (yield* fill(cursor, 1))
    facts.push({
      kind: 'unknown',
      reason: `${printable(where, 200)}: more code than ${LIMITS.torchScriptBytes} bytes`,
    });
  return facts;
}

const LONGEST_CALL = 160;
