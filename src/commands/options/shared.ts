import { nearest } from '../../located-yaml.ts';
import { SEVERITIES } from '../../model.ts';
import { InvalidValue, type OptionSpec } from './option.ts';

/** Severities as they are offered: the worst first. */
export const LEVELS: readonly string[] = [...SEVERITIES].reverse();

/** Lenses and schemes by name, kept here so that help and completion load neither; a test holds them together. */
export const LENSES: readonly string[] = [
  'trivy',
  'trivy-2023',
  'grype',
  'grype-2023',
  'clair-v4',
  'clair-v2',
  'ecr-basic',
  'ecr-basic-2023',
  'ecr-enhanced',
  'gcp',
  'docker-hub',
  'osv-scanner',
  'snyk',
];
/** What `--fail-on` is mostly given. */
export const GATES: readonly string[] = [
  'CRITICAL',
  'HIGH',
  'MEDIUM',
  'LOW',
  'fixable:HIGH',
  'new:HIGH',
  'risk:HIGH',
  'loaded:HIGH',
  'exploited',
  'epss>0.5',
  'secret',
  'end-of-life',
  'incomplete',
  'policy',
  'never',
];
export const SCHEMES: readonly string[] = [
  'default',
  'vendor',
  'nvd',
  'ghsa',
  'cisa',
  'max',
  'as-trivy',
  'as-grype',
  'as-ecr',
  'as-clair',
  'as-gcp',
];

export const format = (...choices: readonly string[]): OptionSpec => ({
  name: 'format',
  short: 'f',
  value: 'name',
  text: 'output format',
  choices,
  default: 'table',
});

/** `-f` of a command that writes several reports in one run: `-f table -f sarif=out.sarif`. */
export const formats = (...choices: readonly string[]): OptionSpec => ({
  name: 'format',
  short: 'f',
  value: 'name[=file]',
  text: `output format; NAME=FILE writes that one to a file (several: give it again): ${choices.join(', ')}`,
  many: 'again',
  offers: choices,
  default: ['table'],
  writes: (text) => /^[^=]*=(.+)$/s.exec(text)?.[1],
  read(text) {
    const name = text.split('=')[0]!;
    if (!choices.includes(name)) {
      const said = name.toLowerCase();
      // Other scanners say it with the syntax: cyclonedx-json, spdx-json.
      const near = choices.find((choice) => said.startsWith(`${choice}-`)) ?? nearest(said, choices);
      const lead = near === undefined ? '' : `did you mean ${near}? `;
      throw new InvalidValue(`cannot be "${name}"; ${lead}take one of ${choices.join(', ')}`);
    }
    if (text.endsWith('=')) throw new InvalidValue(`names no file after "${text}"`);
    return text;
  },
});

export const OUTPUT: OptionSpec = {
  name: 'output',
  short: 'o',
  value: 'file',
  text: 'write to a file instead of the terminal',
  completes: 'file',
  writes: (text) => text,
  // Grype's -o is the format: a report in a file called "json" is what nobody meant.
  read(text) {
    if (/^(?:json|table|sarif|(?:cyclonedx|spdx)(?:-json|-xml)?|template|csv|html|junit|markdown)$/.test(text))
      throw new InvalidValue(
        `cannot be "${text}": it names a file. The format is -f ${text} (the file would be ./${text})`,
      );
    return text;
  },
};

export const SEVERITY_FROM: OptionSpec = {
  name: 'severity-from',
  value: 'scheme',
  text: 'whose word counts: default, vendor, nvd, ghsa, max, as-trivy, as-ecr, ... or a list of sources',
  offers: SCHEMES,
  gate: true,
};

export const AS_OF: OptionSpec = {
  name: 'as-of',
  value: 'date',
  text: 'judge by what was published by that day, such as 2023-05-12',
};

export const ALL: OptionSpec = { name: 'all', text: 'everything in a line of its own' };

export const BUILD_ARG: OptionSpec = {
  name: 'build-arg',
  value: 'name=value',
  text: 'as for the build',
  many: 'again',
};

export const INSECURE: OptionSpec = {
  name: 'insecure',
  text: 'plain HTTP, or any certificate, for the registry of the (first) image; for no other',
  only: {
    from: 'line and environment',
    why: 'a plimsoll.yaml that lies in a folder would let others read what is sent to the registry',
  },
};
export const USERNAME: OptionSpec = {
  name: 'username',
  value: 'name',
  text: 'for the registry (default: docker login)',
};
const SECRET = { from: 'line and environment', why: 'a configuration file is committed, a secret is not' } as const;
export const PASSWORD: OptionSpec = {
  name: 'password',
  value: 'secret',
  text: 'for the registry; better --password-stdin',
  only: SECRET,
};

/** For bills of materials. */
export const SUPPLIER: OptionSpec = {
  name: 'supplier',
  value: 'name',
  text: 'whom the target is from, for bills of materials: "ACME" or "ACME <security@acme.example>" (default: what the target says)',
};

/** What every command takes that opens an image. */
export const IMAGE: readonly OptionSpec[] = [
  {
    name: 'distro',
    value: 'name:release',
    text: 'the system of a bill of materials that names none, such as debian:12',
  },
  { name: 'platform', value: 'os/arch', text: 'which image of a multi-platform one, such as linux/arm64' },
  { name: 'cache', negated: 'off', text: 'read every layer anew and remember nothing' },
  {
    name: 'timeout',
    value: 'duration',
    text: 'read files for so long at most, such as 10m (a folder: 30m); the result says what was not read',
    read: duration,
  },
  INSECURE,
  USERNAME,
  PASSWORD,
  {
    name: 'password-stdin',
    text: 'read the password from standard input',
    conflicts: 'password',
    only: { from: 'line', why: 'it says where this very line gets its password' },
  },
  { name: 'registry-token', value: 'token', text: 'bearer token for the registry', only: SECRET },
];

/** Of commands that fetch no advisories: what stands in a line for one of the others may stand here too. */
export const NO_ADVISORIES: readonly OptionSpec[] = [
  { name: 'offline', text: 'never ask the network for advisories (this command never does)' },
  { name: 'skip-update', text: 'take the database as it is (this command always does)' },
];

/** What commands take that hold attached SBOMs against the files. */
export const ATTESTATIONS: OptionSpec = {
  name: 'attestations',
  negated: 'both',
  text: 'look for attached SBOMs in referrers and cosign tags too, and compare them (--no-attestations: do not even fetch those that the index names)',
};

/** The word of Sigstore on which certificates count: a file of the user's, since whoever gives it decides. */
const TRUSTED_ROOT: OptionSpec = {
  name: 'trusted-root',
  value: 'file',
  text: 'whose certificates and logs are believed: a trusted_root.json of Sigstore, public or private',
  completes: 'file',
  gate: true,
};

/** Who must have signed something: a key, or an identity. `role` stands before the names, `what` is told in help. */
export const signerOptions = (role: string, what: string): readonly OptionSpec[] => [
  {
    name: `${role}key`,
    value: 'file',
    text: `public key (PEM) that must have signed ${what}, as cosign does`,
    completes: 'file',
    gate: true,
  },
  {
    name: `${role}certificate-identity`,
    value: 'name',
    text: `who must have signed ${what} without a key: address or URI in the certificate, * for anything but / and @`,
    gate: true,
  },
  {
    name: `${role}certificate-oidc-issuer`,
    value: 'url',
    text: 'where that identity logs in, such as https://token.actions.githubusercontent.com',
    gate: true,
  },
  TRUSTED_ROOT,
];

/** Who must have signed what is attached to an image. */
export const ATTESTED_BY = signerOptions('attestation-', 'what is attached to the image');

/** Milliseconds, written as Go and other scanners write them: `90s`, `10m`, `1h30m`, `5m0s`. */
function duration(text: string): number {
  const parts = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/.exec(text.trim());
  const ms = [3_600, 60, 1].reduce((sum, unit, at) => sum + unit * 1_000 * Number(parts?.[at + 1] ?? 0), 0);
  if (ms === 0) throw new InvalidValue(`cannot be "${text}": write a time such as 90s, 10m or 1h30m`);
  return ms;
}

/** A whole number, 0 for no limit. */
export function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidValue(`cannot be "${text}"; take a number, 0 for no limit`);
  return Number(text);
}

/** The number of a process. https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html (pid_max) */
export function processNumber(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidValue(`cannot be "${text}"; take the number of a process`);
  return Number(text);
}

/** Threads: at least the one that is there. */
export function threads(text: string): number {
  if (!/^[1-8]$/.test(text)) throw new InvalidValue(`cannot be "${text}"; take a number from 1 to 8`);
  return Number(text);
}

/** A day as `2026-12-31`. */
export function isoDay(text: string): string {
  if (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString().startsWith(text)
  )
    return text;
  throw new InvalidValue(`cannot be "${text}"; take a day such as 2026-12-31`);
}

/** Why such an option is of the command line alone. */
export const DANGEROUS = { from: 'line', why: 'it lets something happen once that must not become a habit' } as const;

/** What is taken out of the count, and by whose word. */
export const EXCEPTIONS: readonly OptionSpec[] = [
  {
    name: 'ignore-file',
    value: 'file',
    text: "exceptions: .trivyignore, .trivyignore.yaml, Grype's ignore rules, or ours (several: give it again)",
    many: 'again',
    completes: 'file',
    gate: true,
    excepts: true,
  },
  {
    name: 'vex',
    value: 'file',
    text: 'what a VEX document says is not affected: OpenVEX, CSAF, CycloneDX, or attached: what is attached to the image (several: give it again)',
    many: 'again',
    completes: 'file',
    gate: true,
    excepts: true,
  },
];

export const REQUIRE_COVERAGE: OptionSpec = {
  name: 'require-coverage',
  text: 'exit with 4 when the assessment is incomplete: something could not be judged, or was hidden',
  gate: true,
};
