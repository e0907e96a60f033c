import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completionScript } from '../../src/commands/completion-scripts.ts';

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

describe('completion', () => {
  it.skipIf(!has('zsh'))(
    `in zsh is made of what is typed, at a real prompt${has('zsh') ? '' : ' (skipped: no zsh here)'}`,
    { timeout: 120_000 },
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'plimsoll-zsh-'));
      try {
        writeFileSync(join(folder, 'completion'), completionScript('zsh'));
        // A shell of its own at a terminal of its own, in which Tab is pressed.
        const typed = (line: string, completed: string): string => {
          const script = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PROMPT="> "; autoload -Uz compinit; compinit -u -D; source ${folder}/completion; compdef _plimsoll plimsoll; echo REA""DY'
while zpty -r shell text; do [[ $text == *READY* ]] && break; done
zpty -w -n shell "${line}"$'\\t'
sleep 0.5
all=""
for turn in {1..40}; do zpty -r -t shell text && all+="$text" || sleep 0.1; [[ $all == *"$1"* ]] && break; done
print -r -- "$all"
zpty -d shell`;
          writeFileSync(join(folder, 'keys'), script);
          const { stdout } = spawnSync('zsh', ['-f', join(folder, 'keys'), completed], {
            encoding: 'utf8',
            timeout: 20_000,
            stdio: ['ignore', 'pipe', 'pipe'],
          });
          return stdout;
        };
        expect(typed('plimsoll scan --fixa', '--fixable')).toContain('--fixable');
        expect(typed('plimsoll scan --fail-on fix', 'fixable:HIGH')).toContain('--fail-on fixable:HIGH');
        expect(typed('plimsoll scan --fail-on ep', 'epss\\>0.5')).toContain('--fail-on epss\\>0.5');
        expect(typed('plimsoll policy ch', 'policy check')).toContain('policy check');
        expect(typed('plimsoll scan --format sar', '--format sarif')).toContain('--format sarif');
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
