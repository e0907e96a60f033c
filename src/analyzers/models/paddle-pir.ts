import { drive } from '../../formats/cursor.ts';
import { analyzer } from '../analyzer.ts';
import { modelComponent } from './component.ts';
import { modelRisk } from './model-risk.ts';
import { OPERATORS_THAT_REACH_OUT } from './paddle.ts';
import { windows } from './windows.ts';

/**
 * Programs of Paddle 3 and newer: JSON, each operator with its dialect's number and its name (`1.matmul`, `pd_op.matmul`).
 * https://github.com/PaddlePaddle/Paddle/tree/develop/paddle/fluid/pir/serialize_deserialize
 */
export const paddlePir = analyzer({
  name: 'paddle-pir',
  version: 1,
  magic: (head, entry) => /\.(?:json|pdmodel)$/i.test(entry.path) && mayBeProgram(head.toString('latin1')),
  stream(entry) {
    const counts = new Map<string, number>();
    let isProgram = false;
    const reader = drive(
      (cursor) =>
        windows(cursor, LONGEST, (text) => {
          const read = text.replace(/\\u00([2-7][0-9a-f])/gi, (_, code: string) =>
            String.fromCharCode(Number.parseInt(code, 16)),
          );
          isProgram ||= /"magic"\s{0,99}:\s{0,99}"pir"/.test(read);
          for (const [, name = ''] of read.matchAll(OPERATOR)) {
            // `recv_v2`, `print_`, `load_combine`: in place, and of another version.
            const plain = name.replace(/_(?:v\d)?_?$|_v\d_?$/, '');
            const known = [name, plain].find((word) => OPERATORS_THAT_REACH_OUT.has(word));
            if (known !== undefined) counts.set(known, (counts.get(known) ?? 0) + 1);
          }
        }),
      entry.size,
    );
    return {
      push: (chunk, offset) => reader.push(chunk, offset),
      *end() {
        reader.end();
        if (!isProgram) return;
        yield modelComponent(entry.path, 'paddle');
        for (const [operator] of counts) {
          const danger = OPERATORS_THAT_REACH_OUT.get(operator);
          if (danger)
            yield modelRisk(
              `paddle-op-${operator.replaceAll('_', '-')}`,
              danger.severity,
              `the program ${danger.why} (${operator})`,
              'an operator of its program',
            );
        }
      },
    };
  },
});

const LONGEST = 512;
const OPERATOR = /"#"\s{0,99}:\s{0,99}"(?:\d{1,3}|pd_op|custom_op|onednn_op)\.([a-z][a-z0-9_]{1,80})"/g;

/** Its first keys; or so many blanks that none is seen. */
const mayBeProgram = (head: string): boolean =>
  /^\s{0,512}\{/.test(head) && (/"(?:base_code|program|regions|magic|\\u00)/.test(head) || /\s{128}/.test(head));
