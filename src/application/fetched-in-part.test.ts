import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { debian, type SmallMachine, smallMachine, stanza, twoImages } from '../../test/small-machine.ts';
import { dbCommand } from '../commands/db.ts';
import { scanCommand } from '../commands/scan.ts';

/** CVE-2023-0464 (HIGH) is openssl's, CVE-2023-23337 (CRITICAL) lodash's, CVE-2023-1 nobody's here. */
let machine: SmallMachine;
let feeds: string;
let images: readonly string[];
beforeAll(async () => {
  machine = await smallMachine({ database: false });
  const made = twoImages(machine);
  feeds = made.feeds;
  images = [made.debianImage, made.nodeImage];
});
afterAll(() => machine.close());

async function scanned(image: number, ...args: readonly string[]) {
  const line = [images[image]!, '--severity-from', 'nvd', '-f', 'json', ...args];
  const { text, said } = await runCommand(scanCommand, line, { environment: machine.environment });
  const { findings, database } = JSON.parse(text);
  const year = database.feeds.find(({ name }: { name: string }) => name === 'nvd/2023');
  return { severities: findings.map(({ severity }: { severity: string }) => severity), year, said };
}
const shown = async (id: string) => {
  const { text, error } = await runCommand(dbCommand, ['show', id], { environment: machine.environment, caught: true });
  return error ? error.message : text;
};

it('of a year of NVD only what rates the findings is kept, each time something of it is found, and all by an update', async () => {
  const first = await scanned(0, '--feeds', feeds);
  expect(first.severities).toEqual(['HIGH']);
  expect(first.year).toMatchObject({ partly: true, records: 3 });
  expect(await shown('CVE-2023-0001')).toContain('no feed of the database mentions');
  expect((await scanned(0, '--feeds', feeds)).said).not.toContain('fetching');

  // Another image brings another vulnerability of the same year: both are rated then.
  const second = await scanned(1, '--feeds', feeds);
  expect(second.said).toContain('fetching what is new of nvd');
  expect(second.severities).toEqual(['CRITICAL']);
  expect((await scanned(0, '--offline')).severities).toEqual(['HIGH']);
  expect((await scanned(1, '--feeds', feeds)).said).not.toContain('fetching');
  const status = await runCommand(dbCommand, ['status'], { environment: machine.environment });
  expect(status.text).toMatch(/nvd.*, what scans asked for/);

  // Whoever asks for all of it gets all of it: what is kept of a part is no reason to leave the rest.
  await runCommand(dbCommand, ['update', '--feeds', feeds, '--only', 'nvd'], { environment: machine.environment });
  const whole = await scanned(0, '--offline');
  expect(whole.year).not.toHaveProperty('partly');
  expect(whole.severities).toEqual(['HIGH']);
  expect(await shown('CVE-2023-0001')).toContain('CVE-2023-0001');
  // And it stays whole.
  expect((await scanned(1, '--feeds', feeds)).year).not.toHaveProperty('partly');
});

it('an image whose products are looked up in NVD gets the years whole', async () => {
  const environment = { ...machine.environment, PLIMSOLL_HOME: `${machine.folder}/home-of-products` };
  const run = (image: string) =>
    runCommand(scanCommand, [image, '--feeds', feeds, '-f', 'json'], { environment }).then(({ text }) =>
      JSON.parse(text).database.feeds.filter(({ name }: { name: string }) => name.startsWith('nvd/')),
    );
  expect(await run(images[0]!)).toMatchObject([{ name: 'nvd/2023', partly: true }]);
  const product = machine.root('product', {
    ...debian(stanza('openssl', '1.1.1n-0+deb11u4')),
    'opt/conda/conda-meta/openssl-1.1.1n-h7f8727e_0.json': '{"name":"openssl","version":"1.1.1n","build":"h7f8727e_0"}',
  });
  const years = await run(product);
  expect(years.length).toBeGreaterThan(1);
  for (const year of years) expect(year).not.toHaveProperty('partly');
});
