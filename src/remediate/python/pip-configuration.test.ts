import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pipIndexes } from './pip-configuration.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pip-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** pip reads no configuration file of this machine then. */
const NONE = { PIP_CONFIG_FILE: '/dev/null' };
const usual = async () => 'https://usual.example/simple';
const user = (text: string): NodeJS.ProcessEnv => {
  const path = join(folder, 'pip.conf');
  writeFileSync(path, text);
  return { PIP_CONFIG_FILE: path };
};
const image = (text: string, environment: Record<string, string> = {}) => ({
  files: new Map(text === '' ? [] : [['etc/pip.conf', text]]),
  environment,
  owner: 'the image',
});
const MAIN = '[global]\nindex-url = https://image.example/simple\n';
const EXTRA = '[global]\nextra-index-url = https://more.example/simple https://torch.example/whl\n';

describe('the indexes that are asked', () => {
  it("are the user's alone where the user names a main one, whatever the image says", async () => {
    const own = user(
      '[global]\nindex-url = https://own.example/simple\nextra-index-url = https://own-more.example/simple\n',
    );
    expect(await pipIndexes(own, image(`${MAIN}extra-index-url = https://more.example/simple\n`), usual)).toEqual({
      addresses: ['https://own.example/simple', 'https://own-more.example/simple'],
      by: own.PIP_CONFIG_FILE,
      foreign: [],
    });
    expect(await pipIndexes({ ...NONE, PIP_NO_INDEX: '1' }, image(MAIN), usual)).toMatchObject({
      addresses: [],
      none: true,
    });
  });

  // NVIDIA's images name a further index of theirs in their environment, and no main one: pip asks the usual one as well.
  it('are the usual one and the further ones where only further ones are named, in the image or by the user', async () => {
    expect(await pipIndexes(NONE, image(EXTRA), usual)).toEqual({
      addresses: ['https://usual.example/simple', 'https://more.example/simple', 'https://torch.example/whl'],
      by: 'the installed pip and /etc/pip.conf of the image',
      foreign: ['https://more.example/simple', 'https://torch.example/whl'],
    });
    expect(
      await pipIndexes(NONE, image('', { PIP_EXTRA_INDEX_URL: 'https://ngc.example/simple' }), usual),
    ).toMatchObject({ addresses: ['https://usual.example/simple', 'https://ngc.example/simple'] });
    const own = { ...NONE, PIP_EXTRA_INDEX_URL: 'https://more.example/simple' };
    expect(await pipIndexes(own, undefined, usual)).toEqual({
      addresses: ['https://usual.example/simple', 'https://more.example/simple'],
      by: 'the installed pip and the PIP_* variables',
      foreign: [],
    });
  });

  it("are the image's where the user names none, and what the user names is trusted whoever else does", async () => {
    expect(await pipIndexes(NONE, image(MAIN), usual)).toEqual({
      addresses: ['https://image.example/simple'],
      by: '/etc/pip.conf of the image',
      foreign: ['https://image.example/simple'],
    });
    const own = { ...NONE, PIP_EXTRA_INDEX_URL: 'https://image.example/simple' };
    expect(await pipIndexes(own, image(MAIN), usual)).toMatchObject({
      addresses: ['https://image.example/simple'],
      foreign: [],
    });
    expect(await pipIndexes(NONE, image('[global]\nno-index = true\n'), usual)).toMatchObject({ none: true });
  });

  it('are none where nobody names one and no pip is there', async () => {
    expect(await pipIndexes(NONE, image(''), async () => undefined)).toBeUndefined();
  });
});
