import type { BenchReport } from '../cis/bench.ts';
import type { Located } from '../located-yaml.ts';
import { type BenchRequest, imageChecksOf } from './bench.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The `policy` of a configuration file, read before anything else is done: whether a report of the benchmark passes it, which is told on the side.
 * Its `cis` speaks of images and what makes them: a run on the host is not judged by it. `isOff`: gates were taken back. Throws `config`.
 */
export async function benchmarkGate(
  request: BenchRequest,
  said: { readonly located: Located; readonly file: string } | undefined,
  isOff: boolean,
  { progress }: Pick<Surroundings, 'progress'>,
): Promise<(report: BenchReport) => boolean> {
  const passes = (): boolean => true;
  if (said === undefined) return passes;
  const [{ readPolicy, judgeBenchmark }, { gateInWords }] = await Promise.all([
    import('../policy/rules/index.ts'),
    import('../report/index.ts'),
  ]);
  const policy = readPolicy(said.located, said.file);
  if (!policy.cis) return passes;
  if (isOff) progress.say(`the policy of ${policy.file} is not judged: --fail-on never`);
  else if (!isAboutImages(request))
    progress.say(`the cis of the policy of ${policy.file} is about images and Dockerfiles, and not judged on a host`);
  if (isOff || !isAboutImages(request)) return passes;
  const isPart = request.checks !== undefined || request.exclude !== undefined;
  return (report) => {
    const rule = judgeBenchmark(policy, imageChecksOf(report), isPart);
    if (!rule) return true;
    const named = { file: policy.file, ...(policy.preset ? { preset: policy.preset.value } : {}) };
    const { lines } = gateInWords({ passed: rule.passed, rules: [rule], policy: named });
    for (const line of lines) progress.say(line);
    return rule.passed;
  };
}

const isAboutImages = ({ images, dockerfile }: BenchRequest): boolean =>
  (images ?? []).length > 0 || dockerfile !== undefined;
