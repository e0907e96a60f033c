import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OperatingSystem } from '../../src/model.ts';
import { osUpgrade } from '../../src/remediate/commands.ts';
import type { Change } from '../../src/remediate/plan.ts';
import { lacking, run, scratch, titled } from './machine.ts';

/**
 * The commands for packages of rpm, pasted where dnf and zypper work on a root of their own over a repository of two versions of two
 * packages: what is named goes up, the other stays. microdnf and tdnf are in no archive that this was written with.
 */

const missing = lacking('rpmbuild', 'rpm', 'createrepo_c');
const reason = missing.length > 0 ? `${missing.join(', ')} not installed` : undefined;
const work = scratch();
const repository = join(work.path, 'repository');
afterAll(() => work.remove());

beforeAll(() => {
  if (reason !== undefined) return;
  const top = join(work.path, 'build');
  mkdirSync(top);
  for (const name of ['openssl-libs', 'other'])
    for (const release of ['1', '2']) {
      const spec = join(top, `${name}-${release}.spec`);
      const head = `Name: ${name}\nVersion: 1.0\nRelease: ${release}\nSummary: x\nLicense: MIT\nBuildArch: noarch\n`;
      writeFileSync(spec, `${head}%description\nx\n%files\n`);
      run('rpmbuild', ['-bb', '--quiet', '--define', `_topdir ${top}`, '--define', `_rpmdir ${repository}`, spec]);
    }
  run('createrepo_c', ['--quiet', repository]);
});

/** Each program with the options that lead it to a root, and where it looks for repositories there. */
const PROGRAMS = [
  {
    program: 'dnf',
    options: (root: string) => `--installroot='${root}' --releasever=9 --setopt=reposdir='${root}/etc/yum.repos.d'`,
    place: 'etc/yum.repos.d',
    installed: ['dnf'],
    release: 'rhel',
  },
  {
    program: 'zypper',
    options: (root: string) => `--root '${root}' --no-gpg-checks`,
    place: 'etc/zypp/repos.d',
    installed: ['zypper'],
    release: 'opensuse-leap',
  },
];

describe(titled('a printed upgrade of rpm packages', reason), () => {
  it.skipIf(reason !== undefined).for(PROGRAMS)(
    'is what $program does',
    ({ program, options, place, installed, release }, context) => {
      if (lacking(program).length > 0) return context.skip(`${program} is not installed`);
      const root = join(work.path, program);
      mkdirSync(join(root, place), { recursive: true });
      const source = `[local]\nname=local\nenabled=1\ngpgcheck=0\nbaseurl=file://${repository}\n`;
      writeFileSync(join(root, place, 'local.repo'), source);
      const rpm = (...args: string[]) =>
        spawnSync('rpm', ['--root', root, ...args], { encoding: 'utf8' }).stdout.trim();
      rpm('--initdb');
      for (const name of ['openssl-libs', 'other'])
        rpm('--install', '--nodeps', join(repository, 'noarch', `${name}-1.0-1.noarch.rpm`));
      const versions = (): string[] =>
        rpm('--query', '--all', '--queryformat', '%{NAME} %{RELEASE}\n').split('\n').sort();
      expect(versions()).toEqual(['openssl-libs 1', 'other 1']);

      const os = {
        id: release,
        versionId: '9',
        name: release,
        pretty: release,
        evidence: [],
      } as unknown as OperatingSystem;
      const change: Change = {
        type: 'rpm',
        name: 'openssl-libs',
        from: '1.0-1',
        to: '1.0-2',
        jump: 'revision',
        verified: 'index',
      };
      const paste = (commands: readonly string[]) =>
        spawnSync(
          'bash',
          [
            '--norc',
            '--noprofile',
            '-e',
            '-c',
            `${program}() { command ${program} ${options(root)} "$@"; }\n${commands.join('\n')}`,
          ],
          {
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'pipe'],
            timeout: 300_000,
          },
        );
      const upgrade = osUpgrade([change], os, false, new Set(installed));
      expect(upgrade[0]).toMatch(new RegExp(`^${program} `));
      const done = paste(upgrade);
      expect([done.status, done.status === 0 ? '' : `${done.stdout}${done.stderr}`]).toEqual([0, '']);
      expect(versions()).toEqual(['openssl-libs 2', 'other 1']);

      const all = paste(osUpgrade([change], os, true, new Set(installed)));
      expect([all.status, all.status === 0 ? '' : `${all.stdout}${all.stderr}`]).toEqual([0, '']);
      expect(versions()).toEqual(['openssl-libs 2', 'other 2']);
    },
  );
});
