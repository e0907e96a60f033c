import type { Suppression } from '../model.ts';

/** `accepted until 2026-12-31 by team-x: not reachable (plimsoll.yaml:3:5)`. */
export function suppressionInWords({ status, until, owner, reason, justification, where }: Suppression): string {
  const what = [
    status.replace(/_/g, ' '),
    ...(until ? [`until ${until}`] : []),
    ...(owner ? [`by ${owner}`] : []),
  ].join(' ');
  const why = [justification?.replace(/_/g, ' '), reason].filter(Boolean).join(': ');
  return `${what}${why === '' ? '' : `: ${why}`} (${where})`;
}
