import { type Placed, type Policy, RISK_KINDS } from './policy.ts';
import { PRESETS } from './presets.ts';

/** One line of a policy in words: what it asks, who says so, why. */
export interface PolicyLine {
  readonly rule: string;
  readonly means: string;
  readonly where: string;
  readonly why?: string;
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  os: 'a package of the operating system',
  language: 'a package of a language (Python, conda, npm, ...)',
  native: 'a program or library outside of packages',
  model: 'a model file',
  notebook: 'a notebook',
  configuration: 'the configuration',
};

/**
 * What a policy asks for, a line for each rule, in the order in which it is judged.
 * Long because it has a line for each rule of a policy.
 */
export function policyInWords(policy: Policy): readonly PolicyLine[] {
  const line = (rule: string, means: string, { where, why }: Placed<unknown>): PolicyLine => ({
    rule,
    means,
    where,
    ...(why === undefined ? {} : { why }),
  });
  const { coverage, registries, bases, licences, cis, exploited, epss, endOfLife, scheme, grace } = policy;
  const several = (texts: readonly string[]): string => texts.join(', ');
  return [
    ...(scheme ? [line(`severity-from ${scheme.value}`, 'whose ratings count', scheme)] : []),
    ...(coverage.packages
      ? [
          line(
            `coverage.packages ${Math.round(coverage.packages.value * 1000) / 10}%`,
            'so many of the packages of each kind that somebody could judge have to be judged',
            coverage.packages,
          ),
        ]
      : []),
    ...(coverage.unreadable
      ? [
          line(
            `coverage.unreadable ${coverage.unreadable.value}`,
            'no more files may be unreadable',
            coverage.unreadable,
          ),
        ]
      : []),
    ...(coverage.databaseAge
      ? [
          line(
            `coverage.database-age ${coverage.databaseAge.value.said}`,
            'no advisory data may be older',
            coverage.databaseAge,
          ),
        ]
      : []),
    ...policy.thresholds.map((threshold) =>
      line(`${threshold.value.kind}:${threshold.value.said}`, thresholdInWords(threshold.value), threshold),
    ),
    ...(exploited
      ? [
          line(
            `exploited:${exploited.value}`,
            `nothing that CISA lists as exploited${exploited.value === 'fixable' ? ' and that has a fix' : ''}; no grace`,
            exploited,
          ),
        ]
      : []),
    ...epss.map((gate) =>
      line(gate.value.word, 'no finding that EPSS thinks so likely to be exploited, whatever it is in', gate),
    ),
    ...(cis
      ? [
          line(
            `cis:${cis.value}`,
            `no warning${cis.value === 'level1' ? ' of level 1' : ''} of the image checks of the CIS Docker Benchmark`,
            cis,
          ),
        ]
      : []),
    ...(endOfLife ? [line('end-of-life', 'no operating system that its publisher no longer mends', endOfLife)] : []),
    ...(registries ? [line('registries', `only from ${several(registries.value)}`, registries)] : []),
    ...(bases ? [line('bases', `only on ${several(bases.value)}`, bases)] : []),
    ...(licences
      ? [
          line(
            'licenses',
            [
              ...(licences.value.allow ? [`only ${several(licences.value.allow)}`] : []),
              ...(licences.value.deny ? [`none of ${several(licences.value.deny)}`] : []),
              `unknown ones are ${licences.value.unknown}`,
              `asked of ${several(licences.value.of)} packages`,
            ].join('; '),
            licences,
          ),
        ]
      : []),
    ...[...grace].map(([level, duration]) =>
      line(
        `grace.${level} ${duration.value.said}`,
        `a ${level} finding shuts no threshold and no epss for so long after it was published`,
        duration,
      ),
    ),
  ];
}

function thresholdInWords({ kind, said, gate }: Policy['thresholds'][number]['value']): string {
  const bad = gate.level === undefined ? '' : ` that is ${gate.level} or worse`;
  const what = (RISK_KINDS as readonly string[]).includes(kind) ? 'risk' : 'finding';
  const narrowed = said
    .toLowerCase()
    .split(':')
    .filter(
      (part) =>
        part === 'fixable' || part === 'new' || part === 'exploited' || part === 'loaded' || part === 'importable',
    );
  const where = kind === 'secret' ? 'secret' : `${what} in ${KIND_WORDS[kind]}`;
  return `no ${narrowed.length > 0 ? `${narrowed.join(', ')} ` : ''}${where}${bad}`;
}

/** What a preset is for; undefined for none of ours. */
export const aboutPreset = (name: string): string | undefined => PRESETS.find((preset) => preset.name === name)?.about;
