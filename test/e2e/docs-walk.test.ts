/**
 * A walk through the documentation: each line that needs nothing but this machine is typed, with an image, reports and files of the
 * test in the place of those it names. None may be a mistake (2), fail (3) or meet a defect (5).
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { main } from '../../src/cli.ts';
import { GLOBAL_OPTIONS, OPTIONS } from '../../src/commands/options/index.ts';
import { imageBlobs } from '../../src/sources/files/memory.ts';
import { documentedCommands } from '../docs-commands.ts';
import { dockerArchive, ociFiles } from '../saved.ts';
import { debian, type SmallMachine, smallMachine, stanza, wheelFiles } from '../small-machine.ts';

/** Lines that need something else, and what. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/--send|\becr:|inspector:/, 'a cloud'],
  [/--live|--live-pid/, 'a container that runs'],
  [/--try\b/, 'a builder'],
  [/^compare .*--run/, 'other scanners'],
  [/^db (push|pull|update)/, 'a registry, or the publishers'],
  [/^bench(?! --(image|dockerfile|list))/, 'an Engine and this host'],
  [/--attestation|trusted_root/, 'keys and a Sigstore of the test: src/application/attached-signed.test.ts'],
  [/^scan \. --dockerfile/, 'a registry for the base image: src/application/scan-project.test.ts'],
  [/^fix .*--write/, 'a clone that git can bring the file back from: src/commands/fix.test.ts'],
  [/^db (export|import)/, 'a place of its own: src/advisories/delivery'],
];

let machine: SmallMachine;
let at: (name: string) => string;
beforeAll(async () => {
  machine = await smallMachine();
  at = (name) => join(machine.folder, name);
  const files = {
    ...debian(stanza('openssl', '1.1.1n-0+deb11u4'), stanza('libc6', '2.31-13+deb11u5')),
    ...wheelFiles('setuptools', '58.1.0'),
  };
  const blobs = imageBlobs({ layers: [{ files }] });
  writeFileSync(at('image.tar'), dockerArchive(blobs));
  for (const [path, body] of ociFiles(blobs)) machine.file(join('layout', path), body);
  machine.file('project/requirements.txt', 'setuptools==58.1.0\n');
  machine.file('project/Dockerfile', 'FROM debian:11\nRUN pip install setuptools==58.1.0\n');
  machine.file('images.txt', `${at('image.tar')}\n`);
  for (const name of ['policy.yaml', 'plimsoll.yaml']) machine.file(name, 'policy: { thresholds: { os: CRITICAL } }\n');
  machine.file('model.pkl', 'cos\nsystem\n(Vid\ntR.');
  mkdirSync(at('out'));
  const scan = (format: string, name: string) =>
    typed(['scan', at('image.tar'), '--offline', '-f', format, '-o', at(name)]);
  for (const [format, name] of [
    ['json', 'scan.json'],
    ['trivy', 'trivy.json'],
    ['grype', 'grype.json'],
    ['ecr', 'ecr.json'],
    ['sarif', 'scout.sarif'],
    ['spdx', 'bill.spdx.json'],
  ] as const)
    await scan(format, name);
  await typed(['fix', at('image.tar'), '--offline', '-f', 'json', '-o', at('plan.json')]);
}, 120_000);
afterAll(() => machine.close());

async function typed(argv: readonly string[]): Promise<{ code: number; said: string }> {
  let said = '';
  const spy = (text: unknown, ...rest: unknown[]) => {
    said += String(text);
    (rest.find((entry) => typeof entry === 'function') as (() => void) | undefined)?.();
    return true;
  };
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  out.mockImplementation(((...all: [unknown, ...unknown[]]) =>
    spy('', ...all.slice(1))) as typeof process.stdout.write);
  const err = vi.spyOn(process.stderr, 'write').mockImplementation(spy as typeof process.stderr.write);
  const environment = { ...machine.environment, PLIMSOLL_CONFIG: at('policy.yaml'), PATH: '/nonexistent' };
  try {
    return { code: await main([...argv], environment), said };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

/** What stands for a word of the documentation here. */
function here(word: string): string {
  const image = at('image.tar');
  if (word.startsWith('oci:')) return `oci:${at('layout')}`;
  if (/^(docker:)?(my-model|model-[ab]|registry\.example\/team\/model|python|shop):[\w.]+$/.test(word)) return image;
  if (/^(IMAGE|my-image\.tar|base\.tar)$/.test(word)) return image;
  if (/^(results|old|main|report|results-of-monday)\.json$/.test(word)) return at('scan.json');
  if (word === '.') return at('project');
  if (/^(Dockerfile|requirements\.txt)$/.test(word)) return at(`project/${word}`);
  if (word === 'my-model-1.spdx.json') return at('bill.spdx.json');
  const file = at(basename(word));
  return existsSync(file) ? file : word;
}

function line(words: readonly string[]): readonly string[] {
  const path = OPTIONS.has(words.slice(0, 2).join(' ')) ? words.slice(0, 2).join(' ') : words[0]!;
  const options = [...(OPTIONS.get(path) ?? []), ...GLOBAL_OPTIONS];
  let isOutput = false;
  const typedWords = words.map((word) => {
    const written = isOutput || /^\w+=\S+$/.test(word);
    const [format, file] = /^(\w+)=(.*)$/.exec(word)?.slice(1) ?? [undefined, word];
    isOutput = word === '-o' || word === '--output';
    if (!written) return here(word);
    return `${format === undefined ? '' : `${format}=`}${at(`out/${file}`)}`;
  });
  const isOffline = options.some(({ name }) => name === 'offline') && path !== 'fix';
  return [...typedWords, ...(isOffline ? ['--offline'] : [])];
}

const commands = documentedCommands().map(({ where, words }) => {
  const text = words.join(' ');
  return { where, words, text, needs: ELSEWHERE.find(([sign]) => sign.test(text))?.[1] };
});

it.each(commands.filter(({ needs }) => needs === undefined))(
  '$where: plimsoll $text',
  { timeout: 60_000 },
  async ({ words }) => {
    const argv = line(words);
    const { code, said } = await typed(argv[0] === 'fix' ? [...argv, '--offline'] : argv);
    expect({ code, said: said.slice(-600), argv }).toMatchObject({
      code: expect.toSatisfy((entry) => entry === 0 || entry === 1),
    });
  },
);

it('walks most of it', () => {
  expect(commands.filter(({ needs }) => needs === undefined).length).toBeGreaterThan(55);
  rmSync(at('out'), { recursive: true });
});
