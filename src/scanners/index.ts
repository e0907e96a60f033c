import { PlimsollError } from '../errors.ts';
import { nearest } from '../located-yaml.ts';
import { anchore } from './anchore.ts';
import { clairV2 } from './clair-v2.ts';
import { clairV4 } from './clair-v4.ts';
import { cyclonedx } from './cyclonedx.ts';
import { defender } from './defender.ts';
import { dockerHub } from './docker-hub.ts';
import { ecrBasic } from './ecr-basic.ts';
import { ecrEnhanced } from './ecr-enhanced.ts';
import { empty } from './empty.ts';
import { gcp } from './gcp.ts';
import { gitlab } from './gitlab.ts';
import { grype } from './grype.ts';
import { harbor } from './harbor.ts';
import type { Lens } from './lens.ts';
import { osvScanner } from './osv-scanner.ts';
import { plimsoll } from './plimsoll.ts';
import type { Scanner, ScannerReport } from './scanner.ts';
import { snyk } from './snyk.ts';
import { trivy } from './trivy.ts';

/** Every other scanner known: adding one is adding a line. The order decides between formats that both recognise a file. */
export const scanners: readonly Scanner[] = [
  plimsoll,
  trivy,
  grype,
  clairV4,
  clairV2,
  ecrBasic,
  ecrEnhanced,
  gcp,
  dockerHub,
  defender,
  osvScanner,
  gitlab,
  harbor,
  cyclonedx,
  anchore,
  snyk,
  empty,
];

/** Every lens, by name. */
export const lenses: ReadonlyMap<string, Lens> = new Map(
  scanners.flatMap((scanner) => scanner.lenses.map((lens) => [lens.name, lens] as const)),
);

/** The lens of that name. Throws `usage` with the names there are. */
export function lensNamed(name: string): Lens {
  const lens = lenses.get(name.trim().toLowerCase());
  if (lens === undefined)
    throw new PlimsollError('usage', `no lens is called "${name}"`, {
      hint: suggested(name, [...lenses.keys()]),
    });
  return lens;
}

/** The scanner of that name. Throws `usage` with the names of those that can be run. */
export function scannerNamed(name: string): Scanner {
  const asked = name.trim().toLowerCase();
  const scanner = scanners.find((candidate) => candidate.name === asked || candidate.also?.includes(asked) === true);
  if (scanner?.run !== undefined) return scanner;
  const names = scanners
    .filter((scanner) => scanner.run !== undefined)
    .flatMap((scanner) => [scanner.name, ...(scanner.also ?? [])]);
  throw new PlimsollError('usage', `no scanner called "${name}" can be run from here`, {
    hint: suggested(name, names),
  });
}

/** The lens that a report is explained by: of its scanner and its time, and for a folder where that was scanned. */
export function lensOf({ scanner, version, created, database, settings }: Report): Lens | undefined {
  const lens = lensFor(scanner, version, created ?? database?.date);
  if (lens?.inFolders === undefined || settings?.folder !== true) return lens;
  return { ...lens, leavesOut: [...lens.inFolders, ...lens.leavesOut] };
}

type Report = Pick<ScannerReport, 'scanner' | 'version' | 'created' | 'database' | 'settings'>;

/** The lens for a report of this scanner, by its version or date: the newest whose time had come, else the oldest. */
export function lensFor(scanner: string, version: string | undefined, date: string | undefined): Lens | undefined {
  const all = scanners.find((candidate) => candidate.name === scanner)?.lenses ?? [];
  return all.find((lens) => begun(lens.since, version, date)) ?? all.at(-1);
}

/** A version decides where there is one, else the date; a report that tells neither is taken for a new one. */
function begun(since: Lens['since'], version: string | undefined, date: string | undefined): boolean {
  // Who builds it himself has 0.0.0-dev: that is no old one.
  const have = /^v?(?!0\.0\.)(\d+)\.(\d+)/.exec(version ?? '');
  const want = /^(\d+)\.(\d+)/.exec(since?.version ?? '');
  if (have !== null && want !== null) return !later(want, have);
  return since?.date === undefined || date === undefined || date >= since.date;
}

function later(have: RegExpExecArray, want: RegExpExecArray): boolean {
  return (
    Number(have[1]) > Number(want[1]) || (Number(have[1]) === Number(want[1]) && Number(have[2]) > Number(want[2]))
  );
}

function suggested(name: string, names: readonly string[]): string {
  const near = nearest(name.trim().toLowerCase(), names);
  return `${near === undefined ? '' : `did you mean ${near}? `}choose of ${names.join(', ')}`;
}
