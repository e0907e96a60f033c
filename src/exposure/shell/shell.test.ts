import { describe, expect, it } from 'vitest';
import { exposed, program, reachedOf } from '../../../test/exposure.ts';
import { symlink } from '../../../test/image.ts';
import { LIMITS } from '../../limits.ts';

interface Around {
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  readonly files?: Parameters<typeof exposed>[0];
}

const withScript = (script: string, { args = [], env = [], files = {} }: Around) =>
  exposed({ 'run.sh': script, ...files }, { Entrypoint: ['/run.sh'], Cmd: args, Env: ['PATH=/usr/bin:/bin', ...env] });

/** What a script leads to beside the shell, and what is said of it. */
async function ran(script: string, around: Around = {}) {
  const exposure = await withScript(script, around);
  return { programs: reachedOf(exposure, /^(?:usr\/bin|opt|app)/), notes: exposure.start.notes };
}
const SH = '#!/bin/sh\nset -e\n';

describe('what a shell script starts', () => {
  it('is what it runs without conditions, and what takes its place', async () => {
    const { programs, notes } = await ran(`${SH}mkdir -p /x\ntool --init\necho other\nexec third "$@"\n`);
    expect(programs).toEqual(['usr/bin/third: loaded', 'usr/bin/tool: loaded']);
    expect(notes).toEqual([]);
  });

  it.each([
    // As Apache Airflow's image asks for its group: the way that returns goes on, the other one fails.
    ['f() { if [ "$A" = x ]; then return; fi; exit 1; }\nf\nexec tool', ['usr/bin/tool: loaded']],
    ['f() { [ -n "$A" ] && return 0; other; }\nf\nexec tool', ['usr/bin/other: callable', 'usr/bin/tool: loaded']],
    ['f() { return 0; other; }\nf\nexec tool', ['usr/bin/tool: loaded']],
    ['f() { for a in 1 2; do return; done; other; }\nf\nexec tool', ['usr/bin/tool: loaded']],
    ['f() { g; third; }\ng() { return; other; }\nf\nexec tool', ['usr/bin/third: loaded', 'usr/bin/tool: loaded']],
    [
      'f() { if [ "$A" = x ]; then return 1; fi; }\nif ! f; then other; fi\nexec tool',
      ['usr/bin/other: callable', 'usr/bin/tool: loaded'],
    ],
    ['for a in 1 2; do if [ "$A" = x ]; then break; fi; exit 1; done\nexec tool', ['usr/bin/tool: loaded']],
    ['for a in 1 2; do for b in 1 2; do break 2; done; other; done\nexec tool', ['usr/bin/tool: loaded']],
    ['for a in 1 2; do continue; other; done\nexec tool', ['usr/bin/tool: loaded']],
    [
      'while true; do if [ "$A" = x ]; then break; fi; third; done\nexec tool',
      ['usr/bin/third: callable', 'usr/bin/tool: loaded'],
    ],
    // Where there is nothing to leave they are errors, and the script goes on.
    ['return\nexec tool', ['usr/bin/tool: loaded']],
    ['break\nexec tool', ['usr/bin/tool: loaded']],
    ['f() { break; third; }\nfor a in 1; do f; done\nexec tool', ['usr/bin/third: loaded', 'usr/bin/tool: loaded']],
    ['. /app/part.sh\nexec tool', ['usr/bin/third: loaded', 'usr/bin/tool: loaded']],
  ])('goes on behind what `return`, `break` and `continue` leave: %s', async (script, expected) => {
    const files = { 'app/part.sh': 'third\nreturn\nother\n' };
    const { programs } = await ran(`#!/bin/bash\n${script}\n`, { files });
    expect(programs.filter((line) => !line.startsWith('app/'))).toEqual(expected);
  });

  it('is not told of what comes behind the part of a very long script that is read, where the shell comes so far', async () => {
    const long = `#${'y'.repeat(LIMITS.codeTextBytes)}\n`;
    expect((await ran(`#!/bin/sh\n${long}exec tool\n`)).notes).toEqual(['/run.sh is longer than is read']);
    expect((await ran(`#!/bin/sh\nexec tool\n${long}`)).notes).toEqual([]);
    const files = { 'app/part.sh': `other\n${long}third\n` };
    expect((await ran('#!/bin/sh\n. /app/part.sh\nexec tool\n', { files })).notes).toEqual([
      '/app/part.sh is longer than is read',
    ]);
  });

  it('is the command of the image where it ends with "$@"', async () => {
    expect((await ran(`${SH}exec "$@"\n`, { args: ['tool', 'x'] })).programs).toEqual(['usr/bin/tool: loaded']);
    expect(
      (await ran(`${SH}if [ "\${1#-}" != "$1" ]; then set -- tool "$@"; fi\nexec "$@"\n`, { args: ['-x'] })).programs,
    ).toEqual(['usr/bin/tool: loaded']);
    expect(
      (await ran(`${SH}if [ "\${1#-}" != "$1" ]; then set -- tool "$@"; fi\nexec "$@"\n`, { args: ['other'] }))
        .programs,
    ).toEqual(['usr/bin/other: loaded']);
  });

  it('is what `set` makes of its words, with `--` or without, and as it was where `set` says options alone', async () => {
    const given = async (set: string) => (await ran(`${SH}${set}\nexec "$@"\n`, { args: ['other'] })).programs;
    expect(await given('set tool "$@"')).toEqual(['usr/bin/tool: loaded']);
    expect(await given('set -eu -o pipefail third x')).toEqual(['usr/bin/third: loaded']);
    expect(await given('set - tool')).toEqual(['usr/bin/tool: loaded']);
    expect(await given('set -x -- third "$@"')).toEqual(['usr/bin/third: loaded']);
    expect(await given('set -euo pipefail; set +x')).toEqual(['usr/bin/other: loaded']);
  });

  it('on a condition that only whoever runs it can decide, is not sure', async () => {
    const { programs } = await ran(
      `${SH}if [ -n "$DEBUG" ]; then tool; fi\nif [ "$MODE" = serve ]; then exec other; else exec third; fi\n`,
    );
    expect(programs).toEqual(['usr/bin/other: importable', 'usr/bin/third: importable', 'usr/bin/tool: callable']);
    const known = await ran(`${SH}if [ "$MODE" = serve ]; then exec other; else exec third; fi\n`, {
      env: ['MODE=serve'],
    });
    expect(known.programs).toEqual(['usr/bin/other: loaded']);
  });

  it('is sure where every way comes to it, though what the ways know differs', async () => {
    // As `activate` of a virtual environment asks for what it has set before.
    const activate = 'if [ -n "$OLD_PATH" ]; then PATH="$OLD_PATH"; export PATH; fi\nPATH="/app/bin:$PATH"\n';
    const files = { 'app/bin/activate': activate, 'app/bin/serve': program() };
    const of = async (script: string) =>
      (await ran(`${SH}${script}`, { files })).programs.filter((line) => !line.includes('activate'));
    expect(await of('. /app/bin/activate\nexec serve\n')).toEqual(['app/bin/serve: loaded']);
    expect(await of('if [ -n "$A" ]; then X=1; exec tool; else X=2; exec tool; fi\n')).toEqual([
      'usr/bin/tool: loaded',
    ]);
    expect(await of('if [ -n "$A" ]; then X=1; tool; fi\nother | third\n')).toEqual([
      'usr/bin/other: loaded',
      'usr/bin/third: loaded',
      'usr/bin/tool: callable',
    ]);
    expect(await of('if [ -z "$A" ]; then exit 0; fi\nexec tool\n')).toEqual(['usr/bin/tool: importable']);
  });

  it('is sure where the other way ends with an error: no container runs on that', async () => {
    const { programs } = await ran(`${SH}if [ -z "$SECRET" ]; then other; exit 1; fi\nexec tool\n`);
    expect(programs).toEqual(['usr/bin/other: callable', 'usr/bin/tool: loaded']);
    expect((await ran(`${SH}tool\nexit 1\n`)).programs).toEqual(['usr/bin/tool: loaded']);
  });

  it('follows case, functions, loops over arguments and variables', async () => {
    const script = `#!/bin/bash
APP=\${APP:-tool}
start() { exec "$APP" "$@"; }
while [ $# -gt 0 ]; do
  case "$1" in
    --other) APP=other; shift ;;
    --*) shift ;;
    *) break ;;
  esac
done
start "$@"
`;
    expect((await ran(script, { args: ['--other', '--x', 'y'] })).programs).toEqual(['usr/bin/other: loaded']);
    expect((await ran(script, { env: ['APP=third'] })).programs).toEqual(['usr/bin/third: loaded']);
  });

  it('knows who runs it, so that an entry point gives up root once and no more', async () => {
    const script = `#!/bin/bash
set -e
if [ "$1" = tool ] && [ "$(id -u)" = '0' ]; then
  find . \\! -user www -exec third www '{}' +
  exec gosu www "$0" "$@"
fi
PATH="/more:$PATH"
exec "$@"
`;
    const files = {
      'usr/bin/id': program(),
      'usr/bin/find': program(),
      'usr/sbin/gosu': program(),
      'etc/passwd': 'root:x:0:0::/root:/bin/sh\nwww:x:33:33::/var/www:/bin/sh\n',
    };
    const whole = await ran(script, { args: ['tool'], files, env: ['PATH=/usr/sbin:/usr/bin:/bin'] });
    expect(whole).toEqual({
      programs: ['usr/bin/find: loaded', 'usr/bin/id: loaded', 'usr/bin/third: loaded', 'usr/bin/tool: loaded'],
      notes: [],
    });
    const own = { Entrypoint: ['/run.sh'], Cmd: ['tool'], Env: ['PATH=/usr/sbin:/usr/bin:/bin'], User: 'www:www' };
    expect(reachedOf(await exposed({ 'run.sh': script, ...files }, own), /^usr/)).toEqual([
      'usr/bin/id: loaded',
      'usr/bin/tool: loaded',
    ]);
    for (const asked of ['$EUID', '$UID', '`id --user`', '"$(id -ru)"'])
      expect(
        (await ran(`#!/bin/bash\nif [ ${asked} -ne 0 ]; then other; else exec tool; fi\n`, { files })).programs,
      ).toEqual(['usr/bin/tool: loaded', ...(asked.includes('id') ? ['usr/bin/id: loaded'] : [])].sort());
  });

  it('ends where a script starts itself again and again, each time with more in its environment', async () => {
    const { programs, notes } = await ran(
      `${SH}export PATH="$PATH:/x"\ntool\n[ -e "$X" ] && exec "$0" "$@"\nexec other\n`,
    );
    expect(programs).toEqual(['usr/bin/other: importable', 'usr/bin/tool: loaded']);
    expect(notes).toEqual([]);
  });

  it('is what a substitution runs, whether what it prints can be told or not', async () => {
    const files = { 'usr/bin/dirname': program(), 'usr/bin/basename': program() };
    const { programs } = await ran(
      `${SH}cd "$(dirname "$0")"\n[ "$(basename "$0")" = run.sh ] && tool "$(pwd)$(other)"\n`,
      {
        files,
      },
    );
    expect(programs).toEqual([
      'usr/bin/basename: loaded',
      'usr/bin/dirname: loaded',
      'usr/bin/other: loaded',
      'usr/bin/tool: loaded',
    ]);
  });

  it('reads other scripts into itself, by patterns and by the folder that it lies in', async () => {
    const files = {
      'opt/d/10.sh': 'export WHAT=tool\n',
      'opt/d/20.txt': 'not a script',
      'opt/lib.sh': 'go() { "$WHAT"; }\n',
    };
    const script = `#!/bin/bash
DIR="$(cd "$(dirname "\${BASH_SOURCE[0]}")" && pwd)"
for f in "\${DIR}opt/d/"*.{sh,rc}; do [ -f "$f" ] && . "$f"; done
source "\${DIR}opt/lib.sh"
go
`;
    const { programs, notes } = await ran(script, { files });
    expect(programs).toEqual(['opt/d/10.sh: loaded', 'opt/lib.sh: loaded', 'usr/bin/tool: loaded']);
    expect(notes).toEqual([]);
  });

  it('follows what a signal or its end is to run, by functions that stand behind it, as what need not run', async () => {
    const callable = { programs: ['usr/bin/tool: callable'], notes: [] };
    for (const script of [
      'trap tool EXIT\n',
      'trap "tool $NOBODY_SET_IT" TERM INT\n',
      "trap -- 'clean up' 0\nclean() { tool; }\n",
      'trap clean EXIT\nclean() { trap - EXIT; tool; }\nexit 0\n',
    ])
      expect(await ran(`${SH}${script}`), script).toEqual(callable);
    for (const quiet of ['trap - TERM', 'trap "" HUP', 'trap 2', 'trap -p tool', 'trap tool'])
      expect(await ran(`${SH}${quiet}\n`), quiet).toEqual({ programs: [], notes: [] });
    // The script's own way is as sure as it was.
    expect(await ran(`${SH}trap 'exit 1' TERM\ntool\n`)).toEqual({ programs: ['usr/bin/tool: loaded'], notes: [] });
    expect((await ran(`${SH}trap '$(cat /x) y' EXIT\n`)).notes.join()).toContain('whose name cannot be told');
  });

  it('says what cannot be told: eval of what is put together, computed names, scripts that are not there', async () => {
    expect((await ran(`${SH}eval "$(cat /etc/x)"\n`)).notes.join()).toContain('eval');
    expect((await ran(`${SH}$(cat /etc/command) x\n`)).notes.join()).toContain('whose name cannot be told');
    expect((await ran(`${SH}. "$(cat /x)"\n`)).notes.join()).toContain('reads a script whose name');
    const eaten = await ran(`${SH}eval "tool x"\n`);
    expect(eaten).toEqual({ programs: ['usr/bin/tool: loaded'], notes: [] });
  });

  it.each([
    'eval "$NOBODY_SET_IT"',
    'source "$NOBODY_SET_IT"',
    '. /opt/volume/start.sh',
    'sh -c "$NOBODY_SET_IT"',
    'bash -c "$(cat /x)"',
    'python3 -c "$CODE"',
    'exec python3 -c "$(cat /x)"',
    'node -e "$(cat /x)"',
    'exec node "$(cat /x)"',
    'gosu app "$(cat /x)"',
    'export PATH="$(cat /x)"; exec tool',
    'PYTHONPATH=$(cat /x) exec tool',
    'export LD_PRELOAD=$(cat /x); tool',
    'f() { "$1"; }; f "$(cat /x)"',
    '"$@" $(cat /x)',
    'eval "$(cat /x)" | sh',
    'cat /x | sh',
    'sh < /x',
    'xargs() { :; }; set -- $(cat /x); exec "$@"',
  ])('what cannot be told makes unknown what is not reached: %s', async (script) => {
    const actual = await exposed(
      {
        'run.sh': `#!/bin/bash\n${script}\n`,
        'usr/bin/node': program(),
        'usr/bin/gosu': program(),
        'usr/bin/python3.9': program(),
        'usr/bin/python3': symlink('python3.9'),
        'usr/lib/python3.9/os.py': '',
        'var/lib/dpkg/status': 'Package: idle\nStatus: install ok installed\nVersion: 1\n',
        'var/lib/dpkg/info/idle.list': '/usr/bin/unused\n',
        'usr/bin/unused': program(),
      },
      { Cmd: ['/run.sh'], Env: ['PATH=/usr/bin:/bin'] },
    );
    expect(actual.packages.map(({ name, exposure }) => `${name} ${exposure?.class}`)).toEqual(['idle unknown']);
    expect(actual.start.notes.join()).not.toContain('\0');
  });

  it.each([
    // What bash 5.2 makes of them.
    [`w=( "$@" )`, `2 tool a`],
    [`if [ $# -eq 0 ]; then w=( bash ); else w=( "$@" ); fi`, `2 tool a`],
    [`a=(x y); a+=(z); w=("\${a[@]}")`, `3 x y z`],
    [`a=(x y); w=("\${#a[@]}" "\${!a[@]}" "\${a[1]}" "\${a[-1]}" "\${a[*]}" "$a" "\${a[7]}")`, `8 2 0 1 y y x y x `],
    [`a=(x y z); w=("\${a[@]:1}" "\${a[@]:0:2}" "\${a[@]: -1}")`, `5 y z x y z`],
    [`a=(); w=(\${a[@]+"\${a[@]}"} b "\${a[@]:-none}")`, `2 b none`],
    [`a=(x); a[1]=y; a[0]=v; unset b; w=("\${a[@]}" "\${b[@]}")`, `2 v y`],
    [`w=("\${@:1:$#-1}" "\${@: -1}" "\${@:2}")`, `3 tool a a`],
    [`w=("$@"); w=("\${w[@]/#/-}"); w=("\${w[@]^^}")`, `2 -TOOL -A`],
    [`w=("$*" $*)`, `3 tool a tool a`],
    [
      `v="x y"; v+=" z"; w=("$v" $v "\${v:2:1}" "\${v/y/q}" "\${v// /}" "\${v/%z/k}" "\${#v}" "\${v^}")`,
      `10 x y z x y z y x q z xyz x y k 5 X y z`,
    ],
    [`n=v; v=tool; w=("\${!n}")`, `1 tool`],
    [`i=1; (( i += 2 )); w=("$i" "$((i*2))" "$((i>2))" "$((i++))" "$i")`, `5 3 6 1 3 4`],
    [`if (( $# > 1 )); then w=(more); else w=(less); fi`, `1 more`],
    [`shopt -s nullglob extglob\nw=( "/opt/parts"/*@(.txt|.sh) /opt/none/* )`, `2 /opt/parts/1.sh /opt/parts/2.txt`],
    [`w=( /opt/none/* )`, `1 /opt/none/*`],
    [`f() { :; }; if declare -F f >/dev/null; then w=(is); else w=(none); fi`, `1 is`],
    [`. /opt/parts/1.sh; w=("$HERE" "\${BASH_SOURCE[0]}")`, `2 /opt/parts /run.sh`],
    [`X=1 Y=$X; w=("$Y")`, `1 1`],
    [`x=1; unset x; for x in a b; do :; done; w=("$x")`, `1 b`],
    [`. /opt/parts/1.sh y; w=("$1")`, `1 tool`],
  ])('follows arrays, what is cut out of texts, and numbers: %s', async (script, words) => {
    const { reached, start } = await withScript(`#!/bin/bash\n${script}\nexec other "\${#w[@]} \${w[*]}"\n`, {
      args: ['tool', 'a'],
      files: {
        'opt/parts/1.sh': `HERE="$(dirname "\${BASH_SOURCE[0]}")"\n`,
        'opt/parts/2.txt': '',
        'opt/parts/3.c': '',
      },
    });
    expect(start.notes).toEqual([]);
    expect([...reached.values()].map(({ how }) => how)).toContain(`other ${words}`);
  });

  it('hands on what is set after it was taken away', async () => {
    const files = { 'app/bin/serve': program() };
    expect((await ran(`${SH}unset PATH\nPATH=/app/bin\nexec serve\n`, { files })).programs).toEqual([
      'app/bin/serve: loaded',
    ]);
  });

  it.each([
    `mapfile -t cmd < /x\nexec "\${cmd[@]}"`,
    `read -ra cmd < /x\nexec "\${cmd[@]}"`,
    `declare -A m=([a]=tool)\nexec "\${m[a]}"`,
    `cmd[5]=tool\nexec "\${cmd[@]}"`,
    `cmd=([2]=tool)\nexec "\${cmd[@]}"`,
    'printf -v cmd %s tool\nexec "$cmd"',
    `v=tool; exec "\${v@P}"`,
    'exec $(( 16#ff ))',
  ])('what is put into an array or a text in another way cannot be told: %s', async (script) => {
    expect((await ran(`#!/bin/bash\n${script}\n`)).notes.join()).toContain('cannot be told');
  });

  it.each(['tool "$(date)"', 'exec tool --workers $(nproc)', 'X=$(date); tool', '[ -f /opt/extra ] && . /opt/extra'])(
    'what a program is given beside that does not: %s',
    async (script) => expect((await ran(`${SH}${script}\n`)).notes).toEqual([]),
  );

  it('activates virtual and conda environments', async () => {
    const files = {
      'opt/venv/bin/activate':
        'VIRTUAL_ENV="/opt/venv"\nexport VIRTUAL_ENV\nPATH="$VIRTUAL_ENV/bin:$PATH"\nexport PATH\n',
      'opt/venv/bin/serve': program(),
      'opt/conda/envs/ml/bin/train': program(),
    };
    expect((await ran(`${SH}. /opt/venv/bin/activate\nexec serve\n`, { files })).programs).toContain(
      'opt/venv/bin/serve: loaded',
    );
    expect((await ran('#!/bin/bash\nconda activate ml\nexec train\n', { files })).programs).toContain(
      'opt/conda/envs/ml/bin/train: loaded',
    );
  });

  it('is as sure behind the `activate` of a virtual environment as before it, of what lies outside of that too', async () => {
    // What Python 3.9 and later write there, without the lines for prompts. No container is started with what it keeps for itself.
    const activate = [
      'deactivate () {',
      `    if [ -n "\${_OLD_VIRTUAL_PATH:-}" ] ; then`,
      `        PATH="\${_OLD_VIRTUAL_PATH:-}"`,
      '        export PATH',
      '        unset _OLD_VIRTUAL_PATH',
      '    fi',
      '    unset VIRTUAL_ENV',
      '}',
      'deactivate nondestructive',
      'VIRTUAL_ENV="/opt/venv"',
      '_OLD_VIRTUAL_PATH="$PATH"',
      'PATH="$VIRTUAL_ENV/bin:$PATH"',
      'export PATH',
      `if [ -n "\${PYTHONHOME:-}" ] ; then`,
      `    _OLD_VIRTUAL_PYTHONHOME="\${PYTHONHOME:-}"`,
      '    unset PYTHONHOME',
      'fi',
    ].join('\n');
    const files = { 'opt/venv/bin/activate': activate, 'opt/venv/bin/serve': program() };
    const { programs } = await ran('#!/bin/bash\n. /opt/venv/bin/activate\nX=$(third "$0")\ntool\nexec serve\n', {
      files,
    });
    expect(programs).toEqual([
      'opt/venv/bin/activate: loaded',
      'opt/venv/bin/serve: loaded',
      'usr/bin/third: loaded',
      'usr/bin/tool: loaded',
    ]);
    expect((await ran(`${SH}[ -n "$_A" ] && other\n[ -n "\${_B[0]}" ] && third\n`)).programs).toEqual([]);
  });

  it('programs in the background, in pipes and in substitutions run too', async () => {
    const { programs } = await ran(`${SH}tool &\nother | grep x\nX=$(third --version)\nwait\n`);
    expect(programs).toEqual(['usr/bin/other: loaded', 'usr/bin/third: loaded', 'usr/bin/tool: loaded']);
  });

  it('hostile scripts end: loops without end, functions that call themselves, a thousand branches, deep nesting', async () => {
    for (const script of [
      'while true; do tool; done\n',
      'f() { f; f; }\nf\n',
      `${Array.from({ length: 1_000 }, (_, at) => `if [ "$A${at}" = x ]; then B${at}=1; fi`).join('\n')}\nexec tool\n`,
      `${'('.repeat(5_000)}tool${')'.repeat(5_000)}\n`,
      `eval "${'eval '.repeat(3_000)}tool"\n`,
      `X=a; ${'X=$X$X; '.repeat(200)} exec $X\n`,
      'for a in 1 2 3 4 5 6 7 8 9 10; do for b in 1 2 3 4 5 6 7 8 9 10; do for c in 1 2 3 4 5 6 7 8 9 10; do for d in 1 2 3 4 5 6 7 8 9 10; do for e in 1 2 3 4 5 6 7 8; do tool $a; done; done; done; done; done\n',
      '. /run.sh\n',
      'exec /run.sh\n',
    ]) {
      const { notes } = await ran(`#!/bin/bash\n${script}`);
      expect(notes.length, script.slice(0, 40)).toBeLessThan(20);
    }
  });

  const LONG = `A=${'a'.repeat(16)}\n${'A=$A$A\n'.repeat(11)}`;
  it.each([
    ['braces beside each other', `exec tool${'{1,2}'.repeat(60)}\n`, 'name cannot be told'],
    ['long texts in many words', `${LONG}exec tool${' b$A'.repeat(4_000)}\n`, 'more ways'],
    [
      'long texts in many variables',
      `${LONG}${Array.from({ length: 4_000 }, (_, at) => `B${at}=b$A\n`).join('')}exec tool\n`,
      'more ways',
    ],
    [
      'arrays that double',
      `a=(x y)\n${`a=("\${a[@]}" "\${a[@]}")\n`.repeat(40)}exec "\${a[@]}"\n`,
      'name cannot be told',
    ],
    [
      'what is replaced by more',
      `${LONG}B=\${A:0:2000}\n${`tool "\${B//a/$B}"\nC=("$B" "$B" "$B")\nC=("\${C[@]//a/$A}")\n`.repeat(400)}exec "\${C[0]}"\n`,
      'more ways',
    ],
    [
      'numbers without end',
      `i=0\nwhile (( i < 1000000 )); do (( i++ )); tool "$i"; done\nexec $((${'('.repeat(2_000)}1${')'.repeat(2_000)}))\n`,
      'cannot be',
    ],
    ['parameters that double', `set -- a b\n${'set -- "$@" "$@"\n'.repeat(40)}exec tool\n`, 'more ways'],
    [
      'a text that is split again and again',
      `A="${'a '.repeat(16)}"\n${'A="$A$A"\n'.repeat(10)}exec tool${' $A'.repeat(8_000)}\n`,
      'more ways',
    ],
    [
      'long texts on many ways',
      `${LONG}${'B=b$A\n'.repeat(9)}${Array.from({ length: 40 }, (_, at) => `C${at}=c$A\nif [ "$X${at}" ]; then D${at}=1; fi\n`).join('')}exec tool\n`,
      'more ways',
    ],
    ['a script that starts itself with ever other words', '/run.sh a$1\n/run.sh b$1\n'.repeat(2_000), 'more ways'],
  ])(
    'what a script of the image multiplies ends within a budget of the image, and is said: %s',
    async (_, script, said) => {
      const { notes } = await ran(`#!/bin/bash\n${script}`);
      expect(notes.join('\n')).toContain(said);
    },
  );

  it('patterns of a script are held against texts step by step, however many stars they have', async () => {
    const text = `X=${'a'.repeat(2_000)}b\n`;
    // As regular expressions these take minutes; and what they say is what a shell says.
    expect(
      (await ran(`#!/bin/bash\n${text}${'case $X in *a*a*a*a*a*c) exec other ;; esac\n'.repeat(20)}exec tool\n`))
        .programs,
    ).toEqual(['usr/bin/tool: loaded']);
    expect((await ran(`#!/bin/bash\n${text}exec \${X##*a*a*a*a*a}tool\n`)).notes.join()).toContain(
      'btool is to be run',
    );
    expect((await ran(`#!/bin/bash\nX=v1.other.tool.sh\nX=\${X%.*}\nexec \${X##*.*.}\n`)).programs).toEqual([
      'usr/bin/tool: loaded',
    ]);
  });

  it('a folder whose path is longer than any system has is not gone into', async () => {
    const script = `cd /opt\n${`cd ${'a'.repeat(200)}\n`.repeat(1_000)}`;
    const { programs } = await ran(`#!/bin/bash\n${script}[ "$(pwd)" != / ] && exec tool\n`);
    expect(programs).toEqual(['usr/bin/tool: loaded']);
    const { notes } = await ran(`#!/bin/bash\n${script}exec "$(pwd)"\n`);
    expect(notes.join()).toContain('/opt/aaa');
  });
});
