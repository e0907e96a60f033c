import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { takeInventory } from '../../inventory/take.ts';

const KEY = `-----BEGIN RSA PRIVATE KEY-----\n${createHash('sha512').update('a').digest('base64')}${createHash('sha512').update('b').digest('base64')}\n-----END RSA PRIVATE KEY-----\n`;
const line = (path: string, content: string): string =>
  `${path},sha256=${createHash('sha256').update(content).digest('base64url')},${content.length}\n`;
const RECORD = `${line('google/auth/keys/key.pem', KEY)}google_auth-2.0.dist-info/RECORD,,\n`;

const secretsOf = async (...layers: Readonly<Record<string, string>>[]): Promise<readonly string[]> => {
  const { inventory } = await takeInventory(image(...layers.map((files) => layer(files))));
  return inventory.risks.filter(({ category }) => category === 'secret').map(({ evidence }) => evidence.path);
};

describe('what a wheel brought, in a folder that is no site-packages', () => {
  const listed = { 'app/libs/google_auth-2.0.dist-info/RECORD': RECORD };
  const file = { 'app/libs/google/auth/keys/key.pem': KEY };

  it('is no secret of the image’s maker, if the wheel’s list states its digest', async () => {
    expect(await secretsOf({ ...file })).toEqual(['app/libs/google/auth/keys/key.pem']);
    expect(await secretsOf({ ...listed, ...file })).toEqual([]);
  });

  it('nor where a later layer removes both', async () => {
    expect(await secretsOf({ ...listed, ...file }, { 'app/.wh.libs': '' })).toEqual([]);
  });

  it('is one where it has changed since, and so is what the list does not name', async () => {
    const other = KEY.replace(/[a-z]/, 'Z');
    expect(await secretsOf({ ...listed, 'app/libs/google/auth/keys/key.pem': other })).toHaveLength(1);
    expect(await secretsOf({ ...listed, ...file, 'app/key.pem': other })).toEqual(['app/key.pem']);
  });

  it('a line without a digest, or of another algorithm, states nothing', async () => {
    const weak = RECORD.replace(/sha256=[\w-]+/, 'md5=1B2M2Y8AsgTpgAmY7PhCfg');
    expect(await secretsOf({ 'app/libs/google_auth-2.0.dist-info/RECORD': weak, ...file })).toHaveLength(1);
  });
});
