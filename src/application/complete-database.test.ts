import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { type SmallMachine, smallMachine, twoImages } from '../../test/small-machine.ts';
import { compareCommand } from '../commands/compare.ts';
import { dbCommand } from '../commands/db.ts';
import { explainCommand } from '../commands/explain.ts';
import { scanCommand } from '../commands/scan.ts';

/** A database that scans keep, and one that `db update` made, are asked the same questions. */

let machine: SmallMachine;
let feeds: string;
let debianImage: string;
let nodeImage: string;
beforeAll(async () => {
  machine = await smallMachine({ database: false });
  ({ feeds, debianImage, nodeImage } = twoImages(machine));
});
afterAll(() => machine.close());

const home = (name: string) => ({ ...machine.environment, PLIMSOLL_HOME: `${machine.folder}/home-${name}` });

async function keptByScans(name: string) {
  const environment = home(name);
  await runCommand(scanCommand, [debianImage, '--feeds', feeds, '-f', 'json'], { environment });
  return environment;
}
async function whole() {
  const environment = home('whole');
  await runCommand(dbCommand, ['update', '--feeds', feeds], { environment });
  return environment;
}
const explained = async (environment: NodeJS.ProcessEnv, ...args: readonly string[]) =>
  JSON.parse((await runCommand(explainCommand, [...args, '-f', 'json'], { environment })).text);

it('explain gives the answer of a whole database, for other vulnerabilities and for other images than were scanned', async () => {
  const [small, full] = [await keptByScans('explain'), await whole()];
  for (const [id, target] of [
    ['CVE-2023-0001', debianImage],
    ['CVE-2023-23337', nodeImage],
    ['GHSA-35jh-r3h4-6jhm', nodeImage],
    ['CVE-2023-0464', debianImage],
  ] as const) {
    const answer = await explained(small, id, target);
    expect(answer).not.toHaveProperty('missing');
    expect(answer).toEqual(await explained(full, id, target));
  }
});

it('compare too, by the rules of others over an image that was not scanned', async () => {
  const [small, full] = [await keptByScans('compare'), await whole()];
  const compared = async (environment: NodeJS.ProcessEnv) => {
    const line = ['--lens', 'trivy,grype', nodeImage, '-f', 'json'];
    const {
      created: _,
      basis: __,
      ...rest
    } = JSON.parse((await runCommand(compareCommand, line, { environment })).text);
    return rest;
  };
  const answer = await compared(small);
  expect(answer.identity.remarks).toEqual([]);
  expect(JSON.stringify(answer)).toContain('CVE-2023-23337');
  expect(answer).toEqual(await compared(full));
});

it('without the network the answer says what it lacks', async () => {
  const environment = await keptByScans('offline');
  const answer = await explained(environment, 'CVE-2023-0001', debianImage, '--offline');
  expect(answer.missing).toEqual([
    'what NVD says of CVE-2023-0001 is not in this database, which holds what scans asked for (plimsoll db update fetches all)',
  ]);
  const { text } = await runCommand(explainCommand, ['CVE-2023-0001', debianImage, '--offline'], { environment });
  expect(text).toMatch(/! what NVD says of CVE-2023-0001\s+is not in this database/);
  const known = await explained(environment, 'CVE-2023-0464', debianImage, '--offline');
  expect(known).not.toHaveProperty('missing');
});

it('a mirror that is gone is said, and what there is is the answer', async () => {
  const environment = await keptByScans('gone');
  machine.file(
    'home-gone/fetched-by-scans.json',
    JSON.stringify({ from: 'http://127.0.0.1:9/', 'debian/tracker': '2026-01-01T00:00:00Z' }),
  );
  const answer = await explained(environment, 'CVE-2023-0001', debianImage);
  expect(answer.missing.join()).toMatch(/could not be renewed.*what NVD says of CVE-2023-0001/);
});
