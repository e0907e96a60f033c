/** Options of compare and explain. */
import type { OptionSpec } from './option.ts';
import {
  ALL,
  AS_OF,
  ATTESTED_BY,
  DANGEROUS,
  EXCEPTIONS,
  format,
  formats,
  IMAGE,
  LENSES,
  OUTPUT,
  SEVERITY_FROM,
} from './shared.ts';

const lenses = (text: string): OptionSpec => ({ name: 'lens', value: 'names', text, many: 'commas', offers: LENSES });

const START_SCAN: OptionSpec = {
  name: 'start-scan',
  text: 'have ECR, Clair or Harbor scan the image before its findings are fetched (ecr:NAME:TAG)',
  only: { from: 'line', why: 'a scan is asked for once, and may cost' },
};

const OFFLINE: OptionSpec = { name: 'offline', text: 'never ask the network for advisories' };

export const COMPARE: readonly OptionSpec[] = [
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
  OFFLINE,
  ...EXCEPTIONS,
  ...ATTESTED_BY,
  SEVERITY_FROM,
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

export const EXPLAIN: readonly OptionSpec[] = [
  lenses('only by the rules of these scanners'),
  {
    name: 'report',
    value: 'files',
    text: 'reports that speak of it, or services with findings (ecr:NAME:TAG), separated by commas',
    many: 'commas',
    completes: 'file',
  },
  START_SCAN,
  OFFLINE,
  ...EXCEPTIONS,
  ...ATTESTED_BY,
  SEVERITY_FROM,
  AS_OF,
  format('table', 'json'),
  OUTPUT,
  ...IMAGE,
];
