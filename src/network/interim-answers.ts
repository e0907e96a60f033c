import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** Hears interim answers (100, 103), each of which would let the server have its time for the answer anew, without end. Throws `network`. https://www.rfc-editor.org/rfc/rfc9110#section-15.2 */
export function interimAnswers(where: string, withinMs: number): () => void {
  let count = 0;
  const started = performance.now();
  return () => {
    count += 1;
    if (count <= LIMITS.interimAnswers && performance.now() - started <= withinMs) return;
    throw new PlimsollError('network', 'the server keeps announcing an answer that does not come', { where });
  };
}
