/**
 * Single bits that change in documents that a user keeps: those that we wrote for him, and his own. `E2E_FLIPS` says how many; the
 * numbers of docs/security.md are from a run with 1,000. Those of our own home are in failure.test.ts.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databasePath, openStore } from '../../src/advisories/store/index.ts';
import { compareCommand } from '../../src/commands/compare.ts';
import { dbCommand } from '../../src/commands/db.ts';
import { diffCommand } from '../../src/commands/diff.ts';
import { fixCommand } from '../../src/commands/fix.ts';
import { reportCommand } from '../../src/commands/report.ts';
import { scanCommand } from '../../src/commands/scan.ts';
import { verifyCommand } from '../../src/commands/verify.ts';
import { type CommandOutcome, runCommand } from '../command.ts';
import { randomNumbers } from '../random-numbers.ts';
import { debian, type SmallMachine, smallMachine, stanza, wheelFiles } from '../small-machine.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { flipped } from './flipped.ts';

const FLIPS = Number(process.env.E2E_FLIPS ?? 40);

const folder = temporaryFolder();
let machine: SmallMachine;
let target: string;
beforeAll(async () => {
  machine = await smallMachine();
  target = machine.root('image', {
    ...debian(stanza('openssl', '1.1.1n-0+deb11u4')),
    ...wheelFiles('setuptools', '65.5.0'),
  });
});
afterAll(() => {
  machine.close();
  rmSync(folder, { recursive: true, force: true });
});

type Module = Parameters<typeof runCommand>[0];
const run = (command: Module, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<CommandOutcome> =>
  runCommand(command, args, { environment: { ...machine.environment, PIP_NO_INDEX: '1', ...more }, caught: true });
const scanned = (...args: readonly string[]) => run(scanCommand, [target, '--offline', ...args]);
const made = async (outcome: Promise<CommandOutcome>): Promise<string> => {
  const { text, error } = await outcome;
  expect(error?.line).toBeUndefined();
  return text;
};

interface Kept {
  readonly name: string;
  readonly bytes: () => Promise<string | Buffer>;
  /** What is asked of it, of the file at that path. */
  readonly ask: (file: string) => Promise<CommandOutcome>;
  /** What a damaged one must never come to; else whether it still says what was meant nobody can know. */
  readonly never?: (given: CommandOutcome, whole: CommandOutcome) => boolean;
}

const SETTINGS = `exceptions:
  - id: CVE-2022-40897
    reason: not reachable
    until: 2099-12-31
    owner: a
policy:
  preset: batch
severity-from: vendor
fail-on: HIGH
`;
const POLICY = `policy:
  thresholds:
    os: [CRITICAL, fixable:HIGH]
    language: HIGH
  exploited: any
  epss: [">0.5"]
  grace:
    CRITICAL: 7d
  coverage:
    packages: 95%
  licenses:
    deny: [AGPL-*]
    of: [language]
`;
const ACCEPTED = `exceptions:
  - id: CVE-2022-40897
    reason: not reachable
    until: 2099-12-31
    justification: vulnerable_code_not_in_execute_path
`;
const TRIVYIGNORE = `vulnerabilities:
  - id: CVE-2022-40897
    statement: not reachable
    expired_at: 2099-12-31
`;

const withSettings = (file: string) => run(scanCommand, [target, '--offline', '-f', 'csv'], { PLIMSOLL_CONFIG: file });
const passes = ({ code, error }: CommandOutcome): boolean => error === undefined && (code ?? 0) === 0;
/** Without the times of the run. */
const answer = ({ code, text }: CommandOutcome): string => `${code} ${text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '')}`;
const differs = (given: CommandOutcome, whole: CommandOutcome): boolean =>
  given.error === undefined && answer(given) !== answer(whole);

/** A database that is handed on: the file, the key, what signs it. Into service each time anew; the answer is which one is in service. */
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const bundle = join(folder, 'exported.tar');
const key = join(folder, 'public.pem');
const signature = join(folder, 'exported.sig');
async function handedOn(): Promise<void> {
  await made(run(dbCommand, ['export', bundle]));
  writeFileSync(key, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(signature, sign('sha256', readFileSync(bundle), pair.privateKey).toString('base64'));
}
async function taken(...args: readonly string[]): Promise<CommandOutcome> {
  const home = join(folder, 'taken');
  rmSync(home, { recursive: true, force: true });
  const outcome = await run(dbCommand, ['import', ...args], { PLIMSOLL_HOME: home });
  if (outcome.error !== undefined) return outcome;
  const store = openStore(databasePath(home));
  store.close();
  return { ...outcome, text: store.info.digest, code: 0 };
}

const KEPT: readonly Kept[] = [
  { name: 'plimsoll.yaml', bytes: async () => SETTINGS, ask: withSettings },
  { name: 'policy.yaml', bytes: async () => POLICY, ask: withSettings },
  {
    name: 'exceptions.yaml',
    bytes: async () => ACCEPTED,
    ask: (file) => scanned('-f', 'csv', '--ignore-file', file),
  },
  {
    name: '.trivyignore.yaml',
    bytes: async () => TRIVYIGNORE,
    ask: (file) => scanned('-f', 'csv', '--ignore-file', file),
  },
  {
    name: 'results.vex.json',
    bytes: async () => {
      const file = join(folder, 'accepted.yaml');
      writeFileSync(file, ACCEPTED);
      return made(scanned('-f', 'openvex', '--ignore-file', file));
    },
    ask: (file) => scanned('-f', 'csv', '--vex', file),
  },
  {
    // It lacks a finding, for which the gate is shut.
    name: 'baseline.json',
    bytes: async () => {
      const text = await made(scanned('-f', 'json'));
      const report = JSON.parse(text) as { findings: { id: string }[] };
      const before = report.findings.filter(({ id }) => id !== 'CVE-2023-0464');
      expect(before.length).toBe(report.findings.length - 1);
      return JSON.stringify({ ...report, findings: before }, undefined, 2);
    },
    ask: (file) => scanned('-f', 'csv', '--fail-on', 'new:LOW', '--baseline', file),
    never: passes,
  },
  {
    name: 'results.json',
    bytes: () => made(scanned('-f', 'json')),
    ask: (file) => run(reportCommand, [file, '-f', 'csv']),
  },
  {
    name: 'before.json',
    bytes: () => made(scanned('-f', 'json')),
    ask: (file) => run(diffCommand, [file, target, '-f', 'json']),
  },
  {
    name: 'compared.json',
    bytes: () => made(scanned('-f', 'json')),
    ask: (file) => run(compareCommand, ['--image', target, file, '-f', 'table']),
  },
  {
    name: 'plan.json',
    bytes: () => made(run(fixCommand, [target, '--offline', '-f', 'json'])),
    ask: (file) => run(verifyCommand, [file, target, '-f', 'table']),
  },
  { name: 'db.tar', bytes: async () => readFileSync(bundle), ask: (file) => taken(file), never: differs },
  {
    name: 'signed db.tar',
    bytes: async () => readFileSync(bundle),
    ask: (file) => taken(file, '--key', key, '--signature', signature),
    never: differs,
  },
  {
    name: 'key.pem',
    bytes: async () => readFileSync(key),
    ask: (file) => taken(bundle, '--key', file, '--signature', signature),
    never: differs,
  },
  {
    name: 'db.sig',
    bytes: async () => readFileSync(signature),
    ask: (file) => taken(bundle, '--key', key, '--signature', file),
    never: differs,
  },
];

describe(`${FLIPS} changed bits in a document that is kept`, () => {
  beforeAll(handedOn);

  it.each(KEPT)(
    '$name: an answer or a clear error, never a defect',
    {
      timeout: 3_600_000,
    },
    async ({ name, bytes, ask, never }) => {
      const file = join(folder, name.replaceAll(' ', '-'));
      const sound = Buffer.from(await bytes());
      writeFileSync(file, sound);
      const whole = await ask(file);
      expect(whole.error?.line).toBeUndefined();
      const outcomes = { same: 0, told: 0, other: 0 };
      const next = randomNumbers(name.length * 13 + FLIPS);
      for (let turn = 0; turn < FLIPS; turn++) {
        const damaged = flipped(sound, turn, next);
        writeFileSync(file, damaged);
        const given = await ask(file);
        const at = damaged.findIndex((byte, index) => byte !== sound[index]);
        expect(never?.(given, whole) ?? false, `byte ${at}`).toBe(false);
        if (given.error !== undefined) {
          expect(given.error.code, `byte ${at}: ${given.error.line}`).not.toBe('internal');
          expect(given.error.line).not.toMatch(/\n/);
        }
        outcomes[given.error !== undefined ? 'told' : differs(given, whole) ? 'other' : 'same']++;
      }
      console.log(`${name}: ${JSON.stringify(outcomes)}`);
    },
  );
});
