import { withoutEnd } from '../../formats/ends.ts';
import { type DockerInstruction, folded, type HistoryStep } from '../../formats/text/index.ts';

/** How well a step of the history fits an instruction: 0 not at all, 1 perhaps, 3 surely. */
export function fit(step: HistoryStep, instruction: DockerInstruction): number {
  if (step.keyword !== instruction.keyword) return 0;
  const { words, pairs, heredocs, argument } = instruction;
  if (step.keyword === 'RUN')
    return runFit(
      step.argument,
      folded(argument),
      heredocs.map(({ body }) => folded(body)),
    );
  if (step.keyword === 'COPY' || step.keyword === 'ADD') {
    const target = words.at(-1)?.value ?? '';
    const classic = /^(?:file|dir|multi):[0-9a-f]+ in (.*)$/.exec(step.argument);
    if (classic) return sameFolder(classic[1] as string, target) ? 2 : 0;
    const written = folded(words.map(({ value }) => value).join(' '));
    if (step.argument === written) return 3;
    return sameFolder(step.argument.split(' ').at(-1) ?? '', target) ? 1 : 0;
  }
  if (pairs.length > 0) return pairs.some(({ name }) => step.argument.startsWith(`${name}=`)) ? 1 : 0;
  return step.argument === folded(words.map(({ value }) => value).join(' ')) || step.argument === folded(argument)
    ? 1
    : 0.5;
}

const sameFolder = (a: string, b: string): boolean => {
  const plain = (path: string): string => withoutEnd(path.replace(/^\.?\//, ''), '/');
  return plain(a) === plain(b) || plain(a).endsWith(`/${plain(b)}`);
};

function runFit(step: string, written: string, bodies: readonly string[]): number {
  const jsonWords = /^\[/.test(written) ? written.replace(/^\[\s*"|"\s*\]$/g, '').replace(/"\s*,\s*"/g, ' ') : written;
  if (step === written || step === jsonWords) return 3;
  if (bodies.some((body) => body !== '' && step.includes(body))) return 3;
  const [short, long] = step.length < written.length ? [step, written] : [written, step];
  if (short.length > 12 && long.includes(short)) return 2;
  // The file may be a few versions ahead of the image.
  return unversioned(step) === unversioned(jsonWords) ? 2 : 0;
}

const unversioned = (command: string): string => command.replace(/\d+(?:\.\d+)*/g, '#');
