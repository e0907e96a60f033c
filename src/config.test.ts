import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';
import type { PlimsollError } from './errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string, name = 'plimsoll.yaml') => writeFileSync(join(folder, name), text);
const load = (environment: NodeJS.ProcessEnv = {}, named?: string) => loadConfig(environment, named, folder);

describe('the configuration file', () => {
  it('need not exist', async () => {
    expect(await load()).toEqual({ feeds: {}, mirrors: [], settings: new Map() });
  });

  it('gives feeds another address, and keeps what others read, with its place', async () => {
    write(`
severity: [CRITICAL, HIGH]
fixable: true
fail-on: high
mirrors: registry.example/plimsoll/db
feeds:
  debian: { url: https://mirror.example/tracker.json }
  nvd: false
`);
    const { settings, feeds, mirrors } = await load();
    expect([...settings.keys()]).toEqual(['severity', 'fixable', 'fail-on']);
    expect(settings.get('fixable')).toMatchObject({
      value: true,
      at: expect.stringMatching(/plimsoll\.yaml:3:10$/),
    });
    expect(mirrors).toEqual(['registry.example/plimsoll/db']);
    expect({ ...feeds }).toEqual({ debian: { url: 'https://mirror.example/tracker.json' }, nvd: { enabled: false } });
  });

  it('is looked for in the order --config, PLIMSOLL_CONFIG, working directory', async () => {
    write('format: json', 'a.yaml');
    write('format: trivy', 'b.yaml');
    write('format: table', '.plimsoll.yaml');
    expect((await load({ PLIMSOLL_CONFIG: 'b.yaml' }, 'a.yaml')).settings.get('format')?.value).toBe('json');
    expect((await load({ PLIMSOLL_CONFIG: 'b.yaml' })).settings.get('format')?.value).toBe('trivy');
    expect((await load()).settings.get('format')?.value).toBe('table');
  });

  it.each([
    ['feeds: { nvd: { ulr: x } }', 'nobody knows the key feeds.nvd.ulr', 'did you mean feeds.nvd.url?'],
    ['feeds: [nvd]', 'feeds has to be a mapping', ''],
    ['- a', 'the file has to be a mapping', ''],
    ['a: [', 'this cannot be read', ''],
    ['format: json\nformat: table', 'this cannot be read: Map keys must be unique', ''],
    ['a: !!js/function x', 'this cannot be read', ''],
    ['feeds: { nvd: { url: [1] } }', 'feeds.nvd.url has to be a text', ''],
  ])('%s is refused with a line that helps', async (text, message, hint) => {
    write(text);
    const error = await load().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'config', message: expect.stringContaining(message) });
    if (hint !== '') expect(error).toMatchObject({ hint: expect.stringContaining(hint) });
    expect((error as Error).message).not.toContain('\n');
    expect((error as PlimsollError).where).toMatch(/plimsoll\.yaml:\d+:\d+$/);
  });

  it('that is named has to be there', async () => {
    await expect(load({}, 'missing.yaml')).rejects.toMatchObject({
      code: 'config',
      message: 'this cannot be read: there is no such file or folder',
      hint: 'check the path',
    });
    mkdirSync(join(folder, 'a-folder.yaml'));
    await expect(load({}, 'a-folder.yaml')).rejects.toMatchObject({
      code: 'config',
      message: 'this cannot be read: this is a folder, not a file',
    });
  });
});
