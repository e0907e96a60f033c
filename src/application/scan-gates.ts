import { PlimsollError } from '../errors.ts';
import type { LayerCache } from '../layers/cache.ts';
import type { Located } from '../located-yaml.ts';
import type { GateVerdict, Image, Report } from '../model.ts';
import type { Gate } from '../policy/gate.ts';
import type { Judging } from '../policy/judge.ts';
import type { Policy, PolicyFacts } from '../policy/rules/index.ts';
import type { ImageAccess } from './open-target.ts';
import type { Surroundings } from './surroundings.ts';

/** What decides a scan's exit code. */
export interface GateRequest {
  /** Gates: what must not be in it (`HIGH`, `fixable:HIGH`, `secret`, `end-of-life`, `policy`); `never`: no gate, not even the policy. */
  readonly failOn?: readonly string[];
  /** `policy` of a configuration file: in force wherever the file is. */
  readonly policy?: { readonly located: Located; readonly file: string };
  /** A report of an earlier scan (a file of `-f json`), against which `new:` is judged. */
  readonly baseline?: string;
  /** Gates pass although part of what they speak of could not be judged. */
  readonly allowUnjudged?: boolean;
}

/** What else decides how gates are asked. */
interface Shown extends GateRequest, ImageAccess {
  readonly severity?: Report['filtered']['severity'];
  readonly severityFrom?: string;
  readonly lens?: string;
}

/** A report as it is shown, and before filters. */
export interface ReportToJudge {
  readonly asked: Report;
  readonly whole: Report;
}

/** An image that is open, for what a policy asks of the image itself. */
interface OpenImage {
  readonly image: Image;
  readonly cache: LayerCache;
  /** The base that a Dockerfile names. */
  readonly base?: PolicyFacts['base'];
}

/** Gates that were read and can be asked. */
interface AskedGates {
  /** Whose ratings the policy goes by. */
  readonly scheme?: string;
  ask(report: ReportToJudge, open: OpenImage): Promise<Report>;
}

/**
 * Reads the gates of a request before anything else is done. A policy is judged beside every other gate: none takes its place but
 * `never`, which says so. Throws `usage`, `config`, and as `readBaseline`.
 */
export async function askedGates(request: Shown, around: Surroundings): Promise<AskedGates> {
  const { failOn, baseline, severity } = request;
  const isOff = failOn?.length === 1 && failOn[0]?.trim().toLowerCase() === 'never';
  const policy = await policyOf(request, isOff, around);
  if (failOn === undefined && !policy) {
    if (baseline !== undefined)
      throw new PlimsollError('usage', '--baseline is for gates on what is new', { hint: 'add --fail-on new:HIGH' });
    return { ask: async ({ asked }) => asked };
  }
  const [{ parseGates }, { checkAsked }] = await Promise.all([
    import('../policy/gate.ts'),
    import('../policy/judge.ts'),
  ]);
  const gates = parseGates((failOn ?? []).filter((word) => word.trim().toLowerCase() !== 'policy'));
  const before =
    baseline === undefined ? undefined : await (await import('../policy/baseline.ts')).readBaseline(baseline);
  for (const gate of gates) checkAsked(gate, severity, before);
  // What a filter hides is judged by a policy all the same: only a missing baseline stands in its way.
  for (const { value } of policy?.thresholds ?? []) checkAsked(value.gate, undefined, before);
  const judging = {
    ...(before ? { baseline: before } : {}),
    ...(request.allowUnjudged ? { allowUnjudged: true } : {}),
  };
  return {
    ...(policy?.scheme ? { scheme: policy.scheme.value } : {}),
    ask: async (report, open) => {
      if (gates.length === 0 && !policy) return report.asked;
      const gate = await verdict(report, gates, policy, judging, { request, open, around });
      return { ...report.asked, notices: [...report.asked.notices, ...(before?.noticesOn(report.whole) ?? [])], gate };
    },
  };
}

/** The policy that is in force, checked against what else was asked. */
async function policyOf(
  { failOn, policy, severityFrom, lens }: Shown,
  isOff: boolean,
  { progress }: Surroundings,
): Promise<Policy | undefined> {
  const isNamed = failOn?.some((word) => word.trim().toLowerCase() === 'policy') ?? false;
  if (!policy) {
    if (!isNamed) return undefined;
    throw new PlimsollError('usage', '--fail-on policy: there is no policy', {
      hint: 'write one under policy: in plimsoll.yaml, or name the file with --config',
    });
  }
  const { readPolicy } = await import('../policy/rules/index.ts');
  const read = readPolicy(policy.located, policy.file);
  if (isOff) {
    progress.say(`the policy of ${policy.file} is not judged: --fail-on never`);
    return undefined;
  }
  if (lens !== undefined)
    throw new PlimsollError('usage', `the policy of ${policy.file} is not judged through the lens of another scanner`, {
      hint: 'look through it without a gate: --fail-on never',
    });
  if (read.scheme && severityFrom !== undefined && severityFrom !== read.scheme.value)
    throw new PlimsollError('usage', `--severity-from ${severityFrom} is not what the policy goes by`, {
      where: read.scheme.where,
      hint: `leave it out (the policy says ${read.scheme.value}), or look without a gate: --fail-on never`,
    });
  return read;
}

async function verdict(
  { asked, whole }: ReportToJudge,
  gates: readonly Gate[],
  policy: Policy | undefined,
  judging: Judging,
  by: { readonly request: Shown; readonly open: OpenImage; readonly around: Surroundings },
): Promise<GateVerdict> {
  const { judgeGates } = await import('../policy/judge.ts');
  const { rules } = judgeGates(asked, gates, judging);
  if (!policy) return { passed: rules.every(({ passed }) => passed), rules };
  const { judgePolicy } = await import('../policy/rules/index.ts');
  const facts = await policyFacts(policy, whole, by);
  const all = [...rules, ...judgePolicy(whole, policy, { ...judging, ...facts })];
  return {
    passed: all.every(({ passed }) => passed),
    rules: all,
    policy: { file: policy.file, ...(policy.preset ? { preset: policy.preset.value } : {}) },
  };
}

/** What a policy asks of the image besides what a scan reads; only what it asks. */
async function policyFacts(
  policy: Policy,
  { subject, os }: Report,
  { request, open, around }: { readonly request: Shown; readonly open: OpenImage; readonly around: Surroundings },
): Promise<PolicyFacts> {
  // What is no image (a folder, a bill of materials) has no user and no history to be checked: nothing is proven then.
  const isImage = subject.config !== undefined;
  const cis =
    policy.cis && isImage
      ? await (await import('./bench.ts')).imageOutcomes(open.image, open.cache, request, around)
      : undefined;
  const licences = policy.licences && (await (await import('../policy/rules/index.ts')).licenceReader());
  const base = open.base ?? (policy.bases && (await namedBase(subject, os)));
  return {
    ...(cis ? { cis } : {}),
    ...(licences ? { licences } : {}),
    ...(base ? { base } : {}),
  };
}

/** The base that the image's annotation or label names. What its history only suggests is no proof. */
async function namedBase(subject: Report['subject'], os: Report['os']): Promise<PolicyFacts['base']> {
  const { baseImage } = await import('../remediate/bases/index.ts');
  const { name, by, evidence } = baseImage({ subject, ...(os ? { os } : {}) });
  const isSaid = by === 'annotation' || by === 'label';
  return isSaid && name !== undefined ? { name, said: evidence[0] ?? by } : undefined;
}

/** What keeps the assessment of a report from being complete; none where it is, or was not asked for. */
export async function coverageGaps(report: Report): Promise<readonly string[]> {
  if (report.assessment?.complete !== false) return [];
  return (await import('../policy/judge.ts')).gapsOf(report);
}
