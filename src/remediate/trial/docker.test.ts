import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { docker } from './docker.ts';

const USERS = 'aaaaaaaaaaaa';
const OWN = 'bbbbbbbbbbbb';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a step that prints the ids of what the user has does not have it removed', async () => {
  const said = [`Running in ${USERS}`, `Running in ${OWN}`, USERS, OWN].map((word) => ` ---> ${word}`).join('\\n');
  const program = join(folder, 'docker');
  writeFileSync(
    program,
    `#!/bin/sh
echo "$*" >>'${join(folder, 'asked')}'
case "$*" in
  buildx*) exit 1 ;;
  *' ls '*) echo ${USERS.repeat(5)}aaaa ;;
  build*) printf '${said}\\n'; exit 1 ;;
esac
`,
  );
  chmodSync(program, 0o755);
  const environment = { PATH: [folder, process.env.PATH].join(delimiter), HOME: folder };
  const builder = await docker.open({ environment, folder, signal: new AbortController().signal });
  await builder.build({ dockerfile: join(folder, 'Dockerfile'), context: folder, arguments: new Map() });
  await builder.remove();
  const asked = readFileSync(join(folder, 'asked'), 'utf8');
  const removed = asked.split('\n').filter((line) => / rm /.test(line));
  expect(removed).toContain(`container rm --force ${OWN}`);
  expect(removed).toContain(`image rm --no-prune ${OWN}`);
  expect(removed.join('\n')).not.toContain(USERS);
});
