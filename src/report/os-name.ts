import type { Subject } from '../model.ts';

/** What runs in a target; a project has no system before it is built into an image, and that is no failure to recognise one. */
export const osNameInWords = ({
  os,
  subject,
}: {
  readonly os?: { readonly name: string } | undefined;
  readonly subject: Pick<Subject, 'source'>;
}): string =>
  os?.name ?? (subject.source === 'project' ? 'no operating system yet' : 'operating system not recognised');
