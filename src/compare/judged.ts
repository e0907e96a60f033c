import type { Considered } from '../model.ts';

/** What a scan makes of a statement: whether the installed version is affected, and in words what was compared or why it does not apply. */
export function judged({ judgement, lookup }: Considered): { readonly affected: boolean; readonly judged: string } {
  if (judgement.affected) {
    const { version, comparator } = judgement.compared;
    return { affected: true, judged: `${version} is affected (${comparator})` };
  }
  const because = {
    withdrawn: 'the publisher took it back',
    state: 'by its state no version is known to be affected',
    version: `${lookup.version} is not affected`,
    'unknown-version': `${lookup.version || 'no version'} is not a version that can be compared`,
    module: `it is about another stream of the module than ${lookup.module || 'the installed build, which is of none'}`,
    flavour: 'it is about builds of another flavour (Ksplice, FIPS), which are numbered apart',
    platform: 'it holds on another platform only',
    undecidable: 'it names no version and is much older than what is installed: nobody can tell',
    subscription: 'another statement of the publisher settles it for this build',
  };
  return { affected: false, judged: because[judgement.because] };
}

/** Whether a statement settles that the version is not affected. Nobody can tell, or not yet, is no such word. */
export const settles = ({ statement, judgement }: Considered): boolean =>
  !judgement.affected &&
  judgement.because !== 'undecidable' &&
  judgement.because !== 'unknown-version' &&
  (judgement.because !== 'state' || statement.state === 'not-affected');
