import { addTo } from '../../collections.ts';
import { conda } from '../../ecosystems/others.ts';
import { type Finding, isInstalled, type Package } from '../../model.ts';
import { compareConda } from '../../versions/conda.ts';
import { condaSpec } from '../../versions/conda-spec.ts';
import type { Conflict } from '../conflict.ts';
import type { Need, Problem } from '../constraints.ts';
import type { Goal } from '../goal.ts';
import type { Change, Jump } from '../plan.ts';
import { fixedVersions, type Prover } from '../proof.ts';
import { jumpOf } from '../python/index.ts';
import { solve } from '../solver.ts';
import { tradeOf, WEIGHTLESS, type Weight, weigh } from '../trade.ts';

/** A conda environment and what is to change in it. */
interface CondaPlan {
  /** `/opt/conda/envs/train` */
  readonly prefix: string;
  readonly changes: readonly Change[];
  readonly conflicts: readonly Conflict[];
}

/** What a dependency of conda's asks for, as the solver takes it. */
function condaNeed(text: string): Need | undefined {
  const spec = condaSpec(text);
  if (spec === undefined) return undefined;
  const { name, version, accepts } = spec;
  return { name, text: version === '' ? name : `${name} ${version}`, accepts };
}

/** Upgrades within each conda environment, held to what its packages say they depend on. */
export function planConda(
  packages: readonly Package[],
  findings: readonly Finding[],
  goal: Goal,
  prover: Prover,
  majors: Problem['majors'],
): CondaPlan[] {
  const prefixes = new Map<string, Package[]>();
  for (const pkg of packages) {
    const prefix = pkg.properties?.prefix;
    if (pkg.type !== conda.type || prefix === undefined || !isInstalled(pkg)) continue;
    addTo(prefixes, prefix, pkg);
  }
  return [...prefixes].flatMap(([prefix, own]) => {
    const names = new Set(own);
    const relevant = findings.filter((finding) => names.has(finding.package));
    return relevant.some((finding) => goal.wants(finding))
      ? [planPrefix(prefix, own, relevant, goal, prover, majors)]
      : [];
  });
}

/** Another minor version of Python is another world: what pip installed beside it stays behind in the folder of the old one. */
function jumpWithin(name: string, from: string, to: string): Jump {
  const jump = jumpOf(from, to);
  return name === 'python' && jump === 'minor' ? 'major' : jump;
}

/**
 * Whether a version is one that channels can have: after 1.0.2u and 1.1.1w OpenSSL's fixes went to customers of its premium support alone, though its
 * advisories name them. https://openssl-library.org/news/vulnerabilities/
 */
const isPublished = (name: string, version: string): boolean =>
  name !== 'openssl' || !/^(?:1\.0\.2(?:[v-y]|z[a-z]*)|1\.1\.1(?:[xy]|z[a-z]*))$/.test(version);

/** The first release of the series after OpenSSL's last one with fixes for paying customers alone. */
const NEXT_OPENSSL = '3.0.0';

/** Versions that advisories name as fixed and channels can have; where those of the same series are for paying customers alone, the next series' too. */
function publishedFixes(pkg: Package, findings: readonly Finding[], prover: Prover): string[] {
  const name = pkg.name.toLowerCase();
  const isPaid = findings.some(({ fix: { version } }) => version !== undefined && !isPublished(name, version));
  const next = isPaid ? prover.findings(pkg, NEXT_OPENSSL) : [];
  const fixed = [...fixedVersions(pkg, [...findings, ...next], prover), ...(isPaid ? [NEXT_OPENSSL] : [])];
  return fixed.filter((to) => isPublished(name, to));
}

/** Long because it states one problem to the solver: members, candidates and needs. */
function planPrefix(
  prefix: string,
  packages: readonly Package[],
  findings: readonly Finding[],
  goal: Goal,
  prover: Prover,
  majors: Problem['majors'],
): CondaPlan {
  const byName = new Map(packages.map((pkg) => [pkg.name.toLowerCase(), pkg]));
  const own = (name: string): Finding[] => findings.filter((finding) => finding.package === byName.get(name));
  const goals = new Map(
    [...byName.keys()].flatMap((name): [string, Weight][] => {
      const wanted = own(name).filter((finding) => goal.wants(finding));
      return wanted.length > 0 ? [[name, weigh(wanted)]] : [];
    }),
  );
  const problem: Problem = {
    members: new Map(
      [...byName].map(([name, pkg]) => [
        name,
        {
          version: pkg.version,
          needs: (pkg.properties?.depends ?? '').split(', ').flatMap((text) => condaNeed(text) ?? []),
        },
      ]),
    ),
    goals,
    majors,
    isMajor: (name, from, to) => jumpWithin(name, from, to) === 'major',
    candidates: (name) => {
      const pkg = byName.get(name);
      if (pkg === undefined) return [];
      return publishedFixes(pkg, own(name), prover)
        .filter((to) => compareConda(to, pkg.version) > 0)
        .sort(compareConda);
    },
    needs: () => 'unknown',
    residue: (name, version) => {
      const pkg = byName.get(name);
      return pkg ? tradeOf(own(name), prover.findings(pkg, version), goal).weight : WEIGHTLESS;
    },
  };
  const solution = solve(problem);
  return {
    prefix,
    changes: [...solution.changes].map(([name, to]): Change => {
      const pkg = byName.get(name) as Package;
      return {
        type: 'conda',
        name: pkg.name,
        from: pkg.version,
        to,
        jump: jumpWithin(name, pkg.version, to),
        verified: 'advisory',
        environment: prefix,
      };
    }),
    conflicts: [...solution.uncleared.keys()].map((name): Conflict => {
      const pkg = byName.get(name) as Package;
      const wanted = problem.candidates(name)?.at(-1);
      const blockers = packages.flatMap((owner) =>
        (owner.properties?.depends ?? '').split(', ').flatMap((text) => {
          const need = condaNeed(text);
          return need?.name === name && wanted !== undefined && !need.accepts(wanted)
            ? [`${owner.name} ${owner.version} depends on ${need.text}`]
            : [];
        }),
      );
      return {
        type: 'conda',
        name: pkg.name,
        version: pkg.version,
        environment: prefix,
        ...(wanted === undefined ? {} : { wanted }),
        because: blockers.length > 0 ? blockers : ['no version that is free of it is known'],
        keeps: own(name)
          .filter((finding) => goal.wants(finding))
          .map(({ id }) => id),
      };
    }),
  };
}
