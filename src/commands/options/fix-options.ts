/** Options of fix, verify and accept. */
import { JUSTIFICATIONS } from '../../model.ts';
import type { OptionSpec } from './option.ts';
import {
  ALL,
  ATTESTED_BY,
  BUILD_ARG,
  DANGEROUS,
  EXCEPTIONS,
  formats,
  IMAGE,
  isoDay,
  NO_ADVISORIES,
  OUTPUT,
  REQUIRE_COVERAGE,
  SEVERITY_FROM,
} from './shared.ts';

export const FIX: readonly OptionSpec[] = [
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
  {
    name: 'secret',
    value: 'id=name,src=file',
    text: 'of --try: as for the build, handed to the builder',
    many: 'again',
    only: DANGEROUS,
  },
  { name: 'builder', value: 'name', text: 'what builds', choices: ['docker', 'buildah', 'podman'] },
  { name: 'write', short: 'w', text: 'write the changes: all files or none', only: DANGEROUS },
  {
    name: 'force',
    text: 'write files with uncommitted changes, or for an image that fits badly',
    only: DANGEROUS,
  },
  {
    name: 'require-goal',
    text: 'exit with 1 when the plan does not reach the goal',
    gate: true,
  },
  REQUIRE_COVERAGE,
  { name: 'offline', text: 'ask no package index, and for no database' },
  { name: 'python', value: 'version', text: 'of a project: the Python it is for (default: what its files say)' },
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
  ...EXCEPTIONS,
  ...ATTESTED_BY,
  SEVERITY_FROM,
  { name: 'all', text: 'every finding and change in a line of its own' },
  ...IMAGE,
];

export const VERIFY: readonly OptionSpec[] = [
  {
    name: 'goal',
    short: 'g',
    value: 'goal',
    text: "what must not come with the change (default: the plan's goal, else no fixable)",
  },
  formats('table', 'json', 'markdown'),
  OUTPUT,
  ...EXCEPTIONS,
  ...ATTESTED_BY,
  SEVERITY_FROM,
  ALL,
  ...NO_ADVISORIES,
  ...IMAGE,
];

const ONE = { from: 'line', why: 'it is about this very exception' } as const;

export const ACCEPT: readonly OptionSpec[] = [
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
