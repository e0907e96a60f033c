import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entriesOf, nearest, readLocatedYaml, switchAt, textAt, textsAt, unknownKey } from './located-yaml.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (text: string) => {
  const path = join(folder, 'plimsoll.yaml');
  writeFileSync(path, text);
  return readLocatedYaml(path);
};

describe('a settings file', () => {
  it('is values with the line and column where they stand', async () => {
    const entries = entriesOf(
      await read('quiet: true\nfail-on:\n  - high\n  - kev\nplatform: linux/arm64\n'),
      'the file',
    );
    expect([...entries.keys()]).toEqual(['quiet', 'fail-on', 'platform']);
    expect(switchAt(entries.get('quiet')!, 'quiet')).toBe(true);
    expect(textsAt(entries.get('fail-on')!, 'fail-on')).toEqual(['high', 'kev']);
    expect(textsAt(entries.get('platform')!, 'platform')).toEqual(['linux/arm64']);
    expect(entries.get('platform')!.at).toMatch(/plimsoll\.yaml:5:\d+$/);
  });

  it.each([
    ['mappings in one line', '0: '.repeat(20_000)],
    ['flow sequences', '['.repeat(100_000)],
    ['block sequences', '- '.repeat(50_000)],
  ])('is refused where it is nested without end: %s', async (_, text) => {
    await expect(read(`policy: ${text}0`)).rejects.toMatchObject({
      code: expect.stringMatching(/^(limit|config)$/),
      where: expect.stringContaining('plimsoll.yaml'),
    });
  });

  it('says where a value is of the wrong kind', async () => {
    const entries = entriesOf(await read('quiet: yes please\nplatform: [linux]\n'), 'the file');
    expect(() => switchAt(entries.get('quiet')!, 'quiet')).toThrow(
      expect.objectContaining({ code: 'config', where: expect.stringMatching(/:1:\d+$/) }),
    );
    expect(() => textAt(entries.get('platform')!, 'platform')).toThrow(
      expect.objectContaining({ code: 'config', where: expect.stringMatching(/:2:\d+$/) }),
    );
    const [list] = [await read('- a\n')];
    expect(() => entriesOf(list, 'the file')).toThrow(expect.objectContaining({ code: 'config' }));
  });

  it.each([
    ['a key that stands twice', 'quiet: true\nquiet: false\n'],
    ['no YAML', 'quiet: [true\n'],
    ['a tag that makes objects', 'quiet: !!js/function "x"\n'],
    ['a key that is no text', '? [a]\n: b\n'],
  ])('is refused for %s', async (_, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'config', where: expect.stringContaining('plimsoll.yaml') });
  });

  it('is refused where its aliases unfold to more than anybody writes', async () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
      .concat(Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}x]`))
      .join('\n');
    await expect(read(bomb)).rejects.toMatchObject({ code: expect.stringMatching(/^(?:limit|config)$/) });
  });
});

describe('a key that nobody knows', () => {
  it('is shown where it stands, not where its value does', async () => {
    const { value } = await read('severity:    HIGH\npolicy:\n  thresholdz:\n    os: HIGH\n');
    const policy = value instanceof Map ? value.get('policy') : undefined;
    const inner = policy?.value instanceof Map ? policy.value.get('thresholdz') : undefined;
    expect(unknownKey('thresholdz', ['thresholds'], inner!).where).toMatch(/:3:3$/);
  });
});

describe('what was meant by a word that nobody knows', () => {
  it('is the nearest that somebody does, if it is near', () => {
    expect(nearest('sevrity', ['severity', 'platform'])).toBe('severity');
    expect(nearest('zzz', ['severity', 'platform'])).toBeUndefined();
    expect(unknownKey('sevrity', ['severity'], { at: 'x:1:1' }).hint).toBe('did you mean severity?');
    expect(unknownKey('zzz', ['severity', 'vex'], { at: 'x:1:1' }).hint).toBe('the keys are severity, vex');
  });
});

it('a file without an end, such as a link to /dev/zero in a clone, is cut off and said', async () => {
  await expect(readLocatedYaml('/dev/zero')).rejects.toMatchObject({
    code: 'limit',
    message: expect.stringMatching(/larger than/),
  });
});
