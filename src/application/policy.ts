import { PlimsollError } from '../errors.ts';
import type { Located } from '../located-yaml.ts';
import type { GateVerdict } from '../model.ts';
import { readExceptions } from '../policy/exceptions/index.ts';
import { aboutPreset, type Policy, type PolicyLine, policyInWords, readPolicy } from '../policy/rules/index.ts';
import { storedReport } from './stored-report.ts';
import { surroundings } from './surroundings.ts';

/** What a configuration file says of what may run. */
interface PolicyDocument {
  readonly file: string;
  readonly policy?: Located;
  readonly exceptions?: Located;
}

/** A policy that was read, in words. */
interface ExplainedPolicy {
  readonly policy: Policy;
  /** What the preset is for that it is built on. */
  readonly about?: string;
  readonly lines: readonly PolicyLine[];
  /** Exceptions beside it, and how many of them are over. */
  readonly exceptions: { readonly count: number; readonly expired: readonly string[] };
  /** What it says of a report, where one was given. */
  readonly verdict?: GateVerdict;
}

/**
 * Reads the policy and the exceptions of a file, and judges a report (a file of `scan -f json`) by it where one is given. Throws
 * `config` with line and column, `not-found`, `corrupt`, `limit`.
 */
export async function explainPolicy(
  { file, policy: located, exceptions }: PolicyDocument,
  report?: string,
  now = new Date(),
): Promise<ExplainedPolicy> {
  if (!located)
    throw new PlimsollError('config', 'there is no policy in it', {
      where: file,
      hint: 'begin one with policy: and below it preset: batch (docs/policy.md)',
    });
  const policy = readPolicy(located, file);
  if (policy.scheme) (await import('../advisories/ratings/severity.ts')).schemeNamed(policy.scheme.value);
  const rules = exceptions ? readExceptions(exceptions) : [];
  const today = now.toISOString().slice(0, 10);
  const expired = rules.filter(({ until }) => until !== undefined && until < today);
  return {
    policy,
    ...(policy.preset && { about: aboutPreset(policy.preset.value) }),
    lines: policyInWords(policy),
    exceptions: {
      count: rules.length,
      expired: expired.map(({ ids, by, until }) => `${ids.join(', ')} (${by.where}) ended on ${until}`),
    },
    ...(report === undefined ? {} : { verdict: await verdictOn(report, policy) }),
  };
}

/** A saved report holds no outcome of the benchmark and no base image: rules on these cannot be judged, and say so. */
async function verdictOn(path: string, policy: Policy): Promise<GateVerdict> {
  const report = await storedReport(path, surroundings());
  const { judgePolicy, licenceReader } = await import('../policy/rules/index.ts');
  const rules = judgePolicy(report, policy, policy.licences ? { licences: licenceReader() } : {});
  return {
    passed: rules.every(({ passed }) => passed),
    rules,
    policy: { file: policy.file, ...(policy.preset ? { preset: policy.preset.value } : {}) },
  };
}
