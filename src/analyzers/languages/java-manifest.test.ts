// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are those of Maven
import { describe, expect, it } from 'vitest';
import { manifestOf, releaseOf } from './java-manifest.ts';

describe('the version line of a manifest', () => {
  // Each as it stands in an archive of Maven's central repository.
  it.each([
    ['2.14.1', '2.14.1'],
    ['1.6.10-release-923(1.6.10)', '1.6.10'],
    ['8.6.0 a9c5fb0da2dfc8c7375622c80dbf1a0cc26f44dc - broustant - 2020-07-07 12:46:30', '8.6.0'],
    ['2.0b4 2005-05-23 11:49:20', '2.0b4'],
    ['3.4.14-4c25d480e66aadd371de8bd2fd8da255ac140bcf', '3.4.14'],
    ['2.12.10.v20190904-150159-VFINAL-61701c2', '2.12.10'],
    ['28.0.0.jre', '28.0-jre'],
    ['10.14.2000000.1828579', '10.14.2.0'],
    ['9.4.20.v20190813', '9.4.20.v20190813'],
    ['1.4.200', '1.4.200'],
  ])('%s is about %s', (line, release) => expect(releaseOf(line)).toBe(release));

  it.each(['', 'private-2008/06/01-10:22:29', '${project.version}', 'unknown', ' '])('%j is about none', (line) =>
    expect(releaseOf(line)).toBeUndefined(),
  );
});

it('sections of folders are kept where they state a version', () => {
  const { main, sections } = manifestOf(
    'Manifest-Version: 1.0\n\nName: a/B.class\nSHA-256-Digest: x\n\nName: org/apache/tools/ant/\nImplementation-Version: 1.9.7\n',
  );
  expect(main.get('Manifest-Version')).toBe('1.0');
  expect(sections.map((section) => section.get('Name'))).toEqual(['org/apache/tools/ant/']);
});
