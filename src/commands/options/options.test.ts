import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configSchema } from '../../../scripts/config-schema.ts';
import { runCommand } from '../../../test/command.ts';
import { schemes } from '../../advisories/ratings/index.ts';
import { benchFormats } from '../../report/bench/index.ts';
import { compareFormats } from '../../report/compare/index.ts';
import { fixFormats } from '../../report/fix/index.ts';
import { verifyFormats } from '../../report/fix/verify-formats.ts';
import { reports } from '../../report/index.ts';
import { lenses } from '../../scanners/index.ts';
import { completionScript } from '../completion-scripts.ts';
import { commands } from '../index.ts';
import { OPTIONS, type OptionSpec, withOptions } from './index.ts';
import { variable } from './option.ts';
import { variables } from './settle.ts';
import { LENSES, SCHEMES } from './shared.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-options-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Flags = Readonly<Record<string, unknown>>;

/** What a command of that path understands. */
async function understood(
  path: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  config?: string,
): Promise<Flags> {
  let actual: Flags = {};
  const file = config === undefined ? undefined : join(folder, 'plimsoll.yaml');
  if (file !== undefined) writeFileSync(file, config as string);
  await runCommand(
    {
      name: 'probe',
      define: (program, context) =>
        void withOptions(program.command('probe'), path, { ...context, ...(file && { configFile: file }) }).action(
          (flags: Flags) => {
            actual = flags;
          },
        ),
    },
    args,
    { environment },
  );
  return actual;
}

const refused = (...args: Parameters<typeof understood>): Promise<unknown> =>
  understood(...args).catch((error: unknown) => error);

describe('the table of options', () => {
  it('has a command for each of its paths, and options for each command', async () => {
    const paths = [...OPTIONS.keys()].map((path) => path.split(' ')[0]);
    expect(new Set(paths)).toEqual(new Set(commands.map(({ name }) => name)));
  });

  it('has for each command that opens an image what a line for another one says of the network', () => {
    const opening = [...OPTIONS].filter(([, specs]) => specs.some(({ name }) => name === 'platform'));
    expect(opening.map(([path]) => path)).toContain('exposure');
    for (const [path, specs] of opening)
      expect([path, specs.some(({ name }) => name === 'offline')]).toEqual([path, true]);
  });

  it('offers the formats, lenses and schemes that there are', () => {
    const formats = (path: string) => {
      const format = OPTIONS.get(path)?.find(({ name }) => name === 'format');
      return format?.choices ?? format?.offers;
    };
    const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);
    expect(formats('scan')).toEqual([...names(reports), 'template']);
    expect(formats('bench')).toEqual(names(benchFormats));
    expect(formats('compare')).toEqual(names(compareFormats));
    expect(formats('fix')).toEqual(names(fixFormats));
    expect(formats('verify')).toEqual(names(verifyFormats));
    expect(SCHEMES).toEqual(names(schemes));
    expect(LENSES).toEqual([...lenses.keys()]);
  });

  it('gives every option a variable, unless it says why not', () => {
    const without = [...OPTIONS].flatMap(([path, specs]) =>
      specs.filter((spec) => spec.only?.from === 'line').map(({ name }) => `${path} --${name}`),
    );
    expect(without.length).toBeGreaterThan(0);
    for (const specs of OPTIONS.values()) for (const { only } of specs) if (only) expect(only.why).not.toBe('');
    expect([...variables()]).toEqual(expect.arrayContaining(['PLIMSOLL_TRY_BASE', 'PLIMSOLL_BENCH_FORMAT']));
  });
});

/** Where an option can be seen and said: the same five places for each, but for those that say why not. */
async function facesOf(path: string, spec: OptionSpec): Promise<Readonly<Record<string, boolean>>> {
  let help = '';
  await runCommand(
    {
      name: 'probe',
      define: (program, context) => {
        const command = withOptions(
          program.command('probe').action(() => {}),
          path,
          context,
        );
        help = command.helpInformation();
      },
    },
    [],
    { environment: {} },
  );
  const flag = spec.negated === 'off' ? `--no-${spec.name}` : `--${spec.name}`;
  const section = path.split(' ')[0] as string;
  const { properties } = configSchema() as unknown as Schema;
  // `feeds` in the file is the addresses of single feeds: what the option says is its `from`.
  const key = spec.name === 'feeds' ? 'from' : spec.name;
  return {
    line: (await understood(path, [])) !== undefined && help.includes(flag),
    help: help.replace(/\s+/g, ' ').includes(spec.text.replace(/\s+/g, ' ')),
    environment: variables().has(variable(spec, path)),
    // Under `policy` is the policy itself: its options are said for all commands, where that name may be another's.
    file: section === 'policy' ? !spec.only && key in properties : key in (properties[section]?.properties ?? {}),
    completion: (['bash', 'zsh', 'fish'] as const).every((shell) => completionScript(shell).includes(spec.name)),
  };
}
interface Schema {
  readonly properties: Readonly<Record<string, Partial<Schema> | undefined>>;
}

describe('every option of every command', () => {
  it.each([...OPTIONS].flatMap(([path, specs]) => specs.map((spec) => [path, spec.name, spec] as const)))(
    '%s --%s has all of its faces, or says which not and why',
    async (path, _, spec) => {
      const from = spec.only?.from;
      expect(await facesOf(path, spec)).toEqual({
        line: true,
        help: true,
        environment: from !== 'line',
        file: from === undefined,
        completion: true,
      });
    },
  );
});

describe('an option', () => {
  it('is said by the line before the environment before the file before its default', async () => {
    expect((await understood('scan', [])).format).toEqual(['table']);
    expect((await understood('scan', [], {}, 'format: json')).format).toEqual(['json']);
    expect((await understood('scan', [], { PLIMSOLL_FORMAT: 'trivy' }, 'format: json')).format).toEqual(['trivy']);
    expect((await understood('scan', ['-f', 'html'], { PLIMSOLL_FORMAT: 'trivy' })).format).toEqual(['html']);
  });

  it('can be said for one command, by name or by section', async () => {
    const both = { PLIMSOLL_FORMAT: 'json', PLIMSOLL_BENCH_FORMAT: 'junit' };
    expect((await understood('bench', [], both)).format).toEqual(['junit']);
    expect((await understood('scan', [], both)).format).toEqual(['json']);
    expect((await understood('bench', [], {}, 'format: json\nbench:\n  format: sarif')).format).toEqual(['sarif']);
    expect((await understood('bench', [], {}, 'bench: { check: [level1, "2.1"] }')).check).toEqual(['level1', '2.1']);
  });

  it('that was said for all is passed over where it means nothing, unless it is a gate', async () => {
    expect(await understood('bench', [], {}, 'format: trivy\nfail-on: HIGH')).toMatchObject({
      format: ['table'],
      failOn: 'never',
    });
    expect((await understood('scan', [], { PLIMSOLL_FAIL_ON: 'warn' })).failOn).toEqual(['warn']); // and scan refuses it
    expect(await refused('scan', [], { PLIMSOLL_FORMAT: 'yaml' })).toMatchObject({ code: 'usage' });
  });

  it.each(['false', '0', 'no', 'off', 'FALSE', ''])('that is a switch is off with "%s"', async (word) => {
    for (const [path, name] of [
      ['scan', 'INSECURE'],
      ['scan', 'FIXABLE'],
      ['fix', 'OFFLINE'],
      ['compare', 'FAIL_ON_UNEXPLAINED'],
    ] as const) {
      const flags = await understood(path, [], { [`PLIMSOLL_${name}`]: word });
      expect(Object.entries(flags).filter(([, value]) => value === true)).toEqual([['cache', true]]);
    }
    expect((await understood('scan', [], { PLIMSOLL_NO_CACHE: word })).cache).toBe(true);
    expect((await understood('scan', [], { PLIMSOLL_CACHE: word })).cache).toBe(false);
  });

  it('that is a switch is on with 1 and true, and takes no other word', async () => {
    expect((await understood('scan', [], { PLIMSOLL_FIXABLE: '1' })).fixable).toBe(true);
    expect((await understood('scan', [], { PLIMSOLL_NO_CACHE: 'yes' })).cache).toBe(false);
    expect(await refused('scan', [], { PLIMSOLL_INSECURE: 'maybe' })).toMatchObject({
      message: 'PLIMSOLL_INSECURE is a switch and cannot be "maybe"; take true or false',
    });
  });

  it('adds up where it takes several values, and is refused twice where it takes one', async () => {
    expect((await understood('scan', ['-s', 'high,low', '-s', 'CRITICAL'])).severity).toEqual([
      'HIGH',
      'LOW',
      'CRITICAL',
    ]);
    expect((await understood('fix', ['--base', 'a', '--base', 'b'])).base).toEqual(['a', 'b']);
    expect(await refused('db status', ['-f', 'json', '--format', 'table'])).toMatchObject({
      message: '--format is given twice: "json" and "table"',
    });
    expect((await understood('db status', ['-f', 'json', '-f', 'json'])).format).toBe('json');
    expect((await understood('scan', ['-f', 'json', '-f', 'sarif=x'])).format).toEqual(['json', 'sarif=x']);
  });

  it.each([
    ['serverity: HIGH', 'nobody knows the key serverity', 'did you mean severity?'],
    ['xyzzy: 1', 'nobody knows the key xyzzy', 'the keys are feeds'],
    ['fixable: maybe', 'fixable has to be true or false', ''],
    ['format: true', 'format has to be a text', ''],
    ['output: [a, b]', 'output has to be one text, not a list', ''],
    ['format: jsn', 'format cannot be "jsn"; did you mean json?', ''],
    ['bench: { chek: 4 }', 'nobody knows the key bench.chek', 'did you mean bench.check?'],
    ['password: geheim', 'nobody knows the key password', ''],
    ['write: true', 'nobody knows the key write', ''],
    ['__proto__: { fixable: true }', 'nobody knows the key __proto__', ''],
  ])('in the file as "%s" is refused with its line and column', async (text, message, hint) => {
    const error = await refused('scan', [], {}, text);
    expect(error).toMatchObject({ code: 'config', message: expect.stringContaining(message) });
    if (hint !== '') expect(error).toMatchObject({ hint: expect.stringContaining(hint) });
    expect((error as { where?: string }).where).toMatch(/plimsoll\.yaml:1:\d+$/);
  });

  it.each(['PLIMSOLL_FAILON', 'PLIMSOLL_FAIL_ONN', 'PLIMSOLL_SEVERTY', 'PLIMSOLL_INSCURE'])(
    'in a variable that is misspelt (%s) is refused, one of somebody else is let be',
    async (name) => {
      expect(await refused('scan', [], { [name]: 'HIGH' })).toMatchObject({
        message: `nobody knows the variable ${name}`,
        hint: expect.stringContaining('did you mean PLIMSOLL_'),
      });
      await understood('scan', [], { PLIMSOLL_PIPELINE_ID: '7', PLIMSOLL_HOME: '/x', PLIMSOLL_TESTS_ROOT: '1' });
    },
  );

  it.each([
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['5m0s', 300_000],
  ])('that is a time is written as Go and other scanners write it: %s', async (text, ms) => {
    expect((await understood('scan', ['--timeout', text])).timeout).toBe(ms);
    expect((await understood('inventory', [], {}, `timeout: ${text}`)).timeout).toBe(ms);
  });
  it.each(['', '10', '0s', '10 m', '-5m', '1d', 'm'])('that is a time cannot be "%s"', async (text) => {
    expect(await refused('scan', [`--timeout=${text}`])).toMatchObject({ code: 'usage' });
  });

  it('keeps a secret out of the configuration file and takes it from the environment', async () => {
    expect((await understood('scan', [], { PLIMSOLL_PASSWORD: 'x' })).password).toBe('x');
  });
});

describe('a plimsoll.yaml that lies in the folder and was not named', () => {
  const resultOf = async (config: string): Promise<unknown> => {
    writeFileSync(join(folder, 'plimsoll.yaml'), config);
    const spy = vi.spyOn(process, 'cwd').mockReturnValue(folder);
    try {
      return await understood('scan', []).catch((error: unknown) => error);
    } finally {
      spy.mockRestore();
    }
  };

  it('says where in its folder a report goes', async () => {
    expect(await resultOf('output: out/report.json')).toMatchObject({ output: 'out/report.json' });
  });

  it.each(['../report.json', '/etc/motd', 'a/../../x', 'link', 'linked/x', '.'])(
    'cannot have %s written over',
    async (path) => {
      symlinkSync('/etc/motd', join(folder, 'link'));
      symlinkSync('/etc', join(folder, 'linked'));
      expect(await resultOf(`output: ${path}`)).toMatchObject({
        code: 'config',
        message: expect.stringContaining('leads out of the folder'),
      });
      expect(await resultOf(`format: [table, "sarif=${path}"]`)).toMatchObject({
        message: expect.stringContaining('leads out of the folder'),
      });
    },
  );

  it('cannot take the verification of certificates away', async () => {
    expect(await resultOf('insecure: true')).toMatchObject({ code: 'config' });
  });
});
