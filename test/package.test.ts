import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('..', import.meta.url).pathname;
const document = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

describe('the package', () => {
  it('says who it is, where it lives and where to complain', () => {
    for (const key of [
      'name',
      'version',
      'description',
      'license',
      'homepage',
      'repository',
      'bugs',
      'keywords',
      'engines',
    ])
      expect(document[key], key).toBeTruthy();
    const place = /github\.com\/[\w-]+\/[\w-]+/.exec(document.repository.url)?.[0];
    expect(document.bugs).toContain(`${place}/issues`);
    expect(document.homepage).toContain(place);
  });

  it('runs nothing of ours or of others when it is installed', () => {
    expect(Object.keys(document.scripts).filter((name) => /install$/.test(name))).toEqual([]);
  });

  it('promises only doors and schemas that are there', () => {
    const schemas = Object.values(document.exports as Record<string, unknown>).filter(
      (target): target is string => typeof target === 'string' && target.startsWith('./schemas/'),
    );
    expect(schemas.filter((target) => !existsSync(root + target))).toEqual([]);
    for (const name of ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE'])
      expect(document.files.includes(name) && existsSync(root + name), name).toBe(true);
  });
});
