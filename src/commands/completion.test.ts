import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { completionCommand } from './completion.ts';
import { completionScript } from './completion-scripts.ts';
import { OPTIONS } from './options/index.ts';

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

/** What bash offers at the end of a line. */
function offered(line: string): readonly string[] {
  const words = line.split(' ');
  const script = `${completionScript('bash')}
compopt() { :; }
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_plimsoll
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completion', () => {
  it.skipIf(!has('bash'))('in bash knows commands, options and values', () => {
    expect(offered('plimsoll sc')).toEqual(['scan']);
    expect(offered('plimsoll --quiet in')).toEqual(['inventory']);
    expect(offered('plimsoll scan --fix')).toEqual(['--fixable']);
    expect(offered('plimsoll scan -f ')).toContain('sarif');
    expect(offered('plimsoll fix app:1 --format ')).toEqual(['table', 'json', 'html', 'markdown', 'diff', 'openvex']);
    expect(offered('plimsoll scan --severity CRITICAL,HI')).toEqual(['CRITICAL,HIGH']);
    // As it has to stand on the line: bare, it would send the output into a file called 0.5.
    expect(offered('plimsoll scan --fail-on HIGH,ep')).toEqual(['HIGH,epss\\>0.5']);
    expect(offered('plimsoll db ')).toContain('update');
    expect(offered('plimsoll policy ')).toEqual(['check', 'explain']);
    expect(offered('plimsoll db show --fo')).toEqual(['--format']);
    expect(offered('plimsoll scan --no-c')).toEqual(expect.arrayContaining(['--no-cache', '--no-color']));
    expect(offered('plimsoll completion z')).toEqual(['zsh']);
  });

  it.each(['bash', 'zsh', 'fish'] as const)('names every option of the table for %s', (shell) => {
    const script = completionScript(shell);
    const missing = [...OPTIONS].flatMap(([path, specs]) =>
      specs.filter(({ name }) => !script.includes(name)).map(({ name }) => `${path} ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it.skipIf(!has('zsh'))('is a script that zsh accepts', () => {
    const { stderr, status } = spawnSync('zsh', ['-n'], { input: completionScript('zsh'), encoding: 'utf8' });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });

  it.skipIf(!has('fish'))('in fish knows commands, options and values', () => {
    const ask = (line: string) =>
      spawnSync('fish', ['--no-config', '-c', `${completionScript('fish')}\ncomplete -C '${line}'`], {
        encoding: 'utf8',
      });
    expect(ask('plimsoll sc').stdout).toContain('scan');
    expect(ask('plimsoll scan --fixa').stdout).toContain('--fixable');
    expect(ask('plimsoll scan --format ').stdout).toContain('sarif');
    expect(ask('plimsoll scan --fail-on e')).toMatchObject({
      stdout: expect.stringContaining('epss>0.5'),
      stderr: '',
    });
    expect(ask('plimsoll policy ').stdout).toContain('explain');
    expect(ask('plimsoll policy ').stdout).not.toContain('export');
  });

  it('is printed, and refuses other shells', async () => {
    expect((await runCommand(completionCommand, ['bash'], { environment: {} })).text).toContain(
      'complete -F _plimsoll',
    );
    await expect(runCommand(completionCommand, ['tcsh'], { environment: {} })).rejects.toThrow(/bash, zsh, fish/);
  });
});
