// Long because it is data: every option of every command, once.
import { JUSTIFICATIONS } from '../../model.ts';
import type { OptionSpec } from './option.ts';
import {
  ALL,
  AS_OF,
  ATTESTATIONS,
  ATTESTED_BY,
  BUILD_ARG,
  count,
  format,
  formats,
  GATES,
  IMAGE,
  INSECURE,
  isoDay,
  LENSES,
  LEVELS,
  OUTPUT,
  PASSWORD,
  processNumber,
  SEVERITY_FROM,
  signerOptions,
  threads,
  USERNAME,
} from './shared.ts';

const DANGEROUS = { from: 'line', why: 'it lets something happen once that must not become a habit' } as const;

/** Options of the program itself, whatever the command. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { name: 'quiet', short: 'q', text: 'no progress, only the result' },
  {
    name: 'progress',
    value: 'how',
    text: 'progress and messages on standard error: as bars or lines, or as one JSON object on each line',
    choices: ['text', 'json'],
    default: 'text',
  },
  { name: 'color', negated: 'off', text: 'plain text (also NO_COLOR=1)' },
  {
    name: 'config',
    value: 'file',
    text: 'configuration (default: plimsoll.yaml in this folder, if there is one)',
    completes: 'file',
    only: { from: 'line', why: 'it is read before everything else; PLIMSOLL_CONFIG is read with it' },
  },
  {
    name: 'threads',
    value: 'number',
    text: 'threads that read an image, 1 to 8; what they find is the same (default: one for each processor)',
    read: threads,
  },
  { name: 'debug', text: 'print the stack of an error' },
];

const SCAN_FORMATS = [
  'table',
  'json',
  'trivy',
  'html',
  'markdown',
  'sarif',
  'cyclonedx',
  'spdx',
  'openvex',
  'grype',
  'gitlab',
  'junit',
  'csv',
  'asff',
  'ecr',
  'template',
] as const;

const TEMPLATE: OptionSpec = {
  name: 'template',
  value: 'file',
  text: 'the Mustache template of -f template; its data is the JSON report',
  completes: 'file',
};

const SUPPRESSED: OptionSpec = { name: 'show-suppressed', text: 'list what exceptions took out of the count' };

/** What of a result is shown. */
const SHOWN: readonly OptionSpec[] = [
  {
    name: 'severity',
    short: 's',
    value: 'levels',
    text: 'only these, such as CRITICAL,HIGH',
    many: 'commas',
    choices: LEVELS,
  },
  { name: 'fixable', text: 'only what a newer version fixes', also: ['ignore-unfixed', 'only-fixed'] },
  { name: 'pro', text: 'count what only an Ubuntu Pro subscription fixes as fixable' },
];

/** How the advisories are kept fresh. */
const FRESHNESS: readonly OptionSpec[] = [
  {
    name: 'feeds',
    value: 'url|folder',
    text: 'where what is missing in the database is fetched: a mirror in place of the publishers',
    completes: 'folder',
  },
  { name: 'skip-update', text: 'take the database as it is, however old' },
  { name: 'offline', text: 'never ask the network for advisories' },
];

const SEND: OptionSpec = {
  name: 'send',
  value: 'service',
  text: 'bring the findings into a service as well: security-hub (AWS, in the account of your credentials)',
  choices: ['security-hub'],
  only: { from: 'line', why: 'it writes to an account of yours' },
};

/** Running processes. */
const LIVE: readonly OptionSpec[] = [
  {
    name: 'live',
    text: 'look at the running container that the target names: what it has mapped and imported is loaded (/proc, as root)',
    only: { from: 'line', why: 'it is about what runs now' },
  },
  {
    name: 'live-pid',
    value: 'number',
    text: 'the same of this process of this machine, whatever runs the target',
    read: processNumber,
    only: { from: 'line', why: 'it is about what runs now' },
  },
];

const SCAN: readonly OptionSpec[] = [
  formats(...SCAN_FORMATS),
  OUTPUT,
  TEMPLATE,
  {
    name: 'images-from',
    value: 'file',
    text: 'scan what this file names as well, one image on each line (-: standard input)',
    completes: 'file',
    only: { from: 'line', why: 'it says what this very line scans' },
  },
  ...SHOWN,
  {
    name: 'fail-on',
    value: 'gates',
    text: 'exit with 1 when a finding or risk is this bad or worse: HIGH, fixable:HIGH, exploited, epss>0.5, secret, risk:HIGH, new:HIGH, end-of-life, incomplete, policy, ...',
    many: 'commas',
    offers: GATES,
    gate: true,
  },
  {
    name: 'baseline',
    value: 'file',
    text: 'report of an earlier scan (-f json): what new:HIGH is judged against',
    completes: 'file',
  },
  {
    name: 'ignore-file',
    value: 'file',
    text: "exceptions: .trivyignore, .trivyignore.yaml, Grype's ignore rules, or ours (several: give it again)",
    many: 'again',
    completes: 'file',
    gate: true,
  },
  {
    name: 'vex',
    value: 'file',
    text: 'what a VEX document says is not affected: OpenVEX, CSAF, CycloneDX, or attached: what is attached to the image (several: give it again)',
    many: 'again',
    completes: 'file',
    gate: true,
  },
  {
    name: 'dockerfile',
    short: 'd',
    value: 'file',
    text: 'of a project: judge the base image that it names as well',
    completes: 'file',
  },
  BUILD_ARG,
  ...LIVE,
  SUPPRESSED,
  SEND,
  ...FRESHNESS,
  {
    name: 'allow-unjudged',
    text: 'let gates pass although part of what they speak of could not be judged',
  },
  {
    name: 'require-coverage',
    text: 'exit with 4 when the assessment is incomplete: something could not be judged, or was hidden',
    gate: true,
  },
  SEVERITY_FROM,
  {
    name: 'lens',
    value: 'scanner',
    text: 'judged by the rules of another scanner: trivy, grype, ecr-basic, ...',
    offers: LENSES,
    gate: true,
  },
  AS_OF,
  {
    name: 'max-db-age',
    value: 'age',
    text: 'refuse an answer from data older than this, such as 36h, 7d or 2w',
    gate: true,
  },
  ALL,
  ATTESTATIONS,
  ...ATTESTED_BY,
  ...IMAGE,
];

const INVENTORY: readonly OptionSpec[] = [
  formats('table', 'json', 'cyclonedx', 'spdx'),
  OUTPUT,
  {
    name: 'type',
    short: 't',
    value: 'types',
    text: 'only these kinds, such as pypi,conda,generic',
    many: 'commas',
    read: (text) => text.toLowerCase(),
  },
  { name: 'all', text: 'caches, lock files and what an OS package owns as well' },
  ATTESTATIONS,
  ...ATTESTED_BY,
  ...IMAGE,
];

const REPORT: readonly OptionSpec[] = [
  formats(...SCAN_FORMATS, 'docker-bench', 'diff'),
  OUTPUT,
  TEMPLATE,
  ...SHOWN,
  SUPPRESSED,
  SEND,
  ALL,
];

const DIFF: readonly OptionSpec[] = [
  formats('table', 'json', 'html', 'markdown'),
  OUTPUT,
  {
    name: 'fail-on',
    value: 'level',
    text: 'exit with 1 when a new finding or risk is this bad or worse',
    choices: LEVELS,
    gate: true,
  },
  ...FRESHNESS,
  SEVERITY_FROM,
  AS_OF,
  ALL,
  ...IMAGE,
];

const lenses = (text: string): OptionSpec => ({ name: 'lens', value: 'names', text, many: 'commas', offers: LENSES });

const START_SCAN: OptionSpec = {
  name: 'start-scan',
  text: 'have ECR, Clair or Harbor scan the image before its findings are fetched (ecr:NAME:TAG)',
  only: { from: 'line', why: 'a scan is asked for once, and may cost' },
};

const COMPARE: readonly OptionSpec[] = [
  {
    name: 'image',
    value: 'target',
    text: 'the image that was scanned: its files are the evidence',
    completes: 'image',
  },
  lenses('replay the rules of these scanners: trivy,grype,ecr-basic, ...'),
  {
    name: 'run',
    value: 'names',
    text: 'run these installed scanners on the image: trivy,grype,scout, ...',
    many: 'commas',
    offers: ['trivy', 'grype', 'scout'],
  },
  START_SCAN,
  AS_OF,
  formats('table', 'json', 'html', 'markdown'),
  OUTPUT,
  { name: 'fail-on-unexplained', text: 'exit with 1 when a difference has no known cause', gate: true },
  {
    name: 'anyway',
    text: 'go on although the reports are about different images',
    also: ['force'],
    only: DANGEROUS,
  },
  ALL,
  ...IMAGE,
];

const EXPLAIN: readonly OptionSpec[] = [
  lenses('only by the rules of these scanners'),
  {
    name: 'report',
    value: 'files',
    text: 'reports that speak of it, or services with findings (ecr:NAME:TAG), separated by commas',
    many: 'commas',
    completes: 'file',
  },
  START_SCAN,
  AS_OF,
  format('table', 'json'),
  OUTPUT,
  ...IMAGE,
];

const FIX: readonly OptionSpec[] = [
  {
    name: 'goal',
    short: 'g',
    value: 'goal',
    text: 'what to reach, such as "no fixable HIGH" or "no exploited"',
    default: 'no fixable',
  },
  {
    name: 'dockerfile',
    short: 'd',
    value: 'file',
    text: 'the Dockerfile of the image: its changes as a unified diff',
    completes: 'file',
  },
  { name: 'target', value: 'stage', text: 'the stage that makes the image (default: the last)' },
  BUILD_ARG,
  {
    name: 'try',
    text: 'build the changed image, scan it and say whether the prediction holds; nothing of it stays',
    only: DANGEROUS,
  },
  {
    name: 'context',
    value: 'folder',
    text: "what the build is given (default: the Dockerfile's folder)",
    completes: 'folder',
  },
  { name: 'builder', value: 'name', text: 'what builds', choices: ['docker', 'buildah', 'podman'] },
  { name: 'write', short: 'w', text: 'write the changes: all files or none', only: DANGEROUS },
  {
    name: 'force',
    text: 'write files with uncommitted changes, or for an image that fits badly',
    only: DANGEROUS,
  },
  { name: 'offline', text: 'ask no package index' },
  {
    name: 'majors',
    value: 'when',
    text: 'major version steps of language packages',
    choices: ['never', 'needed', 'any'],
    default: 'needed',
  },
  { name: 'base', value: 'image', text: 'an image that this one may be built on', many: 'again', completes: 'image' },
  {
    name: 'try-base',
    value: 'image',
    text: 'scan this image and say what it would clear as base',
    many: 'again',
    completes: 'image',
  },
  { name: 'upgrade-all', text: 'upgrade every OS package, not only those with findings' },
  { name: 'remove-build-tools', text: 'make taking out compilers and headers part of the plan' },
  { name: 'remove-unloaded', text: 'make taking out what the start command leads to nothing of part of the plan' },
  formats('table', 'json', 'html', 'markdown', 'diff', 'openvex'),
  OUTPUT,
  SEVERITY_FROM,
  { name: 'all', text: 'every finding and change in a line of its own' },
  ...IMAGE,
];

const VERIFY: readonly OptionSpec[] = [
  {
    name: 'goal',
    short: 'g',
    value: 'goal',
    text: "what must not come with the change (default: the plan's goal, else no fixable)",
  },
  formats('table', 'json', 'markdown'),
  OUTPUT,
  SEVERITY_FROM,
  ALL,
  ...IMAGE,
];

const ONE = { from: 'line', why: 'it is about this very exception' } as const;
const ACCEPT: readonly OptionSpec[] = [
  { name: 'reason', value: 'text', text: 'why it may stay', only: ONE },
  { name: 'until', value: 'date', text: 'the last day, such as 2026-12-31', read: isoDay, only: ONE },
  { name: 'owner', value: 'name', text: 'who answers for it', only: ONE },
  { name: 'package', value: 'name', text: 'only in this package', only: ONE },
  { name: 'package-version', value: 'range', text: 'only in these versions, such as "<1.1.1n-0+deb11u6"', only: ONE },
  { name: 'path', value: 'glob', text: 'only at this place in the image', only: ONE },
  {
    name: 'justification',
    value: 'word',
    text: 'it is not affected, and why in the words of VEX: other scanners are told so by -f openvex',
    choices: JUSTIFICATIONS,
    only: ONE,
  },
  { name: 'image', value: 'glob', text: 'only in images of this name', only: ONE },
];

const names = (name: string, short: string | undefined, value: string, text: string): OptionSpec => ({
  name,
  value,
  text,
  many: 'commas',
  ...(short ? { short } : {}),
});

const BENCH: readonly OptionSpec[] = [
  {
    name: 'image',
    value: 'target',
    text: 'judge this image, without an Engine (several: give it again)',
    many: 'again',
    completes: 'image',
  },
  { name: 'dockerfile', value: 'file', text: 'judge this Dockerfile', completes: 'file' },
  BUILD_ARG,
  names('check', 'c', 'names', 'only these: ids (2.1), sections (4), groups (container_runtime), level1'),
  names('exclude', 'e', 'names', 'without these'),
  names('include', 'i', 'patterns', 'only containers and images with such names'),
  names('exclude-name', 'x', 'patterns', 'without containers and images with such names'),
  names('users', 'u', 'names', 'accounts that may control the daemon'),
  names('trusted-base', undefined, 'patterns', 'base images that are trusted'),
  { name: 'label', short: 't', value: 'label', text: 'leave out containers and images with this label' },
  {
    name: 'limit',
    short: 'n',
    value: 'number',
    text: 'items for one check in data formats, 0: all',
    read: count,
    default: 0,
  },
  { name: 'print', short: 'p', text: 'print what to do about warnings, and what it costs' },
  { name: 'plain', short: 'b', text: 'no colours' },
  { name: 'all', text: 'every item of evidence in the table' },
  { name: 'deep', text: 'read the files of the local images, too' },
  { name: 'log', short: 'l', value: 'file', text: 'write the table to this file, too', completes: 'file' },
  formats('table', 'json', 'html', 'docker-bench', 'junit', 'sarif'),
  OUTPUT,
  {
    name: 'fail-on',
    value: 'what',
    text: 'exit with 1 on warnings, or on those of level 1',
    choices: ['never', 'warn', 'level1'],
    default: 'never',
  },
  {
    name: 'host',
    short: 'H',
    value: 'address',
    text: 'the Engine: unix:///path or tcp://host:port (default: DOCKER_HOST)',
  },
  {
    name: 'host-root',
    value: 'folder',
    text: "where this host's / is mounted, in a container",
    default: '/',
    completes: 'folder',
  },
  { name: 'list', text: 'list the checks and end', only: { from: 'line', why: 'it is another question' } },
  ...IMAGE,
];

const OLDER: OptionSpec = { name: 'allow-older', text: 'go back to an older database', only: DANGEROUS };
const SIGNED_BY = signerOptions('', 'it');

const DATABASE: readonly (readonly [string, readonly OptionSpec[]])[] = [
  [
    'db update',
    [
      {
        name: 'feeds',
        value: 'url|folder',
        text: 'a mirror of the feeds in place of the publishers',
        completes: 'folder',
      },
      names('only', undefined, 'names', 'only these feeds or documents, such as nvd or osv/PyPI'),
      { name: 'fresh', text: 'begin with an empty database', only: DANGEROUS },
      { name: 'allow-older', text: 'take data that is older than what the database has', only: DANGEROUS },
      { ...INSECURE, text: 'do not verify certificates' },
    ],
  ],
  ['db status', [{ name: 'documents', text: 'a line for each document of every feed' }, format('table', 'json')]],
  ['db show', [format('table', 'json')]],
  [
    'db search',
    [
      { name: 'ecosystem', value: 'name', text: 'only this namespace, such as Debian:11 or PyPI' },
      format('table', 'json'),
    ],
  ],
  ['db export', []],
  [
    'db import',
    [
      {
        name: 'digest',
        value: 'digest',
        text: 'the digest that db export printed, as proof',
        only: { from: 'line', why: 'it is of this very file' },
      },
      ...SIGNED_BY,
      {
        name: 'signature',
        value: 'file',
        text: 'signature of the file, as cosign sign-blob prints it',
        completes: 'file',
        only: { from: 'line', why: 'it is of this very file' },
      },
      OLDER,
    ],
  ],
  ['db push', [INSECURE, USERNAME, PASSWORD]],
  ['db pull', [INSECURE, USERNAME, PASSWORD, ...SIGNED_BY, OLDER]],
];

/**
 * Every option of every command, by the words that call it. Command line, environment, configuration file, help and completion
 * are made from this.
 */
export const OPTIONS: ReadonlyMap<string, readonly OptionSpec[]> = new Map([
  ['scan', SCAN],
  ['inventory', INVENTORY],
  ['report', REPORT],
  ['diff', DIFF],
  ['bom diff', [formats('table', 'json', 'markdown'), OUTPUT, ALL, ...IMAGE]],
  ['compare', COMPARE],
  ['explain', EXPLAIN],
  [
    'exposure',
    [
      formats('table', 'json'),
      OUTPUT,
      {
        name: 'command',
        value: 'line',
        text: 'what the container is started with, in place of what the image says: "python serve.py"',
        only: { from: 'line', why: 'it is about one image' },
      },
      ...LIVE,
      { name: 'all', text: 'every step, however long the picture gets' },
      ...IMAGE,
    ],
  ],
  ['fix', FIX],
  ['verify', VERIFY],
  ['accept', ACCEPT],
  ['bench', BENCH],
  ['policy check', []],
  [
    'policy explain',
    [
      {
        name: 'report',
        value: 'file',
        text: 'judge this report of scan -f json by it',
        completes: 'file',
        only: { from: 'line', why: 'it is one report' },
      },
      format('table', 'json'),
    ],
  ],
  ...DATABASE,
  ['demo', []],
  ['completion', []],
]);

/** Commands whose options can stand under their name in the configuration file. */
export const CONFIG_SECTIONS: readonly string[] = [
  ...new Set([...OPTIONS].flatMap(([path, specs]) => (specs.length > 0 ? [path.split(' ')[0] as string] : []))),
].filter((name) => name !== 'policy'); // that key is the policy itself

/** The options of that name, with the words of their command. */
export const optionsNamed = (name: string): readonly (readonly [string, OptionSpec])[] =>
  [...OPTIONS].flatMap(([path, specs]) => specs.flatMap((spec) => (spec.name === name ? [[path, spec] as const] : [])));
