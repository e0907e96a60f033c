import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { type ArtifactRegistry, artifactRegistry } from '../../test/feeds/artifact-registry.ts';
import { debian, type SmallMachine, smallMachine, stanza } from '../../test/small-machine.ts';
import type { CommandModule } from '../commands/command.ts';
import { compareCommand } from '../commands/compare.ts';
import { diffCommand } from '../commands/diff.ts';
import { explainCommand } from '../commands/explain.ts';
import { fixCommand } from '../commands/fix.ts';
import { scanCommand } from '../commands/scan.ts';
import { pushDatabase, surroundings } from '../index.ts';

const DAY = '2023-05-31';
let machine: SmallMachine;
let registry: ArtifactRegistry;
let reference: string;
let image: string;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(`${DAY}T12:00:00Z`) });
  machine = await smallMachine({ day: DAY });
  registry = await artifactRegistry();
  reference = `${registry.host}/security/plimsoll-db:latest`;
  image = machine.root('app', debian(stanza('openssl', '1.1.1n-0+deb11u4')));
  await pushDatabase(reference, {}, surroundings({ environment: machine.environment }));
});
afterEach(() => {
  registry.log.length = 0;
  vi.setSystemTime(new Date(`${DAY}T12:00:00Z`));
});
afterAll(async () => {
  vi.useRealTimers();
  await registry.close();
  machine.close();
});

/** A scan on a machine whose home has that name, with a configuration that is named. No publisher can be reached. */
async function scan(name: string, config: string, ...args: readonly string[]) {
  const environment = {
    ...machine.environment,
    PLIMSOLL_HOME: join(machine.folder, name),
    PLIMSOLL_CONFIG: machine.file(`${name}.yaml`, config),
    HTTPS_PROXY: 'http://127.0.0.1:9',
  };
  const { text, error, said } = await runCommand(scanCommand, [image, '-f', 'json', ...args], {
    environment,
    caught: true,
  });
  const report = text === '' ? undefined : (JSON.parse(text) as Report);
  return { error, said, ids: report?.findings.map(({ id }) => id), codes: report?.notices.map(({ code }) => code) };
}
interface Report {
  readonly findings: readonly { readonly id: string }[];
  readonly notices: readonly { readonly code: string }[];
}
const layers = () => registry.log.filter((line) => /^GET .*\/blobs\//.test(line)).length;

describe('a first fix, diff, compare or explain where a ready-made database is configured', () => {
  /** On a machine without a database, where no publisher can be reached. */
  async function run(command: CommandModule, name: string, ...args: readonly string[]) {
    const environment = {
      ...machine.environment,
      PLIMSOLL_HOME: join(machine.folder, `first-${name}`),
      PLIMSOLL_CONFIG: machine.file(`first-${name}.yaml`, `mirrors: [${reference}]\n`),
      HTTPS_PROXY: 'http://127.0.0.1:9',
    };
    return runCommand(command, args, { environment, caught: true });
  }
  const cases: readonly (readonly [string, CommandModule, () => readonly string[]])[] = [
    ['fix', fixCommand, () => [image, '-f', 'json']],
    [
      'diff',
      diffCommand,
      () => [image, machine.root('other', debian(stanza('openssl', '1.1.1n-0+deb11u5'))), '-f', 'json'],
    ],
    ['compare', compareCommand, () => ['--lens', 'trivy,grype', image, '-f', 'json']],
    ['explain', explainCommand, () => ['CVE-2023-0464', image, '-f', 'json']],
  ];

  it.each(cases)(
    '%s pulls it once, says so where nobody signed it, and answers from it',
    async (name, command, args) => {
      const { error, text, said } = await run(command, name, ...args());
      expect(error).toBeUndefined();
      expect(text).toContain('CVE-2023-0464');
      expect(text + said).toContain("nobody's signature was asked for");
      const loaded = layers();
      expect(loaded).toBeGreaterThan(0);
      expect((await run(command, name, ...args())).text).toContain('CVE-2023-0464');
      expect(layers()).toBe(loaded);
    },
  );

  it.each(cases)('%s asks for none with --offline', async (name, command, args) => {
    const { error } = await run(command, `${name}-offline`, ...args(), '--offline');
    expect(error?.code).toBe('database-missing');
    expect(registry.log).toEqual([]);
  });
});

describe('a scan where a ready-made database is configured', () => {
  it('pulls it in place of asking the publishers, says so where nobody signed it, and loads it once', async () => {
    const config = `mirrors: [${reference}]\n`;
    const first = await scan('fresh', config);
    expect(first).toMatchObject({ error: undefined, ids: ['CVE-2023-0464'] });
    expect(first.codes).toContain('database-unverified');
    expect(layers()).toBeGreaterThan(0);
    registry.log.length = 0;
    expect((await scan('fresh', config)).ids).toEqual(['CVE-2023-0464']);
    expect(registry.log).toEqual([]);
    // Two days later it is asked for again, and nothing newer is there.
    vi.setSystemTime(new Date('2023-06-02T12:00:00Z'));
    expect((await scan('fresh', config)).ids).toEqual(['CVE-2023-0464']);
    expect(registry.log.length).toBeGreaterThan(0);
  });

  it('takes none that its signer has not signed, and has no answer then', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = machine.file('some.pub', publicKey.export({ type: 'spki', format: 'pem' }) as string);
    for (const named of [`key: ${key}`, `db: { key: ${key} }`]) {
      const { error, ids } = await scan('signed', `mirrors: [${reference}]\n${named}\n`);
      expect(ids).toBeUndefined();
      expect(error?.line).toMatch(/sign/);
    }
    expect(existsSync(join(machine.folder, 'signed', 'advisories.db'))).toBe(false);
  });

  it('is an error where it cannot be had, a warning where there is an old one, and nobody is asked offline', async () => {
    const gone = `mirrors: [${registry.host}/security/none:latest]\n`;
    expect((await scan('none', gone)).error?.line).toMatch(/security\/none/);
    await scan('old', `mirrors: [${reference}]\n`);
    vi.setSystemTime(new Date('2023-06-03T12:00:00Z'));
    const old = await scan('old', gone);
    expect(old).toMatchObject({ error: undefined, ids: ['CVE-2023-0464'] });
    expect(old.codes).toContain('update-failed');
    registry.log.length = 0;
    expect((await scan('old', gone, '--offline')).ids).toEqual(['CVE-2023-0464']);
    expect((await scan('old', gone, '--skip-update')).ids).toEqual(['CVE-2023-0464']);
    expect(registry.log).toEqual([]);
  });
});
