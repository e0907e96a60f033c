import { addTo } from '../../collections.ts';
import { typeNamed } from '../../ecosystems/index.ts';
import type { Coverage, Finding, GateRule, Package, Report, Risk } from '../../model.ts';
import { catchesFinding, catchesRisk, type Gate } from '../gate.ts';
import {
  type Baseline,
  defectsOf,
  findingText,
  gapInWords,
  isJudgeable,
  lifeOutcome,
  lostLayers,
  outOfSight,
  riskText,
  unreadBy,
  unreadLists,
} from '../judge.ts';
import { isRun } from '../kernel-headers.ts';
import { hasFeed, lackingFeeds, NO_KEV } from '../lacking-feeds.ts';
import { unrated } from '../unrated.ts';
import { type CisOutcome, cisOutcome } from './cis-rule.ts';
import { isOneOf, type LicenceReader } from './licence-terms.ts';
import { isAllowedImage, isInRegistry, registryNames } from './places.ts';
import type { Duration, LicenceRule, PackageKind, Placed, Policy } from './policy.ts';
import { policyRule, type RuleOutcome } from './rule-outcome.ts';

/** What a policy is judged by besides the report. */
export interface PolicyFacts {
  readonly baseline?: Baseline;
  /** What could not be judged shuts nothing; what the policy requires is required all the same. */
  readonly allowUnjudged?: boolean;
  /** Outcomes of the benchmark's image checks; absent: they were not made. */
  readonly cis?: readonly CisOutcome[];
  /** The base image as it is proven or attested, with who says so; absent: nobody does. */
  readonly base?: { readonly name: string; readonly said: string };
  /** Reads licences; needed where the policy speaks of them. */
  readonly licences?: LicenceReader;
}

/**
 * What every rule of a policy says of a report, which has to be whole: nothing kept back by a filter. A rule that could not be
 * judged fails. More findings, risks or gaps never open it, and a looser rule never shuts it.
 * Long because it has a line for each rule of a policy.
 */
export function judgePolicy(report: Report, policy: Policy, facts: PolicyFacts = {}): readonly GateRule[] {
  const rule = (name: string, place: Placed<unknown>, outcome: RuleOutcome): GateRule =>
    policyRule(name, place, outcome, facts.allowUnjudged);
  const { cis, exploited, epss, endOfLife, registries, bases, licences, coverage } = policy;
  const isWhole = report.filtered.hidden === 0;
  const findingRules = [...policy.thresholds.filter(({ value }) => value.gate.findings), ...epss];
  return [
    ...(isWhole
      ? []
      : [rule('whole report', wholeFrom(policy), { unjudged: ['the report shows only part of what was found'] })]),
    ...(findingRules.length > 0 || exploited || coverage.packages
      ? [
          rule(
            coverageName(coverage.packages?.value),
            coverage.packages ?? wholeFrom(policy),
            judgedShare(report, policy),
          ),
        ]
      : []),
    ...(coverage.unreadable
      ? [
          rule(
            `coverage.unreadable ${coverage.unreadable.value}`,
            coverage.unreadable,
            tooMany(report, coverage.unreadable.value),
          ),
        ]
      : []),
    ...(coverage.databaseAge
      ? [
          rule(
            `coverage.database-age ${coverage.databaseAge.value.said}`,
            coverage.databaseAge,
            dataAge(report, coverage.databaseAge.value),
          ),
        ]
      : []),
    ...policy.thresholds.map((threshold) => {
      const { kind, said, gate } = threshold.value;
      const outcome = gate.findings
        ? withFeeds(report, gate, (asked) =>
            findingsOutcome(report, policy, asked, facts, (pkg) => kindOf(pkg) === kind),
          )
        : {
            caught: report.risks.filter((risk) => catchesRisk(gate, risk) && isNew(gate, risk, facts)).map(riskText),
            unjudged: unreadBy(report, gate),
          };
      return rule(`${kind}:${said}`, threshold, outcome);
    }),
    ...(exploited ? [rule(`exploited:${exploited.value}`, exploited, exploitedOutcome(report, exploited.value))] : []),
    ...epss.map((gate) => {
      const outcome = withFeeds(report, gate.value, (asked) =>
        findingsOutcome(report, policy, asked, facts, () => true),
      );
      return rule(gate.value.word, gate, outcome);
    }),
    ...(cis ? [rule(`cis:${cis.value}`, cis, cisOutcome(cis.value, facts.cis))] : []),
    ...(endOfLife ? [rule('end-of-life', endOfLife, lifeOutcome(report))] : []),
    ...(registries ? [rule('registries', registries, registryOutcome(report, registries.value))] : []),
    ...(bases ? [rule('bases', bases, baseOutcome(report, bases.value, facts))] : []),
    ...(licences ? [rule('licenses', licences, licenceOutcome(report, licences.value, facts.licences))] : []),
  ];
}

const wholeFrom = ({ file }: Policy): Placed<undefined> => ({ value: undefined, where: file });

const coverageName = (share = 1): string => `coverage.packages ${Math.round(share * 1000) / 10}%`;

/** The kind of threshold that a package is judged by. */
function kindOf({ type }: Pick<Package, 'type'>): PackageKind {
  const { group } = typeNamed(type);
  if (group === 'system') return 'os';
  return group === 'native' ? 'native' : 'language';
}

const isNew = (gate: Gate, subject: Finding | Risk, { baseline }: PolicyFacts): boolean =>
  !gate.fresh || !baseline?.has(subject);

function findingsOutcome(
  report: Report,
  policy: Policy,
  gate: Gate,
  facts: PolicyFacts,
  concerns: (pkg: Package) => boolean,
): RuleOutcome {
  const met = report.findings.filter(
    (finding) =>
      isRun(finding) && concerns(finding.package) && catchesFinding(gate, finding) && isNew(gate, finding, facts),
  );
  // Nobody knows that it is not exploited, where no list of that is there.
  const isKnown = hasFeed(report, /kev/);
  const due = met.filter((finding) => !isKnown || !isInGrace(finding, policy, report.created));
  const asked = report.findings.filter(
    (finding) => isRun(finding) && concerns(finding.package) && isNew(gate, finding, facts),
  );
  // Who gives time to what has no severity gives it for want of one, too.
  const unjudged = unrated(
    asked.filter((finding) => !isKnown || !isInGrace(finding, policy, report.created)),
    report,
    gate,
  );
  return {
    caught: [...new Set(due.map(findingText))],
    graced: met.length - due.length,
    ...(unjudged.length > 0 ? { unjudged } : {}),
  };
}

/** What is exploited has no time of grace, nor has what nobody dates. */
function isInGrace({ severity, published, exploited }: Finding, { grace }: Policy, now: string): boolean {
  const time = grace.get(severity)?.value.milliseconds;
  if (time === undefined || exploited !== undefined || published === undefined) return false;
  const age = Date.parse(now) - Date.parse(published);
  return age < time;
}

/** Whether the database can say of a finding what the gate asks: where it cannot, only what might be meant counts as not judged. */
function withFeeds(report: Report, gate: Gate, outcome: (gate: Gate) => RuleOutcome): RuleOutcome {
  const lacking = lackingFeeds(report, gate);
  if (lacking.length === 0) return outcome(gate);
  const { epss: _, ...wider } = gate;
  const { caught = [] } = outcome({ ...wider, exploited: false });
  return caught.length > 0 ? { unjudged: lacking } : {};
}

function exploitedOutcome(report: Report, word: 'any' | 'fixable'): RuleOutcome {
  const asked = report.findings.filter(
    (finding) => isRun(finding) && (word === 'any' || finding.fix.state === 'fixed'),
  );
  if (!hasFeed(report, /kev/)) return asked.length > 0 ? { unjudged: [NO_KEV] } : {};
  return { caught: [...new Set(asked.filter(({ exploited }) => exploited !== undefined).map(findingText))] };
}

const ALL_KINDS: ReadonlySet<PackageKind> = new Set(['os', 'language', 'native']);

/** Kinds of packages that some rule of the policy speaks of. */
function kindsAsked({ thresholds, exploited, epss }: Policy): ReadonlySet<PackageKind> {
  if (exploited || epss.length > 0) return ALL_KINDS;
  return new Set(thresholds.flatMap(({ value: { kind, gate } }) => (gate.findings ? [kind as PackageKind] : [])));
}

/**
 * Of each kind of packages on its own, how many of those that somebody could judge were judged: each has to reach the share, so that
 * no kind makes up for another. A share that is stated holds for every kind that exists, whatever the thresholds ask for (else a
 * threshold that asks for less would change whose share is counted); without one, kinds that the policy speaks of are judged whole.
 */
function judgedShare(report: Report, policy: Policy): RuleOutcome {
  const asked = kindsAsked(policy);
  const stated = policy.coverage.packages?.value;
  const required = stated ?? 1;
  const kinds: ReadonlySet<PackageKind> = stated !== undefined && stated > 0 ? ALL_KINDS : asked;
  const judgeable = (report.coverage ?? []).filter(isJudgeable);
  const gaps = [...kinds].flatMap((kind) =>
    gapsBelow(
      required,
      judgeable.filter((entry) => kindOf(entry) === kind),
    ),
  );
  const nothing = outOfSight(report, kinds.has('os'));
  const lost = kinds.size > 0 ? lostLayers(report) : [];
  // A defect takes single packages out of any kind: no share of those that are fine makes up for it.
  const unread = kinds.has('language') || kinds.has('native') ? unreadLists(report) : [];
  const short = [...gaps.map(gapInWords), ...nothing, ...unread, ...lost, ...defectsOf(report)];
  // What the policy itself requires is no matter of leave.
  return policy.coverage.packages ? { caught: short } : { unjudged: short };
}

/** What was not judged, where less than the required share of these packages was. */
function gapsBelow(required: number, entries: readonly Coverage[]): readonly Coverage[] {
  const gaps = entries.filter(({ assessed }) => !assessed);
  const count = (of: readonly Coverage[]): number => of.reduce((sum, { packages }) => sum + packages, 0);
  const total = count(entries);
  return total > 0 && (total - count(gaps)) / total < required ? gaps : [];
}

function tooMany({ unknowns }: Report, allowed: number): RuleOutcome {
  return { caught: unknowns.length > allowed ? unknowns.map(({ path, reason }) => `/${path}: ${reason}`) : [] };
}

/** The oldest data that the image needed. A publisher that was asked itself and had nothing newer is as fresh as the asking. */
function dataAge({ needed = [], database, created }: Report, { said, milliseconds }: Duration): RuleOutcome {
  const isOld = (date: string): boolean => Date.parse(created) - Date.parse(date) > milliseconds;
  const known = needed.map(({ name, dataDate, checked, fromPublisher }) => ({
    name,
    date: fromPublisher && checked !== undefined && checked > dataDate ? checked : dataDate,
  }));
  const all = known.length > 0 ? known : [{ name: 'the advisory database', date: database.built }];
  const byDay = new Map<string, string[]>();
  for (const { name, date } of all) if (isOld(date)) addTo(byDay, date.slice(0, 10), name);
  const caught = [...byDay].map(([day, names]) => {
    const more = names.length > 4 ? ` and ${names.length - 3} more` : '';
    return `the data of ${names.slice(0, more === '' ? 4 : 3).join(', ')}${more} is of ${day}, older than ${said}`;
  });
  return { caught };
}

function registryOutcome({ subject }: Report, patterns: readonly string[]): RuleOutcome {
  const names = registryNames(subject);
  if (names.length === 0) return { unjudged: ['nothing proves which registry the image came from'] };
  return { caught: names.some((name) => isInRegistry(patterns, name)) ? [] : [names[0] as string] };
}

function baseOutcome({ subject }: Report, patterns: readonly string[], { base }: PolicyFacts): RuleOutcome {
  // An allowed base is allowed itself.
  if (registryNames(subject).some((name) => isAllowedImage(patterns, name))) return {};
  if (!base) return { unjudged: ['neither annotation, label nor Dockerfile names the base image'] };
  return { caught: isAllowedImage(patterns, base.name) ? [] : [`${base.name} (${base.said})`] };
}

/** Roles of what is not there to be run or passed on as the image's own. */
const NOT_SHIPPED: ReadonlySet<string> = new Set(['declared', 'test', 'nested']);

function licenceOutcome({ packages }: Report, rule: LicenceRule, reader: LicenceReader | undefined): RuleOutcome {
  if (!reader) return { unjudged: ['licences were not read'] };
  const caught = packages.flatMap((pkg) => {
    if ((pkg.role !== undefined && NOT_SHIPPED.has(pkg.role)) || !rule.of.includes(kindOf(pkg))) return [];
    const said = pkg.licenses ?? [];
    const problem =
      said.length === 0
        ? rule.unknown === 'refused' && 'does not say its licence'
        : said.map((text) => refusedBy(rule, text, reader)).find((text) => text !== false);
    return problem ? [`${pkg.name} ${problem}`] : [];
  });
  return { caught: [...new Set(caught)] };
}

/** Why a licence is refused: every way to take it is. */
function refusedBy({ allow, deny, unknown }: LicenceRule, text: string, reader: LicenceReader): string | false {
  if (deny && isOneOf(deny, text)) return `is under ${text}`;
  if (allow && isOneOf(allow, text)) return false;
  const alternatives = reader.read(text);
  if (!alternatives) return unknown === 'refused' && `says in words that nobody knows: ${text.slice(0, 60)}`;
  const isOpen = alternatives.some((all) =>
    all.every((licence) => !(deny && isOneOf(deny, licence)) && (!allow || isOneOf(allow, licence))),
  );
  return !isOpen && `is under ${text}`;
}
