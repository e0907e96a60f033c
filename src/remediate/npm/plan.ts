// Long because it is one plan: what a tree moves to, what would force it, and the commands that do so are read together.

import { addTo } from '../../collections.ts';
import { shellWord } from '../../ecosystems/fixing.ts';
import { npm as nodePackages } from '../../ecosystems/npm.ts';
import { pathIn } from '../../formats/paths.ts';
import { type Finding, isInstalled, type Package } from '../../model.ts';
import { compareSemver } from '../../versions/semver.ts';
import type { Conflict } from '../conflict.ts';
import type { Goal } from '../goal.ts';
import { type NpmCopy, type NpmDemand, type NpmTrees, npmRequirement, npmTrees } from '../installed/index.ts';
import type { Change, Jump } from '../plan.ts';
import { fixedVersions, type Prover } from '../proof.ts';
import { compareWeights, tradeOf, weigh } from '../trade.ts';

/** What is to change in one npm tree. */
export interface NpmPlan {
  readonly tree: string;
  /** The tree as it is called for people: `/app`; of a project, its lock. */
  readonly where: string;
  readonly kind: NpmCopy['kind'];
  readonly changes: readonly Change[];
  /** New versions by the path of the `package.json` that each copy is known by. */
  readonly copies: ReadonlyMap<string, string>;
  readonly conflicts: readonly Conflict[];
  readonly commands: readonly string[];
  /** What to know of it, in sentences. */
  readonly warnings: readonly string[];
  /** What ranges hold back and `overrides` in the project's `package.json` would move all the same; absent: nothing, or npm is too old. */
  readonly forced?: Forced;
  /** False: npm brought the copies along with itself, and only a newer npm renews them. */
  readonly applied: boolean;
}

/** Copies that are moved against the ranges of those who find them, by path, and how. */
interface Forced {
  readonly changes: readonly Change[];
  readonly copies: ReadonlyMap<string, string>;
  readonly commands: readonly string[];
}

interface NpmPlanning {
  readonly packages: readonly Package[];
  readonly findings: readonly Finding[];
  readonly goal: Goal;
  readonly prover: Prover;
  readonly majors: 'never' | 'needed' | 'any';
  /** The npm that there is; default: the one among the packages. */
  readonly npm?: string;
}

/** A copy and what becomes of it. */
interface Decision {
  readonly copy: NpmCopy;
  readonly to?: string;
  readonly conflict?: Conflict;
}

/**
 * Upgrades in each npm tree that the image's own npm can make: the smallest versions that clear the goal, and that everything
 * which finds the copy allows. Trees of other package managers, and those that somebody else installed, are left out.
 */
export function planNpm(planning: NpmPlanning): NpmPlan[] {
  const wanted = new Map<Package, Finding[]>();
  for (const finding of planning.findings)
    if (finding.package.type === nodePackages.type) addTo(wanted, finding.package, finding);
  if (wanted.size === 0) return [];
  const trees = npmTrees(planning.packages);
  const npm = planning.npm ?? npmOf(trees, planning.packages);
  if (npm === undefined) return [];
  const byTree = new Map<string, Decision[]>();
  for (const copy of trees.copies.values()) {
    const own = wanted.get(copy.package);
    if (!own || !isPlanned(copy, trees)) continue;
    const decision = decide(copy, own, trees.demands.get(copy.folder) ?? [], planning, npm);
    if (decision) addTo(byTree, copy.tree, decision);
  }
  return [...byTree]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tree, own]) => planTree(tree, own, trees, npm, planning.npm !== undefined));
}

/** The version of the npm that the image has, `0` where it does not say; undefined: there is none. */
function npmOf({ copies }: NpmTrees, packages: readonly Package[]): string | undefined {
  const global = [...copies.values()].find(({ kind, alias }) => kind === 'global' && alias === 'npm');
  return (
    global?.package.version ?? packages.find(({ name, type }) => name === 'npm' && type !== nodePackages.type)?.version
  );
}

/** Folders whose trees other package managers made, or that are a part of something else. */
const OTHERS = /(?:^|\/)(?:site-packages|dist-packages|labextensions|nbextensions|\.pnpm|\.store|\.yarn)(?:\/|$)/;

function isPlanned({ package: pkg, tree, kind, folder }: NpmCopy, { copies, projects }: NpmTrees): boolean {
  if (!isInstalled(pkg) || pkg.ownedBy !== undefined || OTHERS.test(folder)) return false;
  if (kind === 'project') return /^(?:npm\b|$)/.test(projects.get(tree)?.properties?.['package-manager'] ?? '');
  // What has npm itself beside it is a folder of npm's; another `lib` may be anybody's.
  return copies.has(`${/^(.*?(?:^|\/)lib\/node_modules)(?:\/|$)/.exec(folder)?.[1]}/npm`);
}

function decide(
  copy: NpmCopy,
  own: readonly Finding[],
  demands: readonly NpmDemand[],
  { goal, prover, majors }: NpmPlanning,
  npm: string,
): Decision | undefined {
  const { package: pkg } = copy;
  const wanted = own.filter((finding) => goal.wants(finding));
  if (wanted.length === 0) return undefined;
  const today = weigh(wanted);
  const candidates = [...fixedVersions(pkg, wanted, prover)]
    .filter((to) => compareSemver(to, pkg.version) > 0)
    .sort(compareSemver)
    .map((to) => {
      const { kept, brought, weight } = tradeOf(own, prover.findings(pkg, to), goal);
      const keeps = kept.map(({ id }) => id);
      const because = blockers(copy, to, demands, npm);
      const major = semverJump(pkg.version, to) === 'major';
      if (major && majors === 'never') because.push(`${pkg.name} ${to} is a major step, which is not asked for`);
      const dear = compareWeights(weight, today) >= 0 ? brought.map(({ id }) => id) : [];
      if (dear.length > 0) because.push(`${pkg.name} ${to} brings ${dear.join(', ')}`);
      return { to, keeps, because, major, weight };
    });
  const better = (a: (typeof candidates)[number], b: (typeof candidates)[number]): number =>
    compareWeights(a.weight, b.weight) || (majors === 'any' ? 0 : Number(a.major) - Number(b.major));
  const best = candidates
    .filter(({ because, weight }) => because.length === 0 && compareWeights(weight, today) < 0)
    .sort(better)[0];
  const keeps = best?.keeps ?? wanted.map(({ id }) => id);
  if (best && keeps.length === 0) return { copy, to: best.to };
  const hoped = [...candidates].sort(better)[0];
  const conflict: Conflict = {
    type: 'npm',
    name: pkg.name,
    version: pkg.version,
    environment: copy.tree,
    ...(hoped && hoped.to !== best?.to ? { wanted: hoped.to } : {}),
    because: hoped && hoped.because.length > 0 ? hoped.because : ['no version that is free of it is known'],
    keeps,
  };
  return { copy, conflict, ...(best ? { to: best.to } : {}) };
}

/** Who forbids it, in words; what was not satisfied before forbids nothing. */
function blockers(copy: NpmCopy, to: string, demands: readonly NpmDemand[], npm: string): string[] {
  // What npm brings along is npm's own to choose; what the project itself declares is moved with it.
  if (isNpmsOwn(copy)) return [];
  if (copy.nested && compareSemver(npm, '7.0.0') < 0)
    return [`npm ${npm} does not reach copies within other packages (/${copy.folder}): a newer npm does`];
  const own = copy.kind === 'project' && !copy.nested ? copy.tree : undefined;
  const names = demands
    .filter((demand) => demand.folder !== own && demand.accepts(copy.package.version) && !demand.accepts(to))
    .map(({ owner, text }) => `${owner.name} ${owner.version} requires ${text}`);
  return [...new Set(names)].sort();
}

const isNpmsOwn = ({ kind, tree }: Pick<NpmCopy, 'kind' | 'tree'>): boolean =>
  kind === 'program' && tree.endsWith('/node_modules/npm');

function planTree(tree: string, own: readonly Decision[], trees: NpmTrees, npm: string, isLock: boolean): NpmPlan {
  const kind = (own[0] as Decision).copy.kind;
  const moved = own.filter((decision): decision is Decision & { to: string } => decision.to !== undefined);
  const cd = isLock ? (tree === '' ? [] : [`cd ${shellWord(tree)}`]) : [`cd ${shellWord(`/${tree}`)}`];
  const forced = forcedOf(tree, own, trees, npm, cd);
  const conflicts = new Map(
    own.flatMap(({ conflict }) =>
      conflict ? [[[conflict.name, conflict.version, ...conflict.because].join('\0'), conflict] as const] : [],
    ),
  );
  const applied = !isNpmsOwn({ kind, tree });
  return {
    tree,
    where: isLock ? pathIn(tree, 'package-lock.json') : `/${tree}`,
    kind,
    changes: changesOf(tree, moved),
    ...(forced ? { forced } : {}),
    copies: new Map(moved.map(({ copy, to }) => [copy.path, to])),
    conflicts: applied ? [...conflicts.values()] : [],
    ...(applied
      ? { ...commandsOf(tree, kind, moved, trees, npm), applied }
      : {
          commands: ['npm install -g npm@latest'],
          warnings: ['which copies a newer npm brings is seen after the rebuild; it may want a newer Node.js'],
          applied,
        }),
  };
}

function changesOf(tree: string, moved: readonly { readonly copy: NpmCopy; readonly to: string }[]): Change[] {
  const changes = new Map<string, Change>();
  for (const { copy, to } of moved) {
    const { name, version } = copy.package;
    const change: Change = {
      type: 'npm',
      name,
      from: version,
      to,
      jump: semverJump(version, to),
      verified: 'advisory',
      environment: tree,
    };
    changes.set([name, version, to].join('\0'), change);
  }
  return [...changes.values()].sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

/**
 * What a range alone holds back in a project. An override is for every copy of a name: it is offered where all of them are to become the same
 * version. https://docs.npmjs.com/cli/v10/configuring-npm/package-json#overrides
 */
function forcedOf(
  tree: string,
  own: readonly Decision[],
  { copies, projects }: NpmTrees,
  npm: string,
  cd: readonly string[],
): Forced | undefined {
  const project = projects.get(tree);
  if (project === undefined || compareSemver(npm, '8.3.0') < 0) return undefined;
  const held = own.flatMap(({ copy, conflict }) =>
    conflict?.wanted !== undefined && conflict.because.every((text) => text.includes(' requires '))
      ? [{ copy, to: conflict.wanted }]
      : [],
  );
  const moved = held.filter(({ copy, to }) =>
    [...copies.values()]
      .filter((other) => other.tree === tree && [other.alias, other.package.name].includes(copy.package.name))
      .every(
        (other) => other.alias === other.package.name && held.some((move) => move.copy === other && move.to === to),
      ),
  );
  if (moved.length === 0) return undefined;
  const asked = (project.requires ?? []).flatMap((text) => npmRequirement(text) ?? []);
  const pins = [...new Map(moved.map(({ copy, to }) => [copy.package.name, to]))].sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = pins.flatMap(([name, to]) => {
    const direct = asked.find((dependency) => dependency.name === name);
    // npm refuses an override of what the project itself asks for otherwise.
    const declared = direct ? [`${direct.dev ? 'devDependencies' : 'dependencies'}[${name}]=${to}`] : [];
    return [...declared, `overrides[${name}]=${to}`];
  });
  return {
    changes: changesOf(tree, moved),
    copies: new Map(moved.map(({ copy, to }) => [copy.path, to])),
    commands: [
      ...cd,
      `npm pkg set ${fields.map(shellWord).join(' ')}`,
      `npm install${asked.some(({ dev }) => dev) ? ' --omit=dev' : ''}`,
    ],
  };
}

/** How npm makes these upgrades, as commands for a shell that each follow the one before. */
function commandsOf(
  tree: string,
  kind: NpmCopy['kind'],
  moved: readonly { copy: NpmCopy; to: string }[],
  { projects }: NpmTrees,
  npm: string,
): { commands: string[]; warnings: string[] } {
  const words = (all: readonly string[]): string => [...new Set(all)].sort().map(shellWord).join(' ');
  const pin = ({ copy: { alias, package: pkg }, to }: (typeof moved)[number]): string =>
    alias === pkg.name ? `${alias}@${to}` : `${alias}@npm:${pkg.name}@${to}`;
  if (kind === 'global') {
    const prefix = tree.replace(/\/?lib\/node_modules$/, '');
    const where = prefix === 'usr/local' ? '' : ` --prefix ${shellWord(`/${prefix}`)}`;
    return { commands: [`npm install -g${where} ${words(moved.map(pin))}`], warnings: [] };
  }
  const project = kind === 'project' ? projects.get(tree) : undefined;
  const asked = (project?.requires ?? []).flatMap((text) => npmRequirement(text) ?? []);
  const direct = new Set(asked.map(({ name }) => name));
  const top = kind === 'project' ? moved.filter(({ copy }) => !copy.nested) : [];
  const rest = moved.filter((decision) => !top.includes(decision));
  const undeclared = project ? top.filter(({ copy }) => !direct.has(copy.alias)).map(({ copy }) => copy.alias) : [];
  const options = [
    ...(kind === 'program' || asked.some(({ dev }) => dev)
      ? [compareSemver(npm, '7.0.0') < 0 ? ' --production' : ' --omit=dev']
      : []),
    ...(kind === 'program' ? [' --no-save'] : []),
  ].join('');
  return {
    commands: [
      `cd ${shellWord(`/${tree}`)}`,
      // Without a manifest npm would take out whatever it finds.
      ...(kind === 'project' && !project ? ['test -f package.json'] : []),
      ...(top.length > 0 ? [`npm install${options} ${words(top.map(pin))}`] : []),
      ...(rest.length > 0 ? [`npm update${options} ${words(rest.map(({ copy }) => copy.alias))}`] : []),
    ],
    warnings: [
      ...(rest.length > 0
        ? [
            `npm takes the newest that the ranges allow of ${[...new Set(rest.map(({ copy }) => copy.alias))].sort().join(', ')}`,
          ]
        : []),
      ...(undeclared.length > 0
        ? [`package.json declares then what only others asked for: ${[...new Set(undeclared)].sort().join(', ')}`]
        : []),
    ],
  };
}

/** By the first of the three numbers that differs. */
export function semverJump(from: string, to: string): Jump {
  const parts = (text: string): string[] => text.replace(/^v/, '').split(/[.+-]/);
  const [a, b] = [parts(from), parts(to)];
  const differs = [0, 1, 2].find((index) => a[index] !== b[index]);
  return differs === undefined ? 'revision' : (['major', 'minor', 'patch'] as const)[differs]!;
}
