import { exitCodeOf, type PlimsollError, printable } from '../errors.ts';

/** An error as standard error gets it: one line for people, or one object where progress is asked for as JSON. `target`: which of several it is about. */
export function errorLine(error: PlimsollError, asJson: boolean, target?: string): string {
  if (!asJson) return `plimsoll: ${target === undefined ? '' : `${printable(target)}: `}${error.line}\n`;
  const { code, message, where, hint } = error;
  const time = new Date().toISOString();
  return `${JSON.stringify({ time, event: 'error', target, code, exit: exitCodeOf(code), message, where, hint })}\n`;
}
