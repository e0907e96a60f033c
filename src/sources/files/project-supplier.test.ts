import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { openProject } from './project.ts';

const folder = temporaryFolder();

async function supplierOf(files: Readonly<Record<string, string>>, target = '') {
  const place = await mkdtemp(join(folder, 'project-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(place, name), content);
  const image = await openProject('.', join(place, target));
  await image.close();
  return image.subject.supplier;
}

describe('whom a project is from', () => {
  it('is what its manifests say: maintainers before authors, Python before npm', async () => {
    const pyproject = `[project]
name = "model"
authors = [{ name = "Jane Doe", email = "jane@example.org" }]
`;
    expect(await supplierOf({ 'pyproject.toml': pyproject, 'package.json': '{"author":"Nobody"}' })).toEqual({
      name: 'Jane Doe',
      kind: 'person',
      address: 'jane@example.org',
    });
    const kept = `${pyproject}maintainers = [{ name = "Model Team" }]\n`;
    expect(await supplierOf({ 'pyproject.toml': kept })).toEqual({ name: 'Model Team', kind: 'organization' });
    const poetry = '[tool.poetry]\nauthors = ["Jane Doe <jane@example.org>"]\n';
    expect((await supplierOf({ 'pyproject.toml': poetry }))?.address).toBe('jane@example.org');
    expect((await supplierOf({ 'package.json': '{"author":{"name":"ACME Inc"}}' }))?.kind).toBe('organization');
    // Also where one of its files is the target.
    expect((await supplierOf({ 'pyproject.toml': kept, 'requirements.txt': '' }, 'requirements.txt'))?.name).toBe(
      'Model Team',
    );
  });

  it('is nobody where nobody is named, or where the manifest is broken', async () => {
    expect(await supplierOf({ 'requirements.txt': 'numpy\n' })).toBeUndefined();
    expect(await supplierOf({ 'pyproject.toml': '[project\n', 'package.json': '{' })).toBeUndefined();
    expect(await supplierOf({ 'pyproject.toml': '[project]\nauthors = "x"\nmaintainers = 3\n' })).toBeUndefined();
  });
});
