import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string, name = 'plimsoll.yaml') => writeFileSync(join(folder, name), text);
const load = (environment: NodeJS.ProcessEnv = {}, named?: string) => loadConfig(environment, named, folder);

describe('the configuration file', () => {
  it('need not exist', async () => {
    expect(await load()).toEqual({ feeds: {}, mirrors: [], flags: new Map() });
  });

  it('gives flags their defaults and feeds another address', async () => {
    write(`
severity: [CRITICAL, HIGH]
fixable: true
fail-on: high
mirrors: registry.example/plimsoll/db
feeds:
  debian: { url: https://mirror.example/tracker.json }
  nvd: false
`);
    const { flags, feeds, mirrors } = await load();
    expect([...flags]).toEqual([
      ['severity', 'CRITICAL,HIGH'],
      ['fixable', true],
      ['fail-on', 'high'],
    ]);
    expect(mirrors).toEqual(['registry.example/plimsoll/db']);
    expect({ ...feeds }).toEqual({ debian: { url: 'https://mirror.example/tracker.json' }, nvd: { enabled: false } });
  });

  it('is looked for in the order --config, PLIMSOLL_CONFIG, working directory', async () => {
    write('format: json', 'a.yaml');
    write('format: trivy', 'b.yaml');
    write('format: table', '.plimsoll.yaml');
    expect((await load({ PLIMSOLL_CONFIG: 'b.yaml' }, 'a.yaml')).flags.get('format')).toBe('json');
    expect((await load({ PLIMSOLL_CONFIG: 'b.yaml' })).flags.get('format')).toBe('trivy');
    expect((await load()).flags.get('format')).toBe('table');
  });

  it.each([
    ['serverity: HIGH', 'nobody knows the key serverity', 'did you mean severity?'],
    ['feeds: { nvd: { ulr: x } }', 'nobody knows the key feeds.nvd.ulr', 'did you mean feeds.nvd.url?'],
    ['xyzzy: 1', 'nobody knows the key xyzzy', 'the keys are feeds'],
    ['fixable: maybe', 'fixable has to be true or false', ''],
    ['feeds: [nvd]', 'feeds has to be a mapping', ''],
    ['- a', 'the file has to be a mapping', ''],
    ['a: [', 'the configuration cannot be read', ''],
    ['__proto__: { fixable: true }', 'nobody knows the key __proto__', ''],
  ])('%s is refused with a line that helps', async (text, message, hint) => {
    write(text);
    const error = await load().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'config', message: expect.stringContaining(message) });
    if (hint !== '') expect(error).toMatchObject({ hint: expect.stringContaining(hint) });
    expect((error as Error).message).not.toContain('\n');
  });

  it('that is named has to be there', async () => {
    await expect(load({}, 'missing.yaml')).rejects.toMatchObject({ code: 'config' });
  });
});
