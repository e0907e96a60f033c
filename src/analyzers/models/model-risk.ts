import { printable } from '../../errors.ts';
import type { Severity } from '../../model.ts';
import type { RiskFact } from '../analyzer.ts';

/**
 * The fact that tells what a model does, or could do, to whoever loads it; names out of the model are made printable and cut.
 * `at`: the member, the key or the byte that shows it.
 */
export function modelRisk(rule: string, severity: Severity, title: string, detail: string, at?: string): RiskFact {
  return {
    kind: 'risk',
    category: 'model',
    rule,
    severity,
    title: printable(title, 300),
    detail: printable(detail, 1_500),
    ...(at === undefined ? {} : { at: printable(at, 300) }),
  };
}
