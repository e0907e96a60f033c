import { addTo } from '../../collections.ts';
import type { PackageType } from '../../ecosystems/ecosystem.ts';
import { distributionOf, ecosystemNamed, isSystemType, typeNamed } from '../../ecosystems/index.ts';
import { npm } from '../../ecosystems/npm.ts';
import { conda } from '../../ecosystems/others.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { sourceOf } from '../../ecosystems/source-package.ts';
import type { Finding, Package, Report } from '../../model.ts';
import { hasSlimVariant, slimName } from '../bases/index.ts';
import { aptRemoval } from '../commands.ts';
import type { Goal } from '../goal.ts';
import { type NpmPlan, semverJump } from '../npm/index.ts';
import type { BaseImage, Change } from '../plan.ts';
import { removablePackages } from '../systems/index.ts';
import type { Planning } from './make-plan.ts';
import type { NewerBase } from './newer-base.ts';

/** A step before it is known what it clears. */
export interface StepDraft {
  readonly id: string;
  readonly kind: 'remove' | 'base' | 'user' | 'model' | 'npm' | 'language';
  readonly title: string;
  readonly commands: readonly string[];
  readonly changes: readonly Change[];
  readonly risk: { readonly level: 'low' | 'medium' | 'high'; readonly why: readonly string[] };
  readonly applied: boolean;
}

/** What the plan does not do by itself, with what each would clear. */
export function advice(
  { report, goal, base, introduced, newerBase, triedBases }: Planning,
  npms: readonly NpmPlan[],
): StepDraft[] {
  const planned = new Set(npms.flatMap(({ copies, forced }) => [...copies.keys(), ...(forced?.copies.keys() ?? [])]));
  const held = new Set(npms.flatMap(({ conflicts }) => conflicts.map(({ name }) => name)));
  const inherited = report.findings.filter(
    (finding) =>
      finding.fix.state === 'fixed' && (introduced.get(finding.package) ?? Number.MAX_SAFE_INTEGER) < base.layers,
  );
  return [
    ...languageSteps(
      // A package is left to advice while one of its copies is in no plan.
      report.findings.filter(({ package: pkg }) => !pkg.evidence.every(({ path }) => planned.has(path))),
      goal,
      (pkg) => ecosystemNamed(pkg.namespace ?? '')?.compare,
      held,
    ),
    // Where the rebuilt one was scanned, its own step says more.
    ...((triedBases ?? []).some(({ kind, findings }) => kind === 'rebuilt' && findings !== undefined)
      ? []
      : baseStep(
          base,
          new Set(inherited.map(({ id, package: pkg }) => `${sourceOf(pkg).name} ${id}`)).size,
          newerBase,
        )),
    ...userStep(report),
    ...modelSteps(report),
  ];
}

/** Taking out compilers and headers: most of what Debian will never fix is in them. Says what it knows, which is who depends on them. */
export function removalStep(report: Report, base: BaseImage, applied: boolean): StepDraft[] {
  const going = removablePackages(report.packages);
  const affected = new Set(report.findings.map((finding) => finding.package));
  const worth = going.filter((pkg) => affected.has(pkg));
  if (worth.length === 0) return [];
  const slim = hasSlimVariant(base.name ?? '');
  const names = going.map(({ name }) => name);
  const untold = going.filter(({ exposure }) => (exposure?.class ?? 'unknown') === 'unknown').map(({ name }) => name);
  return [
    {
      id: 'remove-build-tools',
      kind: 'remove',
      title: `take out ${names.length === 1 ? 'one package' : `${names.length} packages`} of compilers and headers, which no package that stays depends on`,
      commands: [
        ...(slim
          ? [
              `# better: FROM ${slimName(base.name as string)}, which has none of them; build wheels in a stage of their own`,
            ]
          : []),
        aptRemoval(names),
      ],
      changes: going.map(
        (pkg): Change => ({ type: pkg.type, name: pkg.name, from: pkg.version, jump: 'major', verified: 'index' }),
      ),
      risk: {
        level: 'medium',
        why: [
          untold.length === 0
            ? 'what compiles when it runs (torch.compile, numba, pip builds) needs them'
            : `what compiles when it runs (torch.compile, numba, pip builds) needs them, and whether a program of the image calls one of ${untold.slice(0, 4).join(', ')}${untold.length > 4 ? ` and ${untold.length - 4} more` : ''} is not known`,
          'the files stay in the lower layers: the image is not smaller, but nothing can use them',
        ],
      },
      applied,
    },
  ];
}

/** What is inherited is best fixed where it is made. `newer`: what the registry says of the tag. */
function baseStep(base: BaseImage, inherited: number, newer: NewerBase | undefined): StepDraft[] {
  if (base.layers === 0 || inherited === 0 || base.name === undefined) return [];
  const from = `${inherited} finding${inherited === 1 ? ' is' : 's are'} inherited from it`;
  return [
    {
      id: 'base-image',
      kind: 'base',
      title: newer === undefined ? `build on ${base.name} anew: ${from}` : `${newer.said} (${from})`,
      commands: newer?.rebuilt === false ? [] : ['docker build --pull --no-cache .'],
      changes: [],
      risk: { level: 'low', why: ['the tag is the same, what it holds is what its publisher rebuilt'] },
      applied: false,
    },
  ];
}

/** A container whose process is root can do to its files whatever a hole in it allows. */
function userStep(report: Report): StepDraft[] {
  const config = report.subject.config;
  const user = config?.run.User ?? '';
  if (!config || (user !== '' && !/^(?:root|0)(?::|$)/.test(user))) return [];
  const addUser = distributionOf(report.os)?.addUser;
  return [
    {
      id: 'user',
      kind: 'user',
      title: 'run as a user of its own, not as root',
      commands: [
        addUser ? addUser('app', 10001) : 'useradd --create-home --uid 10001 app',
        '# then, as the last lines of the Dockerfile: USER 10001',
      ],
      changes: [],
      risk: { level: 'medium', why: ['folders that it writes to must belong to it (COPY --chown=10001)'] },
      applied: false,
    },
  ];
}

/** Models that run code when they are loaded. */
function modelSteps(report: Report): StepDraft[] {
  const paths = [
    ...new Set(report.risks.filter(({ category }) => category === 'model').map(({ evidence }) => evidence.path)),
  ];
  if (paths.length === 0) return [];
  return [
    {
      id: 'models',
      kind: 'model',
      title: `replace ${paths.length === 1 ? `/${paths[0]}` : `${paths.length} model files`} by safetensors, or take ${paths.length === 1 ? 'it' : 'them'} out`,
      commands: paths
        .slice(0, 5)
        .map(
          (path) =>
            `# /${path} runs code of its own when it is loaded: convert it where you trust it, ship the .safetensors`,
        ),
      changes: [],
      risk: {
        level: 'medium',
        why: ['code that calls torch.load or pickle.load on it has to load safetensors instead'],
      },
      applied: false,
    },
  ];
}

/** Upgrades of packages that are built elsewhere: npm trees, Go and Rust programs, jars, gems. `held`: what ranges in an npm tree hold back. */
function languageSteps(
  findings: readonly Finding[],
  goal: Goal,
  compare: (pkg: Package) => ((a: string, b: string) => number) | undefined,
  held: ReadonlySet<string>,
): StepDraft[] {
  const byPackage = new Map<Package, string>();
  for (const finding of findings) {
    const pkg = finding.package;
    if (
      !goal.wants(finding) ||
      finding.fix.version === undefined ||
      // What a package carries is renewed by whoever publishes that package: nobody here can rebuild it.
      pkg.role === 'vendored' ||
      pkg.type === pypi.type ||
      pkg.type === conda.type ||
      isSystemType(pkg.type)
    )
      continue;
    const order = compare(pkg);
    const known = byPackage.get(pkg);
    if (known === undefined || (order && order(finding.fix.version, known) > 0))
      byPackage.set(pkg, finding.fix.version);
  }
  const types = new Map<string, Change[]>();
  for (const [pkg, to] of byPackage) {
    const change: Change = {
      type: pkg.type,
      name: pkg.name,
      from: pkg.version,
      to,
      jump: semverJump(pkg.version, to),
      verified: 'advisory',
    };
    addTo(types, pkg.type, change);
  }
  return [...types].map(([type, changes]) => languageStep(typeNamed(type), changes, held));
}

function languageStep(
  { type, label, fix }: PackageType,
  changes: readonly Change[],
  held: ReadonlySet<string>,
): StepDraft {
  const pins = [...new Map(changes.map(({ name, to }) => [`${name}\0${to}`, { name, version: to ?? '' }])).values()];
  // A remark for readers, in one line whatever a package calls itself: nothing that a shell is given.
  const words = (of: typeof pins): string =>
    of.map(({ name, version }) => `${name}${fix.sign}${version}`.replace(/\s+/g, ' ')).join(', ');
  const isOne = changes.length === 1;
  const isNpm = type === npm.type;
  /** Installed beside what asks for the older one, npm would keep that as well. */
  const npmCommands = (): string[] => {
    const [back, free] = [pins.filter(({ name }) => held.has(name)), pins.filter(({ name }) => !held.has(name))];
    return [
      ...(free.length > 0 ? (fix.upgrade?.(free, {}) ?? []) : []),
      ...(back.length > 0 ? [`# upgrade what asks for an older one, so that npm takes ${words(back)}`] : []),
    ];
  };
  return {
    id: `language-${type}`,
    kind: isNpm ? 'npm' : 'language',
    title: `${label}: bring ${isOne ? changes[0]?.name : `${changes.length} packages`} up to date where ${isOne ? 'it is' : 'they are'} declared`,
    commands: isNpm ? npmCommands() : [`# rebuild with ${words(pins)}`],
    changes,
    risk: {
      level: 'medium',
      why: [
        isNpm
          ? 'ranges in the tree hold it back, or npm did not make the tree: upgrade what asks for it, or force it by "overrides" in package.json and test'
          : 'what else in the tree asks for the older version is not known from the image: the package manager says',
      ],
    },
    applied: false,
  };
}
