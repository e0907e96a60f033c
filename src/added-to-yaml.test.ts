import { describe, expect, it } from 'vitest';
import { addedToYaml } from './added-to-yaml.ts';

const ENTRY = { id: 'CVE-2023-0464', reason: 'no certificates are checked here', until: '2099-12-31' };
const LINES = (indent: string) =>
  `${indent}- id: CVE-2023-0464\n${indent}  reason: no certificates are checked here\n${indent}  until: 2099-12-31\n`;

describe('an entry is put into a file of YAML', () => {
  it.each([
    ['an empty file', '', `exceptions:\n${LINES('  ')}`],
    ['a file of comments alone, which does not end its line', '# ours', `# ours\nexceptions:\n${LINES('  ')}`],
    [
      'beside columns of comments, quotes and blank lines of its own',
      "policy:\n  thresholds:\n    os: CRITICAL      # keep\n\n\n    language:   'HIGH'\n",
      `policy:\n  thresholds:\n    os: CRITICAL      # keep\n\n\n    language:   'HIGH'\nexceptions:\n${LINES('  ')}`,
    ],
    [
      'behind the last of a list that others follow',
      `exceptions:\n- id: [CVE-1-1, CVE-1-2]   # two\n  reason: "x"\n\n# next\npolicy: {preset: batch}\n`,
      `exceptions:\n- id: [CVE-1-1, CVE-1-2]   # two\n  reason: "x"\n${LINES('')}\n# next\npolicy: {preset: batch}\n`,
    ],
    [
      'in place of a list of nothing in brackets',
      '# ours\nexceptions: []\npolicy: {preset: batch}\n',
      `# ours\nexceptions:\n${LINES('  ')}policy: {preset: batch}\n`,
    ],
    ['in place of one at the end of a file', 'exceptions: [ ]', `exceptions:\n${LINES('  ')}`],
    [
      'below a key without a value',
      'exceptions:\npolicy: {preset: batch}\n',
      `exceptions:\n${LINES('  ')}policy: {preset: batch}\n`,
    ],
    [
      'behind the last line of a file that does not end',
      'exceptions:\n    - id: CVE-1-1\n      reason: >-\n        of several\n        lines',
      `exceptions:\n    - id: CVE-1-1\n      reason: >-\n        of several\n        lines\n${LINES('    ')}`,
    ],
  ])('%s', (_, text, expected) => expect(addedToYaml(text, 'exceptions', ENTRY)).toBe(expected));

  it('with the line ends of the file', () => {
    expect(addedToYaml('severity-from: nvd\r\n', 'exceptions', ENTRY)).toBe(
      `severity-from: nvd\r\nexceptions:\n${LINES('  ')}`.replace(/\r?\n/g, '\r\n'),
    );
  });

  it.each([
    ['JSON', '{"policy": {"preset": "batch"}}'],
    ['a list in brackets', 'exceptions: [{ id: CVE-1-1, reason: x }]\n'],
    ['a list of nothing that is written in two lines', 'exceptions: [\n]\n'],
    ['a list of nothing with a remark', 'exceptions: [] # none yet\n'],
    ['a key that is no list', 'exceptions: {}\n'],
    ['a document that ends', 'policy: {preset: batch}\n...\n'],
    ['a list', '- a\n'],
  ])('and not into %s, where it takes more than lines', (_, text) =>
    expect(addedToYaml(text, 'exceptions', ENTRY)).toBeUndefined(),
  );
});
