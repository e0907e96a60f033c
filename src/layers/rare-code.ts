import type { Analyzer } from '../analyzers/analyzer.ts';
import { LIMITS } from '../limits.ts';
import type { Subject } from '../model.ts';

/** Whether there are images of which no body is kept for an analyzer of code. */
export const mayBeRare = ({ rarely }: Analyzer): boolean => rarely !== undefined;

/**
 * Of which analyzers of code no body of this image is kept. Its configuration speaks nearly always of an interpreter that it starts or that was put into
 * it; `command`: what will be asked about in place of its own start. Labels are not looked at, for they tell of more than what runs.
 */
export function rareCode({ config }: Pick<Subject, 'config'>, command = ''): (analyzer: Analyzer) => boolean {
  const { Env = [], Entrypoint, Cmd, Healthcheck } = config?.run ?? {};
  const started = [...(Entrypoint ?? []), ...(Cmd ?? []), ...(Healthcheck?.Test ?? [])];
  const made = (config?.history ?? []).map(({ createdBy }) => createdBy);
  const words = [command, ...started, ...Env, ...made].join('\n').slice(0, LIMITS.environmentBytes);
  const known = new Map<Analyzer, boolean>();
  return (analyzer) => {
    const before = known.get(analyzer);
    if (before !== undefined) return before;
    const { rarely } = analyzer;
    const isRare = rarely === true || rarely?.test(words) === false;
    known.set(analyzer, isRare);
    return isRare;
  };
}
