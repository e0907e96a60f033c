/** Options of bench. */
import type { OptionSpec } from './option.ts';
import { BUILD_ARG, count, formats, IMAGE, NO_ADVISORIES, OUTPUT } from './shared.ts';

export const names = (name: string, short: string | undefined, value: string, text: string): OptionSpec => ({
  name,
  value,
  text,
  many: 'commas',
  ...(short ? { short } : {}),
});

export const BENCH: readonly OptionSpec[] = [
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
  ...NO_ADVISORIES,
  ...IMAGE,
];
