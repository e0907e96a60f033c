import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checks } from './checks/checks.ts';
import { withReference } from './reference.ts';

const path = new URL('../../docs/cis.md', import.meta.url);

it('docs/cis.md has the table of the checks as they are (UPDATE_DOCS=1 writes it)', () => {
  const document = readFileSync(path, 'utf8');
  const fresh = withReference(document);
  if (process.env.UPDATE_DOCS) writeFileSync(path, fresh);
  else expect(document).toBe(fresh);
  for (const check of checks) expect(fresh).toContain(`| ${check.id} | `);
});
