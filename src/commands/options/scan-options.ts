/** Options of the commands that look at images, or at what was seen of one. */
import type { OptionSpec } from './option.ts';
import {
  ALL,
  AS_OF,
  ATTESTATIONS,
  ATTESTED_BY,
  BUILD_ARG,
  EXCEPTIONS,
  formats,
  GATES,
  IMAGE,
  LENSES,
  LEVELS,
  NO_ADVISORIES,
  OUTPUT,
  processNumber,
  REQUIRE_COVERAGE,
  SEVERITY_FROM,
  SUPPLIER,
} from './shared.ts';

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
    text: 'only these, with commas between them',
    many: 'commas',
    choices: LEVELS,
  },
  { name: 'fixable', text: 'only what a newer version fixes', also: ['ignore-unfixed', 'only-fixed'] },
  { name: 'pro', text: 'count what only a subscription fixes (Ubuntu Pro, SUSE LTSS, RHEL ELS) as fixable' },
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

const ALLOW_UNJUDGED: OptionSpec = {
  name: 'allow-unjudged',
  text: 'let gates pass although part of what they speak of could not be judged',
};

const SEND: OptionSpec = {
  name: 'send',
  value: 'service',
  text: 'bring the findings into a service as well, in the account of your credentials (AWS)',
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

export const SCAN: readonly OptionSpec[] = [
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
  ...EXCEPTIONS,
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
  ALLOW_UNJUDGED,
  REQUIRE_COVERAGE,
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
  SUPPLIER,
];

export const INVENTORY: readonly OptionSpec[] = [
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
  ...NO_ADVISORIES,
  ATTESTATIONS,
  ...ATTESTED_BY,
  ...IMAGE,
  SUPPLIER,
];

export const REPORT: readonly OptionSpec[] = [
  formats(...SCAN_FORMATS, 'docker-bench', 'diff'),
  OUTPUT,
  TEMPLATE,
  ...SHOWN,
  SUPPRESSED,
  SEND,
  ALL,
];

export const DIFF: readonly OptionSpec[] = [
  formats('table', 'json', 'html', 'markdown'),
  OUTPUT,
  {
    name: 'fail-on',
    value: 'level',
    text: 'exit with 1 when a new finding or risk is this bad or worse',
    choices: LEVELS,
    gate: true,
  },
  ...EXCEPTIONS,
  ...ATTESTED_BY,
  ALLOW_UNJUDGED,
  ...FRESHNESS,
  SEVERITY_FROM,
  AS_OF,
  ALL,
  ...IMAGE,
];

export const EXPOSURE: readonly OptionSpec[] = [
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
  ...NO_ADVISORIES,
  ...IMAGE,
];
