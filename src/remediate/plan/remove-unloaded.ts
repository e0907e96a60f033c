import { shellWords } from '../../ecosystems/fixing.ts';
import { deb } from '../../ecosystems/system-types.ts';
import { counted } from '../../formats/grouped.ts';
import type { Package, Report } from '../../model.ts';
import { aptRemoval } from '../commands.ts';
import type { PythonEnvironment } from '../installed/index.ts';
import type { Change } from '../plan.ts';
import { unloadedPackages } from '../systems/index.ts';
import type { StepDraft } from './advice.ts';

/** What is asked of the step besides the report. */
interface Removal {
  readonly environments: readonly PythonEnvironment[];
  /** The pip of an environment, by its id. */
  pip(id: string): string;
  /** True: part of the plan, not advice. */
  readonly applied: boolean;
}

/**
 * Taking out what the closure of the start command does not lead to: Debian packages that nothing that stays depends on, and Python
 * distributions that none that stays requires. Only what is known to be out of reach goes: where the closure could not tell, nothing does.
 */
export function unloadedStep(report: Report, { environments, pip, applied }: Removal): StepDraft[] {
  const { start, packages } = report;
  if (start === undefined || start.by === 'nobody') return [];
  const affected = new Set(report.findings.map((finding) => finding.package));
  const worth = (pkg: Package): boolean => affected.has(pkg);
  // Without apt there is nothing to take them out with.
  const hasApt = packages.some(({ type, name }) => type === deb.type && name === 'apt');
  const system = hasApt ? unloadedPackages(packages, worth) : [];
  const pythons = environments
    .map((environment) => ({ environment, going: unloadedDistributions(environment, worth) }))
    .filter(({ going }) => going.length > 0);
  const changes = [
    ...system.map((pkg) => removed(pkg)),
    ...pythons.flatMap(({ environment, going }) => going.map((pkg) => removed(pkg, environment.id))),
  ];
  if (changes.length === 0) return [];
  const along =
    changes.length - system.filter(worth).length - pythons.flatMap(({ going }) => going).filter(worth).length;
  return [
    {
      id: 'remove-unloaded',
      kind: 'remove',
      title: `take out ${changes.length} package${changes.length === 1 ? '' : 's'} that nothing loads`,
      commands: [
        ...pythons.map(
          ({ environment, going }) =>
            `${pip(environment.id)} uninstall -y ${shellWords(going.map(({ name }) => name))}`,
        ),
        ...(system.length === 0 ? [] : [aptRemoval(system.map(({ name }) => name))]),
      ],
      changes,
      risk: {
        level: 'medium',
        why: [
          `nothing that ${startInWords(start.command)} loads, can import or calls leads to a file of them (plimsoll exposure shows the ways), and no package that stays depends on them${along > 0 ? `; ${along} without a finding go along, since they need the others` : ''}`,
          'what is started beside it is not known: docker exec, jobs, scripts that a volume brings; nor what a program reads as data',
          'the files stay in the lower layers: the image is not smaller, but nothing can use them',
        ],
      },
      applied,
    },
  ];
}

/** Why there is no such step, where it was asked for. */
export function whyNothingUnloaded({ start, packages, findings }: Report): string {
  if (start === undefined || start.by === 'nobody')
    return 'nothing is taken out: the image has no start command, so of no package it is known that nothing loads it';
  const affected = new Set(findings.map((finding) => finding.package));
  const idle = packages.filter((pkg) => affected.has(pkg) && pkg.exposure?.class === 'present');
  const unclear = packages.filter((pkg) => affected.has(pkg) && pkg.exposure?.class === 'unknown').length;
  if (idle.length === 0)
    return `nothing is taken out: each package with findings is loaded, may be imported or called, or is no code${unclear === 0 ? '' : `; of ${unclear} it cannot be told`}`;
  const names = [...new Set(idle.map(({ name }) => name))];
  const named = `${names.slice(0, 4).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''}`;
  const hasApt = packages.some(({ type, name }) => type === deb.type && name === 'apt');
  const why = hasApt ? 'what stays needs them, or they came without a package manager' : 'the image has no apt';
  return `nothing is taken out: ${counted(names.length, 'package')} with findings that nothing loads ${names.length === 1 ? 'has' : 'have'} to stay (${named}): ${why}`;
}

const removed = ({ type, name, version }: Package, environment?: string): Change => ({
  type,
  name,
  from: version,
  jump: 'major',
  verified: 'index',
  ...(environment === undefined ? {} : { environment }),
});

const startInWords = (words: readonly string[]): string =>
  `the start command (${words.slice(0, 6).join(' ')}${words.length > 6 ? ' ...' : ''})`;

/** Distributions that others read without importing them. */
const DATA = /^(?:tzdata|certifi)$|[-_]data$/i;

/** As for Debian: what is present and no more, has a finding or needs one that goes, and is required by none that stays. */
function unloadedDistributions({ members }: PythonEnvironment, worth: (pkg: Package) => boolean): Package[] {
  const able = new Map(
    [...members].filter(
      ([, { package: pkg, held }]) =>
        held === undefined &&
        // What has no metadata of its own pip does not know.
        pkg.recovered === undefined &&
        pkg.exposure?.class === 'present' &&
        !DATA.test(pkg.name),
    ),
  );
  for (let shrunk = true; shrunk; ) {
    shrunk = false;
    for (const [owner, { needs }] of members)
      if (!able.has(owner)) for (const { name } of needs) shrunk = able.delete(name) || shrunk;
  }
  const going = new Map([...able].filter(([, { package: pkg }]) => worth(pkg)));
  for (let grown = true; grown; ) {
    grown = false;
    for (const [name, member] of able)
      if (!going.has(name) && member.needs.some((need) => going.has(need.name))) {
        going.set(name, member);
        grown = true;
      }
  }
  return [...going.values()].map((member) => member.package);
}
