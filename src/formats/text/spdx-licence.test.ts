import { describe, expect, it } from 'vitest';
import { spdxLicence } from './spdx-licence.ts';

const read = (text: string): string | undefined => spdxLicence(text, { guess: false })?.expression;

describe('what packages say of their licence', () => {
  it.each([
    ['MIT', 'MIT'],
    ['MIT License', 'MIT'],
    ['Expat', 'MIT'],
    ['Apache License, Version 2.0', 'Apache-2.0'],
    ['GPL-2+', 'GPL-2.0-or-later'],
    ['GPLv3', 'GPL-3.0-only'],
    ['LGPLv2.1 or later', 'LGPL-2.1-or-later'],
    ['GPLv2+ and (MIT or BSD-3-clause)', 'GPL-2.0-or-later AND (MIT OR BSD-3-Clause)'],
    ['Apache-2.0 OR MIT', 'Apache-2.0 OR MIT'],
    ['GPL-2.0-or-later WITH Classpath-exception-2.0', 'GPL-2.0-or-later WITH Classpath-exception-2.0'],
    ['Python Software Foundation License', 'PSF-2.0'],
  ])('%s is %s', (text, expression) => expect(read(text)).toBe(expression));

  it.each([
    'BSD',
    'Apache',
    'Other/Proprietary License',
    'see COPYING',
    '',
    '(((((',
    'A'.repeat(5_000),
    'MIT and',
    `${'('.repeat(500)}MIT${')'.repeat(500)}`,
  ])('%.40s means no one licence: nothing is guessed', (text) => expect(read(text)).toBeUndefined());

  it('a guess is made where it is asked for', () => {
    expect(spdxLicence('BSD License', { guess: true })?.expression).toMatch(/^BSD/);
  });
});
