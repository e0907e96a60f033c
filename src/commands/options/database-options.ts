/** Options of the commands of the database. */

import { names } from './bench-options.ts';
import type { OptionSpec } from './option.ts';
import { DANGEROUS, format, INSECURE, PASSWORD, signerOptions, USERNAME } from './shared.ts';

const OLDER: OptionSpec = { name: 'allow-older', text: 'go back to an older database', only: DANGEROUS };

const SIGNED_BY = signerOptions('', 'it');

export const DATABASE: readonly (readonly [string, readonly OptionSpec[]])[] = [
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
